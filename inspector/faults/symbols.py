"""What is the function at this place of this file called? One facade over Go's table and C's symbols, opened once per file."""

import os
import struct
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from inspector.faults.cfuncs import Functions
from inspector.faults.dwarf import DebugLines
from inspector.faults.elf import ElfFile, NotElfError
from inspector.faults.gofuncs import GoFunctions, Line, NoGoTableError
from inspector.i18n import mark

_MOST_FILES = 256
_MOST_KEPT = 16
_MOST_PLACES = 100_000


@dataclass(frozen=True, slots=True)
class Place:
    """A function and, where known, the source line; `inlined` are the calls compiled into it, innermost first. `start` is 0 where unknown."""

    function: str
    file: str = ""
    line: int = 0
    inlined: tuple[Line, ...] = ()
    start: int = 0
    end: int = 0
    known: bool = True


class ObjectFile:
    """The functions of one object file; a Go binary's own functions first, those of C linked into it after."""

    def __init__(self, fd: int) -> None:
        """Map the file behind `fd` (closed by the caller); raises NotElfError or OSError."""
        self.elf = ElfFile(fd)
        self.go: GoFunctions | None
        try:
            self.go = GoFunctions(self.elf)
        except NoGoTableError:
            self.go = None
        self._places: dict[int, Place] = {}

    @cached_property
    def functions(self) -> Functions:
        """Those of C, which a Go program seldom asks for."""
        return Functions(self.elf)

    @cached_property
    def lines(self) -> DebugLines:
        """Source lines of those."""
        return DebugLines(self.elf)

    def place(self, offset: int) -> Place:
        """The function at a file offset, remembered; one that is not known is `+OFFSET`."""
        place = self._places.get(offset)
        if place is None:
            if len(self._places) >= _MOST_PLACES:
                self._places.clear()
            place = self._places[offset] = self._find(offset) or Place(f"+{offset:#x}", known=False)
        return place

    def _find(self, offset: int) -> Place | None:
        address = self.elf.address_of(offset)
        try:
            return self._place(address) if address is not None else None
        except (struct.error, IndexError, OverflowError, ValueError):
            return None

    def _place(self, address: int) -> Place | None:
        if self.go is not None:
            index = int(self.go.find(np.array([address], np.uint64))[0])
            if index >= 0:
                frames = self.go.frames(address)
                start, end = self.go.bounds(index)
                outer, inner = frames[-1], frames[0]
                return Place(outer.function, inner.file, inner.line, tuple(frames[:-1]), start, end)
        frames = self.lines.frames(address)
        name = self.functions.name_at(address) or (frames[-1].function if frames else "")
        bounds = self.functions.bounds_at(address) or (0, 0)
        file, line = self.lines.find(address) or ("", 0)
        return Place(name, file, line, tuple(frames[:-1]), bounds[0], bounds[1]) if name else None

    def source(self, address: int) -> str:
        """file:line of an address, empty where it is not known."""
        frames = self.go.frames(address) if self.go else []
        file, line = (frames[0].file, frames[0].line) if frames else self.lines.find(address) or ("", 0)
        return f"{file}:{line}" if file and line else ""

    def code(self, start: int, end: int) -> bytes:
        """The instructions between two addresses."""
        at = self.elf.offset_of(start)
        return b"" if at is None else self.elf.data[at : at + max(0, min(end - start, 1 << 20))]


_kept: dict[tuple[int, int, int, int], ObjectFile] = {}
"""The files last opened for any observation, by device, inode, size and time of change (ns): the next one finds their functions at hand."""


def _opened(fd: int, info: os.stat_result) -> ObjectFile:
    identity = (info.st_dev, info.st_ino, info.st_size, info.st_mtime_ns)
    file = _kept[identity] = _kept.pop(identity) if identity in _kept else ObjectFile(fd)
    if len(_kept) > _MOST_KEPT:
        del _kept[next(iter(_kept))]
    return file


class Objects:
    """Object files by device and inode, opened the first time they are asked for and kept mapped."""

    def __init__(self, proc: str = "/proc") -> None:
        self._proc = proc
        self._files: dict[tuple[int, int], ObjectFile | None] = {}
        self.failed: dict[str, str] = {}

    def open(self, pid: int, path: str, device: int, inode: int) -> ObjectFile | None:
        """The file mapped by `pid` as `path`; None where it is gone, replaced, unreadable or no ELF, with the reason in `failed`.

        Only the inode is compared: overlay and btrfs show another device in a process's maps than in stat.
        """
        identity = (device, inode)
        if identity not in self._files:
            if len(self._files) >= _MOST_FILES:
                self._files.pop(next(iter(self._files)))
            self._files[identity] = self._open(pid, path, identity)
        return self._files[identity]

    def known(self, device: int, inode: int) -> ObjectFile | None:
        """A file that was opened before."""
        return self._files.get((device, inode))

    def _open(self, pid: int, path: str, identity: tuple[int, int]) -> ObjectFile | None:
        reason = "gone"
        plain = path.removesuffix(" (deleted)")
        for candidate in (f"{self._proc}/{pid}/root{plain}", plain, f"{self._proc}/{pid}/exe"):
            try:
                fd = os.open(candidate, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
            except OSError as error:
                reason = error.strerror or str(error)
                continue
            try:
                info = os.fstat(fd)
                if info.st_ino == identity[1]:
                    return _opened(fd, info)
                reason = mark("replaced since it was mapped")
            except (NotElfError, OSError) as error:
                reason = str(error)
            finally:
                os.close(fd)
        self.failed[path] = reason
        return None
