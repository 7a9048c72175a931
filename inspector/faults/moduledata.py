"""What does runtime.moduledata of a Go binary say? Found without symbols, also in position-independent binaries where its words are relocations."""

import struct
from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from inspector.faults.elf import ElfFile

_MIN_PC, _MAX_PC, _TEXT = 20, 21, 22
"""Words of runtime.moduledata after the table headers (src/runtime/symtab.go)."""
_FIRST_DATA, _LAST_DATA = 34, 48
"""Between these words lies `gofunc` in Go 1.18 (38) to 1.27 (43)."""
_WORDS = 50
_RELATIVE = {62: 8, 183: 1027, 243: 3}
"""e_machine to the type of a relocation that adds the load address (x86-64, arm64, riscv64)."""


class ModuleData:
    """The module record that points at the pc-line table at file offset `table`; `first` and `last` are the table's first and last text offsets."""

    def __init__(self, elf: ElfFile, table: int, first: int, last: int) -> None:
        self._elf = elf
        self._first, self._last = first, last
        self._words = self._find(table)

    @property
    def text(self) -> int:
        """The address text offsets count from; the start of .text where the record was not found."""
        if self._words:
            return self._words[_TEXT]
        section = self._elf.sections.get(".text")
        executable = next((s.address for s in self._elf.segments if s.executable), 0)
        return section.address if section else executable

    def candidates(self) -> list[int]:
        """Addresses that may be that of go:func.*, which has no fixed place in the record."""
        if not self._words:
            return []
        found = [word for word in self._words[_FIRST_DATA:_LAST_DATA] if word and self._elf.offset_of(word) is not None]
        return list(dict.fromkeys(found))

    def _find(self, table: int) -> tuple[int, ...]:
        elf = self._elf
        address = next((s.address + table - s.offset for s in elf.segments if s.offset <= table < s.offset + s.size), None)
        if address is None:
            return ()
        for place in self._places(address):
            words = self._words_at(place)
            if len(words) == _WORDS and words[_MIN_PC] - self._first == words[_TEXT] and words[_MAX_PC] == words[_TEXT] + self._last:
                return words
        return ()

    def _places(self, address: int) -> Iterator[int]:
        """Where the record may be, the cheapest guess first."""
        section = self._elf.sections.get(".go.module")
        if section:
            yield section.address
        yield from _relocated_to(self._elf, address)
        yield from self._pointers_to(address)

    def _pointers_to(self, address: int) -> Iterator[int]:
        """Where a non-executable segment holds this address as a word, the last segments (data) first."""
        needle = struct.pack("<Q", address)
        for segment in reversed(self._elf.segments):
            at = -1 if segment.executable else self._elf.data.find(needle, segment.offset, segment.offset + segment.size)
            while at >= 0:
                yield segment.address + at - segment.offset
                at = self._elf.data.find(needle, at + 8, segment.offset + segment.size)

    def _words_at(self, place: int) -> tuple[int, ...]:
        offset = self._elf.offset_of(place)
        if offset is None or offset + 8 * _WORDS > len(self._elf.data):
            return ()
        words = list(struct.unpack_from(f"<{_WORDS}Q", self._elf.data, offset))
        for where, addend in _relocated_in(self._elf, place, place + 8 * _WORDS):
            words[(where - place) // 8] = addend
        return tuple(words)


def _relocations(elf: ElfFile) -> Iterator[npt.NDArray[np.uint64]]:
    """Rows (place, info, addend) as the file holds them; a view, which must be gone before the file is closed."""
    for name in (".rela.dyn", ".rela"):
        section = elf.sections.get(name)
        if section and section.offset + section.size <= len(elf.data):
            yield np.frombuffer(elf.data, "<u8", count=section.size // 24 * 3, offset=section.offset).reshape(-1, 3)


def _relocated_to(elf: ElfFile, address: int) -> list[int]:
    """Words that hold this address once the load address is added."""
    found: list[int] = []
    for rows in _relocations(elf):
        chosen = rows[rows[:, 2] == np.uint64(address)]
        found += chosen[chosen[:, 1] == _RELATIVE.get(elf.machine, 8)][:, 0].tolist()
    return sorted(found)


def _relocated_in(elf: ElfFile, start: int, end: int) -> list[tuple[int, int]]:
    """Words between two addresses that the load address is added to, with what it is added to."""
    found: list[tuple[int, int]] = []
    for rows in _relocations(elf):
        chosen = rows[(rows[:, 0] >= np.uint64(start)) & (rows[:, 0] < np.uint64(end))]
        found += [(where, addend) for where, kind, addend in chosen.tolist() if kind == _RELATIVE.get(elf.machine, 8)]
    return found
