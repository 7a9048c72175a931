"""How does one file become the new one without ever being half of it? Staged beside it with all its metadata, then exchanged."""

import errno
import os
import stat
from dataclasses import dataclass

from inspector.changes import disk
from inspector.changes.disk import NO_EXCHANGE, NO_LINKS, RENAME_EXCHANGE
from inspector.changes.journal import Entry
from inspector.changes.problems import Refused
from inspector.i18n import mark

WRITER_WAIT_S = 0.3
"""How long a program that still holds the displaced file open for writing is waited for."""
_SET_BY_KERNEL = frozenset({"security.ima", "security.evm"})


class MustWriteInPlace(Exception):  # noqa: N818  an answer of the file system
    """This file cannot be exchanged here (mount point, foreign group, no names to link); the text says why."""


@dataclass(frozen=True, slots=True)
class Slot:
    """An entry of a transaction with its directory open (`dir_fd` belongs to the transaction) and its bytes at hand."""

    entry: Entry
    dir_fd: int
    before: bytes | None
    after: bytes | None

    @property
    def path(self) -> bytes:
        """The real path of the file."""
        return os.path.join(self.entry.directory, self.entry.name)

    def target(self) -> disk.Seen:
        """What stands under the file's name now."""
        return disk.look(self.dir_fd, self.entry.name)

    def temp(self) -> disk.Seen:
        """What stands under the temporary name now."""
        return disk.look(self.dir_fd, self.entry.temp)

    def aside(self) -> disk.Seen:
        """What stands under the second temporary name now."""
        return disk.look(self.dir_fd, self.entry.aside)


def stage(slot: Slot) -> None:
    """Write the new bytes under the temporary name, with the metadata of the file to be replaced, onto the disk.

    Raises MustWriteInPlace when the metadata cannot be carried over, OSError when the disk refuses.
    """
    if slot.entry.action == "remove" or slot.entry.in_place or slot.after is None:
        return
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    fd = os.open(slot.entry.temp, flags, 0o600, dir_fd=slot.dir_fd)
    try:
        disk.write_all(fd, slot.after)
        if slot.entry.action == "create":
            os.fchmod(fd, slot.entry.mode)
        else:
            _carry_from(slot, fd)
        os.fsync(fd)
    finally:
        disk.close(fd)


def _carry_from(slot: Slot, fd: int) -> None:
    source = disk.open_regular(slot.dir_fd, slot.entry.name)
    try:
        carry_metadata(source, fd)
    finally:
        disk.close(source)


def carry_metadata(source: int, dest: int) -> None:
    """Give `dest` the owner, group, mode, access list and every extended attribute of `source`; raises MustWriteInPlace if one is refused."""
    want, have = os.fstat(source), os.fstat(dest)
    try:
        if (want.st_uid, want.st_gid) != (have.st_uid, have.st_gid):
            os.fchown(dest, want.st_uid, want.st_gid)
        _carry_attributes(source, dest)
        os.fchmod(dest, stat.S_IMODE(want.st_mode))
    except PermissionError as error:
        raise MustWriteInPlace(error.strerror or "") from error


def _attributes(fd: int) -> dict[str, bytes]:
    try:
        names = os.listxattr(fd)
    except OSError as error:
        if error.errno in (errno.EOPNOTSUPP, errno.ENOSYS):
            return {}
        raise
    return {name: os.getxattr(fd, name) for name in names if name not in _SET_BY_KERNEL}


def _carry_attributes(source: int, dest: int) -> None:
    want, have = _attributes(source), _attributes(dest)
    try:
        for name in have.keys() - want.keys():
            os.removexattr(dest, name)
        for name, value in want.items():
            if have.get(name) != value:
                os.setxattr(dest, name, value)
    except OSError as error:
        if error.errno in (errno.EPERM, errno.EACCES, errno.EOPNOTSUPP):
            raise MustWriteInPlace(f"{name}: {error.strerror}") from error
        raise


def swap(slot: Slot) -> None:
    """Make the new bytes stand under the file's name; raises Refused when the file is not as previewed, MustWriteInPlace, or OSError."""
    if slot.target().sha256 != slot.entry.before:
        raise Refused("stale", slot.path, mark("just now"))
    if slot.entry.action == "create":
        _put_new(slot)
    elif slot.entry.action == "remove":
        _take_away(slot)
    elif slot.entry.in_place:
        write_in_place(slot, slot.after or b"")
    else:
        _exchange(slot)


def _put_new(slot: Slot) -> None:
    try:
        disk.move_to_free(slot.dir_fd, slot.entry.temp, slot.entry.name)
    except FileExistsError as error:
        raise Refused("stale", slot.path, mark("it exists now")) from error


def _take_away(slot: Slot) -> None:
    disk.move_to_free(slot.dir_fd, slot.entry.name, slot.entry.temp)
    if slot.temp().sha256 != slot.entry.before:
        raise Refused("stale", slot.path, mark("just now"))


def _exchange(slot: Slot) -> None:
    entry = slot.entry
    try:
        disk.rename(slot.dir_fd, entry.temp, entry.name, RENAME_EXCHANGE)
    except OSError as error:
        if error.errno == errno.EBUSY:
            raise MustWriteInPlace("mount point") from error
        if error.errno not in NO_EXCHANGE:
            raise
        _link_and_rename(slot)
        _check_displaced(slot, entry.aside)
    else:
        _check_displaced(slot, entry.temp)


def _link_and_rename(slot: Slot) -> None:
    entry = slot.entry
    try:
        os.link(entry.name, entry.aside, src_dir_fd=slot.dir_fd, dst_dir_fd=slot.dir_fd, follow_symlinks=False)
    except OSError as error:
        if error.errno in NO_LINKS:
            raise MustWriteInPlace(error.strerror or "") from error
        raise
    os.rename(entry.temp, entry.name, src_dir_fd=slot.dir_fd, dst_dir_fd=slot.dir_fd)


def _check_displaced(slot: Slot, name: bytes) -> None:
    """Once nobody holds the displaced file open for writing its bytes are final: they must be the previewed ones."""
    if disk.writers_left(slot.dir_fd, name, WRITER_WAIT_S):
        raise Refused("in-use", slot.path)
    if disk.look(slot.dir_fd, name).sha256 != slot.entry.before:
        raise Refused("stale", slot.path, mark("just now"))


def write_in_place(slot: Slot, data: bytes) -> None:
    """Overwrite the very inode, for hard links and mount points; a reader may see a mix meanwhile; raises OSError."""
    fd = disk.open_regular(slot.dir_fd, slot.entry.name, os.O_WRONLY)
    try:
        done = 0
        while done < len(data):
            done += os.pwrite(fd, data[done:], done)
        os.ftruncate(fd, len(data))
        os.fsync(fd)
    finally:
        disk.close(fd)
