"""How long does each line of a zsh start take? A trap after every command that writes when it began and when the one before it had ended.

What lies between is the command's own time, so the trap's is in no line's. In a start of its own, because a record per command makes it several
times as long.
"""

import re
from collections.abc import Callable
from functools import cache

from inspector.shells.base import ReadText, Site, Timing
from inspector.shells.bash_trace import slowest

_RECORD = re.compile(r"\x1e(\d+)\.(\d+)\x1f([\d.,]*)\x1f([\d.,]+)\x1f([^\x1f]*)\x1f([^\x1f]*)\x1f([^\x1f]*)\x1f([^\x1d]*)\x1d")
PRELUDE = (
    b"zmodload zsh/parameter zsh/system zsh/datetime; typeset -g __gi_began= __gi_ended= ; unsetopt DEBUG_BEFORE_CMD; "
    b"trap '__gi_began=$EPOCHREALTIME; [[ ! -o debugbeforecmd ]] || unsetopt debugbeforecmd; "
    b'syswrite -o 187 -- "\x1e$$.$ZSH_SUBSHELL\x1f$__gi_ended\x1f$__gi_began\x1f$ZSH_EVAL_CONTEXT\x1f${(%):-%x:%I}\x1f'
    b'${funcstack[1]-}\x1f${funcsourcetrace[1]-}\x1d"; __gi_ended=$EPOCHREALTIME\' DEBUG; '
)


def timing(trace: bytes, *, read: ReadText) -> Timing:
    """What took how long. Evaluated text and functions that it defined have no lines: their time belongs to the line that called them."""
    records = _RECORD.findall(trace.decode("utf-8", "surrogateescape"))
    process = min(((int(pid), int(depth)) for pid, depth, *_ in records), default=(0, 0))
    spent: dict[Site, tuple[float, int]] = {}
    placeless: list[tuple[int, float]] = []
    reading: list[tuple[int, str]] = []
    files: dict[str, float] = {}
    lines = cache(lambda path: (read(path) or b"").split(b"\n"))
    for pid, subshells, ended, began, context, *place in records:
        if (int(pid), int(subshells)) != process or not ended:
            continue
        took, depth = max(0.0, _ms(began) - _ms(ended)), context.count(":")
        _read_on(reading, context, place[0].rpartition(":")[0])
        for _depth, file in reading:
            files[file] = files.get(file, 0.0) + took
        site = _site(context.removesuffix(":trap").rpartition(":")[2], place, lines)
        if site is None:
            placeless.append((depth, took))
            continue
        took += sum(time for inside, time in placeless if inside > depth)
        placeless = [(inside, time) for inside, time in placeless if inside <= depth]
        before, count = spent.get(site, (0.0, 0))
        spent[site] = (before + took, count + 1)
    return Timing(slowest(spent), {file: round(time, 2) for file, time in files.items()})


def _read_on(reading: list[tuple[int, str]], context: str, file: str) -> None:
    """Bring the files that are being read, outermost first, each with its place in the evaluation context, in line with a command's context."""
    parts = context.removesuffix(":trap").split(":")
    depth = max((place for place, part in enumerate(parts) if part in ("file", "filecode")), default=-1)
    own = depth == len(parts) - 1
    while reading and (reading[-1][0] > depth or (own and reading[-1][0] == depth and reading[-1][1] != file)):
        reading.pop()
    if own and depth >= 0 and (depth, file) not in reading:
        reading.append((depth, file))


def _site(inside: str, place: list[str], lines: Callable[[str], list[bytes]]) -> Site | None:
    """A command's place; in a function zsh counts from its definition, which must name it."""
    where, function, definition = place
    file, _, line = where.rpartition(":")
    if not file.startswith("/") or not line.isdigit() or inside == "eval":
        return None
    defined, _, first = definition.rpartition(":")
    if inside != "shfunc" or first == "0":
        return Site(file, int(line))
    text = lines(defined)[int(first) - 1 : int(first)] if first.isdigit() else []
    return Site(defined, int(first) + int(line)) if text and (function == "(anon)" or function.encode() in text[0]) else None


def _ms(seconds: str) -> float:
    return float(seconds.replace(",", ".")) * 1000
