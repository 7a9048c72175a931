"""Which Go built this ELF file, and from what? Reads the build info blob through a file descriptor; the file is never executed or mapped.

Layout and search order follow Go's debug/buildinfo: the section `.go.buildinfo`, or, where the section headers were stripped away, the first
writable and not executable segment (Go 1.27's own reader no longer looks there). Two blob formats exist: strings inline (Go >= 1.18) and pointers
to Go string headers (Go 1.13 to 1.17). Nothing the file claims is believed further than the limits below.
"""

import os
import struct
from functools import lru_cache
from typing import Literal, NamedTuple

import msgspec

MAGIC = b"\xff Go buildinf:"
SECTION = b".go.buildinfo\0"
MAX_HEADERS = 1 << 10
"""Program or section headers looked at, at most."""
MAX_VERSION = 1 << 12
MAX_MODINFO = 4 << 20
MAX_SEARCH = 8 << 20
"""Bytes of a data segment searched for the magic, at most."""
MAX_MISPLACED = 1000
"""Magics off their 16-byte alignment passed over, at most."""

_CHUNK = 1 << 20
_FIRST_READ = 1 << 12
_LOAD, _INTERP = 1, 3
_USED = frozenset((_LOAD, _INTERP))
_WRITE_EXEC, _WRITE = 3, 2

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


class _Segment(NamedTuple):
    kind: int
    flags: int
    offset: int
    address: int
    size: int


class _Layout(NamedTuple):
    """How to unpack the headers of one ELF class and byte order."""

    header: struct.Struct
    program: struct.Struct
    section: struct.Struct
    name: struct.Struct
    wide: bool


class _Table(NamedTuple):
    offset: int
    size: int
    length: int


class _Image(NamedTuple):
    """An open ELF file: its descriptor, first bytes and how its headers are packed."""

    fd: int
    head: bytes
    layout: _Layout

    def pread(self, size: int, offset: int) -> bytes:
        if offset >= 1 << 63:
            raise _RefusedError("damaged", "offset beyond any file")
        return os.pread(self.fd, size, offset)

    def table(self, table: _Table, row: struct.Struct) -> bytes:
        """The whole rows of a header table; fewer than `length` where the file ends early."""
        if table.length > MAX_HEADERS or table.size != row.size:
            raise _RefusedError("damaged", "header table")
        end = table.offset + table.size * table.length
        data = self.head[table.offset : end] if end <= len(self.head) else self.pread(table.size * table.length, table.offset)
        return data[: len(data) - len(data) % row.size]


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
        name=struct.Struct(f"{order}I60x" if wide else f"{order}I36x"),
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
        return NotGo(why="damaged", detail="ELF class or byte order")
    layout = _layout(head[4] == 2, "<" if head[5] == 1 else ">")
    image = _Image(fd, head, layout)
    machine, _entry, phoff, shoff, _size, phsize, phcount, shsize, shcount, names = layout.header.unpack_from(head, 16)
    segments = _segments(image, _Table(phoff, phsize, phcount))
    address, size, found = 0, 0, bool(shoff and shcount)
    if found:
        address, size = _section(image, _Table(shoff, shsize, shcount), names)
    else:
        for segment in segments:
            if segment.kind == _LOAD and segment.flags & _WRITE_EXEC == _WRITE:
                address, size = segment.address, segment.size
                break
    version, modinfo = _blob(image, segments, address, size)
    return BuildInfo(
        version=version, modinfo=modinfo, machine=machine, bits=64 if layout.wide else 32, big_endian=head[5] == 2,
        dynamic=any(s.kind == _INTERP for s in segments), section=found,
    )  # fmt: skip


def _segments(image: _Image, table: _Table) -> list[_Segment]:
    if table.length == 0:
        raise _RefusedError("no-build-info", "no program headers")
    rows = image.layout.program.iter_unpack(image.table(table, image.layout.program))
    if image.layout.wide:
        return [_Segment(kind, flags, start, address, size) for kind, flags, start, address, _, size in rows if kind in _USED]
    return [_Segment(kind, flags, start, address, size) for kind, start, address, _, size, _, flags in rows if kind in _USED]


