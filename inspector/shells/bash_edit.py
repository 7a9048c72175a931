"""How does an init file of bash or sh look after an edit? Bytes in, bytes out: encoding, line ends and a missing final newline stay as they are."""

import re

from tree_sitter import Node

from inspector.i18n import mark
from inspector.shells import bash_syntax, blocks
from inspector.shells.bash_syntax import Statement
from inspector.shells.blocks import Marks

MARK = b"# go-inspector: "
_ENTRY_BEFORE, _ENTRY_AFTER = rb"(?<=[=:\"'])", rb"(?=[:\"'\s;)]|$)"


def comment_out(data: bytes, line: int, expected_text: str) -> bytes:
    """Turn the statement at a line into a comment; where a block would be left empty or a line holds more, into `:`.

    Raises ValueError when the line no longer reads `expected_text`; a line that this already turned into a comment stays as it is.
    """
    statement = _statement(data, line, expected_text)
    if statement is None:
        return data
    changed = _comment_lines(data, statement) if _stands_alone(data, statement) else _neutralise(data, statement)
    if bash_syntax.has_errors(changed) > bash_syntax.has_errors(data):
        changed = _neutralise(data, statement)
    if bash_syntax.has_errors(changed) > bash_syntax.has_errors(data):
        raise ValueError(mark(f"line {line} cannot be taken out without breaking what is around it"))
    return changed


def _statement(data: bytes, line: int, expected_text: str) -> Statement | None:
    """The statement at a line that still reads as expected, None when this program made it a comment; raises ValueError for anything else."""
    lines = data.splitlines(keepends=True)
    if not 1 <= line <= len(lines):
        raise ValueError(mark(f"the file has {len(lines)} lines, not {line}"))
    expected = [part.strip() for part in expected_text.encode("utf-8", "surrogateescape").splitlines() if part.strip()]
    if expected and MARK + expected[0] in lines[line - 1]:
        return None
    if not expected or expected[0] not in lines[line - 1].strip():
        raise ValueError(mark(f"line {line} does not read that any more"))
    first = expected[0].decode("utf-8", "surrogateescape")
    return bash_syntax.statement_at(data, line, first) or bash_syntax.statement_at(data, line) or _whole_line(data, line)


def _whole_line(data: bytes, line: int) -> Statement:
    starts = [0, *(match.end() for match in re.finditer(rb"\n", data))]
    start = starts[line - 1]
    end = data.find(b"\n", start)
    end = len(data) if end < 0 else end
    return Statement(line, line, start, end, data[start:end])


def _line_bounds(data: bytes, statement: Statement) -> tuple[int, int]:
    """Byte range of the physical lines a statement touches, the last line's newline included."""
    start = data.rfind(b"\n", 0, statement.start) + 1
    end = data.find(b"\n", max(statement.end - 1, statement.start))
    return start, len(data) if end < 0 else end + 1


def _stands_alone(data: bytes, statement: Statement) -> bool:
    """Whether its lines hold nothing else but a trailing comment, and the block it is in has another statement."""
    start, end = _line_bounds(data, statement)
    before, after = data[start : statement.start].strip(), data[statement.end : end].strip()
    return not before and (not after or after.startswith(b"#") or after == b";") and not _only_one_in_block(data, statement)


def _only_one_in_block(data: bytes, statement: Statement) -> bool:
    node = next(
        (n for n in bash_syntax.walk(bash_syntax.parse(data).root_node) if (n.start_byte, n.end_byte) == (statement.start, statement.end)), None
    )
    if node is None or node.parent is None or node.parent.type == "program":
        return False
    block: list[Node] = []
    for child in node.parent.children:
        if not child.is_named and child.type not in (";", "\n", "&"):
            if node in block:
                break
            block = []
        elif bash_syntax.is_statement(child):
            block.append(child)
    return len(block) < 2


def _comment_lines(data: bytes, statement: Statement) -> bytes:
    start, end = _line_bounds(data, statement)
    commented = b"".join(_commented(line) for line in data[start:end].splitlines(keepends=True))
    return data[:start] + commented + data[end:]


def _commented(line: bytes) -> bytes:
    body = line.lstrip(b" \t")
    return line[: len(line) - len(body)] + MARK + body


