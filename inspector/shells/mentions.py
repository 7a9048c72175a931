"""Which files and commands does an init file's text ask about? What a start looks for in vain, or has another program read, leaves no other trace."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

_AT_START = rb"(?:^|[\s;&|({!`])"
_FILE = re.compile(
    rb"(?:" + _AT_START + rb"(?:-[a-hkprstuwxGLNOS]|source|\\?\.|cat|in)[ \t]+|<[ \t]*)[\"']?((?:~|\$\{?\w+\}?)?/[^\s\"'`;&|<>(){}$]*)", re.MULTILINE
)
_COMMAND = re.compile(
    _AT_START + rb"(?:command[ \t]+-[vV]|type(?:[ \t]+-\w+)?|hash|which|whence)[ \t]+([\w.+-]+)|\bcommands\[([\w.+-]+)\]", re.MULTILINE
)
_VARIABLE = re.compile(r"\$\{?(\w+)\}?(?=/)")
_GLOB = re.compile(r"[*?\[]")
_NOWHERE = ("/dev/", "/proc/", "/sys/")
_MOST = 400


@dataclass(frozen=True, slots=True)
class Mentions:
    """Absolute paths that are tested, sourced or read, directories whose entries are (a pattern stands there), and names of commands."""

    files: frozenset[str] = frozenset()
    directories: frozenset[str] = frozenset()
    commands: frozenset[str] = frozenset()


def mentions(data: bytes, values: Mapping[str, str]) -> Mentions:
    """What the text of one file asks about; `values` are those of variables, a path that begins with another one is passed over."""
    files: set[str] = set()
    directories: set[str] = set()
    for match in _FILE.finditer(data):
        path = _expanded(match.group(1).decode("utf-8", "surrogateescape"), values)
        if not path.startswith("/") or path.startswith(_NOWHERE) or len(files) + len(directories) > _MOST:
            continue
        pattern = _GLOB.search(path)
        if pattern:
            directories.add(path[: pattern.start()].rpartition("/")[0] or "/")
        else:
            files.add(path.rstrip("/") or "/")
    commands = {(match.group(1) or match.group(2)).decode("ascii", "replace") for match in _COMMAND.finditer(data)}
    return Mentions(frozenset(files), frozenset(directories), frozenset(commands))


def _expanded(path: str, values: Mapping[str, str]) -> str:
    if path.startswith("~/"):
        return values.get("HOME", "~") + path[1:]
    variable = _VARIABLE.match(path)
    return values.get(variable.group(1), "").rstrip("/") + path[variable.end() :] if variable and values.get(variable.group(1)) else path
