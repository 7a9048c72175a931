"""How is one system call made inside another process? Its main thread is stopped, steps through one `syscall` instruction of its own vdso, goes on.

No text is patched and no memory written. Registers are put back before the thread is let go, also when something fails; a call it was blocked in
is restarted by the kernel (signal(7), "Interruption of system calls"). Signals that arrive meanwhile are delivered afterwards.
x86-64 only. Yama's ptrace_scope 1 allows this for one's own children only (kernel documentation, LSM/Yama).
"""

import ctypes
import errno
import os
import platform
import signal
from collections.abc import Iterator
from contextlib import contextmanager

from inspector.i18n import mark

_GETREGS, _SETREGS, _SINGLESTEP, _DETACH, _SEIZE, _INTERRUPT = 12, 13, 9, 17, 0x4206, 0x4207
_WALL = 0x40000000
_SYSCALL = b"\x0f\x05"
_MOST_STOPS = 64
_NAMES = (
    "r15", "r14", "r13", "r12", "rbp", "rbx", "r11", "r10", "r9", "r8", "rax", "rcx", "rdx", "rsi", "rdi", "orig_rax", "rip", "cs", "eflags",
    "rsp", "ss", "fs_base", "gs_base", "ds", "es", "fs", "gs",
)  # fmt: skip
_ARGUMENTS = ("rdi", "rsi", "rdx", "r10", "r8", "r9")
_NO_CALL = (1 << 64) - 1


class _Registers(ctypes.Structure):
    _fields_ = tuple((name, ctypes.c_uint64) for name in _NAMES)


_libc = ctypes.CDLL(None, use_errno=True)
_libc.ptrace.restype = ctypes.c_long


class CannotInjectError(Exception):
    """Why the process cannot be made to call; it runs on unchanged."""

    def __init__(self, reason: str, *, refused_by: str = "") -> None:
        """`refused_by`: the kernel setting behind it."""
        super().__init__(reason)
        self.refused_by = refused_by


class Stopped:
    """A process whose main thread stands still. `call` makes it call the kernel."""

    def __init__(self, pid: int, instruction: int) -> None:
        self._pid = pid
        self._instruction = instruction
        self._saved = _Registers()
        self._signals: list[int] = []
        _trace(_GETREGS, pid, ctypes.byref(self._saved))

    def call(self, number: int, *arguments: int) -> int:
        """The call's result, negative for an errno; raises CannotInjectError when the thread did not step through it."""
        registers = _Registers.from_buffer_copy(self._saved)
        registers.rax, registers.orig_rax, registers.rip = number, _NO_CALL, self._instruction
        for name, value in zip(_ARGUMENTS, arguments, strict=False):
            setattr(registers, name, value)
        _trace(_SETREGS, self._pid, ctypes.byref(registers))
        for _ in range(_MOST_STOPS):
            _trace(_SINGLESTEP, self._pid)
            self._wait()
            _trace(_GETREGS, self._pid, ctypes.byref(registers))
            if registers.rip == self._instruction + len(_SYSCALL):
                return ctypes.c_int64(registers.rax).value
        raise CannotInjectError(mark("its main thread did not make the call"))

    def _wait(self) -> None:
        _, status = os.waitpid(self._pid, _WALL)
        if not os.WIFSTOPPED(status):
            raise CannotInjectError(mark("the process ended"))
        number = os.WSTOPSIG(status)
        if number != signal.SIGTRAP:
            self._signals.append(number)

    def release(self) -> None:
        """Put the registers back and let the thread go on, then give it the signals it missed."""
        _trace(_SETREGS, self._pid, ctypes.byref(self._saved))
        _trace(_DETACH, self._pid)
        for number in self._signals:
            os.kill(self._pid, number)


@contextmanager
def stopped(pid: int) -> Iterator[Stopped]:
    """The process with its main thread standing still, for well under a millisecond; raises CannotInjectError."""
    instruction = _find_instruction(pid)
    try:
        _trace(_SEIZE, pid)
    except OSError as error:
        raise _refused(error) from error
    try:
        _trace(_INTERRUPT, pid)
        os.waitpid(pid, _WALL)
        thread = Stopped(pid, instruction)
    except (OSError, CannotInjectError) as error:
        _let_go(pid)
        raise CannotInjectError(str(error)) from error
    try:
        yield thread
    except OSError as error:
        raise CannotInjectError(mark(f"tracing failed: {error.strerror}")) from error
    finally:
        try:
            thread.release()
        except OSError:
            _let_go(pid)


def _let_go(pid: int) -> None:
    try:
        _trace(_DETACH, pid)
    except OSError:
        return


def _find_instruction(pid: int) -> int:
    """The address of a `syscall` instruction in the process's vdso."""
    if platform.machine() != "x86_64":
        raise CannotInjectError(mark("done on x86-64 only"))
    try:
        with open(f"/proc/{pid}/maps", "rb") as file:
            line = next(line for line in file if line.endswith(b"[vdso]\n"))
        start, end = (int(word, 16) for word in line.split()[0].split(b"-"))
        with open(f"/proc/{pid}/mem", "rb", buffering=0) as memory:
            code = os.pread(memory.fileno(), end - start, start)
    except StopIteration:
        raise CannotInjectError(mark("the process has no vdso")) from None
    except PermissionError as error:
        raise _refused(error) from error
    except OSError as error:
        raise CannotInjectError(mark(f"its memory may not be read: {error.strerror}")) from error
    at = code.find(_SYSCALL)
    if at < 0:
        raise CannotInjectError(mark("no system call instruction in its vdso"))
    return start + at


def _refused(error: OSError) -> CannotInjectError:
    """Yama looks at /proc/PID/mem as at ptrace(2)."""
    return CannotInjectError(_refusal(error), refused_by="" if error.errno == errno.ESRCH or _scope() == "0" else "kernel.yama.ptrace_scope")


def _refusal(error: OSError) -> str:
    if error.errno == errno.ESRCH:
        return mark("the process ended")
    scope = _scope()
    if scope != "0":
        return mark(f"kernel.yama.ptrace_scope={scope} allows tracing one's own children only; remedy: sysctl kernel.yama.ptrace_scope=0")
    return mark(f"it may not be traced ({error.strerror}): another user's, or already traced")


def _scope() -> str:
    """Yama's setting, `0` where there is none."""
    try:
        with open("/proc/sys/kernel/yama/ptrace_scope", "rb") as file:
            return file.read().strip().decode()
    except OSError:
        return "0"


def _trace(request: int, pid: int, data: object = None) -> None:
    if _libc.ptrace(ctypes.c_long(request), ctypes.c_long(pid), None, data) < 0:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))
