"""What bounds a start, whichever program of ours makes it: limits on what it may use, and a filter of system calls.

Each import costs every start: these programs have none but what they cannot do without.
"""

import ctypes
import os
import resource
import struct

_FILE_BYTES, _PROCESSES, _FILES = 64 << 20, 4096, 1024
_SECCOMP = {"x86_64": 317, "aarch64": 277}
_SECCOMP_SET_FILTER = 1
libc = ctypes.CDLL(None, use_errno=True)
"""The C library, for what Python has no name for."""


def limit() -> None:
    """Bound what one start may use."""
    for kind, value in (
        (resource.RLIMIT_CORE, 0), (resource.RLIMIT_FSIZE, _FILE_BYTES), (resource.RLIMIT_NPROC, _PROCESSES), (resource.RLIMIT_NOFILE, _FILES),
    ):  # fmt: skip
        hard = resource.getrlimit(kind)[1]
        least = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(kind, (least, hard if kind == resource.RLIMIT_NOFILE else least))


def filter_calls(code: bytes) -> None:
    """Take on a seccomp program, for this process and all below it; raises OSError."""
    if not code:
        return
    buffer = ctypes.create_string_buffer(code, len(code))
    program = struct.pack("HxxxxxxQ", len(code) // 8, ctypes.addressof(buffer))
    checked(libc.syscall(_SECCOMP[os.uname().machine], _SECCOMP_SET_FILTER, 0, program))


def checked(answer: int) -> int:
    """What a call of the C library answered; raises OSError where that is a failure."""
    if answer < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    return answer
