"""Which Go built this ELF file, and from what? Reads the build info blob through a file descriptor; the file is never executed or mapped.

Layout and search order follow Go's debug/buildinfo: the section `.go.buildinfo`, or, where the section headers were stripped away, the first
writable and not executable segment (Go 1.27's own reader no longer looks there). Two blob formats exist: strings inline (Go >= 1.18) and pointers
to Go string headers (Go 1.13 to 1.17). Nothing the file claims is believed further than the limits below.
"""

import os
import struct
from functools import lru_cache
from operator import itemgetter
from typing import Literal, NamedTuple

import msgspec

from inspector.i18n import mark

MAGIC = b"\xff Go buildinf:"
SECTION = b".go.buildinfo\0"
MAX_HEADERS = 1 << 10
"""Program or section headers looked at, at most."""
MAX_VERSION = 1 << 12
MAX_MODINFO = 4 << 20
MAX_SEARCH = 8 << 20
"""Bytes of a data segment searched for the magic, at most."""
MAX_MISPLACED = 1000
"""Lookalikes off their alignment passed over, at most."""
_MAX_NAMES = 16
"""Places in the name table looked at for the section, which stands there once, or at the end of a longer name."""

_CHUNK = 1 << 20
_FIRST_READ = 1 << 11
"""Holds every header of what Go's own linker wrote; the system's linker puts the section headers last."""
_LOAD, _INTERP = 1, 3
_WRITE_EXEC, _WRITE = 3, 2
_LAST_OFFSET = (1 << 63) - 1

Why = Literal["not-elf", "no-build-info", "damaged", "unreadable"]


class BuildInfo(msgspec.Struct, frozen=True, kw_only=True):
    """What the blob says. `version` is as written (`go1.25.5 X:fieldtrack`), `modinfo` the tab separated lines without their frame.

    `machine` is ELF's e_machine, `dynamic` whether an ELF interpreter is asked for, `section` whether `.go.buildinfo` was named.
    """

    version: str
    modinfo: str
    machine: int
    bits: int
    big_endian: bool
    dynamic: bool
    section: bool


class NotGo(msgspec.Struct, frozen=True, kw_only=True):
    """Why there is no build info: `no-build-info` is a sound ELF file that Go (gc, >= 1.13) did not link."""

    why: Why
    detail: str = ""


_Segment = tuple[int, int, int, int, int]
"""Kind, flags, offset, address and size: a plain tuple, because a thousand binaries have ten thousand of them."""
_WIDE_ORDER, _NARROW_ORDER = itemgetter(0, 1, 2, 3, 5), itemgetter(0, 6, 1, 2, 4)


class _Layout(NamedTuple):
    """How to unpack the headers of one ELF class and byte order."""

    header: struct.Struct
    program: struct.Struct
    section: struct.Struct
    name: struct.Struct
    wide: bool


class _Image(NamedTuple):
    """An open ELF file: its descriptor, first bytes and how its headers are packed."""

    fd: int
    head: bytes
    layout: _Layout

    def pread(self, size: int, offset: int) -> bytes:
        if offset > _LAST_OFFSET:
            raise _RefusedError("damaged", mark("offset beyond any file"))
        return os.pread(self.fd, size, offset)

    def table(self, row: struct.Struct, place: tuple[int, int, int]) -> bytes:
        """The whole rows of a header table, placed by offset, size of a row and count; fewer than `count` where the file ends early."""
        offset, size, count = place
        if count > MAX_HEADERS or size != row.size:
            raise _RefusedError("damaged", mark("header table"))
        end = offset + size * count
        if end <= len(self.head):
            return self.head[offset:end]
        data = self.pread(size * count, offset)
        return data[: len(data) - len(data) % size]


class _RefusedError(Exception):
    def __init__(self, why: Why, detail: str) -> None:
        super().__init__(detail)
        self.answer = NotGo(why=why, detail=detail)


