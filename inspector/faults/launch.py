"""How is a program observed from its first instruction? Started, stopped before it becomes itself, let go once the observer is attached."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Sequence
from types import TracebackType
from typing import Self

_STOP_FIRST = 'kill -STOP $$; exec "$@"'
_GRACE_S = 2.0


class NoProgramError(ValueError):
    """There is no such program to run; the message names it."""


class Launched:
    """A program that has not begun yet. Its standard output goes to standard error, so that the answer stays alone on ours."""

    def __init__(self, argv: Sequence[str]) -> None:
        """Start it stopped; raises NoProgramError."""
        if shutil.which(argv[0]) is None:
            raise NoProgramError(f"no program {argv[0]!r}")
        self._process = subprocess.Popen(["/bin/sh", "-c", _STOP_FIRST, "sh", *argv], stdout=sys.stderr)
        os.waitpid(self._process.pid, os.WUNTRACED)

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
        if self.ended:
            return
        self._process.terminate()
        self.begin()
        try:
            self._process.wait(_GRACE_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
