"""What do the kernel's counters say? Parsers of /proc/PID/stat and /proc/vmstat, and why a /proc shows less than everything."""

import os
from typing import NamedTuple

STAT_BYTES = 448
"""Enough of a stat line for every field up to the start time; a small read keeps the bytes object in the fast allocator."""

_VMSTAT_BYTES = 32_768
_MOUNTINFO_LIMIT = 1 << 20


class Stat(NamedTuple):
    """One process's counters from /proc/PID/stat: faults of itself and of children already waited for, CPU time and start in clock ticks."""

    parent: int
    minor: int
    children_minor: int
    major: int
    children_major: int
    cpu_ticks: int
    started_at: int

    @property
    def faults(self) -> int:
        """Own faults, minor and major."""
        return self.minor + self.major

    @property
    def children(self) -> int:
        """Faults of children that ended and were waited for, with their own such children."""
        return self.children_minor + self.children_major


def parse_stat(raw: bytes) -> Stat:
    """The counters in a stat line; raises ValueError or IndexError on text that is none (a name may hold spaces and parentheses)."""
    field = raw[raw.rindex(b")") + 2 :].split(b" ", 20)
    return Stat(int(field[1]), int(field[7]), int(field[8]), int(field[9]), int(field[10]), int(field[11]) + int(field[12]), int(field[19]))


def stat_name(raw: bytes) -> str:
    """The process name in a stat line, undecodable bytes shown as U+FFFD."""
    return raw[raw.find(b"(") + 1 : raw.rfind(b")")].decode("utf-8", "replace")


class VmCounters(NamedTuple):
    """The system's fault counters since boot: all faults, and those that waited for storage."""

    faults: int
    major: int


class Vmstat:
    """A kept descriptor of vmstat, re-read in place (about 10 us)."""

    def __init__(self, proc: str = "/proc") -> None:
        self.why = ""
        self._fd = -1
        try:
            self._fd = os.open(f"{proc}/vmstat", os.O_RDONLY | os.O_CLOEXEC)
        except OSError as error:
            self.why = f"no system counters: {proc}/vmstat: {error.strerror}"

    def read(self) -> VmCounters | None:
        """The counters now; None with `why` set where this /proc does not tell."""
        if self._fd < 0:
            return None
        try:
            raw = os.pread(self._fd, _VMSTAT_BYTES, 0)
        except OSError as error:
            self.why = f"no system counters: vmstat: {error.strerror}"
            return None
        faults, major = _value(raw, b"\npgfault "), _value(raw, b"\npgmajfault ")
        if faults is None or major is None:
            self.why = "no system counters: vmstat has no pgfault line"
            return None
        return VmCounters(faults, major)

    def close(self) -> None:
        """Give the descriptor back."""
        if self._fd >= 0:
            os.close(self._fd)
            self._fd = -1


def _value(raw: bytes, key: bytes) -> int | None:
    start = raw.find(key)
    if start < 0:
        return None
    start += len(key)
    end = raw.find(b"\n", start)
    text = raw[start : end if end >= 0 else len(raw)]
    return int(text) if text.isdigit() else None


def hidden_reason(proc: str = "/proc") -> str:
    """Why this /proc hides processes of others (mount option hidepid, for users without the exempt group), empty if it does not."""
    if os.geteuid() == 0:
        return ""
    try:
        with open(f"{proc}/self/mountinfo", "rb") as file:
            text = file.read(_MOUNTINFO_LIMIT)
    except OSError:
        return ""
    options = next((line.split()[-1] for line in reversed(text.splitlines()) if line.split()[4:5] == [proc.encode()]), b"")
    for option in options.split(b","):
        name, _, value = option.partition(b"=")
        if name == b"hidepid" and value not in (b"0", b"off"):
            return f"processes of other users are hidden: /proc is mounted with hidepid={value.decode('ascii', 'replace')}"
    return ""
