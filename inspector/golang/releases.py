"""Is a Go release still supported, what may it run on, which CPU level do flags reach? The offline tables of resources/golang/releases.toml."""

from collections.abc import Iterable
from datetime import date
from functools import lru_cache
from typing import Literal

import msgspec

from inspector import resources
from inspector.golang import versions

Support = Literal["supported", "old-patch", "unsupported", "may-be-stale", "unknown"]
_STALE_DAYS = 213
"""Seven months: a new minor comes every six."""


class Release(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One minor: ISO dates of its first release and of the end of its support (empty if to come), and the last patch release known."""

    minor: int
    released: str
    last: str
    end: str = ""


class KernelFloor(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The oldest kernel for a range of minors, everywhere or on one architecture."""

    first: int
    last: int
    kernel: str
    arch: str = ""


class Table(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole file."""

    as_of: str
    release: tuple[Release, ...]
    kernel_floor: tuple[KernelFloor, ...]
    cpu_flags: dict[str, tuple[str, ...]]


@lru_cache(maxsize=1)
def table() -> Table:
    """The tables, read once."""
    return msgspec.toml.decode(resources.read_text("golang", "releases.toml"), type=Table)


def support(version: str, *, today: str, seen: Iterable[str] = ()) -> Support:
    """The support state upstream of `1.24.11` on an ISO date. `seen` are other versions met: one newer than the table moves the line."""
    minor = versions.minor(version)
    if minor < 0:
        return "unknown"
    rows = {row.minor: row for row in table().release}
    newest = max([max(rows), *(versions.minor(v) for v in seen)])
    if minor <= newest - 2:
        return "unsupported"
    if (date.fromisoformat(today) - date.fromisoformat(table().as_of)).days > _STALE_DAYS:
        return "may-be-stale"
    row = rows.get(minor)
    return "old-patch" if row and versions.compare(version, row.last) < 0 else "supported"


def release(version: str) -> Release | None:
    """The row of a version's minor, None outside the table."""
    minor = versions.minor(version)
    return next((row for row in table().release if row.minor == minor), None)


def kernel_floor(version: str, arch: str) -> str:
    """The oldest kernel a binary of this Go runs on, empty when the table does not say."""
    minor = versions.minor(version)
    rows = [row for row in table().kernel_floor if row.first <= minor <= row.last and row.arch in {"", arch}]
    return max((row.kernel for row in rows), key=kernel_key, default="")


def kernel_key(release_name: str) -> tuple[int, ...]:
    """A sort key of a kernel release name: the numbers before the first dash."""
    parts = release_name.split("-", 1)[0].split("+", 1)[0].split(".")
    return tuple(int(part) for part in parts if part.isdigit())


def missing_flags(level: str, flags: frozenset[str]) -> tuple[str, ...]:
    """The /proc/cpuinfo flags a GOAMD64 level needs and a CPU lacks; levels below it included. An unknown level needs nothing: Go builds it as v1."""
    names = tuple(table().cpu_flags)
    if level not in names:
        return ()
    wanted = [flag for name in names[: names.index(level) + 1] for flag in table().cpu_flags[name]]
    return tuple(flag for flag in wanted if flag not in flags)
