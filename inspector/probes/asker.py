"""How is the kernel asked without risk? One forked child per question: deadline, limits, own process group; dying is an answer too.

This runs as a small single-threaded process of its own, started with `python -I -S`, because forking a threaded agent is unsafe and forking a
large one is slow. Only the standard library's leanest modules are imported (`signal` alone would cost 5 ms).
"""

import ctypes
import errno
import os
import resource
import select
import sys
import time
from importlib import import_module

from inspector.probes.questions.answer import Answer, restricted, unknown

AT_ONCE = 4
DEADLINE_S = 1.5
"""Seconds one question may take; the slowest known one, collapsing a huge page under software emulation, takes half of it."""

_SIGKILL, _SIGSYS = 9, 31
_PR_SET_PDEATHSIG = 1
_LIMITS = (
    (resource.RLIMIT_NOFILE, 64),
    (resource.RLIMIT_FSIZE, 0),
    # 1, not 0: a core_pattern pipe ignores 0, and treats 1 as "this is a crash handler itself"
    (resource.RLIMIT_CORE, 1),
)

_Question = tuple[str, str]
"""Capability id and the question's `module.function`."""


class _Running:
    """A child that owes an answer through a pipe."""

    __slots__ = ("deadline", "name", "pid", "reader")

    def __init__(self, name: str, pid: int, reader: int, deadline: float) -> None:
        self.name, self.pid, self.reader, self.deadline = name, pid, reader, deadline


def main() -> None:
    """Ask every `ID=MODULE.FUNCTION` of the command line and print one record per answer as it arrives."""
    questions = [(word.partition("=")[0], word.partition("=")[2]) for word in sys.argv[1:]]
    libc = ctypes.CDLL(None)
    libc.prctl(_PR_SET_PDEATHSIG, _SIGKILL, 0, 0, 0)
    for module in sorted({dotted.partition(".")[0] for _, dotted in questions}):
        import_module(f"inspector.probes.questions.{module}")
    ask(questions, libc)


def ask(questions: list[_Question], libc: ctypes.CDLL) -> None:
    """Run the questions, a few at a time, and write `id US record NL` for each to standard output."""
    waiting, running = list(reversed(questions)), dict[int, _Running]()
    poller = select.poll()
    while waiting or running:
        while waiting and len(running) < AT_ONCE:
            started = _start(*waiting.pop(), libc)
            running[started.reader] = started
            poller.register(started.reader, select.POLLIN)
        left_ms = max(0, int(1000 * (min(r.deadline for r in running.values()) - time.monotonic())) + 1)
        for reader, _ in poller.poll(left_ms):
            _finish(running.pop(reader), poller)
        now = time.monotonic()
        for late in [r for r in running.values() if r.deadline <= now]:
            _finish(running.pop(late.reader), poller, late=True)


def _start(name: str, dotted: str, libc: ctypes.CDLL) -> _Running:
    reader, writer = os.pipe()
    pid = os.fork()
    if pid == 0:
        _child(dotted, reader, writer, libc)
    os.close(writer)
    return _Running(name, pid, reader, time.monotonic() + DEADLINE_S)


def _child(dotted: str, reader: int, writer: int, libc: ctypes.CDLL) -> None:
    """Never returns: whatever happens in here ends in _exit."""
    try:
        os.close(reader)
        os.setpgid(0, 0)
        libc.prctl(_PR_SET_PDEATHSIG, _SIGKILL, 0, 0, 0)
        for limit, value in ((resource.RLIMIT_CPU, int(DEADLINE_S) + 1), *_LIMITS):
            resource.setrlimit(limit, (value, value))
        os.write(writer, _answer(dotted).encode())
    finally:
        os._exit(0)


def _answer(dotted: str) -> Answer:
    module, _, function = dotted.partition(".")
    try:
        answer = getattr(sys.modules[f"inspector.probes.questions.{module}"], function)()
    except OSError as error:
        return unknown(f"the question failed: {error.strerror or error}", error.errno or 0)
    except Exception as error:  # noqa: BLE001  the probe's fence: a bug in one question must not hide the other answers
        return unknown(f"the question itself failed: {type(error).__name__}: {error}")
    return answer if isinstance(answer, Answer) else unknown("the question returned no answer")


def _finish(child: _Running, poller: "select.poll", *, late: bool = False) -> None:
    record = b"" if late else os.read(child.reader, 1 << 16)
    poller.unregister(child.reader)
    os.close(child.reader)
    status = _end(child.pid)
    if not record:
        record = _epitaph(status, late=late).encode()
    sys.stdout.buffer.write(child.name.encode() + b"\x1f" + record + b"\n")
    sys.stdout.buffer.flush()


def _end(pid: int) -> int:
    """Kill the child's whole group and reap it; -1 for one stuck in the kernel, which dies when it wakes."""
    until = time.monotonic() + 0.2
    while True:
        try:
            os.killpg(pid, _SIGKILL)
        except OSError as error:
            if error.errno not in (errno.ESRCH, errno.EPERM):
                raise
        done, status = os.waitpid(pid, os.WNOHANG)
        if done:
            return status
        if time.monotonic() > until:
            return -1
        time.sleep(0.0005)


def _epitaph(status: int, *, late: bool) -> Answer:
    if late:
        within_ms = int(DEADLINE_S * 1000)
        if status == -1:
            return unknown(f"no answer within {within_ms} ms, and its process is stuck in the kernel")
        return unknown(f"no answer within {within_ms} ms")
    if status > 0 and os.WIFSIGNALED(status):
        number = os.WTERMSIG(status)
        if number == _SIGSYS:
            return restricted("seccomp filter", "the filter kills a process that asks (SIGSYS)")
        return unknown(f"the process that asked was killed by signal {number}")
    return unknown("the process that asked ended without an answer")
