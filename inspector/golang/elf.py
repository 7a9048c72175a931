"""What does an ELF file need of the machine it runs on? Interpreter, libraries and the glibc versions it asks for, read by pread and bounded."""

import os
import re
import struct
from itertools import islice

import msgspec

_GLIBC = re.compile(rb"GLIBC_(\d+)\.(\d+)(?:\.\d+)?\0")
_MAX_TABLE = 1 << 20
_MAX_SEGMENTS = 1 << 10
_MAX_ENTRIES = 1 << 12
_MAX_NAME = 1 << 10

RUNS_ON = {
    "x86_64": frozenset((62, 3)), "i686": frozenset((3,)), "aarch64": frozenset((183, 40)), "armv7l": frozenset((40,)), "riscv64": frozenset((243,)),
    "ppc64le": frozenset((21,)), "s390x": frozenset((22,)), "loongarch64": frozenset((258,)),
}  # fmt: skip
"""uname -m to the ELF machines it runs (32-bit ones may still need libraries)."""


class Needs(msgspec.Struct, frozen=True, kw_only=True):
    """What a file needs: e_machine, the ELF interpreter (empty if static), libraries by soname, the highest GLIBC version as (major, minor)."""

    machine: int
    interpreter: str = ""
    libraries: tuple[str, ...] = ()
    glibc: tuple[int, int] = (0, 0)


def read_needs(fd: int) -> Needs | None:
    """The needs of an open ELF file; None when it is none or is damaged."""
    try:
        return _read(fd)
    except (struct.error, OverflowError, OSError, ValueError):
        return None


def _read(fd: int) -> Needs | None:
    head = os.pread(fd, 64, 0)
    if head[:4] != b"\x7fELF" or head[4] not in (1, 2) or head[5] not in (1, 2):
        return None
    wide, order = head[4] == 2, "<" if head[5] == 1 else ">"
    machine = struct.unpack_from(order + "H", head, 18)[0]
    phoff = struct.unpack_from(order + ("Q" if wide else "I"), head, 32 if wide else 28)[0]
    size, count = struct.unpack_from(order + "HH", head, 54 if wide else 42)
    if size != (56 if wide else 32) or count > _MAX_SEGMENTS:
        return None
    table = os.pread(fd, size * count, phoff)
    interpreter, dynamic, loads = "", b"", []
    for at in range(0, len(table) - size + 1, size):
        if wide:
            kind, _, offset, address, _, length = struct.unpack_from(order + "IIQQQQ", table, at)
        else:
            kind, offset, address, _, length = struct.unpack_from(order + "5I", table, at)
        if kind == 1:
            loads.append((address, offset, length))
        elif kind == 2 and not dynamic:
            dynamic = os.pread(fd, min(length, _MAX_TABLE), offset)
        elif kind == 3 and not interpreter:
            interpreter = os.pread(fd, min(length, 4096), offset).rstrip(b"\0").decode("utf-8", "replace")
    strings = _strings(fd, dynamic, struct.Struct(order + ("QQ" if wide else "II")), loads)
    return Needs(machine=machine, interpreter=interpreter, libraries=strings[0], glibc=strings[1])


def _strings(fd: int, dynamic: bytes, pair: struct.Struct, loads: list[tuple[int, int, int]]) -> tuple[tuple[str, ...], tuple[int, int]]:
    entries = list(pair.iter_unpack(dynamic[: len(dynamic) - len(dynamic) % pair.size]))
    values = {tag: value for tag, value in entries if tag in (5, 10)}
    if 5 not in values:
        return (), (0, 0)
    for address, offset, length in loads:
        inside = values[5] - address
        if 0 <= inside < length:
            data = os.pread(fd, min(values.get(10, 0), _MAX_TABLE), offset + inside)
            libraries = tuple(_text(data, value) for tag, value in islice(entries, _MAX_ENTRIES) if tag == 1)
            floors = [(int(a), int(b)) for a, b in _GLIBC.findall(data)]
            return libraries, max(floors, default=(0, 0))
    return (), (0, 0)


def _text(data: bytes, at: int) -> str:
    return data[at : at + _MAX_NAME].partition(b"\0")[0].decode("utf-8", "replace")
