"""Which calls did the compiler build into the function at an address of a C program? The inlined subroutines of DWARF, a function at a time."""

from bisect import bisect_right
from collections.abc import Callable, Container, Iterator, Mapping
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from inspector.faults.gofuncs import Line

_FUNCTION, _INLINED = "DW_TAG_subprogram", "DW_TAG_inlined_subroutine"
_SCOPES = ("DW_TAG_namespace", "DW_TAG_module")
_BLOCKS = (_FUNCTION, _INLINED, "DW_TAG_lexical_block", "DW_TAG_try_block", "DW_TAG_catch_block")
_NAMES = ("DW_AT_linkage_name", "DW_AT_MIPS_linkage_name", "DW_AT_name")
_MOST_DEEP = 64
"""Calls in one chain, and entries that a name is looked for in."""


Ranges = list[tuple[int, int]]
"""From address to address, ends exclusive."""


class _Call(NamedTuple):
    """A function, or a call built into one: its name, from where it was called, and the number of the one it is in (-1 for none)."""

    name: str
    file: str
    line: int
    caller: int


class _Function(NamedTuple):
    """A compiled function: the calls in it, callers before what they call, and by address the number of the call that code belongs to."""

    calls: list[_Call]
    lows: npt.NDArray[np.uint64]
    highs: npt.NDArray[np.uint64]
    numbers: npt.NDArray[np.int64]

    def at(self, address: int) -> int:
        """The number of the innermost call with code there, -1 for none: of several the one with the shortest range, then the last."""
        fitting = np.flatnonzero((self.lows <= address) & (address < self.highs))
        lengths = (self.highs - self.lows)[fitting]
        return int(self.numbers[fitting[lengths == lengths.min()]].max()) if fitting.size else -1


class Inlining:
    """The functions of one unit."""

    def __init__(self, top: Any, ranges: Callable[[Any], Ranges], files: Mapping[int, str]) -> None:
        """`top` is the unit's first entry, `ranges` says where an entry's code lies, `files` are the paths by number."""
        self._top, self._ranges, self._files = top, ranges, files
        self._entries: list[tuple[int, int, Any]] | None = None
        self._read: dict[int, _Function] = {}

    def frames(self, address: int, line: tuple[str, int]) -> list[Line]:
        """The call chain at an address that is from `line`, innermost first; its last is the function that was compiled. Empty where not known."""
        function = self._function_at(address)
        number = function.at(address) if function else -1
        frames: list[Line] = []
        while function and number >= 0 and len(frames) < _MOST_DEEP:
            call = function.calls[number]
            frames.append(Line(call.name, *line))
            number, line = call.caller, (call.file, call.line)
        return frames

    def _function_at(self, address: int) -> _Function | None:
        if self._entries is None:
            found = ((*span, entry) for _, entry in _below(self._top, _SCOPES) if entry.tag == _FUNCTION for span in self._ranges(entry))
            self._entries = sorted(found, key=lambda row: row[:2])
        at = bisect_right(self._entries, address, key=lambda row: row[0]) - 1
        if at < 0 or address >= self._entries[at][1]:
            return None
        entry = self._entries[at][2]
        if entry.offset not in self._read:
            self._read[entry.offset] = self._function(entry)
        return self._read[entry.offset]

    def _function(self, compiled: Any) -> _Function:
        """What an entry and those below it say; a function within a function was not called from there."""
        calls: list[_Call] = []
        spans: list[tuple[int, int, int]] = []
        callers = [-1]
        for depth, entry in ((0, compiled), *_below(compiled, _BLOCKS)):
            caller = callers[depth]
            if entry.tag in (_FUNCTION, _INLINED):
                given = entry.attributes if entry.tag == _INLINED else {}
                file = self._files.get(given["DW_AT_call_file"].value, "") if "DW_AT_call_file" in given else ""
                line = given["DW_AT_call_line"].value if "DW_AT_call_line" in given else 0
                calls.append(_Call(_name(entry), file, line, caller if entry.tag == _INLINED else -1))
                caller = len(calls) - 1
                spans += [(low, high, caller) for low, high in self._ranges(entry)]
            callers[depth + 1 :] = [caller]
        lows, highs, numbers = zip(*spans, strict=True)
        return _Function(calls, np.array(lows, np.uint64), np.array(highs, np.uint64), np.array(numbers))


def _below(top: Any, into: Container[str]) -> Iterator[tuple[int, Any]]:
    """Depth and entry of what is below `top` and directly below entries of the sorts `into`. The way leads forward only, whatever the file says."""
    at, depth, passed = top.offset + top.size, int(top.has_children), 0
    while depth:
        entry = top.cu.get_DIE_from_refaddr(at)
        at += entry.size
        if entry.is_null():
            depth -= 1
            passed = 0 if depth == passed else passed
            continue
        if not passed:
            yield depth, entry
        if entry.has_children:
            end = entry.get_DIE_from_attribute("DW_AT_sibling").offset if "DW_AT_sibling" in entry.attributes else 0
            if entry.tag not in into and end > at:
                at = end
                continue
            passed = passed or (0 if entry.tag in into else depth)
            depth += 1


def _name(entry: Any) -> str:
    """The name as linked, else as written; a compiled function often refers to the entry that has it."""
    for _ in range(_MOST_DEEP):
        for name in _NAMES:
            if name in entry.attributes:
                return str(entry.attributes[name].value, "utf-8", "replace")
        origin = next((name for name in ("DW_AT_abstract_origin", "DW_AT_specification") if name in entry.attributes), "")
        if not origin:
            break
        entry = entry.get_DIE_from_attribute(origin)
    return ""
