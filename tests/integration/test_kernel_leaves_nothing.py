"""Do ten thousand questions leave anything behind: a setting, a mount, a file, a process, a descriptor?"""

import os
from pathlib import Path

import pytest

from inspector.host.local import LocalHost
from inspector.kernel import rows
from inspector.probes.kernel_pulse import read_pulse
from inspector.probes.live import Asking

QUESTIONS = 10_000


def settings() -> dict[str, str]:
    """Every sysctl that keeps still on an idle machine, and what the pulse reads."""
    found = dict(read_pulse(LocalHost()))
    for folder in ("kernel", "vm", "user", "net/core"):
        for path in sorted(Path("/proc/sys", folder).rglob("*")):
            try:
                found[str(path)] = path.read_text() if path.is_file() else ""
            except OSError as error:
                found[str(path)] = str(error.errno)
    found["mounts"] = Path("/proc/self/mounts").read_text()
    return found


MOVING = ("/kernel/random/", "ns_last_pid", "/kernel/pty/nr", "-nr", "/kernel/perf_event_max_sample_rate")


def children() -> list[str]:
    return Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()


@pytest.mark.slow
def test_ten_thousand_questions_leave_nothing():
    everything = rows.load()
    Asking(everything).answers()
    before, descriptors, offspring = settings(), sorted(os.listdir("/proc/self/fd")), children()
    memory = int(Path("/proc/self/statm").read_text().split()[1])
    asked = 0
    while asked < QUESTIONS:
        asked += len(Asking(everything).answers())
    after = settings()
    changed = {name for name in before | after if before.get(name) != after.get(name) and not any(word in name for word in MOVING)}
    assert changed == set()
    assert sorted(os.listdir("/proc/self/fd")) == descriptors
    assert children() == offspring
    grown = int(Path("/proc/self/statm").read_text().split()[1]) - memory
    assert grown * os.sysconf("SC_PAGESIZE") < 8 << 20
    assert [entry.name for entry in os.scandir("/proc") if entry.name.isdigit() and b"inspector.probes.asker" in _command(entry.name)] == []


def _command(pid: str) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""
