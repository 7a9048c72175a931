"""What did package managers do in a span of time? Read from the logs of dpkg, apt, pacman, dnf and zypper."""

import re
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import NamedTuple

from inspector.host.base import Host
from inspector.model.kept import Cause, Happening
from inspector.model.origin import Origin

_LARGEST = 16 << 20
_MOST = 12


class _Log(NamedTuple):
    """A log and how one of its lines reads: groups `at`, `verb`, `name`, `old` and `new` as far as it has them."""

    path: str
    line: re.Pattern[str]
    verbs: dict[str, Happening]


_STAMP = r"(?P<at>\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(?:[+-]\d\d:?\d\d|Z)?)"
_LOGS = (
    _Log(
        "/var/log/dpkg.log", re.compile(_STAMP + r" (?P<verb>install|upgrade|remove|purge) (?P<name>[^ :]+)\S* (?P<old>\S+) (?P<new>\S+)"),
        {"install": "installed", "upgrade": "upgraded", "remove": "removed", "purge": "removed"},
    ),
    _Log(
        "/var/log/pacman.log", re.compile(r"\[" + _STAMP + r"\] \[ALPM\] (?P<verb>installed|upgraded|removed) (?P<name>\S+) \((?P<new>.*)\)"),
        {"installed": "installed", "upgraded": "upgraded", "removed": "removed"},
    ),
    _Log(
        "/var/log/dnf.rpm.log", re.compile(_STAMP + r" \S+ (?P<verb>Installed|Upgrade|Erase|Removed): (?P<name>\S+)"),
        {"Installed": "installed", "Upgrade": "upgraded", "Erase": "removed", "Removed": "removed"},
    ),
    _Log(
        "/var/log/zypp/history", re.compile(_STAMP + r"\|(?P<verb>install|remove)\s*\|(?P<name>[^|]+)\|(?P<new>[^|]+)\|"),
        {"install": "installed", "remove": "removed"},
    ),
)  # fmt: skip
_APT = "/var/log/apt/history.log"
_APT_START = re.compile(r"Start-Date: (\d{4}-\d\d-\d\d)\s+(\d\d:\d\d:\d\d)")


def packages_changed(host: Host, since: float, until: float) -> tuple[Cause, ...]:
    """What happened from `since` to `until` (seconds since 1970), commands first, then what has Go in its name; not more than a dozen."""
    found = [*_apt_commands(host, since, until), *(cause for log in _LOGS for cause in _lines(host, log, since, until))]
    return tuple(sorted(found, key=_weight)[:_MOST])


def _weight(cause: Cause) -> tuple[bool, bool, str]:
    return (cause.what != "ran", "go" not in cause.name, cause.at)


def _lines(host: Host, log: _Log, since: float, until: float) -> Iterator[Cause]:
    for number, text in _text(host, log.path):
        found = log.line.match(text)
        moment = _moment(found["at"]) if found else None
        if found is None or moment is None or not since <= moment <= until:
            continue
        part = found.groupdict()
        versions = [word for word in (part.get("old"), part.get("new")) if word and word != "<none>"]
        detail, origin = " → ".join(dict.fromkeys(versions)), Origin(kind="file", file=log.path, line=number)
        yield _cause(moment, log.verbs[part["verb"]], part["name"], detail, origin)


def _apt_commands(host: Host, since: float, until: float) -> Iterator[Cause]:
    moment: float | None = None
    for number, text in _text(host, _APT):
        start = _APT_START.match(text)
        if start:
            moment = _moment(f"{start[1]} {start[2]}")
        elif text.startswith("Commandline: ") and moment is not None and since <= moment <= until:
            yield _cause(moment, "ran", text.removeprefix("Commandline: "), "", Origin(kind="file", file=_APT, line=number))


def _cause(moment: float, what: Happening, name: str, detail: str, origin: Origin) -> Cause:
    at = datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return Cause(at=at, what=what, name=name[:200], detail=detail[:100], origin=origin)


def _text(host: Host, path: str) -> Iterator[tuple[int, str]]:
    content = host.read(path, limit=_LARGEST)
    if content.status == "ok":
        yield from enumerate(content.data.decode("utf-8", "replace").split("\n"), start=1)


def _moment(stamp: str) -> float | None:
    """Seconds since 1970; a stamp without zone is local time, as these programs write it."""
    try:
        found = datetime.fromisoformat(stamp)
        return found.timestamp() if found.tzinfo else time.mktime(found.timetuple())
    except (ValueError, OverflowError):
        return None
