"""Which function does an address belong to where there is no Go table? Symbol tables, and the unwinder's index in stripped files."""

import struct

import numpy as np
import numpy.typing as npt

from inspector.faults.elf import ElfFile

_SYMBOL = np.dtype([("name", "<u4"), ("info", "u1"), ("other", "u1"), ("section", "<u2"), ("value", "<u8"), ("size", "<u8")])
_FUNCTION, _INDIRECT = 2, 10
_SYMTAB, _DYNSYM = 2, 11


class Functions:
    """Function starts, ends and names of an object, by address before relocation."""

    def __init__(self, elf: ElfFile) -> None:
        """Read the fullest table there is: .symtab, else .dynsym, and function starts of .eh_frame_hdr beside it."""
        self._elf = elf
        self._starts, self._ends, self._names, self._strings = _symbols(elf)
        self._frames = _frame_starts(elf)

    def name_at(self, address: int) -> str:
        """The function's name; `func@ADDRESS` where only its start is known, empty where nothing is."""
        at = int(np.searchsorted(self._starts, np.uint64(address), side="right")) - 1
        if at >= 0 and address < int(self._ends[at]):
            return self._elf.text_at(self._strings + int(self._names[at]))
        at = int(np.searchsorted(self._frames, np.uint64(address), side="right")) - 1
        return f"func@{int(self._frames[at]):#x}" if at >= 0 else ""

    def starts(self) -> list[int]:
        """Where the named functions begin."""
        return [int(start) for start in self._starts]

    def bounds_at(self, address: int) -> tuple[int, int] | None:
        """First address and end of the named function there, None where no symbol covers it."""
        at = int(np.searchsorted(self._starts, np.uint64(address), side="right")) - 1
        if at >= 0 and address < int(self._ends[at]):
            return int(self._starts[at]), int(self._ends[at])
        return None


def _symbols(elf: ElfFile) -> tuple[npt.NDArray[np.uint64], npt.NDArray[np.uint64], npt.NDArray[np.uint32], int]:
    """Starts, ends, name offsets and where the names lie; functions only, one per start, global before local."""
    for kind in (_SYMTAB, _DYNSYM):
        for section in elf.section_list:
            if section.kind != kind or section.link >= len(elf.section_list) or section.offset + section.size > len(elf.data):
                continue
            table = np.frombuffer(elf.data, _SYMBOL, count=section.size // _SYMBOL.itemsize, offset=section.offset)
            types = table["info"] & 15
            chosen = table[((types == _FUNCTION) | (types == _INDIRECT)) & (table["section"] != 0) & (table["value"] != 0)]
            del table
            if chosen.size:
                return (*_tidy(chosen, reach=kind == _SYMTAB), elf.section_list[section.link].offset)
    empty = np.empty(0, np.uint64)
    return empty, empty, np.empty(0, np.uint32), 0


def _tidy(chosen: npt.NDArray[np.void], *, reach: bool) -> tuple[npt.NDArray[np.uint64], npt.NDArray[np.uint64], npt.NDArray[np.uint32]]:
    """Sorted by start, one symbol each: longest, then global. Where all symbols are there (`reach`), one without a size ends at the next."""
    ordered = chosen[np.lexsort((chosen["info"] >> 4 == 0, -chosen["size"].astype(np.int64), chosen["value"]))]
    first = np.ones(len(ordered), bool)
    first[1:] = ordered["value"][1:] != ordered["value"][:-1]
    unique = ordered[first]
    starts = unique["value"].astype(np.uint64)
    following = np.append(starts[1:], starts[-1:] + np.uint64(1)) if reach else starts + np.uint64(1)
    ends = np.where(unique["size"] > 0, starts + unique["size"], following).astype(np.uint64)
    return starts, ends, unique["name"].astype(np.uint32)


def _frame_starts(elf: ElfFile) -> npt.NDArray[np.uint64]:
    """Function starts from the binary search table of .eh_frame_hdr (sdata4 relative to the section, as every linker writes it)."""
    nothing = np.empty(0, np.uint64)
    if elf.eh_frame_hdr is None:
        return nothing
    address, size = elf.eh_frame_hdr
    at = elf.offset_of(address)
    if at is None or size < 12 or at + size > len(elf.data) or elf.data[at : at + 4] != b"\x01\x1b\x03\x3b":
        return nothing
    count = struct.unpack_from("<I", elf.data, at + 8)[0]
    if 12 + 8 * count > size:
        return nothing
    table = np.frombuffer(elf.data, "<i4", count=2 * count, offset=at + 12)
    starts = (table[0::2].astype(np.int64) + address).astype(np.uint64)
    del table
    return starts
