"""Which version managers lay Go out how? The table resources/golang/managers.toml, its patterns expanded and matched; nothing is looked at here."""

import re
from collections.abc import Callable, Mapping
from fnmatch import fnmatchcase
from functools import lru_cache

import msgspec

from inspector import resources

_VARIABLE = re.compile(r"\$\{([A-Z_]+)(?::-([^}]*))?\}")


class Manager(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One row: GOROOT patterns to look at, patterns that only name it, a file that must be there, package prefixes, how to switch."""

    id: str
    title: str
    switch: str
    source: str
    roots: tuple[str, ...] = ()
    matches: tuple[str, ...] = ()
    marker: str = ""
    packages: tuple[str, ...] = ()
    verified: bool = True


class _Table(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    manager: tuple[Manager, ...]


@lru_cache(maxsize=1)
def table() -> tuple[Manager, ...]:
    """Every manager, the more specific before the more general."""
    return msgspec.toml.decode(resources.read_text("golang", "managers.toml"), type=_Table).manager


def named(manager_id: str) -> Manager | None:
    """The row with this id."""
    return next((m for m in table() if m.id == manager_id), None)


def expand(pattern: str, *, home: str, variables: Mapping[str, str]) -> str:
    """The absolute pattern for a home and an environment; empty when it needs a variable that is not set."""
    missing = False

    def value(found: re.Match[str]) -> str:
        nonlocal missing
        text = variables.get(found.group(1)) or found.group(2)
        missing = missing or text is None
        return text or ""

    text = _VARIABLE.sub(value, pattern)
    if missing:
        return ""
    if text == "~" or text.startswith("~/"):
        text = home.rstrip("/") + text[1:]
    return text if text.startswith(("/", "*")) else ""


def matches(pattern: str, path: str) -> bool:
    """Whether a path has the form of a pattern: `*` stays within one component, except as the leading `*/`, which is any prefix."""
    wanted, parts = pattern.split("/"), path.split("/")
    if wanted[0] == "*":
        wanted, parts = wanted[1:], parts[-(len(wanted) - 1) :]
    return len(wanted) == len(parts) and all(fnmatchcase(part, want) for part, want in zip(parts, wanted, strict=True))


def manager_of(goroot: str, *, home: str, variables: Mapping[str, str], is_there: Callable[[str], bool]) -> Manager | None:
    """The first manager one of whose patterns this GOROOT has, None when it fits no layout; `is_there` is asked for its marker."""
    for manager in table():
        if manager.marker and not is_there(manager.marker if manager.marker.startswith("/") else f"{goroot}/{manager.marker}"):
            continue
        for pattern in manager.roots + manager.matches:
            absolute = expand(pattern, home=home, variables=variables)
            if absolute and matches(absolute, goroot):
                return manager
    return None
