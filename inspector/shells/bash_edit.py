"""How does an init file of bash or sh look after an edit? Bytes in, bytes out: encoding, line ends and a missing final newline stay as they are."""

import re

from tree_sitter import Node

from inspector.shells import bash_syntax
from inspector.shells.bash_syntax import Statement

MARK = b"# go-inspector: "
_BEGIN, _END = b"# >>> go-inspector >>>", b"# <<< go-inspector <<<"
_SOURCE_BEGIN, _SOURCE_END = b"# >>> go-inspector source >>>", b"# <<< go-inspector source <<<"


def comment_out(data: bytes, line: int, expected_text: str) -> bytes:
    """Turn the statement at a line into a comment; where a block would be left empty or a line holds more, into `:`.

    Raises ValueError when the line no longer reads `expected_text`; a line that this already turned into a comment stays as it is.
    """
    lines = data.splitlines(keepends=True)
    if not 1 <= line <= len(lines):
        raise ValueError(f"the file has {len(lines)} lines, not {line}")
    expected = [part.strip() for part in expected_text.encode("utf-8", "surrogateescape").splitlines() if part.strip()]
    found = lines[line - 1].strip()
    if expected and MARK + expected[0] in lines[line - 1]:
        return data
    if not expected or expected[0] not in found:
        raise ValueError(f"line {line} does not read that any more")
    first = expected[0].decode("utf-8", "surrogateescape")
    statement = bash_syntax.statement_at(data, line, first) or bash_syntax.statement_at(data, line) or _whole_line(data, line)
    changed = _comment_lines(data, statement) if _stands_alone(data, statement) else _neutralise(data, statement)
    if bash_syntax.has_errors(changed) > bash_syntax.has_errors(data):
        changed = _neutralise(data, statement)
    if bash_syntax.has_errors(changed) > bash_syntax.has_errors(data):
        raise ValueError(f"line {line} cannot be taken out without breaking what is around it")
    return changed


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


def put_first(data: bytes, directory: str, placement: str) -> bytes:
    """A managed block that moves `directory` to the front of PATH, replaced in place if it is there; see PutFirstInPath for `placement`."""
    quoted = _single_quoted(directory)
    block = b"\n".join(
        [
            _BEGIN,
            b"# keeps this directory first in PATH; delete the block to take it back",
            b"_gi_first=" + quoted,
            b'_gi_path=":${PATH-}:"',
            b'while case "$_gi_path" in *":$_gi_first:"*) true ;; *) false ;; esac; do',
            b'  _gi_path="${_gi_path%%":$_gi_first:"*}:${_gi_path#*":$_gi_first:"}"',
            b"done",
            b'_gi_path="${_gi_path#:}"',
            b'_gi_path="${_gi_path%:}"',
            b'PATH="$_gi_first${_gi_path:+:$_gi_path}"',
            b"export PATH",
            b"unset _gi_first _gi_path",
            _END,
            b"",
        ]
    )
    return _place(data, block, (_BEGIN, _END), before_guard=placement == "before-guard")


def source_file(data: bytes, path: str) -> bytes:
    """A managed block that reads another init file if it is there."""
    quoted = _single_quoted(path)
    block = b"\n".join([_SOURCE_BEGIN, b"if [ -r " + quoted + b" ]; then . " + quoted + b"; fi", _SOURCE_END, b""])
    return _place(data, block, (_SOURCE_BEGIN, _SOURCE_END), before_guard=False)


def _single_quoted(text: str) -> bytes:
    if "\0" in text or "\n" in text:
        raise ValueError("a path with a newline or a NUL byte cannot be written into an init file")
    return b"'" + text.encode("utf-8", "surrogateescape").replace(b"'", b"'\\''") + b"'"


def _place(data: bytes, block: bytes, marks: tuple[bytes, bytes], *, before_guard: bool) -> bytes:
    start, end = _existing(data, marks)
    if start >= 0:
        return data[:start] + block + data[end:]
    position = _insertion(data, before_guard=before_guard)
    before, after = data[:position], data[position:]
    if before and not before.endswith(b"\n"):
        before += b"\n"
    changed = before + block + after
    if not _reached(changed, marks[0]):
        raise ValueError("the file ends inside an unfinished statement, so an added block would not be executed")
    return changed


def _existing(data: bytes, marks: tuple[bytes, bytes]) -> tuple[int, int]:
    start = data.find(marks[0])
    if start < 0:
        return -1, -1
    end = data.find(marks[1], start)
    if end < 0:
        raise ValueError("an earlier managed block has lost its last line; remove it by hand first")
    newline = data.find(b"\n", end)
    return start, len(data) if newline < 0 else newline + 1


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
