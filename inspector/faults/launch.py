"""How is a program observed from its first instruction? Started, stopped before it becomes itself, let go once the observer is attached."""

import os
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Sequence
from contextlib import suppress
from types import TracebackType
from typing import Self

from inspector.faults.gctrace import GcTrace
from inspector.i18n import mark

_STOP_FIRST = 'kill -STOP $$; exec "$@"'
_GRACE_S = 2.0
_LAST_WORDS_S = 0.2
_AT_ONCE = 1 << 16


class NoProgramError(ValueError):
    """There is no such program to run; the message names it."""


class Launched:
    """A program that has not begun yet. Its standard output goes to standard error, so that the answer stays alone on ours.

    Its standard error is passed on, and searched for what a Go program says of its collector, which it is asked to say.
    """

    def __init__(self, argv: Sequence[str], *, directory: str = "") -> None:
        """Start it stopped, in that directory or in ours; raises NoProgramError."""
        place = directory or None
        if not argv or shutil.which(argv[0] if "/" not in argv[0] or not place else os.path.join(place, argv[0])) is None:
            raise NoProgramError(mark(f"no program {' '.join(argv[:1])!r}"))
        debug = ",".join(filter(None, (os.environ.get("GODEBUG", ""), "gctrace=1")))
        self.collections = GcTrace()
        ours, theirs = os.pipe()
        try:
            self._process = subprocess.Popen(
                ["/bin/sh", "-c", _STOP_FIRST, "sh", *argv], stdin=subprocess.DEVNULL if directory else None, stdout=sys.stderr,
                stderr=theirs, cwd=place, env={**os.environ, "GODEBUG": debug},
            )  # fmt: skip
        except OSError:
            os.close(ours)
            raise
        finally:
            os.close(theirs)
        os.waitpid(self._process.pid, os.WUNTRACED)
        self._reader = threading.Thread(target=self._pass_on, args=(ours,), name="its standard error", daemon=True)
        self._reader.start()

    def _pass_on(self, fd: int) -> None:
        """Its standard error line by line; what it says of its collector is taken out unless its user had asked for that."""
        asked = "gctrace=1" in os.environ.get("GODEBUG", "")
        rest = b""
        while data := os.read(fd, _AT_ONCE):
            *lines, rest = (rest + data).split(b"\n")
            self._write([line + b"\n" for line in lines if not self.collections.take(line) or asked])
        self._write([rest])
        os.close(fd)

    @staticmethod
    def _write(lines: list[bytes]) -> None:
        with suppress(OSError):
            os.write(2, b"".join(lines))

    @property
    def pid(self) -> int:
        """Its process id, also after it became itself."""
        return self._process.pid

    def begin(self) -> None:
        """Let it go."""
        os.kill(self._process.pid, signal.SIGCONT)

    @property
    def ended(self) -> bool:
        """Whether it is done; asking reaps it."""
        return self._process.poll() is not None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """End it if it still runs: first politely."""
        if not self.ended:
            self._process.terminate()
            self.begin()
            try:
                self._process.wait(_GRACE_S)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        self._reader.join(_LAST_WORDS_S)
