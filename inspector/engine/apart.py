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

from inspector.host.base import Host
from inspector.host.recorder import RecordingHost
from inspector.host.waiting import readable
from inspector.model.environment import Environment

_PR_SET_PDEATHSIG = 1


class _Found(msgspec.Struct, frozen=True):
    """What the child sends home: the part, every path it asked about in all and for each context, and what went wrong instead."""

    environment: Environment = Environment()
    paths: tuple[bytes, ...] = ()
    parts: dict[str, tuple[bytes, ...]] = {}
    failed: str = ""


def environment_apart(host: Host, probe: Callable[[Host], Environment], *, timeout_s: float) -> Environment:
    """The part that `probe` makes of a host, made in a child; a recording host learns what the child read. Raises RuntimeError."""
    host.sandbox()
    libc = ctypes.CDLL(None)
    reader, writer = os.pipe2(os.O_CLOEXEC)
    ours = os.getpid()
    pid = os.fork()
    if pid == 0:
        os.close(reader)
        libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)  # a child of ours must not outlive us, least of all with what it knows
        if os.getppid() != ours:
            os._exit(1)
        _child(host, probe, writer)
    os.close(writer)
    try:
        found = msgspec.msgpack.decode(_received(reader, time.monotonic() + timeout_s), type=_Found)
    except (TimeoutError, msgspec.DecodeError) as reason:
        raise RuntimeError(f"the process that looked at the shells did not answer: {reason}") from None
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


def _received(reader: int, deadline: float) -> bytes:
    parts: list[bytes] = []
    while readable(reader, deadline - time.monotonic()):
        part = os.read(reader, 1 << 20)
        if not part:
            return b"".join(parts)
        parts.append(part)
    raise TimeoutError("it took too long")
