"""What do the kernel's counters say? Parsers of /proc/PID/stat and /proc/vmstat, and why a /proc shows less than everything."""

import operator
import os
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import NamedTuple

from inspector.i18n import mark

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
    """The system's counters since boot: all faults, those that waited for storage; None for what this kernel does not count.

    `huge` faults got a huge page, `huge_refused` had to fall back, `collapsed` huge pages were made of small ones, `swap_in` and `dirtied` are
    pages, `killed` processes were ended for lack of memory, `waited_us` is PSI's total for memory.
    """

    faults: int
    major: int
    huge: int | None = None
    huge_refused: int | None = None
    collapsed: int | None = None
    swap_in: int | None = None
    dirtied: int | None = None
    killed: int | None = None
    waited_us: int | None = None

    def since(self, before: "VmCounters") -> "VmCounters":
        """The growth from an earlier reading."""
        return VmCounters(self.faults - before.faults, self.major - before.major, *_each(operator.sub, self[2:], before[2:]))

    def plus(self, other: "VmCounters") -> "VmCounters":
        """Two growths together."""
        return VmCounters(self.faults + other.faults, self.major + other.major, *_each(operator.add, self[2:], other[2:]))


def _each(how: Callable[[int, int], int], left: Iterable[int | None], right: Iterable[int | None]) -> list[int | None]:
    return [None if a is None or b is None else how(a, b) for a, b in zip(left, right, strict=True)]


_OPTIONAL = (b"\nthp_fault_alloc ", b"\nthp_fault_fallback ", b"\nthp_collapse_alloc ", b"\npswpin ", b"\nnr_dirtied ", b"\noom_kill ")


class Vmstat:
    """Kept descriptors of vmstat and pressure/memory, re-read in place (about 12 us)."""

    def __init__(self, proc: str = "/proc") -> None:
        self.why = ""
        self._fd = self._pressure = -1
        try:
            self._fd = os.open(f"{proc}/vmstat", os.O_RDONLY | os.O_CLOEXEC)
        except OSError as error:
            self.why = mark(f"no system counters: {proc}/vmstat: {error.strerror}")
        with suppress(OSError):
            self._pressure = os.open(f"{proc}/pressure/memory", os.O_RDONLY | os.O_CLOEXEC)

    def read(self) -> VmCounters | None:
        """The counters now; None with `why` set where this /proc does not tell."""
        if self._fd < 0:
            return None
        try:
            raw = os.pread(self._fd, _VMSTAT_BYTES, 0)
        except OSError as error:
            self.why = mark(f"no system counters: vmstat: {error.strerror}")
            return None
        faults, major = _value(raw, b"\npgfault "), _value(raw, b"\npgmajfault ")
        if faults is None or major is None:
            self.why = mark("no system counters: vmstat has no pgfault line")
            return None
        return VmCounters(faults, major, *(*(_value(raw, key) for key in _OPTIONAL), self._waited()))

    def _waited(self) -> int | None:
        """Microseconds in which some task waited for memory; older kernels refuse the read where PSI is off."""
        if self._pressure < 0:
            return None
        try:
            return _value(os.pread(self._pressure, 256, 0), b" total=")
        except OSError:
            return None

    def close(self) -> None:
        """Give the descriptors back."""
        for fd in (self._fd, self._pressure):
            if fd >= 0:
                os.close(fd)
        self._fd = self._pressure = -1


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
            return mark(f"processes of other users are hidden: /proc is mounted with hidepid={value.decode('ascii', 'replace')}")
    return ""
