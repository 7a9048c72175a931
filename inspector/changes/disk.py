"""Which few system calls does the pen stand on? Exchange-rename, durable writes, reads that never wait, inode flags, leases."""

import ctypes
import errno
import fcntl
import hashlib
import os
import platform
import signal
import stat
import struct
import time
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from inspector.i18n import mark

RENAME_NOREPLACE = 1
RENAME_EXCHANGE = 2
READ_LIMIT = 64 << 20
"""Bytes of a file that was displaced or grew meanwhile which are still read to keep them."""

_FS_IOC_GETFLAGS = 0x80086601 if struct.calcsize("l") == 8 else 0x80046601
FLAG_IMMUTABLE = 0x10
FLAG_APPEND = 0x20
_SYSCALL_RENAMEAT2 = {"x86_64": 316, "aarch64": 276, "riscv64": 276, "ppc64le": 357, "s390x": 347, "armv7l": 382, "i686": 353}

_libc = ctypes.CDLL(None, use_errno=True)

NO_EXCHANGE = frozenset({errno.EINVAL, errno.ENOSYS, errno.EOPNOTSUPP})
"""What a file system answers that cannot exchange two names."""
NO_LINKS = frozenset({errno.EPERM, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK, errno.EXDEV})
"""What a file system answers that cannot give a file a second name."""


def digest(data: bytes) -> str:
    """The sha256 of some bytes, in hex."""
    return hashlib.sha256(data).hexdigest()


@dataclass(frozen=True)
class Seen:
    """What is found under a name: nothing, a regular file with these bytes, or something else."""

    kind: Literal["absent", "file", "other"]
    data: bytes = b""
    inode: int = 0

    @cached_property
    def sha256(self) -> str:
        """The hash of the bytes; empty when there is no regular file."""
        return digest(self.data) if self.kind == "file" else ""


def rename(dir_fd: int, source: bytes, dest: bytes, flags: int) -> None:
    """renameat2 within one directory; raises OSError. glibc has it since 2.28; elsewhere by number."""
    while True:
        if hasattr(_libc, "renameat2"):
            result = _libc.renameat2(dir_fd, source, dir_fd, dest, ctypes.c_uint(flags))
        else:
            number = _SYSCALL_RENAMEAT2.get(platform.machine(), -1)
            result = _libc.syscall(ctypes.c_long(number), dir_fd, source, dir_fd, dest, ctypes.c_uint(flags))
        if result == 0:
            return
        code = ctypes.get_errno()
        if code != errno.EINTR:
            raise OSError(code, os.strerror(code), os.fsdecode(dest))


def move_to_free(dir_fd: int, source: bytes, dest: bytes) -> None:
    """Give a file another name that is not taken; raises FileExistsError or OSError.

    Where a file system knows neither RENAME_NOREPLACE nor links the name is checked first: the one step that a concurrent creation can slip into.
    """
    try:
        rename(dir_fd, source, dest, RENAME_NOREPLACE)
    except OSError as error:
        if error.errno not in NO_EXCHANGE:
            raise
        _link_to_free(dir_fd, source, dest)


def _link_to_free(dir_fd: int, source: bytes, dest: bytes) -> None:
    try:
        os.link(source, dest, src_dir_fd=dir_fd, dst_dir_fd=dir_fd, follow_symlinks=False)
    except OSError as error:
        if error.errno not in NO_LINKS:
            raise
        if look(dir_fd, dest).kind != "absent":
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), os.fsdecode(dest)) from error
        os.rename(source, dest, src_dir_fd=dir_fd, dst_dir_fd=dir_fd)
    else:
        os.unlink(source, dir_fd=dir_fd)


def reopen(handle: int, flags: int) -> int:
    """The very inode behind an O_PATH descriptor, opened for use."""
    return os.open(f"/proc/self/fd/{handle}", flags | os.O_CLOEXEC | os.O_NOCTTY | os.O_NONBLOCK)


def open_path(dir_fd: int, name: bytes) -> int:
    """A handle on whatever stands under a name; no driver, no waiting, no link followed."""
    return os.open(name, os.O_PATH | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=dir_fd)


