"""How is a kernel setting changed, until the next start or for good, and what does that open up? The plans that the rules about them share."""

from collections.abc import Iterator

from inspector.i18n import mark
from inspector.model.base import text
from inspector.model.finding import Finding
from inspector.model.plan import AsRoot, Plan

_UNTIL_START = mark("Set {setting} from {value} to {wanted} until the next start")
_FOR_GOOD = mark("Set {setting} from {value} to {wanted}, now and at every start")
_CHOICES = "huge_pages."
_HUGE = "/sys/kernel/mm/transparent_hugepage/"

OPENS: dict[str, str] = {
    "kernel.perf_event_paranoid": mark("Opens up: every user may then count and sample events of their own processes; at 1 also inside the kernel."),
    "vm.unprivileged_userfaultfd": mark("Opens up: every program may then hold up page faults raised inside the kernel, which eases some exploits."),
    "kernel.unprivileged_bpf_disabled": mark("Opens up: every user may then load (restricted) BPF programs into the kernel."),
    "kernel.yama.ptrace_scope": mark("Opens up: every program of a user may then read and control every other program of that user."),
    "vm.overcommit_memory": mark("Opens up: programs may then reserve more memory than there is; the kernel kills one when it is really used up."),
    "vm.max_map_count": mark("Opens up: a program may then have more mappings, each of which costs the kernel a little memory."),
    "huge_pages.enabled": mark("Opens up: programs that ask for huge pages get them, and may use more memory than they touch."),
    "huge_pages.defrag": mark("Opens up: a page fault no longer waits for memory to be compacted unless its program asked for huge pages."),
    "huge_pages.max_ptes_none": mark("Opens up: nothing; only fully used ranges are merged into huge pages, so some programs get fewer of them."),
}


def plans(finding: Finding, setting: str, value: str | int, wanted: str | int) -> Iterator[Plan]:
    """The setting changed by the root helper: it goes back by itself at the next start, or (the second plan) stays."""
    for suffix, title, lasting in (("", _UNTIL_START, False), (":lasting", _FOR_GOOD, True)):
        if not (lasting and setting.startswith(_CHOICES)):
            yield Plan(
                id=finding.id + suffix, finding=finding.id, safety="careful", title=text(title, setting=setting, value=value, wanted=wanted),
                reason=text(OPENS[setting]), commands=_commands(setting, value, wanted, lasting=lasting),
                steps=(AsRoot(op="kernel.set", arguments={"settings": {setting: wanted}, "lasting": lasting}),),
            )  # fmt: skip


def place(setting: str) -> str:
    """The file by which the kernel tells and takes a setting."""
    if not setting.startswith(_CHOICES):
        return "/proc/sys/" + setting.replace(".", "/")
    name = setting.removeprefix(_CHOICES)
    return f"{_HUGE}khugepaged/{name}" if name == "max_ptes_none" else _HUGE + name


def _commands(setting: str, value: str | int, wanted: str | int, *, lasting: bool) -> tuple[str, ...]:
    if setting.startswith(_CHOICES):
        return tuple(f"{note}echo {number} | sudo tee {place(setting)}" for note, number in (("", wanted), ("# undo: ", value)))
    kept = f" && echo '{setting} = {wanted}' | sudo tee -a /etc/sysctl.d/90-go-inspector.conf" if lasting else ""
    return f"sudo sysctl {setting}={wanted}{kept}", f"# undo: sudo sysctl {setting}={value}"
