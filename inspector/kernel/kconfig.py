"""What was a kernel built with? Parses a .config text; a line that is neither option nor comment is named, not swallowed."""

import gzip
import io
import re
import zlib
from collections.abc import Mapping

import msgspec

from inspector.i18n import mark
from inspector.model.base import Doc

_HEADER = re.compile(r"^#\s*(?:Linux/\S+\s+)?(?:Linux kernel version: )?(\d\S*)\s*(?:Kernel Configuration)?\s*$")
_OFF = " is not set"
_GZIP_MAGIC = b"\x1f\x8b"
_HEADER_LINES = 6
_XZ_MAGIC = b"\xfd7zXZ\x00"
_LARGEST = 32 << 20
"""Bytes of an unpacked configuration at most; the largest real ones have 300 kB."""
_ARCHITECTURES = {
    "X86_64": "x86_64", "ARM64": "aarch64", "S390": "s390x", "PPC64": "ppc64le", "RISCV": "riscv64", "LOONGARCH": "loongarch64",
    "X86_32": "i686", "ARM": "armv7l",
}  # fmt: skip
"""What `uname -m` says where an option is on."""


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

    def architecture(self) -> str:
        """What `uname -m` says under this kernel, empty where no option tells."""
        return next((machine for symbol, machine in _ARCHITECTURES.items() if self.value(symbol) == "y"), "")

    def usable(self) -> bool:
        """Whether anything can be concluded from it: an unreadable or empty file proves nothing absent."""
        return bool(self.values)


def _unpacked(data: bytes) -> bytes:
    if data.startswith(_GZIP_MAGIC):
        with gzip.GzipFile(fileobj=io.BytesIO(data)) as file:
            return _bounded(file.read(_LARGEST + 1))
    return _unxz(data) if data.startswith(_XZ_MAGIC) else data


def _unxz(data: bytes) -> bytes:
    import lzma

    unpacking = lzma.LZMADecompressor()
    try:
        plain = _bounded(unpacking.decompress(data, _LARGEST + 1))
    except lzma.LZMAError as error:
        raise EOFError(str(error)) from None
    if not unpacking.eof:
        raise EOFError(mark("it is cut off"))
    return plain


def _bounded(plain: bytes) -> bytes:
    if len(plain) > _LARGEST:
        raise EOFError(mark(f"it unpacks to more than {_LARGEST >> 20} MiB"))
    return plain


def parse(data: bytes, *, source: str) -> KernelConfig:
    """Parse a .config, plain or compressed by gzip or xz; `why` says so when nothing usable was inside."""
    try:
        plain = _unpacked(data)
    except (OSError, EOFError, zlib.error) as error:
        return KernelConfig(source=source, why=mark(f"{source} is a damaged compressed file: {error}"))
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
        damaged.append(mark(f"line {number}: {line[:60]}"))
    why = "" if values else mark(f"{source} holds no kernel option")
    return KernelConfig(source=source, release=release, values=values, damaged=tuple(damaged), why=why)
