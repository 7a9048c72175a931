"""What does a GOEXPERIMENT value mean to a Go release? Grammar of internal/buildcfg/exp.go, names of resources/golang/experiments.toml."""

from functools import lru_cache

import msgspec

from inspector import resources

NONE, ALIAS = "none", "regabi"
"""`none` turns all off; `regabi` stands for both regabi experiments."""


class Experiment(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One name: the first and last minor that knows it, the minors where it is on by default, what it is."""

    name: str
    first: int
    last: int
    on: tuple[int, ...] = ()
    about: str = ""


class _Table(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    experiment: tuple[Experiment, ...]


@lru_cache(maxsize=1)
def table() -> dict[str, Experiment]:
    """Every experiment by name."""
    rows = msgspec.toml.decode(resources.read_text("golang", "experiments.toml"), type=_Table).experiment
    return {row.name: row for row in rows}


NEWEST = 27
"""The newest minor of the table; later ones are not judged."""


def valid(name: str, minor: int) -> bool:
    """Whether a release of this minor takes the name (without `no`). Minors newer than the table take what the newest takes."""
    row = table().get(name)
    return name == ALIAS or (row is not None and row.first <= min(minor, NEWEST) <= row.last)


def unknown(value: str, minor: int) -> str:
    """The first name of a GOEXPERIMENT value that a release refuses, as it says it (`unknown GOEXPERIMENT <this>`); empty when it takes the value."""
    for part in value.split(",") if value else ():
        if not part or part == NONE:
            continue
        name = part.removeprefix("no")
        if not valid(name, minor):
            return name
    return ""


def suggestion(name: str) -> str:
    """The right spelling of a refused name: `nofieldtrack` for `-fieldtrack`; empty when none is evident."""
    bare = name.lstrip("-+!~")
    if bare in table():
        return f"no{bare}" if name[:1] in {"-", "!", "~"} else bare
    return ""


def known_in(name: str) -> tuple[int, int] | None:
    """The minors (first, last) that know a name, None for a name no release has."""
    row = table().get(name)
    return (row.first, row.last) if row else None
