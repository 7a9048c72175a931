"""What do go.mod and go.work demand? The plain line scan that cmd/go does before it chooses a toolchain (internal/gover.GoModLookup); no parser."""

import re

import msgspec

_SPACE = " \t\r\f\v\x85\xa0"


class Demand(msgspec.Struct, frozen=True):
    """One directive: its value, the 1-based line and that line as written. Value and line are empty and 0 where the file has none."""

    value: str = ""
    number: int = 0
    text: str = ""


class ModFile(msgspec.Struct, frozen=True):
    """What a go.mod or go.work demands, and the module path (empty in a go.work)."""

    go: Demand = Demand()
    toolchain: Demand = Demand()
    module: str = ""


_MODULE = re.compile(r"^[ \t]*module[ \t]+\"?([^\s\"]+)", re.MULTILINE)


def parse_mod(data: bytes) -> ModFile:
    """The first `go` and the first `toolchain` line of a file, as cmd/go sees them."""
    text = data.decode("utf-8", "surrogateescape")
    module = _MODULE.search(text)
    return ModFile(_lookup(text, "go"), _lookup(text, "toolchain"), module.group(1) if module else "")


def _lookup(text: str, key: str) -> Demand:
    for number, line in enumerate(text.split("\n"), start=1):
        bare = line.strip(_SPACE)
        if bare.startswith(key) and bare[len(key) : len(key) + 1] in {" ", "\t"}:
            return Demand(bare[len(key) :].partition("//")[0].strip(_SPACE), number, line.rstrip("\r"))
    return Demand()
