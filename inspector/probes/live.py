"""Who asks the kernel? Starts the asker as a small process of its own and brings back its answers as data."""

import os
import subprocess
import sys
from collections.abc import Iterable, Mapping
from typing import get_args

from inspector.i18n import mark
from inspector.kernel.rows import Row
from inspector.model.kernel import LiveAnswer, LiveState

_PACKAGE_PARENT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
_START = "import sys; sys.path.insert(0, sys.argv.pop(1)); from inspector.probes.asker import main; main()"
_STATES: tuple[str, ...] = get_args(LiveState)
_SEPARATOR = "\x1f"
_FIELDS = 6
GRACE_S = 10.0
"""Seconds for starting the asker, beyond what its questions may take."""


class Asking:
    """Questions under way; `answers()` waits for them."""

    def __init__(self, rows: Iterable[Row], *, deadline_s: float = 0.0) -> None:
        self._ids = tuple(row.id for row in rows)
        words = [f"{row.id}={row.question}" for row in rows]
        self._deadline_s = deadline_s or GRACE_S + 0.2 * len(words)
        self._why = ""
        self._process = self._start(words)

    def _start(self, words: list[str]) -> subprocess.Popen[bytes] | None:
        environ = {name: os.environ[name] for name in ("LD_LIBRARY_PATH",) if name in os.environ}
        command = [sys.executable, "-I", "-S", "-c", _START, _PACKAGE_PARENT, *words]
        try:
            return subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environ, cwd="/")
        except OSError as error:
            self._why = mark(f"the asker could not be started: {error.strerror}")
            return None

    def answers(self) -> Mapping[str, LiveAnswer]:
        """An answer for every question, by capability id; one that never came is `unknown` with the reason."""
        output = self._collect() if self._process else b""
        found = dict(filter(None, map(decode, output.decode("utf-8", "replace").split("\n"))))
        missing = LiveAnswer(state="unknown", detail=self._why or mark("the asker ended before this question"))
        return {name: found.get(name, missing) for name in self._ids}

    def _collect(self) -> bytes:
        assert self._process is not None
        try:
            output, errors = self._process.communicate(timeout=self._deadline_s)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._why = mark(f"the asker did not end within {self._deadline_s:.0f} s")
            output, errors = self._process.communicate()
        if self._process.returncode and not self._why:
            last = errors.decode("utf-8", "replace").strip().splitlines()
            self._why = mark(f"the asker failed: {last[-1] if last else f'exit {self._process.returncode}'}")
        return output


def decode(line: str) -> tuple[str, LiveAnswer] | None:
    """One record of the asker as id and answer; None for a line that is no record."""
    fields = line.split(_SEPARATOR)
    if len(fields) != _FIELDS or fields[1] not in _STATES:
        return None
    name, state, value, errno, refused_by, detail = fields
    return name, LiveAnswer(state=state, value=value, errno=errno, refused_by=refused_by, detail=detail)  # type: ignore[arg-type]  # checked above
