"""Is a capability there? Weighs a live answer, a configuration and a version; a version alone never refuses, unknown is never absent."""

from collections.abc import Iterator

from inspector.i18n import mark, say
from inspector.kernel import measured
from inspector.kernel.case import Built, Case
from inspector.kernel.contradictions import contradiction
from inspector.kernel.kconfig import KernelConfig
from inspector.kernel.releases import Version, parse
from inspector.kernel.rows import NEVER, Row
from inspector.kernel.ways import ways
from inspector.kernel.whynot import gates
from inspector.model.base import Known
from inspector.model.kernel import Capability, Evidence, LiveAnswer, LiveState, Verdict

_REFUSED = {
    "sysctl": mark("{name} refuses"),
    "setting": mark("switched off by {name}"),
    "capability": mark("needs {name}"),
    "seccomp": mark("a seccomp filter refuses"),
    "lsm": mark("a security module or container policy refuses"),
    "lockdown": mark("lockdown {name} refuses"),
    "mount": mark("{name} is not mounted"),
    "file": mark("no access to {name}"),
    "boot": mark("switched off at boot ({name})"),
    "module": mark("module {name} is not loaded"),
    "process": mark("held by {name}"),
    "hardware": mark("the hardware: {name}"),
}
_REMEDY = {
    "seccomp": mark("Run it under a seccomp profile that allows the call (a container runtime option), or outside the container."),
    "mount": mark("mount -t {name} {name} {place} (as root)"),
    "module": mark("modprobe {name} (as root)"),
    "lockdown": mark("Lockdown cannot be lowered at run time: boot with lockdown=none, which Secure Boot may forbid."),
}
_WITHOUT = mark("built without {options}")
_WITHOUT_NEVER = mark("built without {options}; no release has it on {arch}")
_WITH = mark("built with {options}")
_WITH_MODULE = mark("built with {options} as a module")
_NOT_ASKED = mark("no configuration tells it, and the kernel was not asked")
_ONLY_RUNNING = mark("only the running kernel can tell")
_CARRIED = mark("upstream has it since {since}; {version} may have it carried back")
_ANOTHER = mark("Another kernel: one built with {options}.")
_SEEN = mark("Seen on {kernels}.")
_NEVER_HERE = mark("no release has it on this architecture so far")
_AGES = {True: mark("new enough"), False: mark("older, unless carried back"), None: mark("the kernel's version is not known")}
_VALUES = {"y": mark("built in ({source})"), "m": mark("built as a module ({source})")}
_OFF, _UNMENTIONED, _SET = mark("switched off ({source})"), mark("not in this configuration ({source})"), mark("set to this ({source})")

_MOUNT_PLACES = {"tracefs": "/sys/kernel/tracing", "securityfs": "/sys/kernel/security", "cgroup2": "/sys/fs/cgroup"}


def judge(
    row: Row, *, live: LiveAnswer | None, config: KernelConfig | None, version: Version, arch: str = "", explain: bool = True
) -> Capability:
    """The row's verdict from what is known. `live` is None when nothing was asked, `config` None when none was found.

    `arch` is the kernel's (`uname -m`), the configuration's where it is not given. `explain` adds the gates of an absent capability and the
    ways to it, which costs reading the table of options once (30 ms).
    """
    config = config if config and config.usable() else None
    arch = arch or (config.architecture() if config else "")
    built = config_says(row, config)
    state, by = _settle(row, live, built)
    case = Case(row=row, live=live, config=config, version=version, arch=arch, built=built, state=state, by=by)
    verdict, known = _verdict(case)
    found = gates(row, config, version, arch=arch) if explain and verdict == "absent" and config else ()
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
        contradiction=contradiction(case),
        remedy=_remedy(case, verdict, elsewhere=explain),
        why=row.why,
        since=row.since,
        gates=found,
        ways=ways(case, verdict, found) if explain and verdict in ("absent", "restricted") else (),
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


def _verdict(case: Case) -> tuple[Verdict, Known]:
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


def _evidence(case: Case) -> Iterator[Evidence]:
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
    value = case.version.text() if case.version.known() else ""
    if case.floor() == NEVER:
        yield Evidence(kind="version", name=mark(f"not on {case.arch}"), value=value, says=_NEVER_HERE)
    elif parse(case.floor()).known():
        age = True if case.new_enough() else False if case.older() else None
        yield Evidence(kind="version", name=mark(f"since {case.floor()}"), value=value, says=_AGES[age])


def _config_evidence(symbol: str, config: KernelConfig) -> Evidence:
    value = config.value(symbol)
    off = _OFF if config.mentions(symbol) else _UNMENTIONED
    says = off if value == "n" else _VALUES.get(value, _SET)
    return Evidence(kind="config", name=f"CONFIG_{symbol}", value=value, says=say(says, source=config.source))


def refusal_text(by: str) -> str:
    """What stands in the way, in words, for a `KIND NAME=VALUE`."""
    kind, _, name = by.partition(" ")
    return say(_REFUSED[kind], name=name or kind) if kind in _REFUSED else name or kind


def _because(case: Case, verdict: Verdict) -> str:
    if case.live is not None:
        if verdict == "restricted":
            return refusal_text(case.by)
        return say(_WITHOUT, options=case.options(only_off=True)) if case.live.refused_by and verdict == "absent" else case.live.detail
    if verdict == "absent":
        return say(_WITHOUT_NEVER if case.floor() == NEVER else _WITHOUT, options=case.options(only_off=True), arch=case.arch)
    if verdict == "available":
        return say(_WITH_MODULE if case.built == "module" else _WITH, options=case.options())
    if case.built == "silent":
        return _NOT_ASKED if case.row.kconfig.all else _ONLY_RUNNING
    return say(_CARRIED, since=case.floor(), version=case.version.text())


def _remedy(case: Case, verdict: Verdict, *, elsewhere: bool) -> str:
    if verdict == "available":
        return ""
    if verdict == "absent" and elsewhere:
        return _elsewhere(case.row, _remedy(case, verdict, elsewhere=False))
    kind, _, name = case.by.partition(" ")
    if verdict == "absent" and case.row.remedy.fixable in ("runtime", "boot") and case.row.kconfig.all:
        return say(_ANOTHER, options=case.options())
    if kind not in _REMEDY or (kind == "mount" and name not in _MOUNT_PLACES):
        return case.row.remedy.how
    return say(_REMEDY[kind], name=name, place=_MOUNT_PLACES.get(name, ""))


def _sentence(words: str) -> str:
    return words if not words or words.endswith(".") else f"{words}."


def _elsewhere(row: Row, remedy: str) -> str:
    """The remedy, and which known kernels have it, where that helps: hardware stays the same under another kernel."""
    names = measured.where_it_works(row.id) if row.remedy.fixable != "hardware" else ()
    return " ".join(filter(None, (_sentence(remedy), say(_SEEN, kernels=", ".join(names)) if names else "")))
