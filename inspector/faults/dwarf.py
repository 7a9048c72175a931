"""Which source line does an address of a C program come from? The line tables of DWARF, one compilation unit at a time, as they are asked for."""

from bisect import bisect_right
from typing import IO, TYPE_CHECKING, Any, cast

from inspector.faults.elf import ElfFile

if TYPE_CHECKING:
    from elftools.dwarf.dwarfinfo import DWARFInfo

_MOST_UNITS = 5000
_LARGEST = 512 << 20
"""Bytes of debug information beyond which looking for a line would take longer than it is worth."""

Row = tuple[int, int, str, int]
"""From address to address (end exclusive), file, line."""


class DebugLines:
    """Lines by address as linked. Empty where the file has no line tables."""

    def __init__(self, elf: ElfFile) -> None:
        self._elf = elf
        size = sum(section.size for name, section in elf.sections.items() if name.startswith(".debug_"))
        self._known = ".debug_line" in elf.sections and ".debug_info" in elf.sections and size <= _LARGEST
        self._dwarf: DWARFInfo | None = None
        self._units: list[tuple[int, int, Any]] | None = None
        self._rows: dict[int, list[Row]] = {}

    def find(self, address: int) -> tuple[str, int] | None:
        """File and line, None where nothing is told."""
        if not self._known:
            return None
        try:
            return self._find(address)
        except Exception:  # noqa: BLE001  whatever a reader of hostile debug information stumbles over: it tells nothing
            self._known = False
            return None

    def _find(self, address: int) -> tuple[str, int] | None:
        units = self._units if self._units is not None else self._read_units()
        at = bisect_right(units, address, key=lambda unit: unit[0]) - 1
        if at < 0 or address >= units[at][1]:
            return None
        unit = units[at][2]
        rows = self._rows.get(unit.cu_offset)
        if rows is None:
            rows = self._rows[unit.cu_offset] = self._read_rows(unit)
        at = bisect_right(rows, address, key=lambda row: row[0]) - 1
        return (rows[at][2], rows[at][3]) if at >= 0 and address < rows[at][1] else None

    def _read_units(self) -> list[tuple[int, int, Any]]:
        """Address ranges of the compilation units."""
        from elftools.elf.elffile import ELFFile

        self._elf.data.seek(0)
        dwarf = self._dwarf = ELFFile(cast("IO[bytes]", self._elf.data)).get_dwarf_info(follow_links=False)
        found: list[tuple[int, int, Any]] = []
        for count, unit in enumerate(dwarf.iter_CUs()):
            if count >= _MOST_UNITS:
                break
            found += [(low, high, unit) for low, high in _ranges(dwarf, unit)]
        found.sort(key=lambda row: row[:2])
        self._units = found
        return found

    def _read_rows(self, unit: Any) -> list[Row]:
        """The unit's line table, sorted."""
        assert self._dwarf is not None
        program = self._dwarf.line_program_for_CU(unit)
        if program is None:
            return []
        names = _file_names(program, unit)
        rows: list[Row] = []
        before = None
        for entry in program.get_entries():
            state = entry.state
            if state is None:
                continue
            if before is not None and state.address > before.address:
                rows.append((before.address, state.address, names.get(before.file, ""), before.line))
            before = None if state.end_sequence else state
        return sorted(row for row in rows if row[2] and row[3])


def _ranges(dwarf: "DWARFInfo", unit: Any) -> list[tuple[int, int]]:
    """Where a unit's code lies."""
    attributes = unit.get_top_DIE().attributes
    if "DW_AT_ranges" in attributes:
        lists = dwarf.range_lists()
        if lists is None:
            return []
        start = attributes["DW_AT_low_pc"].value if "DW_AT_low_pc" in attributes else 0
        rows = []
        entry: Any
        for entry in lists.get_range_list_at_offset(attributes["DW_AT_ranges"].value, cu=unit):
            base = getattr(entry, "base_address", None)
            if base is not None:
                start = base
                continue
            shift = 0 if getattr(entry, "is_absolute", False) else start
            rows.append((entry.begin_offset + shift, entry.end_offset + shift))
        return rows
    if "DW_AT_low_pc" not in attributes or "DW_AT_high_pc" not in attributes:
        return []
    low, high = attributes["DW_AT_low_pc"].value, attributes["DW_AT_high_pc"]
    return [(low, high.value if high.form == "DW_FORM_addr" else low + high.value)]


def _file_names(program: Any, unit: Any) -> dict[int, str]:
    """Paths by the numbers the line table uses: from 1 before version 5, from 0 since."""
    header = program.header
    since_5 = header["version"] >= 5
    top = unit.get_top_DIE().attributes
    here = _text(top["DW_AT_comp_dir"].value) if "DW_AT_comp_dir" in top else ""
    folders = [_text(folder) for folder in header["include_directory"]]
    folders = folders if since_5 else [here, *folders]
    names = {}
    for number, entry in enumerate(header["file_entry"], 0 if since_5 else 1):
        folder = folders[entry.dir_index] if entry.dir_index < len(folders) else ""
        name = _text(entry.name)
        path = name if name.startswith("/") else f"{folder}/{name}" if folder.startswith("/") else f"{here}/{folder}/{name}"
        names[number] = path.replace("//", "/")
    return names


def _text(raw: Any) -> str:
    return raw.decode("utf-8", "replace") if isinstance(raw, bytes) else str(raw)
