"""How do Go versions compare? Go's own order (internal/gover): 1.21 < 1.21rc1 < 1.21.0, and before 1.21 the language version 1.20 equals 1.20.0."""

import re
from functools import lru_cache

import msgspec

_NUMBER = r"(0|[1-9][0-9]*)"
_FORM = re.compile(rf"{_NUMBER}(?:\.{_NUMBER}(?:\.{_NUMBER}|([a-z]+){_NUMBER}?)?)?")
_CUT = re.compile(r"[ \t-]")
_Number = tuple[int, int]
Key = tuple[_Number, _Number, _Number, str, _Number]
FIRST_SWITCHING = "1.21rc1"
"""The first Go that chooses toolchains."""


class Version(msgspec.Struct, frozen=True):
    """A parsed version without the `go` prefix; parts that are not written are empty."""

    major: str
    minor: str
    patch: str = ""
    kind: str = ""
    pre: str = ""


@lru_cache(maxsize=4096)
def parse(text: str) -> Version | None:
    """`1.27.3`, `1.21rc2` or `1.22` taken apart; None for anything else."""
    found = _FORM.fullmatch(text)
    if not found:
        return None
    major, minor, patch, kind, pre = (part or "" for part in found.groups())
    if not minor:
        return Version(major, "0", "0")
    if not patch and not kind and int(minor) < 21:
        patch = "0"
    return Version(major, minor, patch, kind, pre)


def _number(part: str) -> _Number:
    return (1, int(part)) if part else (0, 0)


@lru_cache(maxsize=4096)
def key(text: str) -> Key:
    """A sort key; malformed versions sort first and equal."""
    v = parse(text) or Version("", "")
    return (_number(v.major), _number(v.minor), _number(v.patch), v.kind, _number(v.pre))


def compare(first: str, second: str) -> int:
    """-1, 0 or 1 in Go's order."""
    return (key(first) > key(second)) - (key(first) < key(second))


def is_language(text: str) -> bool:
    """Whether this names a language version (`1.26`) and not a release (`1.26.0`)."""
    v = parse(text)
    return v is not None and not v.patch and not v.kind and not v.pre


def of_toolchain(name: str) -> str:
    """The version inside a toolchain name or a build info version: `go1.25.5 X:fieldtrack` gives `1.25.5`; empty when it is none."""
    if "/" in name or "\\" in name or not name.startswith("go"):
        return ""
    version = _CUT.split(name[2:], maxsplit=1)[0]
    return version if parse(version) else ""


def release(name: str) -> str:
    """The version for people and contracts: `1.25.5` of `go1.25.5 X:fieldtrack`, `1.23` of `devel go1.23-5d4e8f5`; the name itself otherwise."""
    return of_toolchain(name.removeprefix("devel ")) or name


def minor(version: str) -> int:
    """The minor number of a 1.x version, -1 when it cannot be told."""
    v = parse(version)
    return int(v.minor) if v and v.major == "1" else -1


def language(version: str) -> str:
    """The language version: `1.25` of `1.25.5`; empty when malformed."""
    v = parse(version)
    return f"{v.major}.{v.minor}" if v else ""


def experiments(name: str) -> tuple[str, ...]:
    """Experiments a build info version carries: `X:` after a space up to Go 1.25, after a dash from 1.26."""
    _, found, rest = name.partition(" X:")
    if not found:
        _, found, rest = name.partition("-X:")
    return tuple(part for part in rest.split(" ", 1)[0].split(",") if part) if found else ()