@lru_cache(maxsize=4)
def _layout(wide: bool, order: str) -> _Layout:
    word = "Q" if wide else "I"
    return _Layout(
        header=struct.Struct(f"{order}2xH4x{word}{word}{word}4x6H"),
        program=struct.Struct(f"{order}IIQQQQ16x" if wide else f"{order}IIIIIII4x"),
        section=struct.Struct(f"{order}II{word}{word}{word}{word}" + ("24x" if wide else "16x")),
        name=struct.Struct(f"{order}I"),
        wide=wide,
    )


def read_build_info(fd: int) -> BuildInfo | NotGo:
    """The build info of an open file, or why it has none. Reads a few kilobytes by pread; the descriptor's position does not move."""
    try:
        return _read(fd)
    except _RefusedError as refused:
        return refused.answer
    except (struct.error, OverflowError) as error:
        return NotGo(why="damaged", detail=str(error))
    except OSError as error:
        return NotGo(why="unreadable", detail=os.strerror(error.errno or 0))


def _read(fd: int) -> BuildInfo | NotGo:
    head = os.pread(fd, _FIRST_READ, 0)
    if head[:4] != b"\x7fELF" or len(head) < 52:
        return NotGo(why="not-elf")
    if head[4] not in (1, 2) or head[5] not in (1, 2):
        return NotGo(why="damaged", detail=mark("ELF class or byte order"))
    layout = _layout(head[4] == 2, "<" if head[5] == 1 else ">")
    image = _Image(fd, head, layout)
    machine, _entry, phoff, shoff, _size, phsize, phcount, shsize, shcount, names = layout.header.unpack_from(head, 16)
    segments = _segments(image, (phoff, phsize, phcount))
    address, size, found = 0, 0, bool(shoff and shcount)
    if found:
        address, size = _section(image, (shoff, shsize, shcount), names)
    else:
        for kind, flags, _offset, start, length in segments:
            if kind == _LOAD and flags & _WRITE_EXEC == _WRITE:
                address, size = start, length
                break
    version, modinfo = _blob(image, segments, address, size)
    return BuildInfo(
        version=version, modinfo=modinfo, machine=machine, bits=64 if layout.wide else 32, big_endian=head[5] == 2,
        dynamic=_INTERP in [segment[0] for segment in segments], section=found,
    )  # fmt: skip


def _segments(image: _Image, place: tuple[int, int, int]) -> list[_Segment]:
    if place[2] == 0:
        raise _RefusedError("no-build-info", mark("no program headers"))
    rows = image.layout.program.iter_unpack(image.table(image.layout.program, place))
    return list(map(_WIDE_ORDER if image.layout.wide else _NARROW_ORDER, rows))


def _section(image: _Image, place: tuple[int, int, int], names: int) -> tuple[int, int]:
    """Address and size of `.go.buildinfo`."""
    form = image.layout.section
    rows = image.table(form, place)
    if len(rows) <= names * form.size:
        raise _RefusedError("damaged", mark("section headers end early"))
    strings_at, strings_size = form.unpack_from(rows, names * form.size)[4:6]
    strings = image.pread(min(strings_size, _CHUNK), strings_at)
    named: list[int] = []
    at = strings.find(SECTION)
    for _ in range(_MAX_NAMES):
        if at < 0:
            break
        named.append(_find_aligned(rows, image.layout.name.pack(at), form.size))
        at = strings.find(SECTION, at + 1)
    first = min((start for start in named if start >= 0), default=-1)
    if first >= 0:
        row = form.unpack_from(rows, first)
        return row[3], row[5]
    raise _RefusedError("no-build-info", mark("no section .go.buildinfo"))


def _find_aligned(data: bytes, wanted: bytes, step: int) -> int:
    """The first place of `wanted` that is a multiple of `step`, -1 if there is none."""
    place = data.find(wanted)
    misplaced = 0
    while place >= 0 and place % step:
        misplaced += 1
        if misplaced > MAX_MISPLACED:
            raise _RefusedError("damaged", mark("too much that only looks like it"))
        place = data.find(wanted, place - place % step + step)
    return place


