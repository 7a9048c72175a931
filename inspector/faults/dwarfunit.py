"""What does one compilation unit of DWARF say? Where its code lies, which line each address is from, and what its files are called."""

from bisect import bisect_right
from functools import cached_property
from typing import TYPE_CHECKING, Any

from inspector.faults.inlined import Inlining

if TYPE_CHECKING:
    from elftools.dwarf.dwarfinfo import DWARFInfo

Row = tuple[int, int, str, int]
"""From address to address (end exclusive), file, line."""


class Unit:
    """A unit; `top` is its first entry as pyelftools reads it, `size` its bytes. Everything else is read when it is first asked for."""

    def __init__(self, dwarf: "DWARFInfo", raw: Any) -> None:
        self._dwarf = dwarf
        self._raw = raw
        self.top: Any = raw.get_top_DIE()
        self.size: int = raw["unit_length"]

    def ranges(self, entry: Any) -> list[tuple[int, int]]:
        """Where the code of an entry of this unit lies, ends exclusive."""
        attributes = entry.attributes
        if "DW_AT_ranges" in attributes:
            return self._listed(attributes["DW_AT_ranges"].value)
        if "DW_AT_low_pc" not in attributes or "DW_AT_high_pc" not in attributes:
            return []
        low, high = attributes["DW_AT_low_pc"].value, attributes["DW_AT_high_pc"]
        return [(low, high.value if high.form.startswith("DW_FORM_addr") else low + high.value)]

    def line_at(self, address: int) -> tuple[str, int] | None:
        """File and line, None where the table has none."""
        at = bisect_right(self._rows, address, key=lambda row: row[0]) - 1
        return (self._rows[at][2], self._rows[at][3]) if at >= 0 and address < self._rows[at][1] else None

    @cached_property
    def inlining(self) -> Inlining:
        """The calls built into the unit's functions."""
        return Inlining(self.top, self.ranges, self.files)

    @cached_property
    def files(self) -> dict[int, str]:
        """Paths by the numbers the line table uses: from 1 before version 5, from 0 since."""
        if self._program is None:
            return {}
        header = self._program.header
        since_5 = header["version"] >= 5
        top = self.top.attributes
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

    @cached_property
    def _program(self) -> Any:
        """The program that makes the line table, None without one."""
        return self._dwarf.line_program_for_CU(self._raw)

    @cached_property
    def _rows(self) -> list[Row]:
        """The line table, sorted."""
        rows: list[Row] = []
        before = None
        for entry in self._program.get_entries() if self._program else ():
            state = entry.state
            if state is None:
                continue
            if before is not None and state.address > before.address:
                rows.append((before.address, state.address, self.files.get(before.file, ""), before.line))
            before = None if state.end_sequence else state
        return sorted(row for row in rows if row[2] and row[3])

    def _listed(self, offset: int) -> list[tuple[int, int]]:
        """The ranges of a list."""
        lists = self._dwarf.range_lists()
        if lists is None:
            return []
        top = self.top.attributes
        start = top["DW_AT_low_pc"].value if "DW_AT_low_pc" in top else 0
        rows = []
        entry: Any
        for entry in lists.get_range_list_at_offset(offset, cu=self._raw):
            base = getattr(entry, "base_address", None)
            if base is not None:
                start = base
                continue
            shift = 0 if getattr(entry, "is_absolute", False) else start
            rows.append((entry.begin_offset + shift, entry.end_offset + shift))
        return rows


def _text(raw: Any) -> str:
    return raw.decode("utf-8", "replace") if isinstance(raw, bytes) else str(raw)
