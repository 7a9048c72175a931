"""What is behind each sampled fault? Batches of samples become counts by instruction, mapping and kind, per process and then in one ledger."""

from collections import Counter
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from inspector.faults import kinds
from inspector.faults.bpf import REGION_BITS
from inspector.faults.decode import CHAIN_DEPTH, Mapped, Samples, in_kernel
from inspector.faults.gonote import GoNotes
from inspector.faults.ledger import KERNEL, Category, Ledger, Location
from inspector.faults.spaces import AddressSpace, Columns
from inspector.faults.symbols import Objects
from inspector.i18n import mark

_IP_BITS, _KIND_BITS = 47, 4
_USER_BITS = 63
_IP_MASK = (1 << _IP_BITS) - 1
_LABEL_MASK = (1 << (64 - _IP_BITS - _KIND_BITS)) - 1
_PAGE_SHIFT = np.uint64(12)
_KERNEL_IP = 1
_STRAYS = 64
_OTHER = mark("other mappings")
_UNNUMBERED = np.uint64((1 << 64) - 1)
_MOST_CHAINS = 20_000
_WEIGHTS = np.random.default_rng(7).integers(1, 1 << 63, CHAIN_DEPTH, np.uint64) | np.uint64(1)
"""Odd multipliers whose sum over a chain, modulo 2^64, names it."""

U64 = npt.NDArray[np.uint64]


@dataclass(slots=True)
class _Program:
    """One program of one process: its memory, where each instruction lies, and what was counted since it was last settled.

    `counts` is by packed place, `touched` the data addresses by instruction, `stacks` faults by the number that names a call chain of `chains`.
    """

    space: AddressSpace
    code: dict[int, Location] = field(default_factory=dict)
    counts: Counter[int] = field(default_factory=Counter)
    touched: dict[int, tuple[int, int]] = field(default_factory=dict)
    chains: dict[int, tuple[int, ...]] = field(default_factory=dict)
    stacks: Counter[int] = field(default_factory=Counter)


