"""Is a capability there? Weighs a live answer, a configuration and a version; a version alone never refuses, unknown is never absent."""

from collections.abc import Iterator
from typing import Literal

from inspector.kernel import measured
from inspector.kernel.kconfig import KernelConfig
from inspector.kernel.releases import Version, parse
from inspector.kernel.rows import Row
from inspector.kernel.whynot import gates
from inspector.model.base import Doc, Known
from inspector.model.kernel import Capability, Evidence, LiveAnswer, LiveState, Verdict

Built = Literal["built", "module", "not-built", "silent"]

_REFUSED = {
    "sysctl": "{name} refuses",
    "setting": "switched off by {name}",
    "capability": "needs {name}",
    "seccomp": "a seccomp filter refuses",
    "lsm": "a security module or container policy refuses",
    "lockdown": "lockdown {name} refuses",
    "mount": "{name} is not mounted",
    "file": "no access to {name}",
    "boot": "switched off at boot ({name})",
    "module": "module {name} is not loaded",
    "process": "held by {name}",
    "hardware": "the hardware: {name}",
}
_REMEDY = {
    "seccomp": "Run it under a seccomp profile that allows the call (a container runtime option), or outside the container.",
    "mount": "mount -t {name} {name} {place} (as root)",
    "module": "modprobe {name} (as root)",
    "lockdown": "Lockdown cannot be lowered at run time: boot with lockdown=none, which Secure Boot may forbid.",
}

_MOUNT_PLACES = {"tracefs": "/sys/kernel/tracing", "securityfs": "/sys/kernel/security", "cgroup2": "/sys/fs/cgroup"}


class _Case(Doc, frozen=True, kw_only=True):
    """All that is known about one row: `state` and `by` are the live answer as settled by the configuration."""

    row: Row
    live: LiveAnswer | None
    config: KernelConfig | None
    version: Version
    built: Built
    state: LiveState
    by: str

    def new_enough(self) -> bool:
        """Whether the version reaches the first upstream release that has it."""
        return self.version.known() and self.version >= parse(self.row.since)

    def older(self) -> bool:
        """Whether the version is known and does not reach it."""
        return self.version.known() and self.version < parse(self.row.since)

    def options(self, *, only_off: bool = False) -> str:
        """The configuration options it needs, or those of them that are off."""
        names = self.row.kconfig.all or tuple(s for s in self.row.kconfig.hidden if self.config and self.config.value(s) != "n")
        return ", ".join(f"CONFIG_{s}" for s in names if not only_off or (self.config and self.config.value(s) == "n"))


def judge(row: Row, *, live: LiveAnswer | None, config: KernelConfig | None, version: Version, explain: bool = True) -> Capability:
    """The row's verdict from what is known. `live` is None when nothing was asked, `config` None when none was found.

    `explain` adds the gates of an absent capability, which costs reading the table of options once (30 ms).
    """
    built = config_says(row, config)
    state, by = _settle(row, live, built)
    case = _Case(row=row, live=live, config=config if config and config.usable() else None, version=version, built=built, state=state, by=by)
    verdict, known = _verdict(case)
    return Capability(
        id=row.id,
        title=row.title,
        group=row.group,
        verdict=verdict,
        known=known,
        state=state,
        value=live.value if live else "",
        refused_by=by,
        evidence=tuple(_evidence(case)),
        because=_because(case, verdict),
        contradiction=_contradiction(case),
        remedy=_remedy(case, verdict, elsewhere=explain),
        why=row.why,
        since=row.since,
        gates=gates(row, case.config, version) if explain and verdict == "absent" and case.config else (),
    )


def config_says(row: Row, config: KernelConfig | None) -> Built:
    """What the options a capability needs say together; `silent` without a usable configuration or without such options."""
    if config is None or not config.usable():
        return "silent"
    if not row.kconfig.all:
        return "built" if any(config.value(symbol) != "n" for symbol in row.kconfig.hidden) else "silent"
    values = [config.value(symbol) for symbol in row.kconfig.all]
    if "n" in values:
        return "not-built"
    return "module" if "m" in values else "built"


def _settle(row: Row, live: LiveAnswer | None, built: Built) -> tuple[LiveState, str]:
    """The live state and what stands in the way, where a configuration lets us read the answer better."""
    if live is None:
        return "unknown", ""
    if live.state == "absent" and built == "module":
        return "restricted", f"module {row.kconfig.all[0].lower()}"
    if live.state == "absent" and built == "built" and row.remedy.fixable == "boot" and not row.generic:
        return "restricted", f"boot {row.remedy.how}"
    if live.refused_by.startswith("seccomp") and built == "not-built":
        return "absent", ""
    return live.state, live.refused_by


