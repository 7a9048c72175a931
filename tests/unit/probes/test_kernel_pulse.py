"""Is a change of a setting, a mount or a module noticed, and nothing else?"""

import threading
from pathlib import Path

import pytest

from inspector.engine.pulse import KernelPulse
from inspector.host.folder import FolderHost
from inspector.host.local import LocalHost
from inspector.probes.kernel_pulse import differing, read_pulse


@pytest.fixture
def machine(tmp_path: Path):
    def write(name: str, text: str) -> None:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    write("proc/sys/kernel/perf_event_paranoid", "2\n")
    write("proc/self/mounts", "proc /proc proc rw 0 0\n")
    write("sys/module/kvm/refcnt", "0")
    return write, FolderHost(str(tmp_path))


@pytest.mark.parametrize(
    ("name", "text", "seen"),
    [
        ("proc/sys/kernel/perf_event_paranoid", "4\n", "/proc/sys/kernel/perf_event_paranoid"),
        ("proc/self/mounts", "proc /proc proc rw 0 0\nt /sys/kernel/tracing tracefs rw 0 0\n", "/proc/self/mounts"),
        ("sys/module/kvm_amd/refcnt", "0", "/sys/module"),
        ("sys/kernel/livepatch/fix/enabled", "1", "/sys/kernel/livepatch"),
        ("dev/kvm", "", "/dev/kvm"),
    ],
)
def test_changes_are_seen(machine, name, text, seen):
    write, host = machine
    before = read_pulse(host)
    write(name, text)
    assert differing(before, read_pulse(host)) == (seen,)


def test_an_unrelated_mount_is_not_one(machine):
    write, host = machine
    before = read_pulse(host)
    write("proc/self/mounts", "proc /proc proc rw 0 0\nx /mnt ext4 rw 0 0\n")
    assert differing(before, read_pulse(host)) == ()


def test_this_machine_is_quiet():
    host = LocalHost()
    assert differing(read_pulse(host), read_pulse(host)) == ()


def test_the_pulse_calls_once_per_change(machine):
    write, host = machine
    calls: list[tuple[str, ...]] = []
    called = threading.Event()
    pulse = KernelPulse(host, lambda paths: (calls.append(paths), called.set()), period_s=0.02)
    write("proc/sys/kernel/perf_event_paranoid", "-1\n")
    assert called.wait(5)
    pulse.stop()
    assert {path for paths in calls for path in paths} == {"/proc/sys/kernel/perf_event_paranoid"}
