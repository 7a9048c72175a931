"""How does a shell run in namespaces of its own where bubblewrap is not installed? Overlays over HOME and /tmp, all else read-only, no network.

This is a program of its own, started with `python -I -S` on the standard library alone. It enters new user, mount, pid, network and IPC
namespaces (user_namespaces(7)), forks the first process of the new pid namespace, which builds the view, gives up every capability, takes
on the seccomp filter and only then starts the shell; when that first process ends, the kernel kills whatever is left in the namespace.

An overlay does not show what is mounted below its lower directory, and the kernel refuses one there (clone_private_mount): a HOME with
mounts below it is assembled, a directory without such below it being an overlay each, a file a copy.
"""

import ctypes
import errno
import marshal
import os
import stat
import struct
import sys

from inspector.host import sandbox_filter
from inspector.host.bounds import checked, filter_calls, libc, limit

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

_SIGKILL = 9
_NAMESPACES = 0x10000000 | 0x00020000 | 0x20000000 | 0x40000000 | 0x08000000
"""CLONE_NEWUSER, NEWNS, NEWPID, NEWNET, NEWIPC."""
_NOSUID, _NODEV, _NOEXEC, _BIND, _REC, _PRIVATE = 2, 4, 8, 0x1000, 0x4000, 1 << 18
_MOUNT_SETATTR, _AT_FDCWD, _AT_RECURSIVE, _ATTR_RDONLY = 442, -100, 0x8000, 1
_PR_SET_PDEATHSIG, _PR_SET_DUMPABLE, _PR_CAPBSET_DROP, _PR_SET_NO_NEW_PRIVS, _PR_CAP_AMBIENT, _CLEAR_ALL = 1, 4, 24, 38, 47, 4
_CAPABILITIES = 64
_DEVICES = ("null", "zero", "full", "random", "urandom", "tty")
_LINKS = (("fd", "/proc/self/fd"), ("stdin", "/proc/self/fd/0"), ("stdout", "/proc/self/fd/1"), ("stderr", "/proc/self/fd/2"), ("ptmx", "pts/ptmx"))
_KERNEL_SWITCHES = ("/proc/sys", "/proc/sysrq-trigger", "/proc/irq", "/proc/bus")
_KEPT_BELOW_RUN = ("/run/current-system", "/run/wrappers")
_TMP, _VAR_TMP, _RUN = "/tmp", "/var/tmp", "/run"  # noqa: S108  mount points in a private namespace
_TMPFS = "size=268435456,nr_inodes=100000"
_COPY_LIMIT, _ENTRIES = 1 << 20, 3000


def main() -> None:
    """Start what descriptor ARGV[1] describes; write to its `info` who its first process is, once that is confined; wait for its end."""
    with open(int(sys.argv[1]), "rb") as file:
        spec: Mapping[str, Any] = marshal.load(file)  # noqa: S302  written by our own parent into an anonymous file
    try:
        _enter(spec["uid"])
    except OSError as error:
        sys.exit(f"sandbox: {error.strerror}")
    told, tell = os.pipe()
    awaited, go_on = os.pipe()
    first = os.fork()
    if first == 0:
        os.close(told)
        os.close(go_on)
        try:
            _first(spec, tell, awaited)
        except OSError as error:
            os.write(2, f"sandbox: {error.filename or ''} {error.strerror}\n".encode())
        finally:
            os._exit(126)
    os.close(tell)
    read_only = _read_all(told)
    if read_only:
        os.write(spec["info"], _told(first, marshal.loads(read_only)))  # noqa: S302  from our own child
    os.close(go_on)
    _, status = os.waitpid(first, 0)
    sys.exit(os.waitstatus_to_exitcode(status) % 256)


def _told(first: int, read_only: list[str]) -> bytes:
    """JSON, as bubblewrap has it; a surrogate pair for what one `\\u` cannot say."""
    words = []
    for path in read_only:
        units: list[int] = []
        for code in map(ord, path):
            units += [code] if code < 0x10000 else [0xD7C0 + (code >> 10), 0xDC00 + (code & 0x3FF)]
        words.append('"' + "".join(f"\\u{unit:04x}" for unit in units) + '"')
    return f'{{"child-pid": {first}, "read-only": [{", ".join(words)}]}}'.encode()


def _read_all(fd: int) -> bytes:
    parts = []
    while part := os.read(fd, 1 << 16):
        parts.append(part)
    return b"".join(parts)


def _enter(uid: int) -> None:
    """Become the user, and somebody without any right outside: the namespaces' own root is nobody there."""
    if uid >= 0:
        os.setgroups([])
        os.setresgid(uid, uid, uid)
        os.setresuid(uid, uid, uid)
        checked(libc.prctl(_PR_SET_DUMPABLE, 1, 0, 0, 0))  # otherwise the maps below belong to root
    checked(libc.prctl(_PR_SET_PDEATHSIG, _SIGKILL, 0, 0, 0))
    user, group = os.getuid(), os.getgid()
    checked(libc.unshare(_NAMESPACES))
    for name, text in (("setgroups", "deny"), ("uid_map", f"{user} {user} 1"), ("gid_map", f"{group} {group} 1")):
        with open(f"/proc/self/{name}", "wb") as file:
            file.write(text.encode())