def _section(image: _Image, table: _Table, names: int) -> tuple[int, int]:
    """Address and size of `.go.buildinfo`."""
    form = image.layout.section
    rows = image.table(table, form)
    if len(rows) <= names * form.size:
        raise _RefusedError("damaged", "section headers end early")
    strings_at, strings_size = form.unpack_from(rows, names * form.size)[4:6]
    strings = image.pread(min(strings_size, _CHUNK), strings_at)
    wanted: set[int] = set()
    place = strings.find(SECTION)
    while place >= 0 and len(wanted) < MAX_HEADERS:
        wanted.add(place)
        place = strings.find(SECTION, place + 1)
    for index, (name,) in enumerate(image.layout.name.iter_unpack(rows) if wanted else ()):
        if name in wanted:
            row = form.unpack_from(rows, index * form.size)
            return row[3], row[5]
    raise _RefusedError("no-build-info", "no section .go.buildinfo")


def _at(image: _Image, segments: list[_Segment], address: int, size: int) -> bytes:
    """Up to `size` bytes at a virtual address, never past the end of its segment; empty where nothing is mapped."""
    for segment in segments:
        inside = address - segment.address
        if segment.kind == _LOAD and 0 <= inside < segment.size:
            return image.pread(min(size, segment.size - inside), segment.offset + inside)
    return b""


def _blob(image: _Image, segments: list[_Segment], address: int, size: int) -> tuple[str, str]:
    start, data = _find_magic(image, segments, (address + 15) & ~15, size)
    if data[15] & 2:
        return _inline(image, segments, start + 32, data[32:])
    width, order = data[14], ">" if data[15] & 1 else "<"
    if width not in (4, 8):
        raise _RefusedError("damaged", "pointer size")
    pair = struct.Struct(order + ("QQ" if width == 8 else "II"))
    version_at, modinfo_at = pair.unpack_from(data, 16)
    version = _go_string(image, segments, pair, version_at)
    modinfo = _go_string(image, segments, pair, modinfo_at) if modinfo_at else b""
    return _texts(version, modinfo)


def _find_magic(image: _Image, segments: list[_Segment], start: int, size: int) -> tuple[int, bytes]:
    """The address of the blob and what was read there: its 32 bytes of header and, by luck, the strings after it."""
    end = start + min(size, MAX_SEARCH)
    misplaced = 0
    while start < end:
        data = _at(image, segments, start, min(_CHUNK, end - start))
        place = data.find(MAGIC)
        while place >= 0 and place % 16:
            misplaced += 1
            if misplaced > MAX_MISPLACED:
                raise _RefusedError("damaged", "misplaced magics")
            place = data.find(MAGIC, (place | 15) + 1)
        if place >= 0 and len(data) - place >= 32:
            return start + place, data[place:]
        if len(data) < _CHUNK:
            break
        start += _CHUNK
    raise _RefusedError("no-build-info", "no magic")


def _inline(image: _Image, segments: list[_Segment], address: int, data: bytes) -> tuple[str, str]:
    strings = _two_strings(data) or _two_strings(_at(image, segments, address, MAX_VERSION + MAX_MODINFO))
    if not strings:
        raise _RefusedError("damaged", "strings end early")
    return _texts(*strings)


def _two_strings(data: bytes) -> tuple[bytes, bytes] | None:
    """Two length-prefixed strings, None where the data ends before they do."""
    first = _uvarint(data, 0)
    if first is None:
        return None
    middle = first[0] + first[1]
    if first[0] > MAX_VERSION:
        raise _RefusedError("damaged", "version length")
    second = _uvarint(data, middle)
    if second is None or second[0] + second[1] > len(data):
        return None
    return data[first[1] : middle], data[second[1] : second[0] + second[1]]


def _uvarint(data: bytes, at: int) -> tuple[int, int] | None:
    """A value and the place after it, None where the data ends first."""
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
        raise _RefusedError("damaged", "string length")
    data = _at(image, segments, place, length)
    return data if len(data) == length else b""


def _texts(version: bytes, modinfo: bytes) -> tuple[str, str]:
    if not version:
        raise _RefusedError("no-build-info", "empty version")
    framed = len(modinfo) >= 33 and modinfo[-17:-16] == b"\n"
    return version.decode("utf-8", "replace"), modinfo[16:-16].decode("utf-8", "replace") if framed else ""
