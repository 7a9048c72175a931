"""Where do configuration, version and live answer disagree, and what explains it? A disagreement is shown, never settled by silence."""

from collections.abc import Callable

from inspector.i18n import mark, say
from inspector.kernel.case import Case

_EXCLUSIVE = frozenset({"selinux", "smack", "apparmor"})
"""Security modules of which one at most is active."""
_VENDORS = ("KVM_INTEL", "KVM_AMD")

_IDLE = mark("The kernel accepts the request and does nothing.")
_IDLE_OFF = mark("The kernel accepts the request and does nothing; {options} is off in {source}.")
_WORKS_OFF = mark("It works although {options} is off in {source}: another part of the kernel answers, or the file belongs to another kernel.")
_WORKS_OLDER = mark("It works although {version} is older than {since}: the distribution carried it back.")
_NOT_THERE = mark("{source} says it is built in, but the running kernel answers that it is not there.")
_KVM_RUNS = mark(
    "KVM runs although CONFIG_KVM_INTEL and CONFIG_KVM_AMD are off in {source}: another backend answers. A small guest runs;"
    " a stock kernel in a guest may not, so programs should choose software emulation by name."
)
_LSM_IDLE = mark("CONFIG_LSM names {names} too, which the running kernel does not have active.")
_THP_NEVER = mark("The configuration's choice is {wanted}, the running kernel's never: it is only a default, and below 512 MiB of memory never wins.")
_PSI_ON = mark("CONFIG_PSI_DEFAULT_DISABLED is y, and it is on: psi=1 was given at boot.")
_LEFT_OVER = mark(
    "{trace} marks a container and is left over: nothing else here is one. "
    "Programs that trust the mark alone are wrong on this machine."
)
_FLAWS = mark("Mitigations are built in, and {count} flaws stay open: the command line or the processor's firmware decides.")


def contradiction(case: Case) -> str:
    """What does not fit together about one row, in a sentence; empty when all agrees."""
    if case.live is None:
        return ""
    own = _OF_ROW.get(case.row.id)
    return (own(case) if own else "") or _general(case)


def _general(case: Case) -> str:
    assert case.live is not None
    source = case.config.source if case.config else ""
    off = case.options(only_off=True)
    if case.state == "inert" and not case.by:
        return say(_IDLE_OFF if off else _IDLE, options=off, source=source)
    if case.state == "works" and case.built == "not-built" and not case.row.generic:
        return say(_WORKS_OFF, options=off, source=source)
    if case.state == "works" and case.older():
        return say(_WORKS_OLDER, version=case.version.text(), since=case.floor())
    if case.state == "absent" and case.built == "built" and not case.row.generic and not case.live.refused_by:
        return say(_NOT_THERE, source=source)
    return ""


def _value(case: Case, symbol: str) -> str:
    return case.config.value(symbol) if case.config else "n"


def _kvm(case: Case) -> str:
    if case.state == "works" and case.config and case.arch == "x86_64" and all(_value(case, vendor) == "n" for vendor in _VENDORS):
        return say(_KVM_RUNS, source=case.config.source)
    return ""


def _lsm_list(case: Case) -> str:
    if case.state != "works" or not case.config or case.live is None:
        return ""
    active = set(case.live.value.split(","))
    one_is_chosen = active & _EXCLUSIVE
    named = [name for name in _value(case, "LSM").split(",") if name and name != "n" and name not in active]
    idle = [name for name in named if not (one_is_chosen and name in _EXCLUSIVE)]
    return say(_LSM_IDLE, names=", ".join(idle)) if idle else ""


def _thp(case: Case) -> str:
    if case.state == "inert" and case.by.endswith("=never") and _value(case, "TRANSPARENT_HUGEPAGE_NEVER") == "n" and case.config:
        wanted = "always" if _value(case, "TRANSPARENT_HUGEPAGE_ALWAYS") == "y" else "madvise"
        return say(_THP_NEVER, wanted=wanted)
    return ""


def _psi(case: Case) -> str:
    if case.state == "works" and _value(case, "PSI_DEFAULT_DISABLED") == "y":
        return _PSI_ON
    return ""


def _virt_detect(case: Case) -> str:
    if case.live is not None and "left-over" in case.live.detail:
        return say(_LEFT_OVER, trace=case.live.detail.partition("left-over ")[2].rstrip(")"))
    return ""


def _cpu_mitigations(case: Case) -> str:
    if case.live is not None and case.live.value not in ("", "0") and _value(case, "CPU_MITIGATIONS") == "y":
        return say(_FLAWS, count=case.live.value)
    return ""


_OF_ROW: dict[str, Callable[[Case], str]] = {
    "kvm": _kvm,
    "lsm-list": _lsm_list,
    "thp": _thp,
    "psi": _psi,
    "virt-detect": _virt_detect,
    "cpu-mitigations": _cpu_mitigations,
}
