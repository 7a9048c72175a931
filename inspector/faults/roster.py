"""Which processes are there, and what do their counters say now? Kept descriptors, found without listing /proc.

A kept descriptor of /proc/PID/stat costs one pread per look and can never show a recycled pid: it answers ESRCH for ever.
New processes are found by the last pid in loadavg; the directory is listed only when too many numbers were used up.
"""

import errno
import os
import resource
from collections.abc import Collection, Iterable, Sequence
from itertools import repeat

from inspector.faults.procfs import STAT_BYTES, Stat, parse_stat
from inspector.i18n import mark

_LIST_EVERY = 32
_SPARE_DESCRIPTORS = 256
_MOST_DESCRIPTORS = 65_536
_GONE = (errno.ESRCH, errno.ENOENT)


class Proc:
    """One process under observation; `due`, `calm` and `looked` are tick numbers and counts of its reading schedule."""

    __slots__ = ("base", "calm", "d_children", "d_major", "d_minor", "due", "era", "fd", "go", "looked", "pid", "raw", "stat")

    def __init__(self, pid: int, fd: int, era: int) -> None:
        self.pid = pid
        self.fd = fd
        self.era = era
        self.raw = b""
        self.stat: Stat | None = None
        self.base: Stat | None = None
        self.go: bool | None = None
        self.calm = 0
        self.due = -1
        self.looked = -1
        self.d_minor = 0
        self.d_major = 0
        self.d_children = 0


class Roster:
    """The processes of a /proc. `only` limits it to some pids, which are then looked for at every call of `discover`."""

    def __init__(self, proc: str = "/proc", only: Collection[int] | None = None) -> None:
        self.proc = proc
        self.procs: dict[int, Proc] = {}
        self.refused = 0
        self.why = ""
        self._only = frozenset(only) if only is not None else None
        self._kept = 0
        self._limit = raise_descriptor_limit()
        self._last_pid = -1
        self._era = 0
        self._calls = 0
        self._loadavg = _open(f"{proc}/loadavg")

    def discover(self) -> list[Proc]:
        """Processes that appeared since the last call."""
        self._calls += 1
        if self._only is not None:
            return self._add(pid for pid in self._only if pid not in self.procs)
        last = self._read_last_pid()
        previous, self._last_pid = self._last_pid, last
        grown = last - previous
        if grown < 0:
            self._era += 1
        if last < 0 or previous < 0 or grown < 0 or grown > 64 + len(self.procs) // 4 or self._calls % _LIST_EVERY == 0:
            return self._list()
        return self._add(pid for pid in range(previous + 1, last + 1) if pid not in self.procs and self._is_leader(pid))

    def read(self, procs: Sequence[Proc]) -> list[bytes]:
        """The stat lines of `procs` in their order, empty for a process that is gone."""
        raws: list[bytes] = []
        reads = map(os.pread, [p.fd for p in procs], repeat(STAT_BYTES), repeat(0))
        while True:
            try:
                raws.extend(reads)
            except OSError as error:
                raws.append(self._read_unkept(procs[len(raws)]) if error.errno == errno.EBADF else b"")
            else:
                return raws

    def drop(self, proc: Proc) -> Proc | None:
        """Forget a process that is gone; returns the new process that meanwhile took its number, if any."""
        if proc.fd >= 0:
            os.close(proc.fd)
            proc.fd = -1
            self._kept -= 1
        proc.due = -1
        if self.procs.get(proc.pid) is proc:
            del self.procs[proc.pid]
            if proc.era != self._era and self._only is None:
                return next(iter(self._add((proc.pid,))), None)
        return None

    def close(self) -> None:
        """Give all descriptors back."""
        for proc in list(self.procs.values()):
            proc.era = self._era
            self.drop(proc)
        if self._loadavg >= 0:
            os.close(self._loadavg)
            self._loadavg = -1

    def _list(self) -> list[Proc]:
        try:
            names = os.listdir(self.proc)
        except OSError as error:
            self.why = mark(f"processes cannot be listed: {self.proc}: {error.strerror}")
            return []
        known = self.procs
        self.refused = 0
        return self._add(pid for pid in map(int, filter(str.isdecimal, names)) if pid not in known)

    def _add(self, pids: Iterable[int]) -> list[Proc]:
        added = []
        for pid in pids:
            try:
                fd = os.open(f"{self.proc}/{pid}/stat", os.O_RDONLY | os.O_CLOEXEC)
            except OSError as error:
                self.refused += error.errno in (errno.EACCES, errno.EPERM)
                if error.errno not in (errno.EMFILE, errno.ENFILE):
                    continue
                self._limit = min(self._limit, self._kept)
                fd = -1
            if fd >= 0 and self._kept >= self._limit:
                os.close(fd)
                fd = -1
            self._kept += fd >= 0
            proc = self.procs[pid] = Proc(pid, fd, self._era)
            added.append(proc)
        return added

    def _read_unkept(self, proc: Proc) -> bytes:
        """Open, read, close: for processes beyond the descriptor limit, told from a successor by their start time."""
        try:
            with open(f"{self.proc}/{proc.pid}/stat", "rb", buffering=0) as file:
                raw = file.read(STAT_BYTES) or b""
            same = proc.stat is None or parse_stat(raw).started_at == proc.stat.started_at
        except (OSError, ValueError, IndexError):
            return b""
        return raw if same else b""

    def _read_last_pid(self) -> int:
        if self._loadavg < 0:
            return -1
        try:
            return int(os.pread(self._loadavg, 128, 0).split()[4])
        except (OSError, ValueError, IndexError):
            return -1

    def _is_leader(self, pid: int) -> bool:
        """Whether a used-up number is a process and not one of its threads."""
        try:
            with open(f"{self.proc}/{pid}/status", "rb", buffering=0) as file:
                text = file.read(400) or b""
        except OSError as error:
            return error.errno not in _GONE
        at = text.find(b"\nTgid:")
        return at < 0 or text[at + 6 :].split(None, 1)[0] == b"%d" % pid


def raise_descriptor_limit() -> int:
    """How many descriptors may be kept, after raising the soft limit as far as the hard one lets; the rest stays for the program's other work."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _MOST_DESCRIPTORS if hard == resource.RLIM_INFINITY else min(hard, _MOST_DESCRIPTORS)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        try:
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
            soft = wanted
        except (OSError, ValueError):
            pass
    limit = soft if soft != resource.RLIM_INFINITY else _MOST_DESCRIPTORS
    return max(limit - _SPARE_DESCRIPTORS, limit // 2)


def _open(path: str) -> int:
    try:
        return os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return -1
