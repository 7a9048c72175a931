"""How do faults divide among control groups, and those of one process among its threads? Two readings and their difference.

A group's counters include its descendants' (`total_` in version 1). Threads and groups that begin in between count from 0; those that ended are gone.
"""

import os
from collections import deque
from typing import NamedTuple

from inspector.faults.procfs import parse_stat, stat_name
from inspector.model.faults import GroupRates, ThreadRates

_ROOT = "/sys/fs/cgroup"
_MOST_GROUPS = 1000
_STAT_BYTES = 16_384


class _Count(NamedTuple):
    name: str
    faults: int
    major: int


class Parts:
    """The counters at the beginning of a measurement: all groups, or the threads of `pid`."""

    def __init__(self, pid: int | None, *, proc: str = "/proc", root: str = _ROOT) -> None:
        self._pid, self._proc, self._root = pid, proc, root
        self._groups = self._read_groups() if pid is None else {}
        self._threads = self._read_threads()

    @property
    def accounted(self) -> bool:
        """Whether any control group accounts memory here."""
        return bool(self._groups)

    def groups(self, seconds: float, top: int) -> tuple[GroupRates, ...]:
        """Groups that faulted since, the fastest first; the root group, which is the system, is left out."""
        grown = _grown(self._groups, self._read_groups() if self._pid is None else {}, top)
        return tuple(GroupRates(path=path, minor_per_s=(n.faults - n.major) / seconds, major_per_s=n.major / seconds) for path, n in grown)

    def threads(self, seconds: float, top: int) -> tuple[ThreadRates, ...]:
        """Threads of the process that faulted since, the fastest first."""
        grown = _grown(self._threads, self._read_threads(), top)
        return tuple(
            ThreadRates(tid=int(tid), name=n.name, minor_per_s=(n.faults - n.major) / seconds, major_per_s=n.major / seconds) for tid, n in grown
        )

    def _read_groups(self) -> dict[str, _Count]:
        if os.path.exists(f"{self._root}/cgroup.controllers"):
            return _groups_below(self._root, b"pgfault ", b"pgmajfault ")
        return _groups_below(f"{self._root}/memory", b"total_pgfault ", b"total_pgmajfault ")

    def _read_threads(self) -> dict[str, _Count]:
        if self._pid is None:
            return {}
        folder = f"{self._proc}/{self._pid}/task"
        found = {}
        try:
            tids = os.listdir(folder)
        except OSError:
            return {}
        for tid in tids:
            try:
                raw = _read(f"{folder}/{tid}/stat")
                stat = parse_stat(raw)
            except (OSError, ValueError, IndexError):
                continue
            found[tid] = _Count(stat_name(raw), stat.faults, stat.major)
        return found


def _groups_below(root: str, faults: bytes, major: bytes) -> dict[str, _Count]:
    """Counters of the groups below a root, nearest first; empty where memory is not accounted there."""
    found: dict[str, _Count] = {}
    todo = deque([root])
    while todo and len(found) < _MOST_GROUPS:
        folder = todo.popleft()
        try:
            with os.scandir(folder) as entries:
                todo.extend(sorted(entry.path for entry in entries if entry.is_dir(follow_symlinks=False)))
            text = _read(f"{folder}/memory.stat") if folder != root else b""
        except OSError:
            continue
        counters = [_value(text, key) for key in (faults, major)]
        if None not in counters:
            found[folder[len(root) :]] = _Count("", *(count or 0 for count in counters))
    return found


def _value(text: bytes, key: bytes) -> int | None:
    for line in text.splitlines():
        if line.startswith(key):
            return int(line[len(key) :])
    return None


def _read(path: str) -> bytes:
    fd = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        return os.read(fd, _STAT_BYTES)
    finally:
        os.close(fd)


def _grown(before: dict[str, _Count], now: dict[str, _Count], top: int) -> list[tuple[str, _Count]]:
    """What grew, the fastest first; minor counts in minor and major as /proc and memory.stat have them."""
    grown = []
    for key, count in now.items():
        old = before.get(key, _Count("", 0, 0))
        if count.faults > old.faults:
            grown.append((key, _Count(count.name, count.faults - old.faults, count.major - old.major)))
    return sorted(grown, key=lambda item: -item[1].faults)[:top]
