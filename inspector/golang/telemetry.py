"""Which Go really ran here, and when? Go 1.23 and later leave one counter file per program, version and week; its name says all that is needed."""

import re

import msgspec

_NAME = re.compile(
    r"(?P<program>[^@/]+)@(?P<version>[^/]+?)-(?P<go>(?:go|devel)[^/]*?)-(?P<os>[a-z0-9]+)-(?P<arch>[a-z0-9]+)-(?P<week>\d{4}-\d\d-\d\d)\.v1\.count"
)


class Counter(msgspec.Struct, frozen=True):
    """A counter file's name taken apart: program, its version, the Go that built it, and the ISO date the week began."""

    program: str
    version: str
    go: str
    week: str


def parse_counter_name(name: str) -> Counter | None:
    """`go@go1.27.3-go1.27.3-linux-amd64-2026-11-23.v1.count` taken apart; None for another file."""
    found = _NAME.fullmatch(name)
    return Counter(found["program"], found["version"], found["go"], found["week"]) if found else None
