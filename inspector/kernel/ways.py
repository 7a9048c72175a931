"""What would it take to get a capability that is not available, and what would not help? Ways with what each opens up, the nearest first."""

from collections.abc import Iterator

from inspector.i18n import mark, say
from inspector.kernel import measured
from inspector.kernel.case import Case
from inspector.kernel.releases import parse
from inspector.kernel.rows import NEVER
from inspector.model.kernel import Gate, Verdict, Way, WayKind

_KIND: dict[str, WayKind] = {
    "sysctl": "setting",
    "setting": "setting",
    "process": "setting",
    "capability": "permission",
    "seccomp": "permission",
    "lsm": "permission",
    "file": "permission",
    "mount": "permission",
    "lockdown": "boot",
    "boot": "boot",
    "module": "module",
    "hardware": "hardware",
}
OPENS: dict[str, str] = {
    "kernel.perf_event_paranoid": mark("every user may count and sample events of their own processes; at 1 also inside the kernel"),
    "vm.unprivileged_userfaultfd": mark("every program may hold up page faults raised inside the kernel, which eases some exploits"),
    "kernel.unprivileged_bpf_disabled": mark("every user may load (restricted) BPF programs into the kernel"),
    "kernel.yama.ptrace_scope": mark("every program of a user may read and control every other program of that user"),
    "kernel.unprivileged_userns_clone": mark("every user may make namespaces, through which more of the kernel's code can be reached"),
    "kernel.apparmor_restrict_unprivileged_userns": mark("every program may get capabilities inside a namespace of its own"),
    "user.max_user_namespaces": mark("users may make namespaces, through which more of the kernel's code can be reached"),
    "kernel.io_uring_disabled": mark("every process may set up rings; container runtimes forbid it for the size of its code"),
    "vm.nr_hugepages": mark("the pages are set aside and can serve nothing else"),
    "kernel.ftrace_enabled": mark("functions of the kernel may be traced again"),
    "/sys/kernel/mm/ksm/run": mark("memory contents of different programs become comparable by timing"),
    "/sys/kernel/mm/lru_gen/enabled": mark("reclaim works by another algorithm"),
    "/sys/kernel/mm/transparent_hugepage/enabled": mark("programs that ask for it use more memory at a time"),
    "/sys/module/damon_stat/parameters/enabled": mark("the statistics that module gathers end"),
    "tracefs": mark("root alone sees it, unless it is mounted for a group"),
}
_PATCH_NOTHING = mark("A live patch replaces single functions of this kernel; it cannot switch on {options}, by which all files were compiled.")
_PATCH_NEWER = mark(
    "A live patch could carry the function bodies, not the new user interface: distributions issue live patches for security fixes only."
)
_NOWHERE = mark("No release has it on {arch} so far.")
_SEEN = mark("Seen working on {kernels}.")
_UPSTREAM = mark("Upstream has it since {since}; no kernel that was measured has it built in.")
_OLDER = mark("{version} does not have the code: it came with {since}.")
_BUILD = mark("Build this kernel with {options}.")


def ways(case: Case, verdict: Verdict, gates: tuple[Gate, ...]) -> tuple[Way, ...]:
    """The ways to a restricted or absent capability; empty for any other verdict."""
    if verdict == "restricted":
        return tuple(_around(case))
    return tuple(_elsewhere(case, gates)) if verdict == "absent" else ()


def _around(case: Case) -> Iterator[Way]:
    """Something refuses it: that can be changed, or somebody else asked."""
    kind, _, name = case.by.partition(" ")
    subject = name.partition("=")[0]
    yield Way(kind=_KIND.get(kind, "permission"), leads=kind != "hardware", how=case.row.remedy.how, opens=OPENS.get(subject, ""))


def _elsewhere(case: Case, gates: tuple[Gate, ...]) -> Iterator[Way]:
    """The kernel does not have it: another one, or one built anew; a live patch never."""
    if case.row.remedy.fixable == "hardware":
        yield Way(kind="hardware", leads=False, how=case.row.remedy.how)
        return
    if case.floor() == NEVER:
        yield Way(kind="other-kernel", leads=False, how=say(_NOWHERE, arch=case.arch))
        yield _patch(case)
        return
    names = measured.where_it_works(case.row.id)
    if names:
        yield Way(kind="other-kernel", leads=True, how=say(_SEEN, kernels=", ".join(names)))
    elif parse(case.floor()).known():
        yield Way(kind="other-kernel", leads=True, how=say(_UPSTREAM, since=case.floor()))
    if case.older():
        yield Way(kind="rebuild", leads=False, how=say(_OLDER, version=case.version.text(), since=case.floor()))
    elif gates:
        yield Way(kind="rebuild", leads=True, how=say(_BUILD, options=", ".join(filter(None, map(_switch, gates)))))
    yield _patch(case)


def _switch(gate: Gate) -> str:
    """An option with the place of its switch, after those it needs first."""
    if gate.relation not in ("needs", "depends"):
        return ""
    where = f" ({gate.menu} > “{gate.prompt}”)" if gate.menu and gate.prompt else ""
    first = [_switch(below) for below in gate.below if not below.met]
    return ", ".join(filter(None, (*first, f"CONFIG_{gate.symbol}{where}")))


def _patch(case: Case) -> Way:
    options = case.options(only_off=True)
    how = case.row.patch or (say(_PATCH_NOTHING, options=options) if options else _PATCH_NEWER)
    return Way(kind="live-patch", leads=False, how=how)
