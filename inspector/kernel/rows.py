"""What may a kernel offer? The capability rows of resources/capabilities/, one table each, as frozen data."""

import os
import tomllib
from functools import lru_cache

import msgspec

from inspector import resources
from inspector.model.base import Doc

GROUPS = ("memory-tracking", "huge-pages", "perf", "tracing", "virtualization", "security", "pressure", "syscall", "cpu", "identity")
"""The groups in the order a reader meets them."""

FIRST = (
    "soft-dirty", "pagemap", "pagemap-scan", "userfaultfd", "userfaultfd-wp", "perf-sw-faults", "tracefs",
    "thp", "bpf", "btf", "livepatch", "kvm", "lockdown", "cpu-level",
)  # fmt: skip
"""The rows the panel cannot do without."""


NEVER = "never"
"""In place of a version: no release has it on that architecture."""


class Symbols(Doc, frozen=True, kw_only=True):
    """Configuration options behind a capability: `all` must be on, `any` shape it, `hidden` cannot be set by hand, `folded` no longer exist."""

    all: tuple[str, ...] = ()
    any: tuple[str, ...] = ()
    hidden: tuple[str, ...] = ()
    folded: tuple[str, ...] = ()
    depends: str = ""
    note: str = ""

    def names(self) -> tuple[str, ...]:
        """All of them."""
        return (*self.all, *self.any, *self.hidden, *self.folded)


class Restriction(Doc, frozen=True, kw_only=True):
    """Something that may refuse the capability on a kernel that has it."""

    kind: str
    name: str
    effect: str


class Remedy(Doc, frozen=True, kw_only=True):
    """What would make it available, and how deep that reaches: `runtime`, `boot`, `rebuild`, `hardware`, `host-only`."""

    fixable: str
    how: str


class Asked(Doc, frozen=True, kw_only=True):
    """How the live question is put and what its answers mean."""

    kind: str
    steps: str
    works: str = ""
    absent: str = ""
    restricted: str = ""
    inert: str = ""
    busy: str = ""
    unknown: str = ""
    traps: tuple[str, ...] = ()


class Row(Doc, frozen=True, kw_only=True):
    """One capability: `question` is `module.function` in probes/questions; `generic` means its options also exist without it.

    `on` gives the first release per `uname -m` where it is not that of x86-64; `patch` says why a live patch cannot bring it, where that is special.
    """

    id: str
    title: str
    group: str
    why: str
    question: str
    since: str
    asked: Asked
    remedy: Remedy
    kconfig: Symbols
    generic: bool = False
    history: str = ""
    arch: tuple[str, ...] = ()
    on: dict[str, str] = {}  # noqa: RUF012  msgspec copies defaults
    patch: str = ""
    restrictions: tuple[Restriction, ...] = ()
    sources: tuple[str, ...] = ()

    def since_on(self, arch: str) -> str:
        """The first release that has it on an architecture, NEVER where none has."""
        return self.on.get(arch, self.since)


class _File(Doc, frozen=True, kw_only=True):
    capability: tuple[Row, ...]


@lru_cache(maxsize=1)
def load() -> tuple[Row, ...]:
    """All rows in reading order; raises msgspec.ValidationError or tomllib.TOMLDecodeError on a damaged installation."""
    directory = resources.path("capabilities")
    rows: list[Row] = []
    for name in sorted(os.listdir(directory)):
        if name.endswith(".toml"):
            rows.extend(msgspec.convert(tomllib.loads(resources.read_text("capabilities", name)), _File).capability)
    first = {name: place for place, name in enumerate(FIRST)}
    return tuple(sorted(rows, key=lambda r: (GROUPS.index(r.group), first.get(r.id, len(FIRST)))))


def row(capability_id: str) -> Row | None:
    """The row with this id, None if there is none."""
    return next((r for r in load() if r.id == capability_id), None)