def _verdict(case: _Case) -> tuple[Verdict, Known]:
    if case.state == "works":
        return "available", "observed"
    if case.state in ("restricted", "busy") or (case.state == "inert" and case.by):
        return "restricted", "observed"
    if case.state in ("absent", "inert"):
        return "absent", "observed"
    if case.live is not None:
        return "unknown", "failed"
    if case.built == "not-built":
        return "absent", "predicted"
    if case.built in ("built", "module") and (not case.row.generic or case.new_enough()):
        return "available", "predicted"
    return "unknown", "failed"


def _evidence(case: _Case) -> Iterator[Evidence]:
    if case.live is not None:
        yield Evidence(kind="live", name=case.row.asked.kind, value=case.live.state, says=case.live.detail, errno=case.live.errno)
    if case.by:
        kind, _, name = case.by.partition(" ")
        name, _, value = name.partition("=")
        yield Evidence(kind="restriction", name=name or kind, value=value, says=refusal_text(case.by))
    if case.config is not None:
        symbols = case.row.kconfig
        for symbol in (*symbols.all, *symbols.any, *symbols.hidden):
            yield _config_evidence(symbol, case.config)
    if parse(case.row.since).known():
        says = "new enough" if case.new_enough() else "older, unless carried back" if case.older() else "the kernel's version is not known"
        yield Evidence(kind="version", name=f"since {case.row.since}", value=case.version.text() if case.version.known() else "", says=says)


def _config_evidence(symbol: str, config: KernelConfig) -> Evidence:
    value = config.value(symbol)
    off = "switched off" if config.mentions(symbol) else "not in this configuration"
    says = {"y": "built in", "m": "built as a module", "n": off}.get(value, "set")
    return Evidence(kind="config", name=f"CONFIG_{symbol}", value=value, says=f"{says} ({config.source})")


def refusal_text(by: str) -> str:
    """What stands in the way, in words, for a `KIND NAME=VALUE`."""
    kind, _, name = by.partition(" ")
    return _REFUSED.get(kind, "{name}").format(name=name or kind)


def _because(case: _Case, verdict: Verdict) -> str:
    if case.live is not None:
        if verdict == "restricted":
            return refusal_text(case.by)
        return f"built without {case.options(only_off=True)}" if case.live.refused_by and verdict == "absent" else case.live.detail
    if verdict == "absent":
        return f"built without {case.options(only_off=True)}"
    if verdict == "available":
        return f"built with {case.options()}{' as a module' if case.built == 'module' else ''}"
    if case.built == "silent":
        return "no configuration tells it, and the kernel was not asked" if case.row.kconfig.all else "only the running kernel can tell"
    return f"upstream has it since {case.row.since}; {case.version.text()} may have it carried back"


def _contradiction(case: _Case) -> str:
    if case.live is None:
        return ""
    source = case.config.source if case.config else ""
    off = case.options(only_off=True)
    if case.state == "inert" and not case.by:
        return f"The kernel accepts the request and does nothing{f'; {off} is off in {source}' if off else ''}."
    if case.state == "works" and case.built == "not-built" and not case.row.generic:
        return f"It works although {off} is off in {source}: another part of the kernel answers, or the file belongs to another kernel."
    if case.state == "works" and case.older():
        return f"It works although {case.version.text()} is older than {case.row.since}: the distribution carried it back."
    if case.state == "absent" and case.built == "built" and not case.row.generic and not case.live.refused_by:
        return f"{source} says it is built in, but the running kernel answers that it is not there."
    return ""


def _remedy(case: _Case, verdict: Verdict, *, elsewhere: bool) -> str:
    if verdict == "available":
        return ""
    if verdict == "absent" and elsewhere:
        return _sentence(_remedy(case, verdict, elsewhere=False)) + _elsewhere(case.row)
    kind, _, name = case.by.partition(" ")
    if verdict == "absent" and case.row.remedy.fixable in ("runtime", "boot") and case.row.kconfig.all:
        return f"Another kernel: one built with {case.options()}."
    if kind not in _REMEDY or (kind == "mount" and name not in _MOUNT_PLACES):
        return case.row.remedy.how
    return _REMEDY[kind].format(name=name, place=_MOUNT_PLACES.get(name, ""))


def _sentence(words: str) -> str:
    return words if words.endswith(".") else f"{words}."


def _elsewhere(row: Row) -> str:
    """Which known kernels have it, where that helps: hardware stays the same under another kernel."""
    names = measured.where_it_works(row.id) if row.remedy.fixable != "hardware" else ()
    return f" Seen on {', '.join(names)}." if names else ""
