"""Is what refuses named, never taken for absence? Real questions under seccomp filters, without capabilities, as nobody, in a namespace."""

from pathlib import Path

import pytest
from support import confined

from inspector.kernel import rows
from inspector.probes.questions import abi

SYSCALL_OF = {
    "userfaultfd": "userfaultfd", "userfaultfd-wp": "userfaultfd", "uffd-wp-async": "userfaultfd", "uffd-rwp": "userfaultfd",
    "perf-sw-faults": "perf_event_open", "perf-fault-addresses": "perf_event_open", "hw-pmu": "perf_event_open", "bpf": "bpf",
    "landlock": "landlock_create_ruleset", "io-uring": "io_uring_setup", "lsm-list": "lsm_list_modules", "rseq": "rseq", "clone3": "clone3",
    "pidfd": "pidfd_open", "close-range": "close_range", "cachestat": "cachestat", "futex-waitv": "futex_waitv", "mseal": "mseal",
    "process-madvise": "process_madvise", "memfd-secret": "memfd_secret", "membarrier": "membarrier",
}  # fmt: skip

pytestmark = pytest.mark.root


@pytest.mark.parametrize(
    ("action", "errno"),
    [(confined.ERRNO | confined.EPERM, "EPERM"), (confined.ERRNO | confined.ENOSYS, "ENOSYS"), (confined.KILL_PROCESS, "")],
    ids=["eperm", "enosys", "kill"],
)
def test_a_filter_is_restricted_by_seccomp_never_absent(action, errno):
    found = confined.ask(*SYSCALL_OF, deny=tuple(set(SYSCALL_OF.values())), how=action)
    seen = {name: (a.state, a.refused_by, a.errno) for name, a in found.items()}
    assert seen == dict.fromkeys(found, ("restricted", "seccomp filter", errno))


def test_a_filter_does_not_colour_what_it_lets_pass():
    names = [row.id for row in rows.load() if row.id not in SYSCALL_OF]
    free, filtered = confined.ask(*names), confined.ask(*names, deny=("userfaultfd", "bpf"))
    changed = {n for n in names if (free[n].state, free[n].refused_by) != (filtered[n].state, filtered[n].refused_by)}
    assert changed <= {"lockdown"}, "only lockdown uses a detached mount, which a filter forbids to try"


def restrictions(found):
    return {name: a.refused_by for name, a in found.items() if a.state == "restricted"}


@pytest.mark.parametrize("confinement", [{"uid": confined.NOBODY}, {"drop": True}, {"userns": True}, {"uid": confined.NOBODY, "drop": True}], ids=str)
def test_less_privilege_restricts_and_removes_nothing(confinement):
    names = [row.id for row in rows.load()]
    free, found = confined.ask(*names), confined.ask(*names, **confinement)
    lost = {n for n in names if found[n].state == "absent" and free[n].state != "absent"}
    assert lost == set()
    assert all(found[n].refused_by for n in names if found[n].state == "restricted")
    failed = {n: a.detail for n, a in found.items() if "question" in a.detail}
    assert failed == {}


def test_nobody_is_told_the_owner_of_each_refusal():
    found = confined.ask("pagemap", "kernel-pages", "soft-dirty", "perf-sw-faults", uid=confined.NOBODY)
    assert found["pagemap"].refused_by == "capability CAP_SYS_ADMIN"
    assert found["kernel-pages"].refused_by.startswith("file /proc/kpageflags")
    assert found["soft-dirty"].state in ("works", "inert")


def sysctl(name: str) -> str:
    path = Path("/proc/sys") / name.replace(".", "/")
    return path.read_text().strip() if path.exists() else ""


@pytest.mark.parametrize(
    ("capability", "setting", "refusing"),
    [("userfaultfd", "vm.unprivileged_userfaultfd", ("0",)), ("bpf", "kernel.unprivileged_bpf_disabled", ("1", "2")),
     ("perf-sw-faults", "kernel.perf_event_paranoid", ("3", "4"))],
)  # fmt: skip
def test_the_sysctl_in_force_explains_the_refusal(capability, setting, refusing):
    answer = confined.ask(capability, uid=confined.NOBODY)[capability]
    if sysctl(setting) in refusing:
        assert answer.refused_by == f"sysctl {setting}={sysctl(setting)}"
    else:
        assert answer.state == "works"


def test_a_capability_in_a_child_namespace_does_not_count():
    assert "initial user namespace" in confined.ask("pagemap", userns=True)["pagemap"].refused_by


def test_every_syscall_question_is_covered():
    assert set(SYSCALL_OF.values()) <= set(abi.NUMBERS)
