"""Where in an object file does an address lie? A mapped 64-bit little-endian ELF: segments, sections, address to file offset."""

import mmap
import os
import struct
from typing import NamedTuple

from inspector.i18n import mark

_LOAD = 1
NO_BITS = 8
_EXECUTABLE = 1
_MAX_HEADERS = 4096


class NotElfError(ValueError):
    """The file is no 64-bit little-endian ELF, or its headers point outside it."""


class Segment(NamedTuple):
    """A loadable part: where it lies in the file and in memory (bytes), and whether it may be executed."""

    offset: int
    address: int
    size: int
    memory_size: int
    executable: bool


class Section(NamedTuple):
    """A named part of the file; kind 0 where its bytes would lie outside."""

    name: str
    kind: int
    address: int
    offset: int
    size: int
    link: int


class ElfFile:
    """A read-only mapping of one object file. `data` is the mapping; `close` gives it back."""

    def __init__(self, fd: int) -> None:
        """Map the file behind `fd` (which stays the caller's); raises NotElfError or OSError."""
        if os.fstat(fd).st_size < 64:
            raise NotElfError(mark("too small for an ELF file"))
        self.data = mmap.mmap(fd, 0, prot=mmap.PROT_READ)
        try:
            self._read_headers()
        except (struct.error, OverflowError, NotElfError) as error:
            self.data.close()
            raise NotElfError(str(error)) from error

    def _read_headers(self) -> None:
        data = self.data
        if data[:6] != b"\x7fELF\x02\x01":
            raise NotElfError(mark("not a 64-bit little-endian ELF file"))
        self.type, self.machine = struct.unpack_from("<HH", data, 16)
        self.entry, program_at, section_at = struct.unpack_from("<QQQ", data, 24)
        program_size, program_count, section_size, section_count, names = struct.unpack_from("<5H", data, 54)
        self.segments: list[Segment] = []
        self.eh_frame_hdr: tuple[int, int] | None = None
        for i in range(min(program_count, _MAX_HEADERS)):
            kind, flags, offset, address, _, size, memory = struct.unpack_from("<IIQQQQQ", data, program_at + i * program_size)
            if kind == _LOAD and offset + size <= len(data):
                self.segments.append(Segment(offset, address, size, memory, bool(flags & _EXECUTABLE)))
            elif kind == 0x6474E550:
                self.eh_frame_hdr = (address, size)
        self.section_list: list[Section] = []
        self.sections = self._read_sections(section_at, section_size, section_count, names) if section_at else {}

    def _read_sections(self, at: int, size: int, count: int, names: int) -> dict[str, Section]:
        data = self.data
        rows = [struct.unpack_from("<IIQQQQI", data, at + i * size) for i in range(min(count, _MAX_HEADERS)) if at + i * size + 64 <= len(data)]
        strings = rows[names][4] if names < len(rows) else len(data)
        for name_at, kind, _, address, offset, length, link in rows:
            name = self.text_at(strings + name_at) if strings + name_at < len(data) else ""
            inside = kind == NO_BITS or offset + length <= len(data)
            self.section_list.append(Section(name, kind if inside else 0, address, offset, length, link))
        return {section.name: section for section in self.section_list if section.kind}

    def text_at(self, offset: int) -> str:
        """The NUL-terminated text at a file offset."""
        end = self.data.find(b"\0", offset)
        return self.data[offset : end if end >= 0 else offset].decode("utf-8", "replace")

    def offset_of(self, address: int) -> int | None:
        """The file offset of a memory address, None where the file has no bytes for it."""
        for segment in self.segments:
            if segment.address <= address < segment.address + segment.size:
                return segment.offset + address - segment.address
        return None

    def address_of(self, offset: int) -> int | None:
        """The memory address (before relocation) that a file offset is loaded at, executable segments first."""
        for segment in sorted(self.segments, key=lambda s: not s.executable):
            if segment.offset <= offset < segment.offset + segment.size:
                return segment.address + offset - segment.offset
        return None

    def close(self) -> None:
        """Unmap; views taken of `data` must be gone."""
        self.data.close()
