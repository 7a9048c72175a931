"""How does an init file of fish look after an edit? Bytes in, bytes out; fish has its own words for PATH."""

from inspector.shells.bash_edit import MARK

_BEGIN, _END = b"# >>> go-inspector >>>", b"# <<< go-inspector <<<"
_SOURCE_BEGIN, _SOURCE_END = b"# >>> go-inspector source >>>", b"# <<< go-inspector source <<<"


def comment_out(data: bytes, line: int, expected_text: str) -> bytes:
    """Turn one line, and those it continues on, into comments; raises ValueError when it no longer reads `expected_text`."""
    lines = data.splitlines(keepends=True)
    if not 1 <= line <= len(lines):
        raise ValueError(f"the file has {len(lines)} lines, not {line}")
    expected = expected_text.encode("utf-8", "surrogateescape").split(b"\n")[0].strip()
    if expected and MARK + expected in lines[line - 1]:
        return data
    if not expected or expected not in lines[line - 1]:
        raise ValueError(f"line {line} does not read that any more")
    if lines[line - 1].strip().split(b" ")[0] in (b"if", b"for", b"while", b"function", b"begin", b"switch", b"else", b"case", b"end"):
        raise ValueError(f"line {line} opens or closes a block, so it cannot be taken out alone")
    last = line - 1
    while last + 1 < len(lines) and lines[last].rstrip(b"\r\n").endswith(b"\\"):
        last += 1
    for index in range(line - 1, last + 1):
        body = lines[index].lstrip(b" \t")
        lines[index] = lines[index][: len(lines[index]) - len(body)] + MARK + body
    return b"".join(lines)


def put_first(data: bytes, directory: str, placement: str) -> bytes:
    """A managed block that moves `directory` to the front of PATH; fish has no guard to stand before, `placement` makes no difference."""
    del placement
    quoted = _quoted(directory)
    block = b"\n".join(
        [_BEGIN, b"# keeps this directory first in PATH; delete the block to take it back", b"set -l _gi_rest", b"for _gi_entry in $PATH"]
    )
    block += b"\n  test $_gi_entry != " + quoted + b"; and set -a _gi_rest $_gi_entry\nend\nset -gx PATH " + quoted + b" $_gi_rest\n"
    return _place(data, block + b"set -e _gi_rest\n" + _END + b"\n", (_BEGIN, _END))


def source_file(data: bytes, path: str) -> bytes:
    """A managed block that reads another file if it is there."""
    quoted = _quoted(path)
    block = b"\n".join([_SOURCE_BEGIN, b"test -r " + quoted + b"; and source " + quoted, _SOURCE_END, b""])
    return _place(data, block, (_SOURCE_BEGIN, _SOURCE_END))


def _quoted(text: str) -> bytes:
    if "\0" in text or "\n" in text:
        raise ValueError("a path with a newline or a NUL byte cannot be written into an init file")
    return b"'" + text.encode("utf-8", "surrogateescape").replace(b"\\", b"\\\\").replace(b"'", b"\\'") + b"'"


def _place(data: bytes, block: bytes, marks: tuple[bytes, bytes]) -> bytes:
    start = data.find(marks[0])
    if start < 0:
        joint = b"" if not data or data.endswith(b"\n") else b"\n"
        return data + joint + block
    end = data.find(marks[1], start)
    if end < 0:
        raise ValueError("an earlier managed block has lost its last line; remove it by hand first")
    newline = data.find(b"\n", end)
    return data[:start] + block + data[len(data) if newline < 0 else newline + 1 :]
