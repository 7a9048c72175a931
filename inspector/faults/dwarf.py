"""Which line and which inlined calls is an address of a C program from? DWARF, one compilation unit at a time, as they are asked for."""

from bisect import bisect_right
from collections.abc import Callable
from typing import IO, TYPE_CHECKING, TypeVar, cast

from inspector.faults.elf import ElfFile
from inspector.faults.gofuncs import Line
from inspector.i18n import mark

if TYPE_CHECKING:
    from elftools.elf.elffile import ELFFile

    from inspector.faults.dwarfunit import Unit

T = TypeVar("T")

_MOST_UNITS = 5000
_LARGEST = 512 << 20
"""Bytes of debug information, unpacked, beyond which looking for a line would take longer than it is worth."""
_LARGEST_UNIT = 4 << 20
"""Bytes of one unit beyond which its functions are not read."""
_SPLIT = ("DW_AT_dwo_name", "DW_AT_GNU_dwo_name")


class DebugLines:
    """Lines and inlined calls by address as linked. `why` says what is not read of them, empty while everything is."""

    def __init__(self, elf: ElfFile) -> None:
        self._elf = elf
        self.why = _elsewhere(elf)
        self._known = ".debug_line" in elf.sections and ".debug_info" in elf.sections
        self._units: list[tuple[int, int, Unit]] | None = None

    def find(self, address: int) -> tuple[str, int] | None:
        """File and line, None where nothing is told."""
        return self._ask(address, lambda unit: unit.line_at(address))

    def frames(self, address: int) -> list[Line]:
        """The call chain at an address, innermost first; its last is the function that was compiled. Empty where nothing is told."""
        return self._ask(address, lambda unit: self._frames(unit, address)) or []

    def _frames(self, unit: "Unit", address: int) -> list[Line]:
        if unit.size > _LARGEST_UNIT:
            self.why = mark(f"inlined calls are not looked for in a unit of {unit.size >> 20} MB of debug information")
            return []
        if any(name in unit.top.attributes for name in _SPLIT):
            self.why = mark("inlined calls are told by .dwo files (-gsplit-dwarf), which are not read")
            return []
        return unit.inlining.frames(address, unit.line_at(address) or ("", 0))

    def _ask(self, address: int, question: "Callable[[Unit], T]") -> T | None:
        if not self._known:
            return None
        try:
            units = self._units if self._units is not None else self._read_units()
            at = bisect_right(units, address, key=lambda unit: unit[0]) - 1
            return question(units[at][2]) if at >= 0 and address < units[at][1] else None
        except Exception as error:  # noqa: BLE001  whatever a reader of hostile debug information stumbles over: it tells nothing
            self._known = False
            self.why = mark(f"its debug information cannot be read: {error}")
            return None

    def _read_units(self) -> "list[tuple[int, int, Unit]]":
        """Address ranges of the compilation units."""
        from elftools.elf.elffile import ELFFile

        from inspector.faults.dwarfunit import Unit

        self._units = []
        self._elf.data.seek(0)
        file = ELFFile(cast("IO[bytes]", self._elf.data))
        if (size := _size(file)) > _LARGEST:
            self.why = mark(f"{size >> 20} MB of debug information are not read")
            return self._units
        dwarf = file.get_dwarf_info(follow_links=False)
        for count, raw in enumerate(dwarf.iter_CUs()):
            if count >= _MOST_UNITS:
                self.why = mark(f"of its debug information the first {_MOST_UNITS} units are read")
                break
            unit = Unit(dwarf, raw)
            self._units += [(low, high, unit) for low, high in unit.ranges(unit.top)]
        self._units.sort(key=lambda row: row[:2])
        return self._units


def _size(file: "ELFFile") -> int:
    """Bytes of debug information, unpacked."""
    return sum(section.data_size for section in file.iter_sections() if section.name.startswith(".debug_"))


def _elsewhere(elf: ElfFile) -> str:
    """Where the debug information lies when it is not read, empty where there is none or it is read."""
    if ".debug_info" in elf.sections:
        return ""
    if ".zdebug_info" in elf.sections:
        return mark("its debug information is packed as .zdebug, which is not read")
    link = elf.sections.get(".gnu_debuglink")
    return mark(f"its debug information lies in a file of its own ({elf.text_at(link.offset)}), which is not read") if link else ""
