"""A disk that remembers every write and flush: one file served by FUSE, in its own process, with a loop device on top. Root only.

The log is what a power cut is made of: what was flushed has happened, of what was written since any part may have.
"""

import ctypes
import os
import signal
import struct
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

_IN, _OUT, _RECORD = struct.Struct("<IIQQIIII"), struct.Struct("<IiQ"), struct.Struct("<cQI")
_ATTR = struct.Struct("<QQQQQQIIIIIIIIII")
_LOOKUP, _FORGET, _GETATTR, _OPEN, _READ, _WRITE, _STATFS, _RELEASE, _FSYNC, _FLUSH, _INIT, _INTERRUPT, _BATCH_FORGET = (
    1, 2, 3, 14, 15, 16, 17, 18, 20, 25, 26, 36, 42,
)  # fmt: skip
_ENOENT, _ENOSYS = 2, 38
_MAX_WRITE = 128 << 10
_DIRECT_IO = 1


@dataclass(frozen=True, slots=True)
class Event:
    """A write of some bytes at an offset, or a flush (data None)."""

    offset: int
    data: bytes | None


class _Server:
    """Answers the kernel's requests for a directory with the one file `disk`."""

    def __init__(self, fuse: int, image: int, log: int, size: int) -> None:
        self.fuse, self.image, self.log, self.size = fuse, image, log, size

    def serve(self) -> None:
        while True:
            try:
                request = os.read(self.fuse, _MAX_WRITE + 4096)
            except OSError:
                return
            _, opcode, unique, node, *_ = _IN.unpack_from(request)
            if opcode in (_FORGET, _BATCH_FORGET, _INTERRUPT):
                continue
            error, reply = self._answer(opcode, node, request[_IN.size :])
            with suppress(FileNotFoundError):
                os.write(self.fuse, _OUT.pack(_OUT.size + len(reply), -error, unique) + reply)

    def _answer(self, opcode: int, node: int, body: bytes) -> tuple[int, bytes]:
        if opcode == _INIT:
            major, minor, readahead, _ = struct.unpack_from("<IIII", body)
            return 0, struct.pack("<IIIIHHIIHHI7I", major, min(minor, 31), readahead, 1 << 5, 16, 12, _MAX_WRITE, 1, 32, 0, 0, *([0] * 7))
        if opcode == _LOOKUP:
            return (0, struct.pack("<QQQQII", 2, 0, 1 << 30, 1 << 30, 0, 0) + self._attributes(2)) if body == b"disk\0" else (_ENOENT, b"")
        if opcode == _GETATTR:
            return 0, struct.pack("<QII", 1 << 30, 0, 0) + self._attributes(node)
        if opcode == _OPEN:
            return 0, struct.pack("<QII", 0, _DIRECT_IO, 0)
        if opcode == _READ:
            _, offset, size = struct.unpack_from("<QQI", body)
            return 0, os.pread(self.image, size, offset)
        if opcode == _WRITE:
            _, offset, size = struct.unpack_from("<QQI", body)
            self._write(offset, body[40 : 40 + size])
            return 0, struct.pack("<II", size, 0)
        if opcode == _FSYNC:
            os.write(self.log, _RECORD.pack(b"F", 0, 0))
        return (0, b"") if opcode in (_FSYNC, _FLUSH, _RELEASE) else (_ENOSYS, b"")

    def _write(self, offset: int, data: bytes) -> None:
        os.pwrite(self.image, data, offset)
        os.write(self.log, _RECORD.pack(b"W", offset, len(data)) + data)

    def _attributes(self, node: int) -> bytes:
        mode, size = (0o40755, 0) if node == 1 else (0o100600, self.size)
        return _ATTR.pack(node, size, size // 512, 0, 0, 0, 0, 0, 0, mode, 1, 0, 0, 0, 4096, 0)


class LoggedDisk:
    """The running disk: `device` to make a file system on, `image` its bytes, `events` what happened since `mark`."""

    def __init__(self, base: Path, size: int) -> None:
        self.image, self.log, self.mount = base / "disk.img", base / "disk.log", base / "fuse"
        self.size, self.device, self.server = size, "", 0

    def start(self) -> None:
        """Mount the one-file file system and attach a loop device to it."""
        self.mount.mkdir()
        self.log.write_bytes(b"")
        with self.image.open("wb") as file:
            file.truncate(self.size)
        fuse = os.open("/dev/fuse", os.O_RDWR)
        options = f"fd={fuse},rootmode=40000,user_id=0,group_id=0,allow_other".encode()
        libc = ctypes.CDLL(None, use_errno=True)
        if libc.mount(b"disk", os.fsencode(self.mount), b"fuse", 0, options):
            raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
        self.server = os.fork()
        if self.server == 0:
            try:
                _Server(fuse, os.open(self.image, os.O_RDWR), os.open(self.log, os.O_WRONLY | os.O_APPEND), self.size).serve()
            finally:
                os._exit(0)
        os.close(fuse)
        found = subprocess.run(["losetup", "--find", "--show", str(self.mount / "disk")], check=True, capture_output=True, text=True)
        self.device = found.stdout.strip()

    def stop(self) -> None:
        """Detach, unmount, end the server."""
        if self.device:
            subprocess.run(["losetup", "-d", self.device], check=False)
        for _ in range(50):
            if subprocess.run(["umount", str(self.mount)], check=False, capture_output=True).returncode == 0:
                break
            time.sleep(0.1)
        if self.server:
            with suppress(ProcessLookupError):
                os.kill(self.server, signal.SIGKILL)
            os.waitpid(self.server, 0)

    def mark(self) -> int:
        """A place in the log."""
        return self.log.stat().st_size

    def events(self, start: int, end: int) -> list[Event]:
        """What happened between two places."""
        data = self.log.read_bytes()[start:end]
        found, position = [], 0
        while position < len(data):
            kind, offset, size = _RECORD.unpack_from(data, position)
            position += _RECORD.size
            found.append(Event(offset, data[position : position + size] if kind == b"W" else None))
            position += size
        return found


@contextmanager
def logged_disk(base: Path, size: int) -> Iterator[LoggedDisk]:
    """A disk for the length of a block."""
    disk = LoggedDisk(base, size)
    try:
        disk.start()
        yield disk
    finally:
        disk.stop()
