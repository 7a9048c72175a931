"""What is in a run of ring records? Samples as one array by viewing runs of equal records, side records one by one."""

import struct
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

MMAP2, LOST, COMM, EXIT, FORK, SAMPLE = 10, 2, 3, 4, 7, 9
_COMM_EXEC = 1 << 13
_CPU_MODE = 7
_WINDOW = 4096
_GALLOP = 256
_HIGHEST_USER = np.uint64((1 << 63) - 1)
KERNEL_MODE = 1

SAMPLE_RECORD = np.dtype(
    [("type", "<u4"), ("misc", "<u2"), ("size", "<u2"), ("ip", "<u8"), ("pid", "<u4"), ("tid", "<u4"), ("time", "<u8"), ("address", "<u8")]
)
"""A sample of IP, TID, TIME, ADDR; with a call chain a count and that many addresses follow."""

CHAIN_DEPTH = 32
CHAIN_RECORD = np.dtype([*SAMPLE_RECORD.descr, ("chain", "<u8", (CHAIN_DEPTH,))])
"""The same with the call chain beside it: instruction addresses, innermost first, 0 after the last."""

Samples = npt.NDArray[np.void]


class Mapped(NamedTuple):
    """A process mapped something: PERF_RECORD_MMAP2."""

    time: int
    pid: int
    start: int
    end: int
    offset: int
    device: int
    inode: int
    protection: int
    shared: bool
    path: str


class Forked(NamedTuple):
    """A new process (not thread) appeared."""

    time: int
    pid: int
    parent: int


class Executed(NamedTuple):
    """A process replaced its program."""

    time: int
    pid: int
    name: str


class Ended(NamedTuple):
    """A process's first thread ended, and with it almost always the process."""

    time: int
    pid: int


Event = Mapped | Forked | Executed | Ended


class Decoded(NamedTuple):
    """One drained buffer: runs of samples in order, side records in order, and how many records the kernel had to drop."""

    runs: list[Samples]
    events: list[Event]
    lost: int

    @property
    def samples(self) -> Samples:
        """All runs as one array."""
        return together(self.runs)


def decode(buffer: bytes, *, chains: bool = False) -> Decoded:
    """Take whole records apart. With `chains` the samples are CHAIN_RECORD, and their runs are not in order."""
    if chains:
        return _decode_chains(buffer)
    words = np.frombuffer(buffer, "<u8")
    step = SAMPLE_RECORD.itemsize // 8
    header = np.uint64(SAMPLE | SAMPLE_RECORD.itemsize << 48)
    mask = np.uint64(0xFFFF_0000_FFFF_FFFF)
    at, end, lost = 0, len(words), 0
    runs: list[Samples] = []
    events: list[Event] = []
    while at < end:
        count = min((end - at) // step, _WINDOW)
        if count:
            other = np.flatnonzero((words[at : at + count * step : step] & mask) != header)
            run = int(other[0]) if other.size else count
            if run:
                runs.append(np.frombuffer(buffer, SAMPLE_RECORD, count=run, offset=at * 8))
                at += run * step
                continue
        event, dropped, size = _side_record(buffer, at * 8)
        lost += dropped
        if event:
            events.append(event)
        at += size // 8 or end
    return Decoded(runs, events, lost)


def together(runs: list[Samples]) -> Samples:
    """Runs as one array, copied only if there are several."""
    return runs[0] if len(runs) == 1 else np.concatenate(runs) if runs else np.empty(0, SAMPLE_RECORD)


def _decode_chains(buffer: bytes) -> Decoded:
    words = np.frombuffer(buffer, "<u8")
    starts = _record_starts(words)
    heads = words[starts]
    sizes = (heads >> np.uint64(48)).astype(np.int64)
    sampled = (heads & np.uint64(0xFFFF_FFFF)) == SAMPLE
    runs: list[Samples] = []
    for size in np.unique(sizes[sampled]).tolist():
        at = starts[sampled & (sizes == size)]
        block = words[at[:, None] + np.arange(size // 8)]
        chain = np.where(block[:, 6:] > _HIGHEST_USER, np.uint64(0), block[:, 6:])
        if chain.shape[1] and not chain[:, 0].any():
            chain = chain[:, 1:]
        out = np.zeros(len(at), CHAIN_RECORD)
        flat = out.view("<u8").reshape(len(at), -1)
        flat[:, :5] = block[:, :5]
        depth = min(CHAIN_DEPTH, chain.shape[1])
        flat[:, 5 : 5 + depth] = chain[:, :depth]
        runs.append(out)
    events: list[Event] = []
    lost = 0
    for position in starts[~sampled].tolist():
        event, dropped, _ = _side_record(buffer, position * 8)
        lost += dropped
        if event:
            events.append(event)
    return Decoded(runs, events, lost)


def _record_starts(words: npt.NDArray[np.uint64]) -> npt.NDArray[np.int64]:
    """Where records begin (in words), a run of equal headers at a time."""
    at, end = 0, len(words)
    found: list[npt.NDArray[np.int64]] = [np.empty(0, np.int64)]
    while at < end:
        size = int(words[at]) >> 51
        if not size:
            break
        count = min((end - at) // size, _GALLOP)
        other = np.flatnonzero(words[at : at + count * size : size] != words[at])
        run = int(other[0]) if other.size else count
        if not run:
            break
        found.append(np.arange(at, at + run * size, size))
        at += run * size
    return np.concatenate(found)


def _side_record(buffer: bytes, at: int) -> tuple[Event | None, int, int]:
    """The event of a record that is no sample (they end in thread and time), how many it says were lost, and its size (bytes)."""
    kind, misc, size = struct.unpack_from("<IHH", buffer, at)
    body, end = at + 8, at + size
    if kind == LOST:
        return None, struct.unpack_from("<Q", buffer, body + 8)[0], size
    if size < 32 or end > len(buffer):
        return None, 0, size
    time = struct.unpack_from("<Q", buffer, end - 8)[0]
    if kind == MMAP2:
        pid, _, start, length, offset, major, minor, inode, _, protection, flags = struct.unpack_from("<IIQQQIIQQII", buffer, body)
        path = _text(buffer[body + 64 : end - 16])
        return Mapped(time, pid, start, start + length, offset, major << 20 | minor, inode, protection, bool(flags & 1), path), 0, size
    if kind == FORK:
        pid, parent = struct.unpack_from("<II", buffer, body)
        return (Forked(time, pid, parent) if pid != parent else None), 0, size
    if kind == EXIT:
        pid, _, tid = struct.unpack_from("<III", buffer, body)
        return (Ended(time, pid) if pid == tid else None), 0, size
    if kind == COMM and misc & _COMM_EXEC:
        return Executed(time, struct.unpack_from("<I", buffer, body)[0], _text(buffer[body + 8 : end - 16])), 0, size
    return None, 0, size


def in_kernel(samples: Samples) -> npt.NDArray[np.bool_]:
    """Which faults the kernel took while working for the program (reading into its buffers and the like)."""
    taken: npt.NDArray[np.bool_] = (samples["misc"] & _CPU_MODE) == KERNEL_MODE
    return taken


def _text(raw: bytes) -> str:
    return raw.split(b"\0", 1)[0].decode("utf-8", "replace")
