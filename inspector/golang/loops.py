"""Which lines of a Go file mean something else before and after `go 1.22`? Loops whose variable is captured by a closure or has its address taken.

A scan by line and brace, not a parser: it may miss a place, and names one only where loop variable and capture are both seen.
"""

import re
from itertools import islice

import msgspec

_LOOP = re.compile(r"^\s*(?:\w+:\s*)?for\s+(\w+)(?:\s*,\s*(\w+))?\s*:=\s*.*\{\s*(?://.*)?$")
_STRING = re.compile(r'"(?:[^"\\]|\\.)*"|`[^`]*`|\'(?:[^\'\\]|\\.)*\'|//.*')
_MAX_BODY = 200
_MAX_LINE = 1000
_MAX_LOOPS = 200


class Capture(msgspec.Struct, frozen=True):
    """A loop and the line that captures its variable: 1-based numbers and the lines as written."""

    variable: str
    loop: int
    loop_text: str
    use: int
    use_text: str


def captures(data: bytes) -> tuple[Capture, ...]:
    """The captures of a file, at most one for each loop."""
    lines = data.decode("utf-8", "replace").splitlines()
    bare = [_STRING.sub('""', line) if len(line) < _MAX_LINE else "" for line in lines]
    loops = ((number, match) for number, line in enumerate(bare) if (match := _LOOP.match(line)))
    found: list[Capture] = []
    for number, loop in islice(loops, _MAX_LOOPS):
        names = [name for name in loop.groups() if name and name != "_"]
        capture = _use(bare, number, names) if names else None
        if capture:
            use, name = capture
            found.append(Capture(name, number + 1, lines[number].strip(), use + 1, lines[use].strip()))
    return tuple(found)


def _use(lines: list[str], start: int, names: list[str]) -> tuple[int, str] | None:
    """The first line of the loop's body that captures one of its variables, and which."""
    depth = 1
    inside: list[int] = []
    for number in range(start + 1, min(start + _MAX_BODY, len(lines))):
        line = lines[number]
        for name in list(names):
            if re.search(rf"\b{name}\s*:=\s*{name}\b|func\([^)]*\b{name}\b[^)]*\)", line):
                names.remove(name)
            elif re.search(rf"&{name}\b(?!\.|\[)", line) or _in_closure(line, name, inside=bool(inside)):
                return number, name
        if "func(" in line and line.count("{") > line.count("}"):
            inside.append(depth)
        depth += line.count("{") - line.count("}")
        while inside and depth <= inside[-1]:
            inside.pop()
        if depth <= 0 or not names:
            return None
    return None


def _in_closure(line: str, name: str, *, inside: bool) -> bool:
    """Whether the part of a line that belongs to a closure's body names the variable; arguments of the call at its end do not belong to it."""
    if inside:
        body = line.split("}(", 1)[0] if line.lstrip().startswith("}") else line
    else:
        body = line.partition("func(")[2].partition("{")[2].rsplit("}(", 1)[0]
    return re.search(rf"\b{name}\b", body) is not None
