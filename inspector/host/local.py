"""This machine, read through descriptors that never wait for a driver, a writer or a dead mount longer than they must."""

import errno
import os
import stat
from collections.abc import Mapping
from typing import Literal

from inspector.host import identity
from inspector.host.base import DEFAULT_LIMIT, Content, FileInfo, Listing, ReadStatus, SandboxInfo, TraceOutcome, TraceRun
from inspector.host.once import once
from inspector.i18n import mark
from inspector.model.snapshot import HostInfo

_OUR_ADDITIONS = ("APPIMAGE", "APPDIR", "ARGV0", "OWD")


def status_of(error: OSError) -> ReadStatus:
    """The read status an errno stands for."""
    if error.errno in (errno.ENOENT, errno.ENOTDIR, errno.ESRCH):
        return "absent"
    return "loop" if error.errno == errno.ELOOP else "unreadable"


def _info(path: str, found: os.stat_result) -> FileInfo:
    return FileInfo(
        path=path, status="ok", mode=found.st_mode, uid=found.st_uid, gid=found.st_gid, size=found.st_size,
        mtime_ns=found.st_mtime_ns, device=found.st_dev, inode=found.st_ino, links=found.st_nlink,
    )  # fmt: skip


class LocalHost:
    """The machine this process runs on, optionally seen as another user's (`home`, `user`, `login_shell`)."""

    def __init__(self, *, home: str = "", user: str = "", login_shell: str = "") -> None:
        self._home, self._user, self._shell = home, user, login_shell

    @property
    def kind(self) -> Literal["local", "folder", "overlay"]:
        """This is the live machine."""
        return "local"

    @once
    def info(self) -> HostInfo:
        """Read once: user data base, os-release, uname, container and hypervisor marks."""
        return identity.read_local(self, home=self._home, user=self._user, login_shell=self._shell)

    def stat(self, path: str, *, follow: bool = True) -> FileInfo:
        """os.stat or os.lstat as data."""
        try:
            return _info(path, os.stat(path, follow_symlinks=follow))
        except OSError as error:
            return FileInfo(path=path, status=status_of(error), reason=os.strerror(error.errno or 0))
        except ValueError as error:
            return FileInfo(path=path, status="absent", reason=str(error))

    def read(self, path: str, *, limit: int = DEFAULT_LIMIT) -> Content:
        """Open by O_PATH first, check that it is a regular file, then reopen that very inode without blocking."""
        try:
            fd = self._open_regular(path)
        except _NotRegularError as error:
            return Content(path=path, status="not-regular", reason=str(error), real_path=self.real_path(path))
        except OSError as error:
            return Content(path=path, status=status_of(error), reason=os.strerror(error.errno or 0), real_path=path)
        except ValueError as error:
            return Content(path=path, status="absent", reason=str(error), real_path=path)
        try:
            info, real_path = _info(path, os.fstat(fd)), self._opened(fd, path)
            if info.size > limit:
                reason = mark(f"{info.size} bytes, limit {limit}")
                return Content(path=path, status="too-large", reason=reason, real_path=real_path, info=info)
            data = _read_up_to(fd, limit + 1)
        except OSError as error:
            return Content(path=path, status="unreadable", reason=os.strerror(error.errno or 0), real_path=path)
        finally:
            os.close(fd)
        if len(data) > limit:
            return Content(path=path, status="too-large", reason=mark(f"more than {limit} bytes"), real_path=real_path, info=info)
        return Content(path=path, status="ok", data=data, real_path=real_path, info=info)

    def _opened(self, fd: int, path: str) -> str:
        """The path of what was really opened, as the kernel has it; one question where walking the path asks at every step."""
        found = self.read_link(f"/proc/self/fd/{fd}")
        return self.real_path(path) if not found.startswith("/") or found.endswith(" (deleted)") else found

    def _open_regular(self, path: str) -> int:
        handle = os.open(path, os.O_PATH | os.O_CLOEXEC)
        try:
            mode = os.fstat(handle).st_mode
            if not stat.S_ISREG(mode):
                raise _NotRegularError(mark(f"is a {_kind_of(mode)}, not a regular file"))
            return os.open(f"/proc/self/fd/{handle}", os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC)
        finally:
            os.close(handle)

    def open_binary(self, path: str) -> int:
        """See Host.open_binary."""
        return self._open_regular(path)

    def list_dir(self, path: str, *, limit: int = 20_000) -> Listing:
        """os.scandir as data, names only."""
        names: list[str] = []
        try:
            with os.scandir(path) as entries:
                for entry in entries:
                    if len(names) == limit:
                        return Listing(path=path, status="ok", names=tuple(sorted(names)), truncated=True)
                    names.append(entry.name)
        except OSError as error:
            return Listing(path=path, status=status_of(error), reason=os.strerror(error.errno or 0))
        return Listing(path=path, status="ok", names=tuple(sorted(names)))

    def read_link(self, path: str) -> str:
        """The text of a symlink, empty if it is none."""
        try:
            return os.readlink(path)
        except (OSError, ValueError):
            return ""

    def real_path(self, path: str) -> str:
        """os.path.realpath; a loop resolves to itself."""
        try:
            return os.path.realpath(path)
        except (OSError, ValueError):
            return path

    def sandbox(self) -> SandboxInfo:
        """Chosen by a live probe, once per process."""
        from inspector.host import sandbox

        return sandbox.choose()

    def run_traced(self, run: TraceRun) -> TraceOutcome:
        """Run in the sandbox that the live probe chose."""
        from inspector.host import sandbox

        return sandbox.run(run)

    @once
    def _environ(self) -> dict[str, str]:
        found = _started_with()
        if "APPDIR" in found:
            for name in _OUR_ADDITIONS:
                found.pop(name, None)
        return found

    def environ(self) -> Mapping[str, str]:
        """The environment this program was started from."""
        return self._environ


def _started_with() -> dict[str, str]:
    """/proc/self/environ: what exec gave us, before the interpreter or Qt added anything."""
    with open("/proc/self/environ", "rb") as file:
        pairs = (pair.partition(b"=") for pair in file.read().split(b"\0") if b"=" in pair)
        return {os.fsdecode(name): os.fsdecode(value) for name, _, value in pairs}


_KINDS = {
    stat.S_IFDIR: "directory",
    stat.S_IFIFO: mark("named pipe (FIFO)"),
    stat.S_IFSOCK: "socket",
    stat.S_IFCHR: mark("character device"),
    stat.S_IFBLK: mark("block device"),
}


class _NotRegularError(OSError):
    """The path leads to something that is not a regular file."""


def _kind_of(mode: int) -> str:
    return _KINDS.get(stat.S_IFMT(mode), mark("special file"))


def _read_up_to(fd: int, count: int) -> bytes:
    chunks: list[bytes] = []
    while count > 0:
        chunk = os.read(fd, min(count, 1 << 20))
        if not chunk:
            break
        chunks.append(chunk)
        count -= len(chunk)
    return b"".join(chunks)

