"""How many faults fell on which function, mapping and kind? Samples go in by the batch, rows come out by share."""

from collections import Counter
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from inspector.faults import kinds
from inspector.faults.decode import CHAIN_DEPTH, Mapped, Samples, in_kernel
from inspector.faults.gonote import GoNotes
from inspector.faults.listing import disassemble
from inspector.faults.spaces import AddressSpace, Mapping
from inspector.faults.symbols import ObjectFile, Objects, Place
from inspector.model.faults import Listing, Where

KERNEL_FUNCTION = "[kernel]"
_IP_BITS, _KIND_BITS = 47, 4
_IP_MASK = (1 << _IP_BITS) - 1
_LABEL_MASK = (1 << (64 - _IP_BITS - _KIND_BITS)) - 1
_PAGE_SHIFT = np.uint64(12)
_KERNEL_IP = 1
_STRAYS = 64
_OTHER = "other mappings"
_MOST_STACKS = 20_000
_WEIGHTS = np.random.default_rng(7).integers(1, 1 << 63, CHAIN_DEPTH, np.uint64) | np.uint64(1)
"""Odd multipliers whose sum over a chain, modulo 2^64, names it."""

U64 = npt.NDArray[np.uint64]


@dataclass(slots=True)
class _Stack:
    """One call chain, innermost instruction first, and how many faults had it."""

    ips: tuple[int, ...]
    count: int = 0


@dataclass(slots=True)
class _Program:
    """One program of one process: its memory, where each instruction lies, counts by packed place, and the data addresses by instruction."""

    space: AddressSpace
    code: dict[int, Mapping | None] = field(default_factory=dict)
    counts: Counter[int] = field(default_factory=Counter)
    touched: dict[int, tuple[int, int]] = field(default_factory=dict)
    stacks: dict[int, _Stack] = field(default_factory=dict)


