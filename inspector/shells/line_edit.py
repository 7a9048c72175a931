"""How is a file edited whose language is read line by line (fish, tcsh)? Bytes in, bytes out: what these languages share."""

import re

from inspector.i18n import mark
from inspector.model.plan import Placement
from inspector.shells import blocks
from inspector.shells.bash_edit import MARK
from inspector.shells.blocks import marks


class LineEditors:
    """Edits of single lines; `placement` makes no difference. `block_words` begin lines that cannot be changed alone."""

    block_words: tuple[bytes, ...] = ()

    def comment_out(self, data: bytes, line: int, expected_text: str) -> bytes:
        """See Editors.comment_out; the lines a statement continues on go with it."""
        lines, last = self._lines(data, line, expected_text)
        if last < 0:
            return data
        for index in range(line - 1, last + 1):
            body = lines[index].lstrip(b" \t")
            lines[index] = lines[index][: len(lines[index]) - len(body)] + MARK + body
        return b"".join(lines)

    def drop_entry(self, data: bytes, line: int, expected_text: str, entry: str, home: str) -> bytes:
        """See Editors.drop_entry; an entry is a word of its own, or stands between colons."""
        lines, last = self._lines(data, line, expected_text)
        if last < 0:
            return data
        before = text = b"".join(lines[line - 1 : last + 1])
        for spelled in blocks.spellings(entry, home):
            name = re.escape(spelled) + rb"/?"
            text = re.sub(rb"[ \t]+([\"']?)" + name + rb"\1(?=[\s;)]|$)", b"", text)
            text = re.sub(rb"(?<=[\s:\"'])" + name + rb":", b"", text)
            text = re.sub(rb":" + name + rb"(?=[:\"'\s;)]|$)", b"", text)
        if text == before:
            raise ValueError(mark(f"line {line} does not spell out that entry beside others"))
        return b"".join(lines[: line - 1]) + text + b"".join(lines[last + 1 :])

    def move_line(self, data: bytes, line: int, expected_text: str, placement: Placement) -> bytes:
        """See Editors.move_line: always to the end, and only from the left margin, where no block can be around it."""
        del placement
        lines, last = self._lines(data, line, expected_text)
        if last < 0 or lines[line - 1][:1] in (b" ", b"\t"):
            raise ValueError(mark(f"line {line} is part of something larger, so it cannot be moved alone"))
        return appended(b"".join(lines[: line - 1] + lines[last + 1 :]), b"".join(lines[line - 1 : last + 1]))

    def _lines(self, data: bytes, line: int, expected_text: str) -> tuple[list[bytes], int]:
        """All lines, and the index of the last one of the statement at a line: -1 when this program made it a comment; raises ValueError."""
        lines = data.splitlines(keepends=True)
        if not 1 <= line <= len(lines):
            raise ValueError(mark(f"the file has {len(lines)} lines, not {line}"))
        expected = expected_text.encode("utf-8", "surrogateescape").split(b"\n")[0].strip()
        if expected and MARK + expected in lines[line - 1]:
            return lines, -1
        if not expected or expected not in lines[line - 1]:
            raise ValueError(mark(f"line {line} does not read that any more"))
        if lines[line - 1].strip().split(b" ")[0] in self.block_words:
            raise ValueError(mark(f"line {line} opens or closes a block, so it cannot be changed alone"))
        last = line - 1
        while last + 1 < len(lines) and lines[last].rstrip(b"\r\n").endswith(b"\\"):
            last += 1
        return lines, last


def single_line(text: str) -> bytes:
    """A path or value as bytes; raises ValueError for what an init file cannot hold."""
    if "\0" in text or "\n" in text:
        raise ValueError(mark("a path with a newline or a NUL byte cannot be written into an init file"))
    return text.encode("utf-8", "surrogateescape")


def placed(data: bytes, purpose: str, says: bytes, lines: tuple[bytes, ...]) -> bytes:
    """The file with a managed block of these lines, in the place of an earlier one for the same purpose."""
    block = marks(purpose)
    text = b"\n".join([block.begin, b"# " + says + b"; delete the block to take it back", *lines, block.end, b""])
    start, end = blocks.found(data, block)
    return appended(data, text) if start < 0 else data[:start] + text + data[end:]


def appended(data: bytes, text: bytes) -> bytes:
    """The file with whole lines added at its end."""
    joint = b"" if not data or data.endswith(b"\n") else b"\n"
    return data + joint + text if text.endswith(b"\n") else data + joint + text + b"\n"
