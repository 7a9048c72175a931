"""What happens inside the one process the client points at? A thread that observes it, and answers every second until told otherwise."""

import os
import threading
import time
from collections.abc import Callable

from inspector.model import messages as msg

_ANSWER_S = 1.0
_LONGEST_S = 600.0
_LONGEST_WRITES_S = 60.0
_ROWS = 200


class ObservingLoop:
    """At most one observation at a time: a new request replaces the running one. It ends by itself with its process, or after ten minutes."""

    def __init__(self, send: Callable[[msg.Message], None]) -> None:
        self._send = send
        self._lock = threading.Lock()
        self._request: msg.Observe | None = None
        self._running = False

    def set_target(self, request: msg.Observe) -> None:
        """Observe that process from now on; pid 0 ends the observation. For the same process only `code` changes, counts go on."""
        with self._lock:
            self._request = request if request.pid > 0 else None
            if self._request is None or self._running:
                return
            self._running = True
        threading.Thread(target=self._run, name="observing", daemon=True).start()

    def _run(self) -> None:
        while True:
            with self._lock:
                request = self._request
                if request is None:
                    self._running = False
                    return
            self._observe(request.pid)

    def _current(self, pid: int) -> msg.Observe | None:
        with self._lock:
            return self._request if self._request and self._request.pid == pid else None

    def _end(self, pid: int) -> None:
        with self._lock:
            if self._request and self._request.pid == pid:
                self._request = None

    def _observe(self, pid: int) -> None:
        """Until another process is wanted, this one ended, or its time is over."""
        from inspector.faults.observation import Observation

        observation = Observation(pid, where=True)
        started = time.monotonic()
        try:
            while request := self._current(pid):
                observation.spend(_ANSWER_S)
                seconds = time.monotonic() - started
                reason = self._reason_to_end(pid, seconds)
                if reason:
                    observation.finish()
                self._send(
                    msg.Observed(
                        id=request.id,
                        pid=pid,
                        seconds=seconds,
                        rows=observation.rows(_ROWS),
                        lost=observation.lost,
                        gc=observation.collector_report(seconds),
                        code=observation.listing(request.code) if request.code else None,
                        ended=bool(reason),
                        why="; ".join(filter(None, (reason, observation.why))),
                    )
                )
                if reason:
                    self._end(pid)
        finally:
            observation.close()

    @staticmethod
    def _reason_to_end(pid: int, seconds: float) -> str:
        if not os.path.exists(f"/proc/{pid}/stat"):
            return "the process ended"
        return "stopped after ten minutes" if seconds >= _LONGEST_S else ""


def track_writes(request: msg.TrackWrites) -> msg.Written:
    """The answer to one request; blocks for its time."""
    from inspector.faults.dirty import measure_dirty

    report = measure_dirty(request.pid, duration_s=min(max(request.seconds, 0.1), _LONGEST_WRITES_S))
    return msg.Written(id=request.id, pid=request.pid, report=report)
