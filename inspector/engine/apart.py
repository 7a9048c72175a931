"""How does looking at shells leave nothing behind in this process? In a forked child, which sends home what was found and then is gone.

A trace holds every value that an init file handled, secrets among them. Memory that is given back is not wiped, so what must be nowhere
afterwards may only ever be in a process that ends.
"""

import ctypes
import os
import signal
import time
from collections.abc import Callable

import msgspec

from inspector.engine.stop import Stop
from inspector.host import sandbox
from inspector.host.base import Host
from inspector.host.recorder import RecordingHost
from inspector.host.waiting import readable
from inspector.i18n import mark
from inspector.model.environment import Environment

_PR_SET_PDEATHSIG = 1
_LAST_S = 5
"""When a child that was told to end is ended by the kernel: nobody may be left who would do it."""
_SLICE_S, _GRACE_S = 0.1, 3.0
"""How often is asked whether the look is still wanted, and how long the child may take then to end what it started and tell what it has."""


class _Found(msgspec.Struct, frozen=True):
    """What the child sends home: the part, every path it asked about in all and for each context, and what went wrong instead."""

    environment: Environment = Environment()
    paths: tuple[bytes, ...] = ()
    parts: dict[str, tuple[bytes, ...]] = {}
    failed: str = ""


def environment_apart(host: Host, probe: Callable[[Host], Environment], *, timeout_s: float, stop: Stop) -> Environment:
    """The part that `probe` makes of a host, made in a child; a recording host learns what the child read. Raises RuntimeError.

    When a `stop` is asked for, starts of shells that are under way are ended and no more are made: they are predicted.
    """
    host.sandbox()
    libc = ctypes.CDLL(None)
    reader, writer = os.pipe2(os.O_CLOEXEC)
    ours = os.getpid()
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})  # until the child is ready to be told
    pid = os.fork()
    if pid == 0:
        os.close(reader)
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # of a terminal, for whom we look hears it too and tells us
        signal.signal(signal.SIGTERM, _give_up)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGTERM})
        libc.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)  # a child of ours ends with us, but first what it started itself
        if os.getppid() != ours:
            os._exit(1)
        _child(host, probe, writer)
    signal.pthread_sigmask(signal.SIG_SETMASK, before)
    os.close(writer)
    try:
        with stop.telling(lambda: os.kill(pid, signal.SIGTERM)):
            found = msgspec.msgpack.decode(_received(reader, time.monotonic() + timeout_s, stop), type=_Found)
    except (TimeoutError, msgspec.DecodeError) as reason:
        raise RuntimeError(mark(f"the process that looked at the shells did not answer: {reason}")) from None
    finally:
        os.close(reader)
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
    if found.failed:
        raise RuntimeError(found.failed)
    if isinstance(host, RecordingHost):
        host.note(map(os.fsdecode, found.paths))
        for name, paths in found.parts.items():
            host.part(name).note(map(os.fsdecode, paths))
    return found.environment


def _give_up(_number: int, _frame: object) -> None:
    sandbox.give_up()
    signal.alarm(_LAST_S)


def _child(host: Host, probe: Callable[[Host], Environment], writer: int) -> None:
    """Never returns."""
    try:
        recorded = RecordingHost(host)
        try:
            environment = probe(recorded)
            parts = {name: tuple(map(os.fsencode, paths)) for name, paths in recorded.parts.items()}
            found = _Found(environment, tuple(map(os.fsencode, recorded.paths.difference(*recorded.parts.values()))), parts)
        except Exception as error:  # noqa: BLE001  the fence around a probe
            found = _Found(failed=f"{type(error).__name__}: {error}")
        data = memoryview(msgspec.msgpack.encode(found))
        while data:
            data = data[os.write(writer, data) :]
    finally:
        os._exit(0)


def _received(reader: int, deadline: float, stop: Stop) -> bytes:
    parts: list[bytes] = []
    hurried = False
    while time.monotonic() < deadline:
        if readable(reader, min(_SLICE_S, deadline - time.monotonic())):
            part = os.read(reader, 1 << 20)
            if not part:
                return b"".join(parts)
            parts.append(part)
        elif stop.asked and not hurried:
            hurried, deadline = True, min(deadline, time.monotonic() + _GRACE_S)
    raise TimeoutError(mark("it took too long"))