class Tally:
    """The counts of an observation. Those of a process that ends or replaces its program are settled into the ledger, and its memory forgotten."""

    def __init__(self, proc: str = "/proc") -> None:
        self.total = 0
        self._proc = proc
        self._objects = Objects(proc)
        self._ledger = Ledger(self._objects)
        self._notes = GoNotes(proc)
        self._pages = kinds.PageMemory()
        self._programs: dict[int, _Program] = {}
        self._labels = {_OTHER: 0}
        self._words = [_OTHER]
        self._numbered: tuple[Columns, U64] | None = None

    def space(self, pid: int) -> AddressSpace:
        """The memory of a process, read now if it is new."""
        return self._program(pid).space

    def reread(self, pid: int) -> None:
        """Look at a process's mappings again: names and growth are not reported by the kernel."""
        self.space(pid).read(self._proc)

    def renew(self, pid: int) -> None:
        """Look at a process's mappings again where neither they nor its program are reported: what it runs may be another one by now."""
        program = self._program(pid)
        before = program.space.columns
        if not program.space.read(self._proc) and program.space.columns is not before:
            program.code.clear()

    def count(self, pid: int, ip: int, address: int, count: int) -> None:
        """Faults that were counted, not sampled: of one instruction, near one address."""
        self.total += count
        program = self._program(pid)
        in_kernel = ip >> _USER_BITS
        if not in_kernel and ip not in program.code:
            program.code[ip] = self._locate(program.space, ip)
        mapping = program.space.near(address, 1 << REGION_BITS)
        kind = kinds.FILE if mapping and mapping.of_file else kinds.OTHER
        label = program.space.label(mapping.start) if mapping else mark("unmapped since")
        location = KERNEL if in_kernel else program.code[ip]
        self._ledger.add(location, Category(kind, label), count)
        self._ledger.touch(location, address, address)

    @property
    def ledger(self) -> Ledger:
        """Everything counted so far, by place."""
        for program in self._programs.values():
            self._settle(program)
        return self._ledger

    def mapped(self, event: Mapped) -> None:
        """The kernel reported a mapping."""
        self._program(event.pid).space.report(event)

    def forked(self, pid: int, parent: int, when: int) -> None:
        """A process appeared as a copy."""
        if parent in self._programs:
            space = self._programs[parent].space
            space.forked_at = when
            self._programs[pid] = _Program(space.copy_for(pid), code=self._programs[parent].code)

    def executed(self, pid: int) -> None:
        """A process replaced its program."""
        self.ended(pid)
        space = AddressSpace(pid, go=self._notes.is_go(pid))
        space.read(self._proc)
        self._programs[pid] = _Program(space)

    def ended(self, pid: int) -> None:
        """A process is gone, or its program is."""
        program = self._programs.pop(pid, None)
        if program:
            self._settle(program)

    def add(self, samples: Samples, slow: set[tuple[int, int]]) -> None:
        """Count samples in time order; `slow` holds (thread, page) of the major ones."""
        self.total += len(samples)
        pids = np.ascontiguousarray(samples["pid"])
        first = int(pids[0])
        if (pids == first).all():
            self._add(self._program(first), samples, slow)
            return
        order = np.argsort(pids, kind="stable")
        samples, pids = samples[order], pids[order]
        starts = [0, *(np.flatnonzero(pids[1:] != pids[:-1]) + 1).tolist(), len(pids)]
        for start, end in pairwise(starts):
            self._add(self._program(int(pids[start])), samples[start:end], slow)

    def _settle(self, program: _Program) -> None:
        """Move what was counted since the last time into the ledger."""
        code, ledger = program.code, self._ledger
        for packed, count in program.counts.items():
            category = Category(packed >> _IP_BITS & 15, self._words[packed >> (_IP_BITS + _KIND_BITS)])
            ledger.add(code[packed & _IP_MASK], category, count)
        for ip, (low, high) in program.touched.items():
            ledger.touch(code[ip], low, high)
        for name, count in program.stacks.items():
            ledger.add_stack(tuple(code[ip] for ip in program.chains[name]), count)
        program.counts.clear()
        program.touched.clear()
        program.stacks.clear()

    def _program(self, pid: int) -> _Program:
        if pid not in self._programs:
            space = AddressSpace(pid, go=self._notes.is_go(pid))
            space.read(self._proc)
            self._programs[pid] = _Program(space)
        return self._programs[pid]

    def _add(self, program: _Program, samples: Samples, slow: set[tuple[int, int]]) -> None:
        space = program.space
        addresses, ips = samples["address"].astype(np.uint64), samples["ip"].astype(np.uint64)
        ips = np.where(in_kernel(samples), np.uint64(_KERNEL_IP), ips & np.uint64(_IP_MASK))
        index = space.find(addresses)
        kind = self._kinds(space, samples, index, slow)
        label = self._label_numbers(space, addresses, index)
        packed = ips | kind << np.uint64(_IP_BITS) | label << np.uint64(_IP_BITS + _KIND_BITS)
        if samples.dtype.names and "chain" in samples.dtype.names:
            self._add_stacks(program, samples["chain"])
        order = np.argsort(packed)
        packed, addresses = packed[order], addresses[order]
        starts = np.flatnonzero(np.concatenate(([True], packed[1:] != packed[:-1])))
        counts = np.diff(starts, append=len(packed))
        lows, highs = np.minimum.reduceat(addresses, starts), np.maximum.reduceat(addresses, starts)
        for value, count, low, high in zip(packed[starts].tolist(), counts.tolist(), lows.tolist(), highs.tolist(), strict=True):
            program.counts[value] += count
            ip = value & _IP_MASK
            if ip not in program.code:
                program.code[ip] = self._locate(space, ip)
            known = program.touched.get(ip)
            program.touched[ip] = (min(low, known[0]), max(high, known[1])) if known else (low, high)

    def _add_stacks(self, program: _Program, chains: U64) -> None:
        """Count call chains, each named by one number; the instructions of a new one are located while the process is there."""
        names, first, counts = np.unique((chains * _WEIGHTS).sum(axis=1, dtype=np.uint64), return_index=True, return_counts=True)
        for name, at, count in zip(names.tolist(), first.tolist(), counts.tolist(), strict=True):
            if name not in program.chains:
                if len(program.chains) >= _MOST_CHAINS:
                    self._settle(program)
                    program.chains.clear()
                chain = program.chains[name] = tuple(ip for ip in chains[at].tolist() if ip)
                for ip in chain:
                    if ip not in program.code:
                        program.code[ip] = self._locate(program.space, ip)
            program.stacks[name] += count

    def _kinds(self, space: AddressSpace, samples: Samples, index: npt.NDArray[np.int64], slow: set[tuple[int, int]]) -> U64:
        columns = space.columns
        pages = samples["address"].astype(np.uint64) >> _PAGE_SHIFT
        of_file, private, made = columns.of_file[index], columns.private[index], columns.made[index]
        times = samples["time"].astype(np.uint64)
        last = np.maximum(self._pages.last(space.pid, pages), kinds.last_in(pages, times))
        before = last > made
        if space.parent:
            shared = (self._pages.last(space.parent, pages) > 0) & ~before
        else:
            fork = np.uint64(space.forked_at)
            shared = before & (last < fork) & (times > fork)
        major = np.zeros(len(pages), bool)
        if slow:
            major = np.array([key in slow for key in zip(samples["tid"].tolist(), pages.tolist(), strict=True)])
        self._pages.add(space.pid, pages, times)
        return kinds.classify(
            of_file=of_file,
            private=private,
            major=major,
            known=(index >= 0),
            row=kinds.in_a_row(samples["tid"], pages, samples["ip"]),
            shared_since_fork=shared,
            before=before,
        )

    def _label_numbers(self, space: AddressSpace, addresses: U64, index: npt.NDArray[np.int64]) -> U64:
        """A number per sample for the words that describe its mapping."""
        numbers = self._numbers_of(space)
        for i in np.unique(index[numbers[index] == _UNNUMBERED]).tolist():
            if i >= 0:
                numbers[i] = self._label_number(space.label(space.maps[i].start))
        out: U64 = numbers[index]
        strays = np.flatnonzero(index < 0)
        for at in strays[:_STRAYS].tolist():
            out[at] = self._label_number(space.label(int(addresses[at])))
        out[strays[_STRAYS:]] = self._label_number(mark("unmapped since"))
        return out

    def _numbers_of(self, space: AddressSpace) -> U64:
        """Label numbers by mapping, shared by processes with the same mappings, as after a fork."""
        columns = space.columns
        if self._numbered is None or self._numbered[0] is not columns:
            numbers = np.full(len(space.maps) + 1, _UNNUMBERED, np.uint64)
            self._numbered = (columns, numbers)
        return self._numbered[1]

    def _label_number(self, label: str) -> int:
        number = self._labels.get(label)
        if number is None:
            if len(self._words) > _LABEL_MASK:
                return 0
            number = self._labels[label] = len(self._words)
            self._words.append(label)
        return number

    def _locate(self, space: AddressSpace, ip: int) -> Location:
        """The file and offset of an instruction; its file is opened while the process is still there."""
        if ip == _KERNEL_IP:
            return KERNEL
        mapping = space.at(ip)
        if mapping is None and not space.read(self._proc):
            mapping = space.at(ip)
        if mapping is None:
            return Location("unknown", 0, 0, ip)
        if not mapping.of_file:
            return Location(mapping.path or "anonymous", 0, 0, ip)
        self._objects.open(space.pid, mapping.path, mapping.device, mapping.inode)
        return Location(mapping.path, mapping.device, mapping.inode, ip - mapping.start + mapping.offset)
