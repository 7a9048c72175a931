"""Where does an edit really land? A path walked by hand, link by link, through directories nobody else can write in."""

import errno
import grp
import os
import pwd
import re
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from inspector.changes import disk
from inspector.changes.problems import Refused
from inspector.i18n import mark

SIZE_LIMIT = 1 << 20
"""Bytes of the largest file that is edited."""
MAX_LINKS = 40
_DIRECTORY = os.O_PATH | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC


@dataclass(frozen=True, slots=True)
class Place:
    """A name in an open directory. `directory` is the directory's real path; `missing` are directories to make first, outermost first.

    `dir_fd` belongs to whoever called `located`; while `missing` is not empty it is the last directory that exists.
    """

    dir_fd: int
    directory: bytes
    name: bytes
    missing: tuple[bytes, ...] = ()

    @property
    def path(self) -> bytes:
        """The real path of the file."""
        return os.path.join(self.directory, *self.missing, self.name)

    @property
    def parent(self) -> bytes:
        """The real path of the directory that holds the file, or will."""
        return os.path.join(self.directory, *self.missing)


@dataclass(frozen=True, slots=True)
class Original:
    """The file to be replaced: its bytes, metadata, and why it must be written in place (empty: it can be exchanged)."""

    data: bytes
    info: os.stat_result
    in_place: str = ""


class _Walk:
    """A position in the file system that was reached through trusted directories only."""

    def __init__(self) -> None:
        self.fd = os.open("/", _DIRECTORY)
        self.names: list[bytes] = []
        self.root_uid = os.fstat(self.fd).st_uid
        self._check()

    @property
    def path(self) -> bytes:
        return b"/" + b"/".join(self.names)

    def step(self, name: bytes) -> None:
        deeper = os.open(name, _DIRECTORY, dir_fd=self.fd)
        disk.close(self.fd)
        self.fd = deeper
        if name == b"..":
            del self.names[-1:]
        else:
            self.names.append(name)
        self._check()

    def restart(self) -> None:
        disk.close(self.fd)
        self.fd = os.open("/", _DIRECTORY)
        self.names.clear()

    def _check(self) -> None:
        info = os.fstat(self.fd)
        if info.st_uid not in (0, os.geteuid(), self.root_uid):
            raise Refused("not-ours", self.path, f"uid {info.st_uid}")
        if _others_write(info):
            raise Refused("writable-by-others", self.path)

    def check_entry(self, info: os.stat_result, name: bytes) -> None:
        """In a sticky directory an entry must be ours or root's, so that nobody can rename it away."""
        if info.st_uid not in (0, os.geteuid(), self.root_uid):
            raise Refused("not-ours", os.path.join(self.path, name), f"uid {info.st_uid}")


def _others_write(info: os.stat_result) -> bool:
    if info.st_mode & stat.S_ISVTX:
        return False
    if info.st_mode & stat.S_IWOTH:
        return True
    return bool(info.st_mode & stat.S_IWGRP) and not _private_group(info.st_gid)


def _private_group(gid: int) -> bool:
    """A group without anybody but us: root's, or the user's own (same name, no further member)."""
    if gid == 0:
        return True
    try:
        group, user = grp.getgrgid(gid), pwd.getpwuid(os.geteuid())
    except KeyError:
        return False
    return group.gr_name == user.pw_name and set(group.gr_mem) <= {user.pw_name}


@contextmanager
def located(path: bytes) -> Iterator[Place]:
    """The place a path leads to, every link resolved by hand; raises Refused or OSError."""
    if not path.startswith(b"/") or b"\0" in path:
        raise Refused("unsupported", path, mark("not an absolute path"))
    walk = _Walk()
    try:
        yield _follow(walk, path)
    finally:
        disk.close(walk.fd)


