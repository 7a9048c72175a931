"""What does a Go environment file say?

GOROOT/go.env and the user's file obey cmd/go's readEnvFile: no quoting, no expansion, a line counts only if it begins with A-Z.
"""

import msgspec

from inspector.i18n import mark


class EnvLine(msgspec.Struct, frozen=True):
    """One line that counts: the key as Go sees it, its value (surrogate-escaped), the 1-based line number and the line as written."""

    key: str
    value: str
    number: int
    text: str


def parse_env_file(data: bytes) -> tuple[EnvLine, ...]:
    """The lines that count, in file order. Spaces and carriage returns belong to key and value as written."""
    found: list[EnvLine] = []
    for number, raw in enumerate(data.split(b"\n"), start=1):
        key, equals, value = raw.partition(b"=")
        if equals and b"A" <= raw[:1] <= b"Z":
            found.append(EnvLine(_text(key), _text(value), number, _text(raw)))
    return tuple(found)


def user_line(lines: tuple[EnvLine, ...], key: str) -> EnvLine | None:
    """The line of the user's file that decides a key: the last one. None if no line sets it."""
    return next((line for line in reversed(lines) if line.key == key), None)


def goroot_line(lines: tuple[EnvLine, ...], key: str) -> EnvLine | None:
    """The line of GOROOT/go.env that decides a key: the first one, since a key already known is passed over. None if no line sets it."""
    return next((line for line in lines if line.key == key), None)


def _text(data: bytes) -> str:
    return data.decode("utf-8", "surrogateescape")


def comment_out(data: bytes, number: int, expected: str) -> bytes:
    """The file with one line turned into a comment, which Go passes over; raises ValueError when the line no longer reads `expected`."""
    lines = data.split(b"\n")
    wanted = expected.encode("utf-8", "surrogateescape")
    if not 1 <= number <= len(lines) or lines[number - 1] not in {wanted, b"# " + wanted}:
        raise ValueError(mark(f"line {number} does not read that any more"))
    lines[number - 1] = b"# " + wanted
    return b"\n".join(lines)
