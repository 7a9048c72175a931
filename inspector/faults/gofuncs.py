"""Which Go function, file and line is at an address? The pc-line table every Go binary keeps, also when it is stripped.

Layout: src/internal/abi/symtab.go and src/runtime/symtab.go, magic 0xfffffff0 (Go 1.18, 1.19) and 0xfffffff1 (1.20 and later).
Since 1.26 the table's textStart is 0 and moduledata.text counts (golang/go src/runtime/symtab.go, func (*moduledata).textAddr).
"""

import mmap
import struct
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from inspector.faults.elf import NO_BITS, ElfFile
from inspector.faults.moduledata import ModuleData
from inspector.i18n import mark

_MAGICS = (b"\xf1\xff\xff\xff\0\0", b"\xf0\xff\xff\xff\0\0")
_HEAD, _HEAD_BITS = np.uint64(0x0800_0000_FFFF_FFF0), np.uint64(0xFF00_FFFF_FFFF_FFFE)
"""The first word of a table with pointers of 8 bytes: either magic, any quantum."""
_SECTIONS = (".gopclntab", ".data.rel.ro.gopclntab", ".data.rel.ro", ".rodata")
"""Where linkers put the table, under its own name first."""
_PIECE = 1 << 17
_INLINE_TREE = 3
_INLINE_INDEX = 2
"""FUNCDATA_InlTree and PCDATA_InlTreeIndex of internal/abi."""
_MAX_INLINE_DEPTH = 32
_MOST_STEPS = 1 << 16
_ASKED, _VOTERS = 1000, 100
"""Functions asked for an inline tree, and trees that vote for what they are relative to."""


class NoGoTableError(ValueError):
    """The file has no pc-line table of a layout known here."""


class Line(NamedTuple):
    """A place in source text; line 0 where the table does not tell."""

    function: str
    file: str
    line: int


class _Inlining:
    """Sizes that changed with Go 1.20: the fixed part of _func, an inlinedCall, and where its name offset stands."""

    def __init__(self, newer: bool) -> None:
        self.head = 44 if newer else 40
        self.size = 16 if newer else 20
        self.name = 4 if newer else 12