def _follow(walk: _Walk, path: bytes) -> Place:
    rest = path.split(b"/")[::-1]
    links = 0
    while rest:
        name = rest.pop()
        if name in (b"", b"."):
            continue
        if name == b"..":
            walk.step(name)
            continue
        try:
            info = os.stat(name, dir_fd=walk.fd, follow_symlinks=False)
        except FileNotFoundError:
            return _absent(walk, name, rest)
        walk.check_entry(info, name)
        if stat.S_ISLNK(info.st_mode):
            links += 1
            if links > MAX_LINKS:
                raise Refused("link-loop", path)
            target = os.readlink(name, dir_fd=walk.fd)
            if target.startswith(b"/"):
                walk.restart()
            rest.extend(target.split(b"/")[::-1])
        elif stat.S_ISDIR(info.st_mode):
            walk.step(name)
        elif any(part not in (b"", b".") for part in rest):
            raise Refused("not-regular", os.path.join(walk.path, name), os.strerror(errno.ENOTDIR))
        else:
            return Place(walk.fd, walk.path, name)
    raise Refused("not-regular", path, "a directory")


def _absent(walk: _Walk, name: bytes, rest: list[bytes]) -> Place:
    following = [part for part in rest[::-1] if part not in (b"", b".")]
    if b".." in following:
        raise Refused("unsupported", os.path.join(walk.path, name), mark("a missing directory before .."))
    *missing, last = [name, *following]
    return Place(walk.fd, walk.path, last, tuple(missing))


def open_directory(path: bytes) -> int:
    """A descriptor of a directory fit for fsync, reached through trusted directories only; raises Refused or OSError."""
    walk = _Walk()
    try:
        for name in path.split(b"/"):
            if name:
                walk.step(name)
        return reopen_directory(walk.fd)
    finally:
        disk.close(walk.fd)


def reopen_directory(handle: int) -> int:
    """A descriptor fit for fsync of the directory behind an O_PATH descriptor; raises OSError."""
    return os.open(b".", os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC, dir_fd=handle)


def examine(place: Place) -> Original | None:
    """The file at a place, None where there is none; raises Refused when it must not be edited, OSError when it cannot be told."""
    if place.missing:
        return None
    try:
        handle = disk.open_path(place.dir_fd, place.name)
    except FileNotFoundError:
        return None
    try:
        info = os.fstat(handle)
        _refuse_by_kind(place, info)
        try:
            fd = disk.reopen(handle, os.O_RDONLY)
        except PermissionError as error:
            raise Refused("unreadable", place.path, os.strerror(error.errno or 0)) from error
    finally:
        disk.close(handle)
    try:
        flags = disk.inode_flags(fd)
        if flags & disk.FLAG_IMMUTABLE:
            raise Refused("immutable", place.path)
        if flags & disk.FLAG_APPEND:
            raise Refused("append-only", place.path)
        return Original(disk.read_all(fd, SIZE_LIMIT), info, _in_place_reason(place, info))
    finally:
        disk.close(fd)


def _refuse_by_kind(place: Place, info: os.stat_result) -> None:
    if not stat.S_ISREG(info.st_mode):
        raise Refused("not-regular", place.path, stat.filemode(info.st_mode)[:1])
    if info.st_uid != os.geteuid():
        raise Refused("not-ours", place.path, f"uid {info.st_uid}")
    if info.st_size > SIZE_LIMIT:
        raise Refused("too-large", place.path, f"{SIZE_LIMIT >> 20} MiB")


def _in_place_reason(place: Place, info: os.stat_result) -> str:
    if info.st_nlink > 1:
        return "hard link"
    if place.path in mount_points():
        return "bind mount"
    if not os.access(b".", os.W_OK | os.X_OK, dir_fd=place.dir_fd, effective_ids=True):
        return "directory not writable"
    return ""


def mount_points() -> frozenset[bytes]:
    """Every mount point of this mount namespace; empty where /proc does not tell."""
    try:
        with open("/proc/self/mountinfo", "rb") as file:
            lines = file.read().splitlines()
    except OSError:
        return frozenset()
    points = (line.split(b" ", 5)[4] for line in lines if line.count(b" ") > 4)
    return frozenset(re.sub(rb"\\([0-7]{3})", lambda octal: bytes([int(octal[1], 8)]), point) for point in points)