def _at(image: _Image, segments: list[_Segment], address: int, size: int) -> bytes:
    """Up to `size` bytes at a virtual address, never past the end of its segment; empty where nothing is mapped."""
    for kind, _flags, offset, start, length in segments:
        if kind == _LOAD and start <= address < start + length:
            inside = address - start
            return image.pread(min(size, length - inside), offset + inside)
    return b""


def _blob(image: _Image, segments: list[_Segment], address: int, size: int) -> tuple[str, str]:
    start, data = _find_magic(image, segments, (address + 15) & ~15, size)
    if data[15] & 2:
        return _inline(image, segments, start + 32, data[32:])
    width, order = data[14], ">" if data[15] & 1 else "<"
    if width not in (4, 8):
        raise _RefusedError("damaged", mark("pointer size"))
    pair = struct.Struct(order + ("QQ" if width == 8 else "II"))
    version_at, modinfo_at = pair.unpack_from(data, 16)
    version = _go_string(image, segments, pair, version_at)
    modinfo = _go_string(image, segments, pair, modinfo_at) if modinfo_at else b""
    return _texts(version, modinfo)


def _find_magic(image: _Image, segments: list[_Segment], start: int, size: int) -> tuple[int, bytes]:
    """The address of the blob and what was read there: its 32 bytes of header and, by luck, the strings after it."""
    end = start + min(size, MAX_SEARCH)
    while start < end:
        data = _at(image, segments, start, min(_CHUNK, end - start))
        place = _find_aligned(data, MAGIC, 16)
        if place >= 0 and len(data) - place >= 32:
            return start + place, data[place:]
        if len(data) < _CHUNK:
            break
        start += _CHUNK
    raise _RefusedError("no-build-info", mark("no magic"))


def _inline(image: _Image, segments: list[_Segment], address: int, data: bytes) -> tuple[str, str]:
    strings = _two_strings(data) or _two_strings(_at(image, segments, address, MAX_VERSION + MAX_MODINFO))
    if not strings:
        raise _RefusedError("damaged", mark("strings end early"))
    return _texts(*strings)


def _two_strings(data: bytes) -> tuple[bytes, bytes] | None:
    """Two length-prefixed strings, None where the data ends before they do."""
    first = _uvarint(data, 0)
    if first is None:
        return None
    middle = first[0] + first[1]
    if first[0] > MAX_VERSION:
        raise _RefusedError("damaged", mark("version length"))
    second = _uvarint(data, middle)
    if second is None or second[0] + second[1] > len(data):
        return None
    return data[first[1] : middle], data[second[1] : second[0] + second[1]]


def _uvarint(data: bytes, at: int) -> tuple[int, int] | None:
    """A value and the place after it, None where the data ends first."""
    if at < len(data) and data[at] < 0x80:
        return data[at], at + 1
    value = shift = 0
    for place in range(at, min(at + 10, len(data))):
        byte = data[place]
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, place + 1
        shift += 7
    if at + 10 <= len(data):
        raise _RefusedError("damaged", "length")
    return None


def _go_string(image: _Image, segments: list[_Segment], pair: struct.Struct, address: int) -> bytes:
    header = _at(image, segments, address, pair.size)
    if len(header) < pair.size:
        return b""
    place, length = pair.unpack(header)
    if length > MAX_MODINFO:
        raise _RefusedError("damaged", mark("string length"))
    data = _at(image, segments, place, length)
    return data if len(data) == length else b""


def _texts(version: bytes, modinfo: bytes) -> tuple[str, str]:
    if not version:
        raise _RefusedError("no-build-info", mark("empty version"))
    framed = len(modinfo) >= 33 and modinfo[-17:-16] == b"\n"
    return version.decode("utf-8", "replace"), modinfo[16:-16].decode("utf-8", "replace") if framed else ""
