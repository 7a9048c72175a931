"""What does the user manager read of environment.d, in which order, and which of its lines have no effect? By the rules of environment.d(5)."""

import re
from collections.abc import Iterator

from inspector.host.base import Host
from inspector.i18n import mark
from inspector.model.base import exact_bytes, shown
from inspector.model.environment import InitFile, UnreadEntry
from inspector.model.origin import Origin
from inspector.probes import login_files
from inspector.shells import words

_ENVIRONMENT_D = (
    "{home}/.config/environment.d",
    "/etc/environment.d",
    "/run/environment.d",
    "/usr/local/lib/environment.d",
    "/usr/lib/environment.d",
)
_ASSIGNMENT = re.compile(r"\s*([A-Za-z_][A-Za-z0-9_]*)=(.*)")
_SHELL_SYNTAX = re.compile(r"\s*(?:export|declare -x|setenv|set -gx)\s+([A-Za-z_][A-Za-z0-9_]*)[= ](.*)")


def _files(host: Host) -> tuple[dict[str, str], list[tuple[str, str]]]:
    """The files that are read, by name, and those that are not, each with the reason."""
    read: dict[str, str] = {}
    passed: list[tuple[str, str]] = []
    for directory in _ENVIRONMENT_D:
        place = directory.format(home=host.info.home)
        for name in host.list_dir(place).names:
            path = f"{place}/{name}"
            if not name.endswith(".conf"):
                passed.append((path, mark("only files whose name ends in .conf are read")))
            elif name in read:
                passed.append((path, mark(f"{read[name]} has the same name and comes first")))
            else:
                read[name] = path
    return {name: read[name] for name in sorted(read)}, passed


def assignments(host: Host) -> Iterator[tuple[str, int, str, str]]:
    """File, line, name and value: files sorted by name across directories, a name in an earlier directory hides the same in a later one."""
    for path in _files(host)[0].values():
        for number, line in login_files.lines_of(host, path):
            match = _ASSIGNMENT.match(line)
            if match:
                yield path, number, match.group(1), words.unquote(match.group(2).strip())


def lines(host: Host) -> dict[str, Origin]:
    """The line that decides each variable."""
    return {
        name: Origin(kind="file", file=shown(path), line=number, text=shown(f"{name}={value}"), confidence="statement")
        for path, number, name, value in assignments(host)
    }


def init_files(host: Host) -> tuple[InitFile, ...]:
    """Every file of environment.d: those read in their order, then those passed over with the reason."""
    read, passed = _files(host)
    manager = Origin(kind="program", file="systemd --user")

    def made(path: str, order: int, why: str) -> InitFile:
        return InitFile(
            path=shown(path), state="read" if order else "skipped", order=order, duration_ms=0.0, origin=manager, why=why,
            real_path=shown(host.real_path(path)), path_bytes=exact_bytes(path),
        )  # fmt: skip

    return (*(made(path, n, "") for n, path in enumerate(read.values(), start=1)), *(made(path, 0, why) for path, why in passed))


def ignored(host: Host) -> tuple[UnreadEntry, ...]:
    """Lines in the language of a shell, which the user manager passes over; of what they would set only the name is told, and of PATH its value."""
    found = []
    for path in _files(host)[0].values():
        for number, line in login_files.lines_of(host, path):
            match = _SHELL_SYNTAX.match(line)
            if match:
                name, value = match.groups()
                origin = Origin(kind="file", file=shown(path), line=number, text=shown(line), confidence="exact")
                entry = shown(words.unquote(value.strip())) if name == "PATH" else name
                why = mark(f"environment.d is no shell: the line is passed over, so {name} is not set")
                found.append(UnreadEntry(entry=entry, origin=origin, why=why))
    return tuple(found)
