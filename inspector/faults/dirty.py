"""How fast does a running process write to its memory? Its own userfaultfd write-protects pages asynchronously; PAGEMAP_SCAN says which were written.

Needs Linux 6.7 (UFFD_FEATURE_WP_ASYNC, PAGEMAP_SCAN). The process is stopped twice for a fraction of a millisecond, once to open the descriptor;
from then on each page it writes to between two scans costs it one extra minor fault. Closing the descriptor, or our death, ends all of it.
"""

import ctypes
import errno
import fcntl
import os
import struct
import time
from collections import Counter
from collections.abc import Callable
from typing import TYPE_CHECKING

from inspector.faults.gonote import GoNotes
from inspector.faults.inject import CannotInjectError, stopped
from inspector.faults.spaces import AddressSpace, writable
from inspector.i18n import mark
from inspector.model.faults import DirtyReport, DirtyRow

if TYPE_CHECKING:
    from inspector.faults.softdirty import SoftDirtyTracker

_PAGE = os.sysconf("SC_PAGESIZE")
_NR_USERFAULTFD, _NR_CLOSE, _NR_PIDFD_GETFD = 323, 3, 438
_USER_MODE_ONLY = 1
_API, _REGISTER, _PAGEMAP_SCAN = 0xC018AA3F, 0xC020AA00, 0xC0606610
_API_VERSION, _MODE_WP = 0xAA, 2
_WP_ASYNC, _WP_UNPOPULATED = 1 << 15, 1 << 13
_SCAN_REPROTECT, _WRITTEN = 1, 2
_RANGES = 4096
_MOST_SEEN = 1 << 22
"""Different pages (16 GB of them) beyond which the working set is no longer told."""

_libc = ctypes.CDLL(None, use_errno=True)
_libc.syscall.restype = ctypes.c_long


class CannotTrackError(Exception):
    """Why writes cannot be tracked; nothing was changed in the process."""

    def __init__(self, reason: str, *, refused_by: str = "") -> None:
        """`refused_by`: the kernel setting behind it."""
        super().__init__(reason)
        self.refused_by = refused_by


class DirtyTracker:
    """Pages written by one process since the last `scan`. `close` ends the tracking and its cost at once."""

    def __init__(self, pid: int) -> None:
        """Attach; raises CannotTrackError."""
        self.pid = pid
        self._space = AddressSpace(pid, go=GoNotes().is_go(pid))
        self._covered: dict[tuple[int, int], None] = {}
        self.seen: set[int] = set()
        self._ranges = (ctypes.c_uint64 * (3 * _RANGES))()
        self._pagemap = self._descriptor = -1
        started = time.perf_counter()
        try:
            _self_test()
            self._pagemap = os.open(f"/proc/{pid}/pagemap", os.O_RDONLY | os.O_CLOEXEC)
            self._descriptor = _open_inside(pid)
            self.stopped_ms = (time.perf_counter() - started) * 1e3
            _prepare(self._descriptor)
            self._cover()
        except CannotInjectError as reason:
            self.close()
            raise CannotTrackError(str(reason), refused_by=reason.refused_by) from reason
        except OSError as error:
            self.close()
            raise CannotTrackError(_refusal(error)) from error

    def scan(self) -> Counter[str]:
        """Pages written since the last scan, by what their mapping is for; raises ProcessLookupError when the process is gone."""
        written: Counter[str] = Counter()
        for start, end in list(self._covered):
            pages = self._scan_range(start, end, seen=self.seen)
            if pages:
                written[self._space.label(start)] += pages
        self._cover()
        return written

    def close(self) -> None:
        """Give everything back."""
        for fd in (self._descriptor, self._pagemap):
            if fd >= 0:
                os.close(fd)
        self._descriptor = self._pagemap = -1

    def _cover(self) -> None:
        """Watch the writable private anonymous mappings there are now; those of before stay watched."""
        self._space = AddressSpace(self.pid, go=self._space.go)
        if reason := self._space.read():
            raise ProcessLookupError(errno.ESRCH, reason)
        wanted = {(m.start, m.end): None for m in self._space.maps if writable(m)}
        for start, end in wanted:
            if (start, end) in self._covered:
                continue
            try:
                fcntl.ioctl(self._descriptor, _REGISTER, bytearray(struct.pack("<4Q", start, end - start, _MODE_WP, 0)), True)
                self._scan_range(start, end, seen=set())
            except OSError as error:
                if error.errno not in (errno.EINVAL, errno.ENOMEM, errno.EBUSY, errno.EPERM):
                    raise
        self._covered = wanted

    def _scan_range(self, start: int, end: int, *, seen: set[int]) -> int:
        """How many pages of a range were written, which are protected again in the same step; `seen` takes their numbers."""
        pages, at = 0, start
        while at < end:
            vector = ctypes.addressof(self._ranges)
            words = (96, _SCAN_REPROTECT, at, end, 0, vector, _RANGES, 0, 0, _WRITTEN, 0, _WRITTEN)
            argument = bytearray(struct.pack("<12Q", *words))
            try:
                count = fcntl.ioctl(self._pagemap, _PAGEMAP_SCAN, argument, True)
            except OSError as error:
                if error.errno in (errno.EPERM, errno.ENOMEM, errno.EFAULT, errno.EINVAL):
                    return pages
                raise
            for i in range(count):
                first, end_of = self._ranges[3 * i] // _PAGE, self._ranges[3 * i + 1] // _PAGE
                pages += end_of - first
                if len(seen) < _MOST_SEEN:
                    seen.update(range(first, end_of))
            reached = struct.unpack_from("<Q", argument, 32)[0]
            if reached <= at:
                break
            at = reached
        return pages


