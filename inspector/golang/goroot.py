"""What do the files of a GOROOT say? VERSION, its fallback, the tools it must hold, which files betray an older tree below?"""

import re

import msgspec

from inspector.golang import versions

TOOLS = ("asm", "compile", "link")
"""Tools every release ships; others are built on demand, their absence is no damage."""

_GOVERSION = re.compile(rb"^const Version = (\d+)", re.MULTILINE)
_BAKED = re.compile(rb"^const [Dd]efault(GO[A-Z0-9]+) = `([^`\n]*)`", re.MULTILINE)
_LEFTOVERS = (
    (21, "src/runtime/lfstack_64bit.go"),
    (22, "src/os/readfrom_linux.go"),
    (23, "src/runtime/mbitmap_noallocheaders.go"),
    (24, "src/crypto/aes/block.go"),
    (25, "src/runtime/lock_futex_tristate.go"),
    (26, "src/runtime/map_fast32_noswiss.go"),
    (27, "src/net/http/h2_bundle.go"),
)
"""(minor, file): the file was removed in that minor, so a tree of it or a later one that has the file was unpacked over an older tree."""


class VersionFile(msgspec.Struct, frozen=True):
    """What VERSION says: the version with its `go`, and the build time (RFC 3339, empty up to Go 1.20)."""

    version: str
    time: str = ""


def parse_version_file(data: bytes) -> VersionFile:
    """One line without a newline up to Go 1.20; from 1.21 the version, then `key value` lines. An empty version when it says none."""
    first, _, rest = data.decode("utf-8", "replace").partition("\n")
    fields = dict(line.split(" ", 1) for line in rest.splitlines() if " " in line)
    return VersionFile(first.strip(), fields.get("time", ""))


def parse_goversion_source(data: bytes) -> str:
    """The language version (`1.27`) a source tree is of, by src/internal/goversion/goversion.go; empty when it does not say."""
    found = _GOVERSION.search(data)
    return f"1.{found.group(1).decode()}" if found else ""


def leftovers(version: str) -> tuple[str, ...]:
    """Files, relative to GOROOT, that must not exist in a tree of this version."""
    minor = versions.minor(version)
    return tuple(file for removed_in, file in _LEFTOVERS if minor >= removed_in)


def parse_baked_defaults(data: bytes) -> dict[str, str]:
    """Architecture levels a packager compiled in (`GO386` to `softfloat`), by src/internal/buildcfg/zbootstrap.go."""
    return {name.decode(): value.decode("utf-8", "replace") for name, value in _BAKED.findall(data)}
