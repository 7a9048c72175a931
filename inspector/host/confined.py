"""How does a shell run where no namespace can be had? Under Landlock and a seccomp filter, with all it leaves behind killed.

This is a program of its own, started with `python -I -S` on the standard library alone. It stays outside the confinement as the subreaper
of everything the shell starts: a daemon that left its session is handed to it when its parent dies, and dies too (prctl(2)). What Landlock
does not cover (landlock(7): chmod, chown, utime, setxattr), and what outlives a process, the filter refuses.
"""

import contextlib
import ctypes
import errno
import marshal
import os
import resource
import signal
import struct
import sys
import time
from collections.abc import Mapping
from typing import Any

from inspector.host import sandbox_filter
from inspector.host.bounds import checked, filter_calls, libc, limit

LEAST_ABI = 3
"""Before that, a file could be emptied by opening it (kernel 6.2)."""
_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_PATH_BENEATH = 1
_WRITES = {1: 0x1FF2, 2: 0x3FF2, 3: 0x7FF2, 4: 0x7FF2, 5: 0xFFF2}
"""Every right of an ABI except to execute, to read a file and to list a directory."""
_WRITE_FILE, _TRUNCATE, _IOCTL_DEV = 1 << 1, 1 << 14, 1 << 15
_TCP, _SCOPES = 0b11, 0b11
_PR_SET_PDEATHSIG, _PR_SET_CHILD_SUBREAPER, _PR_SET_NO_NEW_PRIVS = 1, 36, 38
_DEVICES = ("/dev/null", "/dev/zero", "/dev/full", "/dev/tty")
_PATIENCE_S = 2.0


def abi() -> int:
    """The version of Landlock that this kernel offers, 0 for none."""
    return max(0, int(libc.syscall(_CREATE_RULESET, None, ctypes.c_size_t(0), 1)))


def main() -> None:
    """Start what descriptor ARGV[1] describes, write to its `info` that it is confined, wait, and leave nothing behind."""
    with open(int(sys.argv[1]), "rb") as file:
        spec: Mapping[str, Any] = marshal.load(file)  # noqa: S302  written by our own parent into an anonymous file
    checked(libc.prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0))
    signal.signal(signal.SIGTERM, lambda _number, _frame: sys.exit(_ended(1)))
    checked(libc.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0))
    child = os.fork()
    if child == 0:
        try:
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
            _become(spec)
        except OSError as error:
            os.write(2, f"sandbox: {error.strerror}\n".encode())
        finally:
            os._exit(126)
    os.closerange(3, resource.getrlimit(resource.RLIMIT_NOFILE)[0])
    _, status = os.waitpid(child, 0)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    sys.exit(_ended(os.waitstatus_to_exitcode(status) % 256 if os.WIFEXITED(status) else 128 + os.WTERMSIG(status)))


def _ended(code: int) -> int:
    """Kill whatever is left below this process, until there is nothing or time is up."""
    until = time.monotonic() + _PATIENCE_S
    while time.monotonic() < until:
        for pid in _below():
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(pid, signal.SIGKILL)
        try:
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
        except ChildProcessError:
            return code
        time.sleep(0.002)
    return code


def _below() -> list[int]:
    found, queue = [], [os.getpid()]
    while queue:
        pid = queue.pop()
        with contextlib.suppress(OSError):
            for task in os.listdir(f"/proc/{pid}/task"):
                with open(f"/proc/{pid}/task/{task}/children", encoding="ascii") as file:
                    queue += map(int, file.read().split())
        found.append(pid)
    return found[1:]


def _become(spec: Mapping[str, Any]) -> None:
    os.setsid()
    limit()
    os.chdir(spec["directory"])
    confine(spec["scratch"], uid=spec["uid"])
    os.write(spec["info"], b"confined")
    os.close(spec["info"])
    os.execve(spec["program"], spec["argv"], spec["environ"])  # noqa: S606  that is what this program is for


def confine(scratch: str, *, uid: int = -1) -> None:
    """Give up, for this process and all below it, to write outside `scratch`, to speak to anybody, and every privilege; raises OSError."""
    version = abi()
    code = sandbox_filter.program(confined=True, refuse_signals=version < 6)
    if version < LEAST_ABI or not code:
        raise OSError(errno.ENOSYS, f"Landlock here has version {version}, {LEAST_ABI} is needed")
    fs, net, scoped = _WRITES[min(version, 5)], _TCP if version >= 4 else 0, _SCOPES if version >= 6 else 0
    attributes = struct.pack("=QQQ", fs, net, scoped)[: 8 if version < 4 else 16 if version < 6 else 24]
    ruleset = checked(libc.syscall(_CREATE_RULESET, attributes, ctypes.c_size_t(len(attributes)), 0))
    device = (_WRITE_FILE | _TRUNCATE | _IOCTL_DEV) & fs
    for path, rights in ((scratch, fs), *((name, device) for name in _DEVICES)):
        place = os.open(path, os.O_PATH | os.O_CLOEXEC)
        checked(libc.syscall(_ADD_RULE, ruleset, _PATH_BENEATH, struct.pack("=Qi", rights, place), 0))
        os.close(place)
    if uid >= 0:
        os.setgroups([])
        os.setresgid(uid, uid, uid)
        os.setresuid(uid, uid, uid)
    checked(libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
    checked(libc.capset(struct.pack("=Ii", 0x20080522, 0), bytes(24)))
    checked(libc.syscall(_RESTRICT_SELF, ruleset, 0))
    os.close(ruleset)
    filter_calls(code)
