"""What was mapped at an address? A process's mappings as they were read and as the kernel reported them since, never forgotten when unmapped."""

from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field, replace
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from inspector.faults.decode import Mapped
from inspector.i18n import mark

_ARENA = 64 << 20
_STACK_REACH = 8 << 20
_NAMED = {"[heap]": mark("heap (brk)"), "[stack]": "stack", "[vdso]": "vdso", "[vvar]": mark("vdso data")}
_MOST_MAPPINGS = 1 << 15
"""Mappings remembered, those no longer there included; beyond that the unmapped are forgotten."""
_SHARED = ("/memfd:", "/dev/zero", "/SYSV")
_GO_PREFIX = "[anon: Go: "


@dataclass(frozen=True, slots=True)
class Mapping:
    """One range of a process's memory as in /proc/PID/maps; `made` is when the kernel reported it (its clock, ns), 0 if it was there before."""

    start: int
    end: int
    offset: int
    inode: int
    path: str
    protection: str
    device: int = 0
    made: int = 0

    @property
    def of_file(self) -> bool:
        """Whether a file with a name is behind it, and not memory that only looks like one."""
        return self.inode != 0 and self.path.startswith("/") and not self.path.startswith(_SHARED)


class Columns(NamedTuple):
    """The mappings as arrays, with one more row at the end that stands for no mapping."""

    starts: npt.NDArray[np.uint64]
    ends: npt.NDArray[np.uint64]
    of_file: npt.NDArray[np.bool_]
    private: npt.NDArray[np.bool_]
    made: npt.NDArray[np.uint64]


