"""Where do the managed blocks of an init file stand? Their marks, and how one is found again, whatever the shell."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from inspector.i18n import mark


class Marks(NamedTuple):
    """The first and the last line of a managed block, without line ends."""

    begin: bytes
    end: bytes


def marks(purpose: str = "") -> Marks:
    """The marks of the block for one purpose; the one that puts a directory first has no name. Raises ValueError for a name with a line end."""
    if any(char in purpose for char in "\0\r\n"):
        raise ValueError(mark("a name with a line end or a NUL byte cannot be written into an init file"))
    name = f"go-inspector {purpose}".strip().encode("utf-8", "surrogateescape")
    return Marks(b"# >>> " + name + b" >>>", b"# <<< " + name + b" <<<")


def found(data: bytes, block: Marks) -> tuple[int, int]:
    """The byte range of a block that is there already, (-1, -1) where there is none; raises ValueError when its last line is gone."""
    start = _line_at(data, block.begin, 0)
    if start < 0:
        return -1, -1
    end = _line_at(data, block.end, start)
    if end < 0:
        raise ValueError(mark("an earlier managed block has lost its last line; remove it by hand first"))
    newline = data.find(b"\n", end)
    return start, len(data) if newline < 0 else newline + 1


def _line_at(data: bytes, line: bytes, start: int) -> int:
    match = re.compile(rb"^" + re.escape(line) + rb"\r?$", re.MULTILINE).search(data, start)
    return match.start() if match else -1


def spellings(entry: str, home: str) -> Iterator[bytes]:
    """How a PATH entry may be written in an init file, the longest first."""
    inside = home not in ("", "/") and entry.startswith(home + "/")
    rest = entry[len(home) :] if inside else ""
    for text in (f"${{HOME}}{rest}", f"$HOME{rest}", f"~{rest}") if inside else ():
        yield text.encode("utf-8", "surrogateescape")
    yield entry.encode("utf-8", "surrogateescape")
