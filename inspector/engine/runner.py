"""How is work done without waiting for it for ever? Daemon workers with a deadline; a wedged one is written off and its facts become a reason."""

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from inspector.engine.stop import Stop
from inspector.i18n import mark

T = TypeVar("T")

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a job has no result: `timed-out`, `cancelled` or `failed`, with the reason in words."""

    kind: str
    reason: str


class Job(Generic[T]):
    """One piece of work in a daemon thread. An exception in it is the probe's fence: it becomes a Failure."""

    def __init__(self, name: str, work: Callable[[], T]) -> None:
        self.name = name
        self.duration_ms = 0.0
        self._work = work
        self._finished = False
        self._wake = threading.Event()
        self._outcome: T | Failure = Failure("timed-out", mark(f"{name} did not answer"))
        threading.Thread(target=self._run, name=name, daemon=True).start()

    def _run(self) -> None:
        started = time.monotonic()
        try:
            self._outcome = self._work()
        except Exception as error:  # noqa: BLE001  the fence around a probe
            _log.info("%s failed", self.name, exc_info=True)
            self._outcome = Failure("failed", f"{type(error).__name__}: {error}")
        self.duration_ms = (time.monotonic() - started) * 1000
        self._finished = True
        self._wake.set()

    def outcome(self, deadline: float, stop: Stop | None = None) -> T | Failure:
        """The result, or a Failure when `deadline` (monotonic seconds) passes or a stop is asked for first; the thread is then left behind."""
        with (stop or Stop()).telling(self._wake.set):
            woken = self._wake.wait(max(0.0, deadline - time.monotonic()))
        if self._finished:
            return self._outcome
        if woken:
            return Failure("cancelled", mark("the look was cancelled"))
        return Failure("timed-out", mark(f"{self.name} did not answer within its time"))
