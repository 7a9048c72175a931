"""Does a kernel setting that can be changed at run time keep a capability from working?

What it does: takes every capability that a live question found refused by a sysctl the root helper knows, grouped by that sysctl.
Why is this bad: the kernel could do it; a profiler, debugger or garbage-collector feature that asks for it fails or silently does without.
Symptom: EACCES or EPERM from perf_event_open(2), userfaultfd(2), bpf(2) or ptrace(2).
"""

from collections.abc import Iterator
from dataclasses import dataclass

from inspector.checks import kernel_plans
from inspector.checks.registry import Check
from inspector.i18n import mark
from inspector.model.base import text
from inspector.model.finding import Effect, Finding, FixRef
from inspector.model.kernel import Capability
from inspector.model.origin import Origin
from inspector.model.plan import Plan
from inspector.model.snapshot import Snapshot

ID = "kernel-setting"
_TITLE = mark("{setting} is {value}: {capabilities} refused, though this kernel has it")
_EFFECT = mark("{title}: {because}")
_ASKED = ("kernel.perf_event_paranoid", "vm.unprivileged_userfaultfd", "kernel.unprivileged_bpf_disabled", "kernel.yama.ptrace_scope")


@dataclass(frozen=True, slots=True)
class Setting:
    """A sysctl that refuses something: its name, its value now, the value that would allow it, and what it refuses."""

    name: str
    value: int
    wanted: int
    refused: tuple[Capability, ...]


def judge(snapshot: Snapshot) -> Iterator[Finding]:
    """One finding for each such setting."""
    for setting in _settings(snapshot):
        names = ", ".join(capability.title for capability in setting.refused)
        title = text(_TITLE, setting=setting.name, value=setting.value, capabilities=names)
        yield Finding(
            id=f"{ID}:{setting.name}",
            check=ID,
            severity="info",
            title=title.said(),
            text=title,
            cause=Origin(kind="kernel", file=kernel_plans.place(setting.name), text=str(setting.value)),
            effects=tuple(_effect(capability) for capability in setting.refused),
            fix=FixRef(plan=f"{ID}:{setting.name}", safety="careful"),
            facts={"value": setting.value, "wanted": setting.wanted},
        )


def _effect(capability: Capability) -> Effect:
    sentence = text(_EFFECT, title=capability.title, because=capability.because)
    return Effect(where=capability.id, title=sentence.said(), text=sentence)


def _settings(snapshot: Snapshot) -> Iterator[Setting]:
    refused: dict[tuple[str, int], list[Capability]] = {}
    for capability in snapshot.kernel.capabilities:
        kind, _, rest = capability.refused_by.partition(" ")
        name, _, number = rest.partition("=")
        if capability.verdict == "restricted" and kind == "sysctl" and name in _ASKED and number.lstrip("-").isdigit():
            refused.setdefault((name, int(number)), []).append(capability)
    for (name, value), capabilities in sorted(refused.items()):
        wanted = _wanted(name, value)
        if wanted != value:
            yield Setting(name, value, wanted, tuple(capabilities))


def _wanted(name: str, value: int) -> int:
    """The smallest step that allows more; a setting that cannot be taken back before the next start stays as it is."""
    if name == "kernel.perf_event_paranoid":
        return 2 if value > 2 else max(value - 1, -1)
    if name == "kernel.unprivileged_bpf_disabled":
        return 0 if value == 2 else value
    if name == "kernel.yama.ptrace_scope":
        return value - 1 if value in (1, 2) else value
    return 1


def plans(snapshot: Snapshot, finding: Finding) -> Iterator[Plan]:
    """The setting changed until the next start, or for good."""
    for setting in _settings(snapshot):
        if f"{ID}:{setting.name}" == finding.id:
            yield from kernel_plans.plans(finding, setting.name, setting.value, setting.wanted)


CHECK = Check(id=ID, judge=judge, plans=plans)
