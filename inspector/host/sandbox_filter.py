"""Which system calls may a traced shell not make? A seccomp program for bubblewrap, assembled here because no library is needed for forty lines.

Namespaces hide processes and networks but not sockets that lie in a read-only file system, nor what a nested user namespace would permit.
So local sockets cannot be created at all, new user namespaces are refused, and so is everything that mounts, loads or traces.
"""

import os
import struct

_LOAD, _JUMP_EQ, _JUMP_SET, _RETURN = 0x20, 0x15, 0x45, 0x06
_ALLOW, _ERRNO = 0x7FFF0000, 0x00050000
_NR, _ARCH, _ARG0 = 0, 4, 16
_EPERM, _ENOSYS, _EACCES = 1, 38, 13
_AF_UNIX = 1
_CLONE_NEWUSER = 0x10000000
_X32_BIT = 0x40000000

_CALLS: dict[str, tuple[int, dict[str, int]]] = {
    "x86_64": (
        0xC000003E,
        {
            "socket": 41, "clone": 56, "unshare": 272, "clone3": 435, "setns": 308, "mount": 165, "umount2": 166, "pivot_root": 155,
            "ptrace": 101, "bpf": 321, "perf_event_open": 298, "userfaultfd": 323, "io_uring_setup": 425, "add_key": 248, "request_key": 249,
            "keyctl": 250, "open_by_handle_at": 304, "process_vm_readv": 310, "process_vm_writev": 311, "kexec_load": 246, "reboot": 169,
        },
    ),
    "aarch64": (
        0xC00000B7,
        {
            "socket": 198, "clone": 220, "unshare": 97, "clone3": 435, "setns": 268, "mount": 40, "umount2": 39, "pivot_root": 41,
            "ptrace": 117, "bpf": 280, "perf_event_open": 241, "userfaultfd": 282, "io_uring_setup": 425, "add_key": 217, "request_key": 218,
            "keyctl": 219, "open_by_handle_at": 265, "process_vm_readv": 270, "process_vm_writev": 271, "kexec_load": 104, "reboot": 142,
        },
    ),
}  # fmt: skip
_NEW_MOUNT_API = (428, 429, 430, 431, 432, 433, 442)
"""open_tree, move_mount, fsopen, fsconfig, fsmount, fspick, mount_setattr: one number on every architecture."""


_LASTING: dict[str, tuple[int, ...]] = {
    "x86_64": (
        90, 91, 92, 93, 94, 132, 235, 261, 188, 189, 190, 197, 198, 199, 260, 268, 280, 141, 142, 144, 203, 314, 251, 240, 29, 64, 68,
    ),
    "aarch64": (52, 53, 54, 55, 5, 6, 7, 14, 15, 16, 88, 140, 118, 119, 122, 274, 30, 180, 194, 190, 186),
}  # fmt: skip
"""What Landlock lets pass and would last: modes, owners, times and extended attributes of files; priorities of others; IPC objects."""
_LASTING_EVERYWHERE = (438, 452, 463, 466, 469)
"""pidfd_getfd, fchmodat2, setxattrat, removexattrat, file_setattr."""
_SIGNALS: dict[str, tuple[int, ...]] = {"x86_64": (62, 200, 234, 129, 297, 424), "aarch64": (129, 130, 131, 138, 240, 424)}
_PRLIMIT = {"x86_64": 302, "aarch64": 261}


def _op(code: int, value: int, jump_true: int = 0, jump_false: int = 0) -> bytes:
    return struct.pack("=HBBI", code, jump_true, jump_false, value)


def _refuse(number: int, error: int) -> bytes:
    return _op(_JUMP_EQ, number, 0, 1) + _op(_RETURN, _ERRNO | error)


def _refuse_if_argument(number: int, test: int, value: int, error: int) -> bytes:
    """Refuse `number` when argument 0 passes the test; otherwise allow it at once, the loaded word is no longer the call's number."""
    return _op(_JUMP_EQ, number, 0, 4) + _op(_LOAD, _ARG0) + _op(test, value, 0, 1) + _op(_RETURN, _ERRNO | error) + _op(_RETURN, _ALLOW)


def _refuse_unless_own(number: int) -> bytes:
    """Refuse `number` unless argument 0 is 0, the calling process itself."""
    return _op(_JUMP_EQ, number, 0, 4) + _op(_LOAD, _ARG0) + _op(_JUMP_EQ, 0, 1, 0) + _op(_RETURN, _ERRNO | _EPERM) + _op(_RETURN, _ALLOW)


def _confining(machine: str, calls: dict[str, int], *, refuse_signals: bool) -> bytes:
    """What is refused besides where no namespace protects: every socket, and whatever would last or reach others."""
    lasting = (*_LASTING[machine], *_LASTING_EVERYWHERE, *(_SIGNALS[machine] if refuse_signals else ()))
    return _refuse(calls["socket"], _EACCES) + b"".join(_refuse(number, _EPERM) for number in lasting) + _refuse_unless_own(_PRLIMIT[machine])


def program(machine: str = "", *, confined: bool = False, refuse_signals: bool = False) -> bytes:
    """The filter for this machine's architecture; empty where its call numbers are not known here (the mounts still protect).

    `confined` is for a start without any namespace, which must also be refused what mounts would have caught.
    """
    machine = machine or os.uname().machine
    known = _CALLS.get(machine)
    if known is None:
        return b""
    arch, calls = known
    refused = [name for name in calls if name not in ("socket", "clone", "unshare", "clone3", "io_uring_setup")]
    parts = [
        _op(_LOAD, _ARCH), _op(_JUMP_EQ, arch, 1, 0), _op(_RETURN, _ERRNO | _ENOSYS),
        _op(_LOAD, _NR), _op(_JUMP_SET, _X32_BIT, 0, 1), _op(_RETURN, _ERRNO | _ENOSYS),
        _refuse(calls["clone3"], _ENOSYS), _refuse(calls["io_uring_setup"], _ENOSYS),
        *(_refuse(calls[name], _EPERM) for name in refused),
        *(_refuse(number, _EPERM) for number in _NEW_MOUNT_API),
        _confining(machine, calls, refuse_signals=refuse_signals) if confined else b"",
        _refuse_if_argument(calls["socket"], _JUMP_EQ, _AF_UNIX, _EACCES),
        _refuse_if_argument(calls["clone"], _JUMP_SET, _CLONE_NEWUSER, _EPERM),
        _refuse_if_argument(calls["unshare"], _JUMP_SET, _CLONE_NEWUSER, _EPERM),
        _op(_RETURN, _ALLOW),
    ]  # fmt: skip
    return b"".join(parts)


def program_fd() -> int:
    """The filter in an anonymous file for `bwrap --seccomp`, -1 where there is none; the caller closes it."""
    code = program()
    if not code:
        return -1
    fd = os.memfd_create("filter", os.MFD_CLOEXEC)
    os.write(fd, code)
    os.lseek(fd, 0, os.SEEK_SET)
    return fd
