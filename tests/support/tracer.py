"""What happens if a program dies, or is refused, at its n-th file system call? A ptrace(2) of one forked child; x86-64.

`strace --inject` does the same from outside (docs of every figure: facts on the edit transaction); from a warm process a point costs a fork and one
transaction, so that a whole sweep fits into a test.
"""

import ctypes
import os
import signal
from collections.abc import Callable, Mapping
from dataclasses import dataclass

_libc = ctypes.CDLL(None, use_errno=True)
_libc.ptrace.restype = ctypes.c_long
_libc.ptrace.argtypes = [ctypes.c_long, ctypes.c_long, ctypes.c_void_p, ctypes.c_void_p]
_TRACEME, _PEEKUSER, _POKEUSER, _CONT, _SYSCALL, _SETOPTIONS = 0, 3, 6, 7, 24, 0x4200
_SYSGOOD_EXITKILL = 1 | 0x100000
_RAX, _ORIG_RAX, _RDI = 10 * 8, 15 * 8, 14 * 8

_ACCESS = 21
FILE_SYSCALLS = {
    0: "read", 1: "write", 3: "close", 4: "stat", 5: "fstat", 6: "lstat", 8: "lseek", 16: "ioctl", 17: "pread64",
    18: "pwrite64", 72: "fcntl", 73: "flock", 74: "fsync", 75: "fdatasync", 77: "ftruncate", 82: "rename", 83: "mkdir",
    84: "rmdir", 86: "link", 87: "unlink", 88: "symlink", 89: "readlink", 90: "chmod", 91: "fchmod", 92: "chown",
    93: "fchown", 137: "statfs", 138: "fstatfs", 188: "setxattr", 190: "fsetxattr", 191: "getxattr", 193: "fgetxattr",
    194: "listxattr", 196: "flistxattr", 197: "removexattr", 199: "fremovexattr", 217: "getdents64", 257: "openat",
    258: "mkdirat", 260: "fchownat", 262: "newfstatat", 263: "unlinkat", 264: "renameat", 265: "linkat", 266: "symlinkat",
    267: "readlinkat", 268: "fchmodat", 269: "faccessat", 285: "fallocate", 316: "renameat2", 332: "statx", 437: "openat2",
    439: "faccessat2",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Run:
    """How a traced run ended: killed by us, or by itself with an exit code; how many calls were counted, and the name of the last."""

    killed: bool
    code: int
    calls: int
    last: str


def run(act: Callable[[], int], *, stop_at: int = 0, error: int = 0, without: Mapping[str, int] | None = None) -> Run:
    """Fork, do `act` there (its result is the exit code), and at the `stop_at`-th file call kill it, or with `error` fail that one call.

    `without` names calls this kernel shall seem not to offer: each of them fails with its errno, always.
    """
    refused = without or {}
    pid = os.fork()
    if pid == 0:
        _child(act)
    os.waitpid(pid, 0)
    _ptrace(_SETOPTIONS, pid, 0, _SYSGOOD_EXITKILL)
    count, last, entering, marked = 0, "", True, False
    while True:
        _ptrace(_SYSCALL, pid, 0, 0)
        status = _wait(pid)
        if status is None or os.WIFEXITED(status) or os.WIFSIGNALED(status):
            code = os.WEXITSTATUS(status) if status is not None and os.WIFEXITED(status) else -1
            return Run(killed=False, code=code, calls=count, last=last)
        if os.WSTOPSIG(status) != signal.SIGTRAP | 0x80:
            continue
        if not entering:
            entering = True
            continue
        entering = False
        number = _ptrace(_PEEKUSER, pid, _ORIG_RAX, 0)
        if not marked:
            marked = number == _ACCESS
            continue
        if number not in FILE_SYSCALLS:
            continue
        count += 1
        last = FILE_SYSCALLS[number]
        if count == stop_at and not error:
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
            return Run(killed=True, code=-1, calls=count, last=last)
        answer = error if count == stop_at else refused.get(last, 0)
        if answer:
            _answer(pid, answer)
            entering = True


def _answer(pid: int, error: int) -> None:
    """The call the child is about to make does not happen; it sees this error."""
    _ptrace(_POKEUSER, pid, _ORIG_RAX, 0xFFFF_FFFF_FFFF_FFFF)
    _ptrace(_SYSCALL, pid, 0, 0)
    _wait(pid)
    _ptrace(_POKEUSER, pid, _RAX, (1 << 64) - error)


def _child(act: Callable[[], int]) -> None:
    code = 99
    try:
        _libc.ptrace(_TRACEME, 0, None, None)
        os.kill(os.getpid(), signal.SIGSTOP)
        os.access("/MARK", os.F_OK)
        code = act()
    finally:
        os._exit(code)


def _wait(pid: int) -> int | None:
    try:
        return os.waitpid(pid, 0)[1]
    except ChildProcessError:
        return None


def _ptrace(request: int, pid: int, address: int, data: int) -> int:
    ctypes.set_errno(0)
    result = int(_libc.ptrace(request, pid, address or None, data or None))
    if result == -1 and ctypes.get_errno():
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return result
