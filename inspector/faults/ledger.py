"""How many faults fell on which instruction of which file, and what is that called? Counts that outlive the processes they came from."""

from collections import Counter
from typing import NamedTuple

from inspector.faults.kinds import KINDS
from inspector.faults.listing import disassemble
from inspector.faults.symbols import ObjectFile, Objects, Place
from inspector.model.faults import Listing, Where

_MOST_STACKS = 50_000


class Location(NamedTuple):
    """A place in a file (`offset` in bytes), or an address in memory without one, where `inode` is 0."""

    path: str
    device: int
    inode: int
    offset: int


class Category(NamedTuple):
    """What a fault was: a number of KINDS, and the words for the mapping it fell on."""

    kind: int
    mapping: str


KERNEL = Location("[kernel]", 0, 0, 0)
Range = tuple[int, int]


class Ledger:
    """Counts by location and category, by call chain, and the data addresses each location faulted on."""

    def __init__(self, objects: Objects) -> None:
        self._objects = objects
        self._counts: Counter[tuple[Location, Category]] = Counter()
        self._touched: dict[Location, Range] = {}
        self._stacks: Counter[tuple[Location, ...]] = Counter()

    def add(self, location: Location, category: Category, count: int) -> None:
        """More faults of one sort at one place."""
        self._counts[location, category] += count

    def touch(self, location: Location, low: int, high: int) -> None:
        """The range of addresses that a place faulted on."""
        known = self._touched.get(location)
        self._touched[location] = (min(low, known[0]), max(high, known[1])) if known else (low, high)

    def add_stack(self, stack: tuple[Location, ...], count: int) -> None:
        """More faults with one call chain, innermost first; chains beyond 50,000 different ones are counted by their innermost place."""
        if stack not in self._stacks and len(self._stacks) >= _MOST_STACKS:
            stack = stack[:1]
        self._stacks[stack] += count

    def rows(self, top: int) -> tuple[Where, ...]:
        """The `top` places by faults; shares are of all faults."""
        merged: Counter[tuple[str, str, str, str]] = Counter()
        hottest: dict[tuple[str, str, str, str], tuple[int, Place]] = {}
        for (location, category), count in self._counts.items():
            place = self._place(location)
            key = (place.function, location.path, category.mapping, KINDS[category.kind])
            merged[key] += count
            if count > hottest.get(key, (0, place))[0]:
                hottest[key] = (count, place)
        total = self._counts.total()
        return tuple(_row(key, count, count / total, hottest[key][1]) for key, count in merged.most_common(top))

    def stacks(self) -> Counter[tuple[str, ...]]:
        """Faults by call chain, outermost function first, inlined calls included."""
        merged: Counter[tuple[str, ...]] = Counter()
        for stack, count in self._stacks.items():
            names: list[str] = []
            for level, location in enumerate(stack):
                place = self._place(location, back=1 if level else 0)
                names += [*(frame.function for frame in place.inlined), place.function]
            merged[tuple(reversed(names)) or (KERNEL.path,)] += count
        return merged

    def listing(self, function: str) -> Listing | None:
        """The instructions of the function of that name with the most faults; None where none of that name faulted."""
        hits: dict[str, Counter[int]] = {}
        found: dict[str, tuple[ObjectFile, Place]] = {}
        ranges: list[Range] = []
        for (location, _), count in self._counts.items():
            file = self._objects.known(location.device, location.inode)
            place = file.place(location.offset) if file else None
            address = file.elf.address_of(location.offset) if file else None
            if file and place and place.function == function and address is not None:
                found[location.path] = (file, place)
                hits.setdefault(location.path, Counter())[address] += count
                ranges.append(self._touched[location])
        if not found:
            return None
        path = max(hits, key=lambda name: hits[name].total())
        touched = min(low for low, _ in ranges), max(high for _, high in ranges)
        return disassemble(*found[path], path, hits[path], touched)

    def _place(self, location: Location, *, back: int = 0) -> Place:
        """The function there; `back` 1 for a return address, which may be where another function begins."""
        if location == KERNEL:
            return Place(KERNEL.path)
        if not location.inode:
            return Place(f"{location.offset:#x}", known=False)
        file = self._objects.known(location.device, location.inode)
        return file.place(location.offset - back) if file else Place(f"+{location.offset:#x}", known=False)


def _row(key: tuple[str, str, str, str], count: int, share: float, place: Place) -> Where:
    function, path, mapping, kind = key
    source = f"{place.file}:{place.line}" if place.file and place.line else ""
    inlined = tuple(frame.function for frame in place.inlined)
    return Where(function=function, object=path, mapping=mapping, kind=kind, share=share, samples=count, source=source, inlined=inlined)
