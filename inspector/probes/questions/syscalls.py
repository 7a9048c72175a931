"""Which newer syscalls does the kernel know? Each is called with arguments that it must reject, and how it rejects them is the answer."""

import errno
import os

from inspector.probes.questions.abi import syscall
from inspector.probes.questions.answer import Answer, errno_name, works
from inspector.probes.questions.refusal import no

_ABSURD_FLAGS = 0xFFFF


def _rejects(expected: int, name: str, *arguments: int | None) -> Answer:
    result, error = syscall(name, *arguments)
    if result >= 0 or error == expected:
        return works(f"{name}() rejects nonsense with {errno_name(expected)}, as it should")
    return no(error, f"{name}()")


def rseq() -> Answer:
    """An unknown flag."""
    return _rejects(errno.EINVAL, "rseq", None, 0, _ABSURD_FLAGS, 0)


def clone3() -> Answer:
    """No arguments at all."""
    return _rejects(errno.EINVAL, "clone3", None, 0)


def pidfd() -> Answer:
    """A handle on ourselves."""
    fd, error = syscall("pidfd_open", os.getpid(), 0)
    return works("opened a handle on a process") if fd >= 0 else no(error, "pidfd_open()")


def close_range() -> Answer:
    """Numbers no descriptor has, and an unknown flag: small numbers would close our own."""
    return _rejects(errno.EINVAL, "close_range", 0xFFFFFFFF, 0xFFFFFFFF, _ABSURD_FLAGS)


def cachestat() -> Answer:
    """A descriptor that is none."""
    return _rejects(errno.EBADF, "cachestat", -1, None, None, 0)


def futex_waitv() -> Answer:
    """An empty list."""
    return _rejects(errno.EINVAL, "futex_waitv", None, 0, 0, None, 0)


def mseal() -> Answer:
    """An address off page alignment."""
    return _rejects(errno.EINVAL, "mseal", 1, 1, 1)


def process_madvise() -> Answer:
    """A process handle that is none."""
    return _rejects(errno.EBADF, "process_madvise", -1, None, 0, 0, 0)


def memfd_secret() -> Answer:
    """An unknown flag. ENOSYS also where it is built but secretmem.enable=1 was not given (up to 6.4)."""
    return _rejects(errno.EINVAL, "memfd_secret", _ABSURD_FLAGS)


def membarrier() -> Answer:
    """The mask of commands."""
    mask, error = syscall("membarrier", 0, 0, 0)
    return works(f"commands 0x{mask:x}", f"0x{mask:x}") if mask >= 0 else no(error, "membarrier()")
