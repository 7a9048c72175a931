"""What does a page fault cost on this machine? A few pages of our own, touched for the first time and once more: the difference is the fault."""

import ctypes
import mmap
import time
from contextlib import suppress

_PAGE = mmap.PAGESIZE
_PAGES = 512
_HUGE = 2 << 20
_ROUNDS = 3
_OWN = mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS
_FEWEST = 20
"""A huge page is believed when its one fault took as long as so many small ones and none followed."""


def fault_cost() -> tuple[float, float | None]:
    """Nanoseconds of a minor fault, and of a huge-page fault where this kernel gives one (about 2 ms in all)."""
    small = max(0.0, min(_small() for _ in range(_ROUNDS)))
    return small, _huge(small)


def _small() -> float:
    with mmap.mmap(-1, _PAGES * _PAGE, _OWN) as memory:
        _advise(memory, mmap.MADV_NOHUGEPAGE)
        first, again = _touch(memory), _touch(memory)
    return (first - again) / _PAGES


def _advise(memory: mmap.mmap, advice: int) -> None:
    """A kernel without huge pages refuses the advice and does not need it."""
    with suppress(OSError):
        memory.madvise(advice)


def _touch(memory: mmap.mmap) -> int:
    started = time.thread_time_ns()
    for at in range(0, _PAGES * _PAGE, _PAGE):
        memory[at] = 1
    return time.thread_time_ns() - started


def _huge(small: float) -> float | None:
    with mmap.mmap(-1, 2 * _HUGE, _OWN) as memory:
        _advise(memory, mmap.MADV_HUGEPAGE)
        anchor = ctypes.c_char.from_buffer(memory)
        at = -ctypes.addressof(anchor) % _HUGE
        del anchor
        started = time.thread_time_ns()
        memory[at] = 1
        first = time.thread_time_ns()
        for page in range(1, _FEWEST):
            memory[at + page * _PAGE] = 1
        rest = time.thread_time_ns() - first
    whole = first - started
    return float(whole) if whole > _FEWEST * small and rest < _FEWEST * small else None