class GoFunctions:
    """The pc-line table of one Go binary. Addresses are the file's own, before relocation."""

    def __init__(self, elf: ElfFile) -> None:
        """Find and check the table; raises NoGoTableError."""
        self._elf = elf
        self._data = elf.data
        try:
            self._read_header(_find_table(elf))
        except (struct.error, ValueError, IndexError, OverflowError) as error:
            raise NoGoTableError(str(error)) from error

    def _read_header(self, at: int) -> None:
        data = self._data
        magic, self._quantum, pointer = data[at : at + 6], data[at + 6], data[at + 7]
        if magic not in _MAGICS or pointer != 8 or self._quantum not in (1, 2, 4):
            raise NoGoTableError(mark("unknown pc-line table layout"))
        count, _, text, *tables = struct.unpack_from("<8Q", data, at + 8)
        self._names, self._units, self._files, self._values, self._table = (at + offset for offset in tables)
        if not 0 < count < 1 << 24 or self._table + 8 * count + 4 > len(data):
            raise NoGoTableError(mark("damaged pc-line table"))
        pairs = np.frombuffer(data, "<u4", count=2 * count + 1, offset=self._table)
        self.entries: npt.NDArray[np.uint32] = pairs[0::2].copy()
        self._offsets: npt.NDArray[np.uint32] = pairs[1::2].copy()
        del pairs
        self.count = int(count)
        self._module = ModuleData(self._elf, at, int(self.entries[0]), int(self.entries[-1]))
        self.text = text or self._module.text
        self._inlining = _Inlining(magic == _MAGICS[0])
        self._functions_data: int | None = None
        self._seen_names: dict[int, str] = {}

    def find(self, addresses: npt.NDArray[np.uint64]) -> npt.NDArray[np.int64]:
        """Function numbers of many addresses, -1 outside all functions."""
        relative = addresses.astype(np.int64) - self.text
        index = np.searchsorted(self.entries, relative, side="right") - 1
        return np.where((index >= 0) & (index < self.count) & (relative >= 0), index, -1)

    def name(self, index: int) -> str:
        """A function's full name, as the linker wrote it."""
        name = self._seen_names.get(index)
        if name is None:
            name_at = struct.unpack_from("<i", self._data, self._function_at(index) + 4)[0]
            name = self._seen_names[index] = self._elf.text_at(self._names + name_at)
        return name

    def bounds(self, index: int) -> tuple[int, int]:
        """First address and end of a function's code, padding included."""
        return self.text + int(self.entries[index]), self.text + int(self.entries[index + 1])

    def index_of(self, name: str) -> int | None:
        """The number of the function with exactly this name."""
        at = self._data.find(b"\0" + name.encode() + b"\0", self._names - 1, self._units)
        if at < 0:
            return None
        wanted = at + 1 - self._names
        heads = self._offsets[: self.count].astype(np.int64) + (self._table + 4)
        raw = np.frombuffer(self._data, np.uint8)
        name_at = raw[heads].astype(np.int64)
        for byte in range(1, 4):
            name_at |= raw[heads + byte].astype(np.int64) << (8 * byte)
        del raw
        found = np.flatnonzero(name_at == wanted)
        return int(found[0]) if found.size else None

    def frames(self, address: int) -> list[Line]:
        """The call chain inlined at an address, innermost first; its last element is the function that was compiled."""
        index = int(self.find(np.array([address], np.uint64))[0])
        if index < 0:
            return []
        head, relative = self._function_at(index), address - self.text
        files, lines = (struct.unpack_from("<I", self._data, head + offset)[0] for offset in (20, 24))
        entry, unit = struct.unpack_from("<I", self._data, head)[0], struct.unpack_from("<I", self._data, head + 32)[0]
        tree, tree_values = self._inline_tree(head)
        chain: list[Line] = []
        step = self._value(tree_values, entry, relative) if tree else -1
        while step is not None and step >= 0 and len(chain) < _MAX_INLINE_DEPTH:
            name_at, parent = self._inlined(tree, step)
            chain.append(self._place(self._elf.text_at(self._names + name_at), entry, relative, (files, lines, unit)))
            relative = entry + parent
            step = self._value(tree_values, entry, relative)
        chain.append(self._place(self.name(index), entry, relative, (files, lines, unit)))
        return chain

    def _place(self, name: str, entry: int, relative: int, tables: tuple[int, int, int]) -> Line:
        files, lines, unit = tables
        number, line = self._value(files, entry, relative), self._value(lines, entry, relative)
        if number is None or number < 0 or line is None:
            return Line(name, "", 0)
        file_at = struct.unpack_from("<I", self._data, self._units + 4 * (unit + number))[0]
        return Line(name, self._elf.text_at(self._files + file_at), max(line, 0))

    def _function_at(self, index: int) -> int:
        return int(self._table) + int(self._offsets[index])

    def _inline_tree(self, head: int) -> tuple[int, int]:
        """Where the function's inline tree lies in the file, and the offset of its pc table; (0, 0) for none."""
        tree, values = self._told_tree(head)
        where = self._tree_at(self._functions_base(), tree) if values else 0
        return (where, values) if where else (0, 0)

    def _told_tree(self, head: int) -> tuple[int, int]:
        """The place of a function's inline tree among the tables of functions, and the offset of its pc table, 0 for none."""
        form, data = self._inlining, self._data
        pcdata_count, funcdata_count = struct.unpack_from("<I", data, head + 28)[0], data[head + form.head - 1]
        if pcdata_count <= _INLINE_INDEX or funcdata_count <= _INLINE_TREE:
            return 0, 0
        values = struct.unpack_from("<I", data, head + form.head + 4 * _INLINE_INDEX)[0]
        tree = struct.unpack_from("<I", data, head + form.head + 4 * (pcdata_count + _INLINE_TREE))[0]
        return (0, 0) if tree == 0xFFFFFFFF else (tree, values)

    def _functions_base(self) -> int:
        """The address of go:func.*, which the tables of functions are relative to: the candidate under which inline trees make sense."""
        if self._functions_data is None:
            told = (self._told_tree(self._function_at(i)) for i in range(0, self.count, max(1, self.count // _ASKED)))
            trees = [tree for tree, values in told if values][:_VOTERS]
            votes = {base: sum(self._tree_at(base, tree) > 0 for tree in trees) for base in self._module.candidates()}
            best = max(votes, key=votes.__getitem__, default=0)
            self._functions_data = best if votes.get(best) else 0
        return self._functions_data

    def _tree_at(self, base: int, tree: int) -> int:
        """The file offset of an inline tree, 0 where what is there cannot be one."""
        where = self._elf.offset_of(base + tree)
        return where if where and self._plausible(where) else 0

    def _plausible(self, tree: int) -> bool:
        """Whether an inline tree's first call names a function: its name begins where a name begins."""
        if tree + self._inlining.size > len(self._data):
            return False
        name, parent = self._inlined(tree, 0)
        at = self._names + name
        return 0 <= name < self._units - self._names and 0 <= parent < 1 << 24 and name > 0 and self._data[at - 1] == 0 and self._data[at] > 32

    def _inlined(self, tree: int, step: int) -> tuple[int, int]:
        """Offset of the name of one inlined call, and the pc (from its function's entry) of the call."""
        form = self._inlining
        name, parent = struct.unpack_from("<ii", self._data, tree + form.size * step + form.name)
        return name, parent

    def _value(self, table: int, entry: int, relative: int) -> int | None:
        """The value of a pc table at an address relative to text: runs of (value delta, pc delta), zigzag varints."""
        data, at, value, pc, first = self._data, self._values + table, -1, entry, True
        for _ in range(_MOST_STEPS):
            delta, at = _varint(data, at)
            if delta == 0 and not first:
                return None
            first = False
            value += (delta >> 1) ^ -(delta & 1)
            step, at = _varint(data, at)
            pc += step * self._quantum
            if relative < pc:
                return value
        return None


def _find_table(elf: ElfFile) -> int:
    """The table's file offset: where it has a section of its own, else by searching for a header that makes sense, code last."""
    sections = [elf.sections[name] for name in _SECTIONS if name in elf.sections and elf.sections[name].kind != NO_BITS]
    segments = sorted(elf.segments, key=lambda s: s.executable)
    for start, size in [(s.offset, s.size) for s in sections] + [(s.offset, s.size) for s in segments]:
        for at in _heads(elf.data, start, size):
            if _makes_sense(elf.data, at):
                return at
    raise NoGoTableError(mark("no pc-line table"))


def _heads(data: mmap.mmap, start: int, size: int) -> Iterator[int]:
    """Where a table may begin: linkers align it to words."""
    first, end = -(-start // 8), (start + size) // 8
    for at in range(first, end, _PIECE):
        words = np.frombuffer(data, "<u8", count=min(_PIECE, end - at), offset=at * 8)
        found = np.flatnonzero((words & _HEAD_BITS) == _HEAD)
        del words
        yield from ((found + at) * 8).tolist()


def _makes_sense(data: mmap.mmap, at: int) -> bool:
    if at + 72 > len(data) or data[at + 6] not in (1, 2, 4) or data[at + 7] != 8:
        return False
    count, _, _, names, units, files, values, table = struct.unpack_from("<8Q", data, at + 8)
    return bool(0 < count < 1 << 24 and names < units <= files <= values <= table < 1 << 31)


def _varint(data: mmap.mmap, at: int) -> tuple[int, int]:
    result = shift = 0
    while True:
        byte = data[at]
        at += 1
        result |= (byte & 0x7F) << shift
        if byte < 0x80:
            return result, at
        shift += 7