@dataclass(slots=True)
class AddressSpace:
    """The mappings of one process, looked up by many addresses at once.

    `go` marks a Go program, `parent` is whose copy it is (0: unknown), `forked_at` its last fork (ns).
    """

    pid: int
    go: bool = False
    forked_at: int = 0
    parent: int = 0
    maps: list[Mapping] = field(default_factory=list)
    _columns: "Columns | None" = None
    _labels: dict[tuple[int, int], str] = field(default_factory=dict)

    def lay(self, new: Mapping) -> None:
        """A mapping over whatever was there."""
        maps = self.maps
        low = bisect_left(maps, new.start, key=lambda m: m.end - 1)
        high = bisect_left(maps, new.end, key=lambda m: m.start)
        if high - low == 1 and maps[low] == new:
            return
        keep: list[Mapping] = []
        if low < high and maps[low].start < new.start:
            keep.append(replace(maps[low], end=new.start))
        keep.append(new)
        if low < high and maps[high - 1].end > new.end:
            last = maps[high - 1]
            keep.append(replace(last, start=new.end, offset=last.offset + new.end - last.start))
        maps[low:high] = keep
        self._columns = None

    def read(self, proc: str = "/proc") -> str:
        """Lay the mappings as they are now over the known ones; the reason where they may not be read."""
        try:
            with open(f"{proc}/{self.pid}/maps", "rb") as file:
                lines = file.read().decode("utf-8", "replace").splitlines()
        except OSError as error:
            return mark(f"mappings of process {self.pid} cannot be read: {error.strerror}")
        for line in lines:
            if (mapping := parse_mapping(line)) and (made := self._unlike(mapping)) is not None:
                self.lay(replace(mapping, made=made))
        self._labels.clear()
        return ""

    def _unlike(self, new: Mapping) -> int | None:
        """None where the known mappings already say the same, however they are cut; else when the newest of those it replaces was made."""
        low = bisect_left(self.maps, new.start, key=lambda m: m.end - 1)
        reached, made, same = new.start, 0, True
        for old in self.maps[low : bisect_left(self.maps, new.end, key=lambda m: m.start)]:
            same &= old.start <= reached and (old.inode, old.path, old.protection) == (new.inode, new.path, new.protection)
            reached, made = old.end, max(made, old.made)
        return None if same and reached >= new.end else made

    def report(self, event: Mapped) -> None:
        """A mapping the kernel reported; its path `//anon` means no file."""
        if len(self.maps) >= _MOST_MAPPINGS:
            self.maps.clear()
            self._columns = None
            self.read()
        bits = "".join(letter if event.protection & bit else "-" for bit, letter in ((1, "r"), (2, "w"), (4, "x")))
        path = "" if event.path == "//anon" else event.path
        share = "s" if event.shared else "p"
        self.lay(Mapping(event.start, event.end, event.offset, event.inode, path, bits + share, event.device, event.time))

    def copy_for(self, pid: int) -> "AddressSpace":
        """The space of a forked child."""
        return AddressSpace(pid, go=self.go, parent=self.pid, maps=list(self.maps), _columns=self.columns, _labels=dict(self._labels))

    @property
    def columns(self) -> Columns:
        """The mappings as arrays, made anew when they changed."""
        if self._columns is None:
            maps = self.maps
            self._columns = Columns(
                np.array([m.start for m in maps], np.uint64),
                np.array([m.end for m in maps], np.uint64),
                np.array([*(m.of_file for m in maps), False], bool),
                np.array([*(m.protection.endswith("p") for m in maps), True], bool),
                np.array([*(m.made for m in maps), 0], np.uint64),
            )
        return self._columns

    def find(self, addresses: npt.NDArray[np.uint64]) -> npt.NDArray[np.int64]:
        """Indices into `maps`, -1 where nothing is known."""
        if not self.maps:
            return np.full(len(addresses), -1, np.int64)
        starts, ends = self.columns[:2]
        index = np.searchsorted(starts, addresses, side="right") - 1
        return np.where((index >= 0) & (addresses < ends[index]), index, -1)

    def at(self, address: int) -> Mapping | None:
        """The mapping at one address."""
        index = bisect_right(self.maps, address, key=lambda m: m.start) - 1
        return self.maps[index] if index >= 0 and address < self.maps[index].end else None

    def near(self, address: int, size: int) -> Mapping | None:
        """The mapping that has the most of this region."""
        first = max(0, bisect_right(self.maps, address, key=lambda m: m.start) - 1)
        end = bisect_right(self.maps, address + size - 1, key=lambda m: m.start)
        shares = [(min(m.end, address + size) - max(m.start, address), m) for m in self.maps[first:end]]
        most = max(shares, key=lambda share: share[0], default=(0, None))
        return most[1] if most[0] > 0 else None

    def label(self, address: int) -> str:
        """What the mapping at an address is for, in words."""
        mapping = self.at(address)
        if mapping is None:
            grown = self.at(address + _STACK_REACH) or next((m for m in self.maps if m.start > address), None)
            near = grown is not None and grown.path == "[stack]" and grown.start - address <= _STACK_REACH
            return "stack" if near else mark("unmapped since")
        key = (mapping.start, mapping.end)
        if key not in self._labels:
            self._labels[key] = self._describe(mapping)
        return self._labels[key]

    def _describe(self, mapping: Mapping) -> str:
        path = mapping.path
        if path.startswith(_GO_PREFIX):
            return "Go " + path[len(_GO_PREFIX) : -1]
        if path.startswith("[anon"):
            return mark(f"anonymous ({path[1:-1].partition(':')[2].strip()})")
        if path in _NAMED:
            return _NAMED[path]
        if path.startswith(_SHARED):
            return mark(f"shared memory ({path.removesuffix(' (deleted)')})")
        if mapping.of_file:
            return path
        if mapping.protection.endswith("s"):
            return mark("shared memory")
        return "Go heap" if self.go and self._in_go_arena(mapping) else "anonymous"

    def _in_go_arena(self, mapping: Mapping) -> bool:
        """Whether the mapping lies in a run of anonymous memory that begins and ends on 64 MiB borders, as the Go heap's arenas do.

        The fixed address 0xc000000000 of older versions is covered by it; since Go 1.26 the base is random (golang/go#80392).
        """
        index = bisect_left(self.maps, mapping.start, key=lambda m: m.start)
        low = high = index
        while low and self._continues(self.maps[low - 1], self.maps[low]):
            low -= 1
        while high + 1 < len(self.maps) and self._continues(self.maps[high], self.maps[high + 1]):
            high += 1
        start, end = self.maps[low].start, self.maps[high].end
        border = mapping.start & ~(_ARENA - 1)
        return start <= border and start % _ARENA == 0 and end % _ARENA == 0

    @staticmethod
    def _continues(left: Mapping, right: Mapping) -> bool:
        return left.end == right.start and not left.inode and not right.inode and not left.path and not right.path


def parse_mapping(line: str) -> Mapping | None:
    """One line of /proc/PID/maps; None for text that is none."""
    words = line.split(None, 5)
    if len(words) < 5:
        return None
    start, _, end = words[0].partition("-")
    major, _, minor = words[3].partition(":")
    try:
        device = int(major, 16) << 20 | int(minor, 16)
        return Mapping(int(start, 16), int(end, 16), int(words[2], 16), int(words[4]), words[5] if len(words) > 5 else "", words[1], device)
    except ValueError:
        return None


def writable(mapping: Mapping) -> bool:
    """Whether writes to a mapping are counted: private memory without a file."""
    return mapping.protection.startswith("rw") and mapping.protection.endswith("p") and not mapping.inode and not mapping.path.startswith("[v")
