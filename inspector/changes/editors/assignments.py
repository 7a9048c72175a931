"""How does a file of NAME=value lines look after an edit? Go's user file and systemd's environment.d; Go obeys the last line of a name.

Go's file knows no quoting (cmd/go, readEnvFile); environment.d(5) expands `$NAME` and understands double quotes.
"""

import re
from typing import Literal

from inspector.i18n import mark

Syntax = Literal["go-env", "environment-d"]

_NAMES: dict[Syntax, re.Pattern[str]] = {"go-env": re.compile(r"[A-Z][A-Z0-9_]*"), "environment-d": re.compile(r"[A-Za-z_][A-Za-z0-9_]*")}
_PLAIN = re.compile(r"[A-Za-z0-9_/.:+,@%=${}~-]*")


def set_line(data: bytes, name: str, value: str | None, syntax: Syntax) -> bytes:
    """The file with exactly one line that gives `name` this value, where the deciding line was, or none for None; raises ValueError."""
    if not _NAMES[syntax].fullmatch(name):
        raise ValueError(mark(f"{name!r} is no name such a file may set"))
    lines = re.findall(rb"[^\n]*\n|[^\n]+", data)
    mine = [number for number, line in enumerate(lines) if _name_of(line, syntax) == name.encode()]
    if value is None:
        return b"".join(line for number, line in enumerate(lines) if number not in mine)
    written = f"{name}={_value(value, syntax)}".encode("utf-8", "surrogateescape")
    if not mine:
        return _appended(data, written)
    ending = b"\n" if lines[mine[-1]].endswith(b"\n") else b""
    lines[mine[-1]] = written + ending
    return b"".join(line for number, line in enumerate(lines) if number not in mine[:-1])


def _name_of(line: bytes, syntax: Syntax) -> bytes:
    """The name a line sets, as its reader sees it: Go takes the line as it is, environment.d allows spaces before."""
    name, equals, _ = line.partition(b"=")
    if not equals:
        return b""
    return name if syntax == "go-env" else name.strip()


def _value(value: str, syntax: Syntax) -> str:
    if any(char in value for char in "\0\r\n"):
        raise ValueError(mark("a value with a line end cannot be written into such a file"))
    if syntax == "go-env" or _PLAIN.fullmatch(value):
        return value
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"').replace("`", "\\`") + '"'


def _appended(data: bytes, line: bytes) -> bytes:
    gap = b"" if not data or data.endswith(b"\n") else b"\n"
    return data + gap + line + b"\n"
