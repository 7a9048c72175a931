"""How does an init file of fish look after an edit? Bytes in, bytes out; fish has its own words for PATH, and no guard to stand before."""

import re

from inspector.model.plan import Placement
from inspector.shells import blocks
from inspector.shells.bash_edit import MARK
from inspector.shells.blocks import marks

_BLOCK_WORDS = (b"if", b"for", b"while", b"function", b"begin", b"switch", b"else", b"case", b"end")


class FishEditors:
    """The editing half of fish; `placement` makes no difference."""

    def comment_out(self, data: bytes, line: int, expected_text: str) -> bytes:
        """See Editors.comment_out; the lines a statement continues on go with it."""
        lines, last = _lines(data, line, expected_text)
        if last < 0:
            return data
        for index in range(line - 1, last + 1):
            body = lines[index].lstrip(b" \t")
            lines[index] = lines[index][: len(lines[index]) - len(body)] + MARK + body
        return b"".join(lines)

    def drop_entry(self, data: bytes, line: int, expected_text: str, entry: str, home: str) -> bytes:
        """See Editors.drop_entry; an entry is a word of its own, or stands between colons."""
        lines, last = _lines(data, line, expected_text)
        if last < 0:
            return data
        before = text = b"".join(lines[line - 1 : last + 1])
        for spelled in blocks.spellings(entry, home):
            name = re.escape(spelled) + rb"/?"
            text = re.sub(rb"[ \t]+([\"']?)" + name + rb"\1(?=[\s;)]|$)", b"", text)
            text = re.sub(rb"(?<=[\s:\"'])" + name + rb":", b"", text)
            text = re.sub(rb":" + name + rb"(?=[:\"'\s;)]|$)", b"", text)
        if text == before:
            raise ValueError(f"line {line} does not spell out that entry beside others")
        return b"".join(lines[: line - 1]) + text + b"".join(lines[last + 1 :])

    def move_line(self, data: bytes, line: int, expected_text: str, placement: Placement) -> bytes:
        """See Editors.move_line: always to the end, and only from the left margin, where no block can be around it."""
        del placement
        lines, last = _lines(data, line, expected_text)
        if last < 0 or lines[line - 1][:1] in (b" ", b"\t"):
            raise ValueError(f"line {line} is part of something larger, so it cannot be moved alone")
        return _appended(b"".join(lines[: line - 1] + lines[last + 1 :]), b"".join(lines[line - 1 : last + 1]))

    def put_first(self, data: bytes, directory: str, placement: Placement) -> bytes:
        """See Editors.put_first."""
        del placement
        word = quoted(directory)
        return _placed(data, "", b"keeps this directory first in PATH", (*_others(word), b"set -gx PATH " + word + b" $_gi_rest", b"set -e _gi_rest"))

    def put_last(self, data: bytes, directory: str, placement: Placement) -> bytes:
        """See Editors.put_last."""
        del placement
        word = quoted(directory)
        line = b"contains -- " + word + b" $PATH; or set -gx PATH $PATH " + word
        return _placed(data, f"last {directory}", b"keeps this directory in PATH", (line,))

    def take_out(self, data: bytes, directory: str, placement: Placement) -> bytes:
        """See Editors.take_out."""
        del placement
        lines = (*_others(quoted(directory)), b"set -gx PATH $_gi_rest", b"set -e _gi_rest")
        return _placed(data, f"without {directory}", b"keeps this directory out of PATH", lines)

    def set_variable(self, data: bytes, name: str, value: str | None, placement: Placement) -> bytes:
        """See Editors.set_variable."""
        del placement
        line = b"set -e " + name.encode() if value is None else b"set -gx " + name.encode() + b" " + quoted(value)
        return _placed(data, name, b"keeps this variable unset" if value is None else b"keeps this variable set", (line,))

    def source_file(self, data: bytes, path: str) -> bytes:
        """See Editors.source_file."""
        word = quoted(path)
        return _placed(data, "source", b"reads another file", (b"test -r " + word + b"; and source " + word,))


def _lines(data: bytes, line: int, expected_text: str) -> tuple[list[bytes], int]:
    """All lines, and the index of the last one of the statement at a line: -1 when this program made it a comment; raises ValueError."""
    lines = data.splitlines(keepends=True)
    if not 1 <= line <= len(lines):
        raise ValueError(f"the file has {len(lines)} lines, not {line}")
    expected = expected_text.encode("utf-8", "surrogateescape").split(b"\n")[0].strip()
    if expected and MARK + expected in lines[line - 1]:
        return lines, -1
    if not expected or expected not in lines[line - 1]:
        raise ValueError(f"line {line} does not read that any more")
    if lines[line - 1].strip().split(b" ")[0] in _BLOCK_WORDS:
        raise ValueError(f"line {line} opens or closes a block, so it cannot be changed alone")
    last = line - 1
    while last + 1 < len(lines) and lines[last].rstrip(b"\r\n").endswith(b"\\"):
        last += 1
    return lines, last


def _others(word: bytes) -> tuple[bytes, ...]:
    """Statements that leave every other entry of PATH in _gi_rest."""
    return b"set -l _gi_rest", b"for _gi_entry in $PATH", b"  test $_gi_entry != " + word + b"; and set -a _gi_rest $_gi_entry", b"end"


def quoted(text: str) -> bytes:
    """One word of fish; raises ValueError for what an init file cannot hold."""
    if "\0" in text or "\n" in text:
        raise ValueError("a path with a newline or a NUL byte cannot be written into an init file")
    return b"'" + text.encode("utf-8", "surrogateescape").replace(b"\\", b"\\\\").replace(b"'", b"\\'") + b"'"


def _placed(data: bytes, purpose: str, says: bytes, lines: tuple[bytes, ...]) -> bytes:
    block = marks(purpose)
    text = b"\n".join([block.begin, b"# " + says + b"; delete the block to take it back", *lines, block.end, b""])
    start, end = blocks.found(data, block)
    return _appended(data, text) if start < 0 else data[:start] + text + data[end:]


def _appended(data: bytes, text: bytes) -> bytes:
    joint = b"" if not data or data.endswith(b"\n") else b"\n"
    return data + joint + text if text.endswith(b"\n") else data + joint + text + b"\n"