def _neutralise(data: bytes, statement: Statement) -> bytes:
    """`:` in the statement's place, and what it was as a comment at the end of its last line or on lines of its own before its first."""
    start, end = _line_bounds(data, statement)
    ending = re.search(rb"\r?\n?\Z", data[:end])
    newline = ending.group(0) if ending else b""
    was = b"".join(MARK + part.strip() + (newline or b"\n") for part in statement.text.splitlines())
    rest = data[statement.end : end]
    return data[:start] + was + data[start : statement.start] + b":" + rest + data[end:]


def drop_entry(data: bytes, line: int, expected_text: str, entry: str, home: str) -> bytes:
    """Take one PATH entry out of the statement at a line, which keeps the others; raises ValueError where it is not spelled out there."""
    statement = _statement(data, line, expected_text)
    if statement is None:
        return data
    text = statement.text
    for spelled in blocks.spellings(entry, home):
        name = re.escape(spelled) + rb"/?"
        text = re.sub(_ENTRY_BEFORE + name + rb":", b"", text)
        text = re.sub(rb":" + name + _ENTRY_AFTER, b"", text)
    if text == statement.text:
        raise ValueError(mark(f"line {line} does not spell out that entry beside others"))
    changed = data[: statement.start] + text + data[statement.end :]
    if bash_syntax.has_errors(changed) > bash_syntax.has_errors(data):
        raise ValueError(mark(f"the entry cannot be taken out of line {line} without breaking it"))
    return changed


def move_line(data: bytes, line: int, expected_text: str, *, before_guard: bool) -> bytes:
    """Move the statement at a line ahead of the guard for shells that are not interactive, or to the end of what is executed.

    Raises ValueError when the line no longer reads so, or stands inside a block; a statement that is there already stays.
    """
    statement = _statement(data, line, expected_text)
    if statement is None or not _stands_alone(data, statement) or not _is_top_level(data, statement):
        raise ValueError(mark(f"line {line} is part of something larger, so it cannot be moved alone"))
    start, end = _line_bounds(data, statement)
    moved = data[start:end] if data[start:end].endswith(b"\n") else data[start:end] + b"\n"
    if before_guard and start < _insertion(data, before_guard=True):
        return data
    return _inserted(data[:start] + data[end:], moved, before_guard=before_guard)


def _is_top_level(data: bytes, statement: Statement) -> bool:
    return any((node.start_byte, node.end_byte) == (statement.start, statement.end) for node in bash_syntax.top_level(data))


def place_block(data: bytes, block: tuple[Marks, bytes], *, before_guard: bool = False) -> bytes:
    """The file with a managed block, replaced where it stands already; raises ValueError where it would not be executed."""
    marks, text = block
    start, end = blocks.found(data, marks)
    if start >= 0:
        return data[:start] + text + data[end:]
    changed = _inserted(data, text, before_guard=before_guard)
    if not _reached(changed, marks.begin):
        raise ValueError(mark("the file ends inside an unfinished statement, so an added block would not be executed"))
    return changed


def _inserted(data: bytes, text: bytes, *, before_guard: bool) -> bytes:
    position = _insertion(data, before_guard=before_guard)
    joint = b"" if position == 0 or data[:position].endswith(b"\n") else b"\n"
    return data[:position] + joint + text + data[position:]


def _insertion(data: bytes, *, before_guard: bool) -> int:
    """Where a block goes: before the statement that leaves the file (for everyone, or for shells that are not interactive), else the end."""
    comment_start, comment_row = -1, -2
    for node in bash_syntax.top_level(data):
        if node.type == "comment":
            if comment_row != node.start_point[0] - 1:
                comment_start = node.start_byte
            comment_row = node.start_point[0]
            continue
        if bash_syntax.leaves_early(node, conditional=False) or (before_guard and bash_syntax.leaves_early(node, conditional=True)):
            start = comment_start if comment_row == node.start_point[0] - 1 else node.start_byte
            return data.rfind(b"\n", 0, start) + 1
    return len(data)


def _reached(data: bytes, mark: bytes) -> bool:
    """Whether the block stands as statements of its own: a top-level comment begins with its mark, and the line before does not continue."""
    start = data.find(mark)
    before = data[:start].rstrip(b"\r\n")
    if before.endswith(b"\\") and not before.endswith(b"\\\\"):
        return False
    return any(node.type == "comment" and node.start_byte == start for node in bash_syntax.top_level(data))
