"""What remains of a file when one change is taken out and the later ones stay? A three-way merge of lines."""

import difflib
import re
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Merge:
    """The merged bytes; `conflicts` counts places that both sides changed differently, where the bytes of `theirs` stand."""

    data: bytes
    conflicts: int


@dataclass(frozen=True, slots=True)
class _Hunk:
    """Lines `low` to `high` of the base become `lines`."""

    low: int
    high: int
    lines: tuple[bytes, ...]


def merge3(base: bytes, ours: bytes, theirs: bytes) -> Merge:
    """`base` with the changes of both sides, line by line. Changes that touch without overlapping are no conflict."""
    lines = _lines(base)
    left, right = _hunks(lines, _lines(ours)), _hunks(lines, _lines(theirs))
    merged: list[bytes] = []
    position = conflicts = 0
    while left or right:
        mine, others = _next_group(left, right)
        low, high = min(hunk.low for hunk in mine + others), max(hunk.high for hunk in mine + others)
        merged += lines[position:low]
        our_text, their_text = _replayed(lines, mine, low, high), _replayed(lines, others, low, high)
        if mine and others and our_text != their_text:
            conflicts += 1
        merged += their_text if others else our_text
        position = high
    return Merge(b"".join([*merged, *lines[position:]]), conflicts)


def _lines(data: bytes) -> list[bytes]:
    return re.findall(rb"[^\n]*\n|[^\n]+", data)


def _hunks(base: Sequence[bytes], side: Sequence[bytes]) -> list[_Hunk]:
    matcher = difflib.SequenceMatcher(None, base, side, autojunk=False)
    return [_Hunk(i1, i2, tuple(side[j1:j2])) for tag, i1, i2, j1, j2 in matcher.get_opcodes() if tag != "equal"]


def _next_group(left: list[_Hunk], right: list[_Hunk]) -> tuple[list[_Hunk], list[_Hunk]]:
    """Take the first hunk off the lists, and with it every hunk that overlaps what was taken."""
    taken: tuple[list[_Hunk], list[_Hunk]] = ([], [])
    first_left = bool(left) and (not right or (left[0].low, left[0].high) <= (right[0].low, right[0].high))
    source = left if first_left else right
    first = source.pop(0)
    taken[0 if first_left else 1].append(first)
    low, high = first.low, first.high
    growing = True
    while growing:
        growing = False
        for side, queue in zip(taken, (left, right), strict=True):
            while queue and _overlaps(queue[0], low, high):
                hunk = queue.pop(0)
                side.append(hunk)
                high = max(high, hunk.high)
                growing = True
    return taken


def _overlaps(hunk: _Hunk, low: int, high: int) -> bool:
    if hunk.low == hunk.high == low == high:
        return True
    return hunk.low < high and hunk.high > low


def _replayed(base: Sequence[bytes], hunks: Sequence[_Hunk], low: int, high: int) -> list[bytes]:
    """The base lines from `low` to `high` with one side's hunks applied."""
    result: list[bytes] = []
    position = low
    for hunk in hunks:
        result += base[position : hunk.low]
        result += hunk.lines
        position = hunk.high
    return result + list(base[position:high])