def measure_dirty(pid: int, *, duration_s: float, hz: float = 1.0, given_up: Callable[[], bool] = lambda: False) -> DirtyReport:
    """The pages a process wrote per second, by mapping; what forbids it is in `why`. The process runs on unchanged afterwards.

    By write protection, or where that is refused by soft-dirty bits, whichever works here.
    """
    try:
        tracker, method = _tracker(pid)
    except CannotTrackError as reason:
        return DirtyReport(duration_s=0.0, why=str(reason), refused_by=reason.refused_by)
    written: Counter[str] = Counter()
    started = time.monotonic()
    why = ""
    try:
        while (left := started + duration_s - time.monotonic()) > 0 and not given_up():
            time.sleep(min(1 / hz, left))
            written += tracker.scan()
    except OSError:
        why = mark(f"process {pid} ended")
    finally:
        tracker.close()
    seconds = time.monotonic() - started
    rows = tuple(DirtyRow(mapping=name, pages=count, pages_per_s=count / seconds) for name, count in written.most_common())
    size = len(tracker.seen) if len(tracker.seen) < _MOST_SEEN else None
    return DirtyReport(
        duration_s=seconds, method=method, rows=rows, working_set=size, extra_faults=written.total(), attach_ms=tracker.stopped_ms, why=why
    )


def _tracker(pid: int) -> "tuple[DirtyTracker | SoftDirtyTracker, str]":
    """What works here, tried in the order of what it costs the process."""
    try:
        return DirtyTracker(pid), "write-protect"
    except CannotTrackError as first:
        if not os.path.exists(f"/proc/{pid}"):
            raise
        from inspector.faults.softdirty import NotSoftDirtyError, SoftDirtyTracker

        try:
            return SoftDirtyTracker(pid), "soft-dirty"
        except NotSoftDirtyError as second:
            raise CannotTrackError(f"{first}; {second}", refused_by=first.refused_by) from second


def _open_inside(pid: int) -> int:
    """A userfaultfd of the process's memory, opened by itself and handed over."""
    pidfd = os.pidfd_open(pid)
    try:
        with stopped(pid) as thread:
            theirs = thread.call(_NR_USERFAULTFD, os.O_CLOEXEC | os.O_NONBLOCK | _USER_MODE_ONLY)
            if theirs < 0:
                raise OSError(-theirs, os.strerror(-theirs))
            ours = int(_libc.syscall(ctypes.c_long(_NR_PIDFD_GETFD), ctypes.c_int(pidfd), ctypes.c_int(theirs), ctypes.c_uint(0)))
            code = ctypes.get_errno()
            thread.call(_NR_CLOSE, theirs)
        if ours < 0:
            raise OSError(code, os.strerror(code))
        return ours
    finally:
        os.close(pidfd)


def _prepare(fd: int) -> None:
    fcntl.ioctl(fd, _API, bytearray(struct.pack("<3Q", _API_VERSION, _WP_ASYNC | _WP_UNPOPULATED, 0)), True)


def _self_test() -> None:
    """Ask for the same on ourselves first: nothing is done to the process where this kernel cannot."""
    fd = int(_libc.syscall(ctypes.c_long(_NR_USERFAULTFD), ctypes.c_int(os.O_CLOEXEC | os.O_NONBLOCK | _USER_MODE_ONLY)))
    if fd < 0:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))
    try:
        _prepare(fd)
    finally:
        os.close(fd)


def _refusal(error: OSError) -> str:
    if error.errno in (errno.EINVAL, errno.ENOSYS):
        return mark("this kernel cannot track writes asynchronously (userfaultfd WP_ASYNC, Linux 6.7)")
    if error.errno in (errno.EPERM, errno.EACCES):
        return mark(f"refused: {error.strerror}; the process belongs to another user, or a seccomp filter forbids userfaultfd")
    return mark("the process ended") if error.errno in (errno.ESRCH, errno.ENOENT) else str(error.strerror)