def _first(spec: "Mapping[str, Any]", tell: int, awaited: int) -> None:
    """The namespace's first process: builds, gives up, starts the shell, and waits for it and for whatever it leaves."""
    checked(libc.prctl(_PR_SET_PDEATHSIG, _SIGKILL, 0, 0, 0))
    view = _View(spec)
    view.build()
    limit()
    _give_up()
    os.write(tell, marshal.dumps(view.read_only))
    os.close(tell)
    os.read(awaited, 1)
    checked(libc.prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0))  # nothing that runs here shall read or write this process; the shell's exec undoes it
    shell = os.fork()
    if shell == 0:
        os.setsid()
        os.closerange(3, min(spec["fds"]))
        for below, above in zip(sorted(spec["fds"]), [*sorted(spec["fds"])[1:], 1 << 16], strict=True):
            os.closerange(below + 1, above)
        os.chdir(spec["directory"])
        os.execve(spec["program"], spec["argv"], spec["environ"])  # noqa: S606  that is what this program is for
    os.closerange(0, 1 << 16)
    while True:
        pid, status = os.wait()
        if pid == shell:
            os._exit(os.waitstatus_to_exitcode(status) % 256 if os.WIFEXITED(status) else 128 + os.WTERMSIG(status))


def _give_up() -> None:
    """Every capability, for good, and the system calls that would give some back."""
    checked(libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
    for number in range(_CAPABILITIES):
        libc.prctl(_PR_CAPBSET_DROP, number, 0, 0, 0)
    libc.prctl(_PR_CAP_AMBIENT, _CLEAR_ALL, 0, 0, 0)
    checked(libc.capset(struct.pack("=Ii", 0x20080522, 0), bytes(24)))
    filter_calls(sandbox_filter.program())


class _View:
    """The file system as the shell is to see it. `read_only` are directories of HOME that could not be made writable."""

    def __init__(self, spec: "Mapping[str, Any]") -> None:
        self._home: str = spec["home"]
        self._files: Mapping[str, bytes] = spec["files"]
        self._number = 0
        self._scratch = ""
        self.read_only: list[str] = []

    def build(self) -> None:
        """Mount it all; the namespace is new, so nothing of this is seen outside."""
        _mount("none", "/", flags=_REC | _PRIVATE)
        _make_read_only("/", recursive=True)
        below = {place: _mounts_below(place) for place in (_TMP, self._home) if place}
        held = {name: os.open(name, os.O_PATH | os.O_CLOEXEC) for name in self._held() if os.path.exists(name)}
        _mount("tmpfs", _TMP, "tmpfs", flags=_NOSUID | _NODEV, data=f"mode=0755,{_TMPFS}")
        self._scratch = _path_of(os.open(_TMP, os.O_PATH | os.O_CLOEXEC))
        for place in (_TMP, _VAR_TMP, _RUN):
            if place in held and (place != _TMP or below[_TMP] or not self._overlay(_path_of(held[place]), place, mode=0o1777)):
                self._fresh(place, mode=0o755 if place == _RUN else 0o1777)
        for kept in _KEPT_BELOW_RUN:
            if kept in held:
                os.makedirs(kept, exist_ok=True)
                _mount(_path_of(held[kept]), kept, flags=_BIND | _REC)
        if self._home:
            os.makedirs(self._home, exist_ok=True)
            self._show(_path_of(held[self._home]), self._home, below[self._home])
        for path, data in self._files.items():
            self._lay_over(path, data)
        self._devices({name: held[f"/dev/{name}"] for name in _DEVICES if f"/dev/{name}" in held})
        _mount("proc", "/proc", "proc", flags=_NOSUID | _NODEV | _NOEXEC)
        for path in filter(os.path.exists, _KERNEL_SWITCHES):
            _mount(path, path, flags=_BIND)
            _make_read_only(path)

    def _held(self) -> list[str]:
        """What is opened before something else is mounted in its place."""
        return [_TMP, _VAR_TMP, _RUN, *_KEPT_BELOW_RUN, *([self._home] if self._home else []), *(f"/dev/{name}" for name in _DEVICES)]

    def _new(self, mode: int = 0o755) -> str:
        self._number += 1
        made = f"{self._scratch}/{self._number}"
        os.mkdir(made)
        os.chmod(made, mode)
        return made

    def _fresh(self, target: str, *, mode: int) -> None:
        _mount(self._new(mode), target, flags=_BIND)

    def _overlay(self, lower: str, target: str, *, mode: int) -> bool:
        """Lay a writable layer over a directory, and say whether its file system allows that."""
        options = f"lowerdir={lower},upperdir={self._new(mode)},workdir={self._new()},userxattr"
        try:
            _mount("overlay", target, "overlay", flags=_NOSUID | _NODEV, data=options)
        except OSError:
            return False
        return True

    def _show(self, lower: str, target: str, below: tuple[str, ...]) -> None:
        """One directory and what is in it, writable and thrown away afterwards; read-only where its file system takes no overlay."""
        mode = stat.S_IMODE(os.stat(lower).st_mode)
        if not below:
            if not self._overlay(lower, target, mode=mode):
                if target == self._home:
                    raise OSError(errno.EOPNOTSUPP, "no overlay can be laid over HOME", target)
                _mount(lower, target, flags=_BIND | _REC)
                self.read_only.append(target)
            return
        self._fresh(target, mode=mode)
        with os.scandir(lower) as entries:
            for entry in list(entries)[:_ENTRIES]:
                self._entry(entry, f"{target}/{entry.name}", below)

    def _entry(self, entry: "os.DirEntry[str]", target: str, below: tuple[str, ...]) -> None:
        if entry.is_symlink():
            os.symlink(os.readlink(entry.path), target)
        elif entry.is_dir():
            os.mkdir(target)
            self._show(entry.path, target, tuple(point for point in below if point.startswith(target + "/")))
        elif entry.is_file():
            self._copy(entry.path, target)

    def _copy(self, path: str, target: str) -> None:
        """A file of the assembled directory; a large one is the real one, which cannot be written."""
        with open(target, "wb") as made:
            found = os.stat(path)
            if found.st_size <= _COPY_LIMIT:
                try:
                    with open(path, "rb") as file:
                        made.write(file.read(_COPY_LIMIT))
                except PermissionError:
                    made.truncate(0)
        if found.st_size > _COPY_LIMIT:
            _mount(path, target, flags=_BIND)
            return
        os.chmod(target, stat.S_IMODE(found.st_mode) & 0o777)
        os.utime(target, ns=(found.st_atime_ns, found.st_mtime_ns))

    def _lay_over(self, path: str, data: bytes) -> None:
        inside = bool(self._home) and path.startswith(self._home + "/")
        if inside and not os.path.lexists(path):
            os.makedirs(os.path.dirname(path), exist_ok=True)
            _write(path, data)
            return
        self._number += 1
        made = f"{self._scratch}/{self._number}"
        _write(made, data)
        _mount(made, path, flags=_BIND)
        if not inside:
            _make_read_only(path)

    def _devices(self, held: "Mapping[str, int]") -> None:
        """A /dev with what every program expects and nothing else."""
        _mount("tmpfs", "/dev", "tmpfs", flags=_NOSUID, data=f"mode=0755,{_TMPFS}")
        for name, fd in held.items():
            _write(f"/dev/{name}", b"")
            _mount(_path_of(fd), f"/dev/{name}", flags=_BIND)
        for name, mode in (("shm", 0o1777), ("pts", 0o755)):
            os.mkdir(f"/dev/{name}")
            os.chmod(f"/dev/{name}", mode)
        _mount("devpts", "/dev/pts", "devpts", flags=_NOSUID | _NOEXEC, data="newinstance,ptmxmode=0666,mode=620")
        for name, to in _LINKS:
            os.symlink(to, f"/dev/{name}")


def _path_of(fd: int) -> str:
    return f"/proc/self/fd/{fd}"


def _write(path: str, data: bytes) -> None:
    with open(path, "wb") as file:
        file.write(data)
    os.chmod(path, 0o644)


def _mounts_below(directory: str) -> tuple[str, ...]:
    """What is mounted below a directory, by /proc/self/mountinfo (proc_pid_mountinfo(5))."""
    found = []
    with open("/proc/self/mountinfo", "rb") as file:
        for line in file:
            point = os.fsdecode(_unescaped(line.split(b" ")[4]))
            if point.startswith(directory.rstrip("/") + "/"):
                found.append(point)
    return tuple(found)


def _unescaped(field: bytes) -> bytes:
    """A field of mountinfo; without the codec for it, which is a file that the user may not be able to read."""
    for code, character in ((b"\\040", b" "), (b"\\011", b"\t"), (b"\\012", b"\n"), (b"\\134", b"\\")):
        field = field.replace(code, character)
    return field


def _mount(source: str, target: str, kind: str = "", *, flags: int = 0, data: str = "") -> None:
    answer = libc.mount(os.fsencode(source), os.fsencode(target), kind.encode() or None, ctypes.c_ulong(flags), os.fsencode(data) or None)
    if answer < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number), target)


def _make_read_only(path: str, *, recursive: bool = False) -> None:
    """mount_setattr(2): the flags that a mount has, and may have to keep, are left as they are."""
    attributes = struct.pack("=QQQQ", _ATTR_RDONLY, 0, 0, 0)
    answer = libc.syscall(
        _MOUNT_SETATTR, _AT_FDCWD, os.fsencode(path), ctypes.c_uint(_AT_RECURSIVE if recursive else 0), attributes, ctypes.c_size_t(len(attributes))
    )
    if answer < 0:
        number = ctypes.get_errno() or errno.ENOSYS
        raise OSError(number, os.strerror(number), path)
