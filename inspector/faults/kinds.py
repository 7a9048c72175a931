"""What sort of page fault was it, as far as the evidence goes?

A software event tells neither read from write nor why; what tells is the mapping, whether storage was waited for, and whether the same page
faulted before. Where that leaves two answers the weaker one is given.
"""

import numpy as np
import numpy.typing as npt

FIRST_TOUCH, WRITE_AFTER_READ, AGAIN, COPY, FILE, FILE_READ, SWAP_IN, OTHER = range(8)
KINDS = ("first-touch", "write-after-read", "again", "copy-on-write", "file", "file-read", "swap-in", "unknown")
"""Kind ids by number: first-touch of memory without a file; write-after-read, the second fault of a page in a row (the zero page, then a page of
its own); again, a page touched before was given back or taken away; copy-on-write of a private page shared since a fork or with a file; file, from
the page cache; file-read, from storage; swap-in."""

_SLOTS = 1 << 20
_MIX = np.uint64(0x9E3779B97F4A7C15)
_SHIFT = np.uint64(44)
_NEAR = 64


class PageMemory:
    """Which pages faulted when: a direct-mapped table of 1 M pages (16 MB); forgetting one makes a repeat look like a first touch."""

    def __init__(self) -> None:
        self._table = np.zeros(_SLOTS, np.uint64)
        self._times = np.zeros(_SLOTS, np.uint64)

    def last(self, pid: int, pages: npt.NDArray[np.uint64]) -> npt.NDArray[np.uint64]:
        """When each page faulted in this process before this call, 0 if it did not."""
        keys = _keys(pid, pages)
        slots = keys >> _SHIFT
        return np.where(self._table[slots] == keys, self._times[slots], np.uint64(0))

    def add(self, pid: int, pages: npt.NDArray[np.uint64], times: npt.NDArray[np.uint64]) -> None:
        """Remember pages and when they faulted."""
        keys = _keys(pid, pages)
        self._table[keys >> _SHIFT] = keys
        self._times[keys >> _SHIFT] = times


def _keys(pid: int, pages: npt.NDArray[np.uint64]) -> npt.NDArray[np.uint64]:
    keys: npt.NDArray[np.uint64] = (pages ^ np.uint64(pid) << np.uint64(40)) * _MIX
    return keys | np.uint64(1)


def last_in(pages: npt.NDArray[np.uint64], times: npt.NDArray[np.uint64]) -> npt.NDArray[np.uint64]:
    """When each element's page occurred earlier in the same array (in time order), 0 if it did not."""
    order = np.argsort(pages, kind="stable")
    ordered, time = pages[order], times[order]
    earlier = np.zeros(len(pages), np.uint64)
    earlier[order[1:]] = np.where(ordered[1:] == ordered[:-1], time[:-1], 0)
    return earlier


def in_a_row(threads: npt.NDArray[np.uint32], pages: npt.NDArray[np.uint64], ips: npt.NDArray[np.uint64]) -> npt.NDArray[np.bool_]:
    """Which faults hit the page of the same thread's fault before, from the same or a neighbouring instruction."""
    order = np.argsort(threads, kind="stable")
    thread, page, ip = threads[order], pages[order], ips[order].astype(np.int64)
    second = np.zeros(len(pages), bool)
    second[order[1:]] = (thread[1:] == thread[:-1]) & (page[1:] == page[:-1]) & (np.abs(ip[1:] - ip[:-1]) <= _NEAR)
    return second


def classify(
    *,
    of_file: npt.NDArray[np.bool_],
    private: npt.NDArray[np.bool_],
    major: npt.NDArray[np.bool_],
    known: npt.NDArray[np.bool_],
    row: npt.NDArray[np.bool_],
    shared_since_fork: npt.NDArray[np.bool_],
    before: npt.NDArray[np.bool_],
) -> npt.NDArray[np.uint64]:
    """Kind numbers from the evidence on each fault; `row` second in a row, `before` its page faulted earlier, `known` its mapping is."""
    kind = np.where(of_file, FILE, FIRST_TOUCH)
    kind = np.where(before & ~of_file, AGAIN, kind)
    kind = np.where(before & of_file & private, COPY, kind)
    kind = np.where(row & ~of_file, WRITE_AFTER_READ, kind)
    kind = np.where(shared_since_fork & ~of_file & private & ~row, COPY, kind)
    kind = np.where(~known, OTHER, kind)
    kind = np.where(major, np.where(of_file, FILE_READ, SWAP_IN), kind)
    return kind.astype(np.uint64)
