"""How does a test talk to a real agent process?"""

import os
import select
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Self, TypeVar

from inspector.engine.client import Decoder, encode
from inspector.model.messages import Message, Request
from support.homes import Home

M = TypeVar("M", bound=Message)


class AgentProcess:
    """A `go-inspector agent` for a scratch home, or for whoever runs the tests with its state elsewhere; use as a context manager."""

    def __init__(self, home: Home | None, *options: str, state: Path | None = None) -> None:
        command = [sys.executable, "-m", "inspector", "agent", *(("--home", str(home.path)) if home else ()), *options]
        environ = home.environ() if home else dict(os.environ, XDG_STATE_HOME=str(state))
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=Path(__file__).parents[2], env=environ)
        self._decoder = Decoder()
        self._waiting: list[Message] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.close()
        try:
            self.process.wait(10)
        finally:
            self.process.kill()
            self.process.stdout.close()
            self.process.wait()

    def ask(self, request: Request) -> None:
        """Send one request."""
        assert self.process.stdin is not None
        self.process.stdin.write(encode(request))
        self.process.stdin.flush()

    def expect(self, kind: type[M], accept: Callable[[M], bool] = lambda _: True, timeout_s: float = 30) -> M:
        """The next message of a kind that is accepted; everything before it is dropped."""
        assert self.process.stdout is not None
        fd = self.process.stdout.fileno()
        deadline = time.monotonic() + timeout_s
        while True:
            while self._waiting:
                message = self._waiting.pop(0)
                if isinstance(message, kind) and accept(message):
                    return message
            remaining = deadline - time.monotonic()
            assert remaining > 0, f"no {kind.__name__} within {timeout_s:g} s"
            if select.select([fd], [], [], remaining)[0]:
                data = os.read(fd, 1 << 16)
                assert data, "the agent ended"
                self._waiting += self._decoder.feed(data)
