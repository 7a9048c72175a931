"""How fast does a process write where its pages cannot be write-protected from outside? The kernel's soft-dirty bits, if they are real.

Writing 4 to /proc/PID/clear_refs clears them, /proc/PID/pagemap shows them in bit 55 (kernel documentation, admin-guide/mm/soft-dirty). A kernel
without CONFIG_MEM_SOFT_DIRTY accepts the write and does nothing, so the bit is believed only after it worked on a page of our own.
"""

import errno
import mmap
import os
import struct
from collections import Counter

import numpy as np

from inspector.faults.gonote import GoNotes
from inspector.faults.spaces import AddressSpace, Mapping, writable
from inspector.i18n import mark

_PAGE = mmap.PAGESIZE
_BIT = 55
_CLEAR = b"4"
_AT_ONCE = 1 << 16
_MOST_PAGES = 1 << 22


class NotSoftDirtyError(Exception):
    """Why soft-dirty bits do not help here."""


class SoftDirtyTracker:
    """Pages written by one process since the last `scan`. Each page costs it one extra minor fault per scan; it is never stopped."""

    stopped_ms = 0.0

    def __init__(self, pid: int) -> None:
        """Clear the bits; raises NotSoftDirtyError."""
        if not works():
            raise NotSoftDirtyError(mark("soft-dirty bits do nothing in this kernel (CONFIG_MEM_SOFT_DIRTY is not set)"))
        self.pid = pid
        self.seen: set[int] = set()
        self._go = GoNotes().is_go(pid)
        try:
            self._pagemap = os.open(f"/proc/{pid}/pagemap", os.O_RDONLY | os.O_CLOEXEC)
        except OSError as error:
            raise NotSoftDirtyError(mark(f"its page map may not be read: {error.strerror}")) from error
        try:
            _clear(pid)
        except OSError as error:
            self.close()
            raise NotSoftDirtyError(mark(f"its bits may not be cleared: {error.strerror}")) from error

    def scan(self) -> Counter[str]:
        """Pages written since the last scan, by what their mapping is for; raises ProcessLookupError when the process is gone."""
        space = AddressSpace(self.pid, go=self._go)
        if reason := space.read():
            raise ProcessLookupError(errno.ESRCH, reason)
        written: Counter[str] = Counter()
        for mapping in space.maps:
            if writable(mapping) and (pages := self._dirty(mapping)):
                written[space.label(mapping.start)] += len(pages)
                if len(self.seen) < _MOST_PAGES:
                    self.seen.update(pages)
        _clear(self.pid)
        return written

    def close(self) -> None:
        """Give everything back."""
        if self._pagemap >= 0:
            os.close(self._pagemap)
        self._pagemap = -1

    def _dirty(self, mapping: Mapping) -> list[int]:
        found: list[int] = []
        for start in range(mapping.start, mapping.end, _AT_ONCE * _PAGE):
            count = min(_AT_ONCE, (mapping.end - start) // _PAGE)
            words = np.frombuffer(os.pread(self._pagemap, 8 * count, start // _PAGE * 8), "<u8")
            found += (np.flatnonzero(words >> np.uint64(_BIT) & np.uint64(1)) + start // _PAGE).tolist()
        return found


def works(proc: str = "/proc") -> bool:
    """Whether the bit follows a page of our own: clean after clearing, dirty after a write."""
    with mmap.mmap(-1, _PAGE, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS) as page:
        page[0] = 1
        anchor = np.frombuffer(page, np.uint8)
        number = anchor.ctypes.data // _PAGE
        del anchor
        try:
            _clear(os.getpid(), proc)
            clean = not _bit(number, proc)
            page[0] = 2
            return clean and _bit(number, proc)
        except OSError:
            return False


def _clear(pid: int, proc: str = "/proc") -> None:
    fd = os.open(f"{proc}/{pid}/clear_refs", os.O_WRONLY | os.O_CLOEXEC)
    try:
        os.write(fd, _CLEAR)
    finally:
        os.close(fd)


def _bit(number: int, proc: str) -> bool:
    with open(f"{proc}/self/pagemap", "rb", buffering=0) as file:
        word: int = struct.unpack("<Q", os.pread(file.fileno(), 8, 8 * number))[0]
    return bool(word >> _BIT & 1)
