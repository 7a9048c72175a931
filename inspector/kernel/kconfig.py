"""What was a kernel built with? Parses a .config text; a line that is neither option nor comment is named, not swallowed."""

import gzip
import re
import zlib
from collections.abc import Mapping

import msgspec

from inspector.model.base import Doc

_HEADER = re.compile(r"^#\s*(?:Linux/\S+\s+)?(?:Linux kernel version: )?(\d\S*)\s*(?:Kernel Configuration)?\s*$")
_OFF = " is not set"
_GZIP_MAGIC = b"\x1f\x8b"
_HEADER_LINES = 6


class KernelConfig(Doc, frozen=True, kw_only=True):
    """A kernel configuration: option values by name without `CONFIG_` (an option switched off is `n`), the version its header names,
    where it was read, and the lines that made no sense."""

    source: str
    release: str = ""
    values: Mapping[str, str] = msgspec.field(default_factory=dict)
    damaged: tuple[str, ...] = ()
    why: str = ""

    def value(self, symbol: str) -> str:
        """`y`, `m`, a number or a text; `n` for an option that is off or does not exist here."""
        return self.values.get(symbol, "n")

    def mentions(self, symbol: str) -> bool:
        """Whether the file names the option at all, on or off."""
        return symbol in self.values

    def usable(self) -> bool:
        """Whether anything can be concluded from it: an unreadable or empty file proves nothing absent."""
        return bool(self.values)


def parse(data: bytes, *, source: str) -> KernelConfig:
    """Parse a .config, plain or gzip-compressed; `why` says so when nothing usable was inside."""
    try:
        plain = gzip.decompress(data) if data.startswith(_GZIP_MAGIC) else data
    except (OSError, EOFError, zlib.error) as error:
        return KernelConfig(source=source, why=f"{source} is a damaged gzip file: {error}")
    values: dict[str, str] = {}
    damaged: list[str] = []
    release = ""
    for number, line in enumerate(plain.decode("utf-8", "replace").splitlines(), 1):
        if line.startswith("CONFIG_"):
            name, equals, value = line[7:].partition("=")
            if equals and value and name.replace("_", "").isalnum():
                values[name] = value.strip('"')
                continue
        elif line.startswith("# CONFIG_") and line.endswith(_OFF):
            values[line[9 : -len(_OFF)]] = "n"
            continue
        elif not line or line[0] == "#" or line.isspace():
            if number <= _HEADER_LINES and not release and (found := _HEADER.match(line)):
                release = found[1]
            continue
        damaged.append(f"line {number}: {line[:60]}")
    why = "" if values else f"{source} holds no kernel option"
    return KernelConfig(source=source, release=release, values=values, damaged=tuple(damaged), why=why)