def open_regular(dir_fd: int, name: bytes, flags: int = os.O_RDONLY) -> int:
    """A descriptor of the regular file under a name; raises OSError (EINVAL when it is something else)."""
    handle = open_path(dir_fd, name)
    try:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise OSError(errno.EINVAL, mark("no regular file"), os.fsdecode(name))
        return reopen(handle, flags)
    finally:
        close(handle)


def read_all(fd: int, limit: int = READ_LIMIT) -> bytes:
    """Everything from the start of a file; raises OSError (EFBIG) past the limit."""
    chunks: list[bytes] = []
    size = 0
    while chunk := os.pread(fd, 1 << 20, size):
        chunks.append(chunk)
        size += len(chunk)
        if size > limit:
            raise OSError(errno.EFBIG, os.strerror(errno.EFBIG))
    return b"".join(chunks)


def look(dir_fd: int, name: bytes) -> Seen:
    """What stands under a name now; raises OSError when that cannot be told."""
    try:
        handle = open_path(dir_fd, name)
    except FileNotFoundError:
        return Seen("absent")
    try:
        info = os.fstat(handle)
        if not stat.S_ISREG(info.st_mode) or info.st_size > READ_LIMIT:
            return Seen("other", inode=info.st_ino)
        fd = reopen(handle, os.O_RDONLY)
    finally:
        close(handle)
    try:
        return Seen("file", read_all(fd), info.st_ino)
    finally:
        close(fd)


def close(fd: int) -> None:
    """Give a descriptor back; Linux frees it whatever close(2) answers, and what matters was fsynced before."""
    with suppress(OSError):
        os.close(fd)


def write_all(fd: int, data: bytes) -> None:
    """Write every byte; raises OSError."""
    view = memoryview(data)
    while view:
        view = view[os.write(fd, view) :]


def create(dir_fd: int, name: bytes, data: bytes, *, sync: bool = True) -> None:
    """A new private (0600) file with these bytes, on the disk when `sync`; raises FileExistsError rather than touch one that is there."""
    fd = os.open(name, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600, dir_fd=dir_fd)
    try:
        write_all(fd, data)
        if sync:
            os.fsync(fd)
    finally:
        close(fd)


def remove(dir_fd: int, name: bytes) -> None:
    """Unlink a name if it is there."""
    try:
        os.unlink(name, dir_fd=dir_fd)
    except FileNotFoundError:
        return


def inode_flags(fd: int) -> int:
    """The ext-style inode flags; 0 where the file system has none."""
    buffer = bytearray(8)
    try:
        fcntl.ioctl(fd, _FS_IOC_GETFLAGS, buffer)
    except OSError as error:
        if error.errno in (errno.ENOTTY, errno.EOPNOTSUPP, errno.EINVAL, errno.ENOSYS):
            return 0
        raise
    return int.from_bytes(buffer[:4], "little" if struct.pack("=H", 1) == b"\1\0" else "big")


def has_writer(dir_fd: int, name: bytes) -> bool:
    """Whether another program holds the file open for writing: a read lease is granted only when none does (fcntl(2), F_SETLEASE).

    False where the file system knows no leases. A breaker would be told by SIGURG, which is ignored by default.
    """
    try:
        fd = open_regular(dir_fd, name)
    except FileNotFoundError:
        return False
    try:
        fcntl.fcntl(fd, 10, int(signal.SIGURG))  # F_SETSIG
        fcntl.fcntl(fd, fcntl.F_SETLEASE, fcntl.F_RDLCK)
        fcntl.fcntl(fd, fcntl.F_SETLEASE, fcntl.F_UNLCK)
    except OSError as error:
        return error.errno == errno.EAGAIN
    finally:
        close(fd)
    return False


def writers_left(dir_fd: int, name: bytes, seconds: float) -> bool:
    """Wait until nobody holds a file open for writing, so that its bytes are final; whether somebody still does after that time."""
    deadline = time.monotonic() + seconds
    while has_writer(dir_fd, name):
        if time.monotonic() > deadline:
            return True
        time.sleep(0.002)
    return False
