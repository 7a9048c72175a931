"""What do edits look like to a reader? A unified diff that survives any bytes."""

import difflib
import re
from collections.abc import Iterable

from inspector.model.plan import FileEdit

_NO_NEWLINE = "\\ No newline at end of file"
_UNSAFE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]|[\ud800-\udfff]")


def unified(edits: Iterable[FileEdit]) -> str:
    """All edits as one unified diff. Control, bidirectional and undecodable characters are spelled out: the reader sees what is there."""
    return "".join(_one(edit) for edit in edits)


def _one(edit: FileEdit) -> str:
    before = "/dev/null" if edit.before is None else visible(edit.path)
    old, new = _lines(edit.before or b""), _lines(edit.after)
    return "".join(_closed(line) for line in difflib.unified_diff(old, new, before, visible(edit.path)))


def _lines(data: bytes) -> list[str]:
    return [visible(line.decode("utf-8", "surrogateescape")) for line in re.findall(rb"[^\n]*\n|[^\n]+", data)]


def _closed(line: str) -> str:
    return line if line.endswith("\n") else f"{line}\n{_NO_NEWLINE}\n"


def visible(text: str) -> str:
    """The text with every character that would hide, reorder or break itself written as `\\u{…}`, an undecodable byte as `\\x…`."""
    return _UNSAFE.sub(_spelled, text)


def _spelled(found: re.Match[str]) -> str:
    code = ord(found.group())
    return f"\\x{code - 0xDC00:02x}" if 0xDC80 <= code <= 0xDCFF else f"\\u{{{code:x}}}"
