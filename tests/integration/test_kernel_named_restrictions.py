"""Is every restriction that a row names proven to be recognized? Each has a run here or a task of the kernels' matrix, or a reason why not."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from kernels.test_matrix import LOCKED, SEEN, TASKS

from inspector.engine.pulse import KernelPulse
from inspector.host.local import LocalHost
from inspector.kernel import rows
from inspector.model.kernel import LiveAnswer
from inspector.probes import live

ROOT = Path(__file__).resolve().parents[2]
PRELUDES = {
    "thp-disabled": "ctypes.CDLL(None).prctl(41, 1, 0, 0, 0)",
    "not-dumpable": "os.setgroups([]); os.setresgid(65534, 65534, 65534); os.setresuid(65534, 65534, 65534); ctypes.CDLL(None).prctl(4, 0, 0, 0, 0)",
    "proc-read-only": (
        "libc = ctypes.CDLL(None); libc.unshare(0x00020000); libc.mount(b'', b'/', None, 0x44000, None);"
        "libc.mount(b'/proc', b'/proc', None, 4096, None); libc.mount(b'', b'/proc', None, 4096 | 32 | 1, None)"
    ),
    "cgroup-hidden": (
        "libc = ctypes.CDLL(None); libc.unshare(0x00020000); libc.mount(b'', b'/', None, 0x44000, None); libc.umount2(b'/sys/fs/cgroup', 2)"
    ),
}
PROOF = {
    # row, restriction -> `run NAME` of PRELUDES, `task NAME` of the matrix, `lockdown` of the matrix, `test FILE`, or why this machine cannot
    ("soft-dirty", "ptrace read access"): "run not-dumpable",
    ("soft-dirty", "file owner"): "run not-dumpable",
    ("pagemap", "CAP_SYS_ADMIN"): "task nobody",
    ("pagemap", "ptrace read access"): "run not-dumpable",
    ("pagemap-scan", "ptrace read access"): "run not-dumpable",
    ("userfaultfd", "vm.unprivileged_userfaultfd"): "task nobody",
    ("userfaultfd", "/dev/userfaultfd"): "why: it grants, it never refuses; the question asks the system call, which the sysctl owns",
    ("userfaultfd", "seccomp default profiles"): "task filter-eperm",
    ("userfaultfd-wp", "vm.unprivileged_userfaultfd"): "why: since 5.11 user-mode faults are enough and the sysctl no longer refuses them",
    ("page-idle", "root"): "why: no kernel of the registries is built with it; a refused open is the same code as kernel-pages, task nobody",
    ("damon", "root"): "why: task nobody asks it on every kernel that has it: test_less_privilege_is_never_absence",
    ("mglru", "debugfs"): "why: the file that is asked is in sysfs and is readable by all; debugfs only adds a histogram",
    ("thp", "/sys/kernel/mm/transparent_hugepage/enabled"): "task thp-never",
    ("thp", "PR_SET_THP_DISABLE"): "run thp-disabled",
    ("hugetlb", "vm.nr_hugepages, vm.hugetlb_shm_group"): "task root",
    ("ksm", "root"): "task ksm-on",
    ("perf-sw-faults", "kernel.perf_event_paranoid"): "task nobody",
    ("perf-sw-faults", "CAP_PERFMON (5.8) or CAP_SYS_ADMIN"): "task no-capabilities",
    ("perf-sw-faults", "seccomp"): "task filter-eperm",
    ("perf-fault-addresses", "kernel.perf_event_paranoid, kernel.perf_event_mlock_kb"): "task nobody",
    ("tp-page-fault", "tracefs"): "task mounted",
    ("bpf", "kernel.unprivileged_bpf_disabled"): "task bpf-1",
    ("bpf", "confidentiality"): "lockdown",
    ("livepatch", "kernel.modules_disabled, module signature, lockdown=integrity"): "task modules-off",
    ("kprobes", "confidentiality"): "lockdown",
    ("kvm", "/dev/kvm group"): "task nobody",
    ("memcg", "read-only or private cgroup mount"): "run cgroup-hidden",
    ("module-build", "integrity or MODULE_SIG_FORCE"): "lockdown",
}
ELSEWHERE = {("hugetlb", "root"), ("tp-page-fault", "mounted"), ("ksm", "ksm-on"), ("perf-sw-faults", "no-capabilities")}
"""Proven by the task's other assertions: ALWAYS of the matrix, or the refusal of the same row without what lifts it."""


def ask(prelude: str, *names: str) -> dict[str, LiveAnswer]:
    """Answers of the rows after the asker's process was confined by a line of Python."""
    words = [f"{name}={row.question}" for name in names if (row := rows.row(name))]
    modules = sorted({word.partition("=")[2].partition(".")[0] for word in words})
    imports = "".join(f"import inspector.probes.questions.{module}\n" for module in modules)
    program = f"import ctypes, os, sys\nsys.path.insert(0, {str(ROOT)!r})\nfrom inspector.probes import asker\n{imports}{prelude}\nasker.main()\n"
    run = subprocess.run([sys.executable, "-I", "-S", "-c", program, *words], capture_output=True, timeout=60, check=True)
    return dict(filter(None, map(live.decode, run.stdout.decode().split("\n"))))


def test_every_restriction_has_its_proof():
    named = {(row.id, restriction.name) for row in rows.load() for restriction in row.restrictions}
    assert named == set(PROOF)
    tasks = {task.name for task in TASKS}
    for (capability, _), proof in PROOF.items():
        kind, _, what = proof.partition(" ")
        assert kind in ("run", "task", "why:", "lockdown"), proof
        assert kind != "run" or what in PRELUDES
        assert kind != "lockdown" or len(LOCKED) == 2
        assert kind != "task" or (what in tasks and (capability in SEEN.get(what, {}) or (capability, what) in ELSEWHERE)), (capability, proof)


@pytest.mark.root
def test_a_process_that_gave_up_huge_pages_is_told_so():
    found = ask(PRELUDES["thp-disabled"], "thp")["thp"]
    assert found.state in ("inert", "restricted")
    assert "THP" in found.refused_by + found.detail


@pytest.mark.root
def test_a_process_that_may_not_look_at_itself_is_restricted_by_the_file():
    found = ask(PRELUDES["not-dumpable"], "soft-dirty", "pagemap", "pagemap-scan")
    assert {(a.state, a.refused_by.split()[0]) for a in found.values()} == {("restricted", "file")}


@pytest.mark.root
def test_a_read_only_proc_is_named():
    found = ask(PRELUDES["proc-read-only"], "soft-dirty")["soft-dirty"]
    assert (found.state, found.refused_by) == ("restricted", "mount /proc read-only")


@pytest.mark.root
def test_a_hidden_control_group_is_no_absence():
    if not os.path.ismount("/sys/fs/cgroup"):
        pytest.skip("no control groups are mounted here")
    assert ask(PRELUDES["cgroup-hidden"], "memcg")["memcg"].state == "restricted"


@pytest.mark.root
def test_a_setting_that_changes_is_noticed_by_a_running_agent():
    """The machine's own setting is moved by one and taken back: one of a namespace would not reach the agent."""
    setting = Path("/proc/sys/vm/max_map_count")
    before = setting.read_text()
    seen: list[tuple[str, ...]] = []
    pulse = KernelPulse(LocalHost(), seen.append, period_s=0.05)
    try:
        setting.write_text(str(int(before) + 1))
        for _ in range(200):
            if seen:
                break
            pulse._stopped.wait(0.05)
    finally:
        setting.write_text(before)
        pulse.stop()
    assert str(setting) in {path for paths in seen for path in paths}