class Tally:
    """The counts of an observation. A process that replaces its program starts a new one; its earlier counts stay."""

    def __init__(self, proc: str = "/proc") -> None:
        self.total = 0
        self.objects = Objects(proc)
        self._proc = proc
        self._notes = GoNotes(proc)
        self._pages = kinds.PageMemory()
        self._programs: dict[int, _Program] = {}
        self._past: list[_Program] = []
        self._labels = {_OTHER: 0}

    def space(self, pid: int) -> AddressSpace:
        """The memory of a process, read now if it is new."""
        return self._program(pid).space

    def reread(self, pid: int) -> None:
        """Look at a process's mappings again: names and growth are not reported by the kernel."""
        self.space(pid).read(self._proc)

    def mapped(self, event: Mapped) -> None:
        """The kernel reported a mapping."""
        self._program(event.pid).space.report(event)

    def forked(self, pid: int, parent: int, when: int) -> None:
        """A process appeared as a copy."""
        if parent in self._programs:
            space = self._programs[parent].space
            space.forked_at = when
            self._programs[pid] = _Program(space.copy_for(pid))

    def executed(self, pid: int) -> None:
        """A process replaced its program."""
        if pid in self._programs:
            self._past.append(self._programs.pop(pid))
        space = AddressSpace(pid, go=self._notes.is_go(pid))
        space.read(self._proc)
        self._programs[pid] = _Program(space)

    def add(self, samples: Samples, slow: set[tuple[int, int]]) -> None:
        """Count samples in time order; `slow` holds (thread, page) of the major ones."""
        self.total += len(samples)
        pids = np.ascontiguousarray(samples["pid"])
        first = int(pids[0])
        if (pids == first).all():
            self._add(self._program(first), samples, slow)
            return
        for pid in np.unique(pids).tolist():
            self._add(self._program(pid), samples[pids == pid], slow)

    def rows(self, top: int) -> tuple[Where, ...]:
        """The `top` places by samples; shares are of all samples."""
        labels = list(self._labels)
        merged: Counter[tuple[str, str, str, str]] = Counter()
        hottest: dict[tuple[str, str, str, str], tuple[int, Place]] = {}
        for program in [*self._past, *self._programs.values()]:
            for packed, count in program.counts.items():
                ip, kind, label = packed & _IP_MASK, packed >> _IP_BITS & 15, packed >> (_IP_BITS + _KIND_BITS)
                place, file = self._place(program, ip)
                key = (place.function, file, labels[label], kinds.KINDS[kind])
                merged[key] += count
                if count > hottest.get(key, (0, place))[0]:
                    hottest[key] = (count, place)
        return tuple(self._row(key, count, hottest[key][1]) for key, count in merged.most_common(top))

    def stacks(self) -> Counter[tuple[str, ...]]:
        """Faults by call chain, outermost function first, inlined calls included."""
        merged: Counter[tuple[str, ...]] = Counter()
        for program in [*self._past, *self._programs.values()]:
            for stack in program.stacks.values():
                names: list[str] = []
                for level, ip in enumerate(stack.ips):
                    place, _ = self._place(program, ip, back=1 if level else 0)
                    names += [*(frame.function for frame in place.inlined), place.function]
                merged[tuple(reversed(names)) or (KERNEL_FUNCTION,)] += stack.count
        return merged

    def listing(self, function: str) -> Listing | None:
        """The instructions of the function of that name with the most faults; None where none of that name faulted."""
        hits: dict[str, Counter[int]] = {}
        found: dict[str, tuple[ObjectFile, Place]] = {}
        touched: list[tuple[int, int]] = []
        for program in [*self._past, *self._programs.values()]:
            for packed, count in program.counts.items():
                ip = packed & _IP_MASK
                mapping = program.code.get(ip)
                if mapping is None or not mapping.of_file:
                    continue
                file = self.objects.get(program.space.pid, mapping.path, (mapping.device, mapping.inode))
                offset = ip - mapping.start + mapping.offset
                place = file.place(offset) if file else None
                address = file.elf.address_of(offset) if file else None
                if file and place and place.function == function and address is not None:
                    found[mapping.path] = (file, place)
                    hits.setdefault(mapping.path, Counter())[address] += count
                    touched.append(program.touched[ip])
        if not found:
            return None
        path = max(hits, key=lambda name: hits[name].total())
        lowest, highest = min(low for low, _ in touched), max(high for _, high in touched)
        return disassemble(*found[path], path, hits[path], (lowest, highest))

    def _row(self, key: tuple[str, str, str, str], count: int, place: Place) -> Where:
        function, file, mapping, kind = key
        return Where(
            function=function,
            object=file,
            mapping=mapping,
            kind=kind,
            share=count / self.total if self.total else 0.0,
            samples=count,
            source=f"{place.file}:{place.line}" if place.file and place.line else "",
            inlined=tuple(frame.function for frame in place.inlined),
        )

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
            stack = program.stacks.get(name)
            if stack is None:
                if len(program.stacks) >= _MOST_STACKS:
                    continue
                stack = program.stacks[name] = _Stack(tuple(ip for ip in chains[at].tolist() if ip))
                for ip in stack.ips:
                    if ip not in program.code:
                        program.code[ip] = self._locate(program.space, ip)
            stack.count += count

    def _kinds(self, space: AddressSpace, samples: Samples, index: npt.NDArray[np.int64], slow: set[tuple[int, int]]) -> U64:
        maps = space.maps
        pages = samples["address"].astype(np.uint64) >> _PAGE_SHIFT
        safe = np.maximum(index, 0)
        of_file = np.array([m.of_file for m in maps] or [False])[safe]
        private = np.array([m.protection.endswith("p") for m in maps] or [True])[safe]
        times = samples["time"].astype(np.uint64)
        made = np.array([m.made for m in maps] or [0], np.uint64)[safe]
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
            of_file=of_file & (index >= 0),
            private=private,
            major=major,
            known=(index >= 0),
            row=kinds.in_a_row(samples["tid"], pages, samples["ip"]),
            shared_since_fork=shared,
            before=before,
        )

    def _label_numbers(self, space: AddressSpace, addresses: U64, index: npt.NDArray[np.int64]) -> U64:
        """A number per sample for the words that describe its mapping."""
        numbers = np.zeros(len(space.maps) + 1, np.uint64)
        for i in np.unique(index).tolist():
            if i >= 0:
                numbers[i] = self._label_number(space.label(space.maps[i].start))
        out: U64 = numbers[index]
        strays = np.flatnonzero(index < 0)
        for at in strays[:_STRAYS].tolist():
            out[at] = self._label_number(space.label(int(addresses[at])))
        out[strays[_STRAYS:]] = self._label_number("unmapped since")
        return out

    def _label_number(self, label: str) -> int:
        return self._labels.setdefault(label, len(self._labels)) if len(self._labels) <= _LABEL_MASK else self._labels.get(label, 0)

    def _locate(self, space: AddressSpace, ip: int) -> Mapping | None:
        """The mapping an instruction lies in; its file is opened while the process is still there."""
        mapping = space.at(ip) if ip != _KERNEL_IP else None
        if mapping is None and ip != _KERNEL_IP and not space.read(self._proc):
            mapping = space.at(ip)
        if mapping and mapping.of_file:
            self.objects.get(space.pid, mapping.path, (mapping.device, mapping.inode))
        return mapping

    def _place(self, program: _Program, ip: int, *, back: int = 0) -> tuple[Place, str]:
        """The function an instruction belongs to, and the file it was loaded from; `back` 1 for a return address, which may begin another one."""
        if ip == _KERNEL_IP:
            return Place(KERNEL_FUNCTION), KERNEL_FUNCTION
        mapping = program.code.get(ip)
        if mapping is None:
            return Place(f"{ip:#x}", known=False), "unknown"
        if not mapping.of_file:
            return Place(f"{ip:#x}", known=False), mapping.path or "anonymous"
        file = self.objects.get(program.space.pid, mapping.path, (mapping.device, mapping.inode))
        offset = ip - mapping.start + mapping.offset - back
        return (file.place(offset) if file else Place(f"+{offset:#x}", known=False)), mapping.path
