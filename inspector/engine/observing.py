"""What happens inside the one process the client points at? A thread that observes it, and answers every second until told otherwise."""

import os
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack
from typing import TYPE_CHECKING

import msgspec

from inspector.changes import root
from inspector.i18n import mark
from inspector.model import messages as msg

if TYPE_CHECKING:
    from inspector.faults.launch import Launched
    from inspector.faults.lent import Lender
    from inspector.faults.observation import Observation

_ANSWER_S = 1.0
_LONGEST_S = 600.0
_LONGEST_WRITES_S = 60.0
_LAST_WORD_S = 4.0
_ROWS = 200
_STACKS = 300
_THREADS = 64

_Wanted = msg.Observe | msg.RunProgram


class ObservingLoop:
    """At most one observation at a time: a new request replaces the running one. It ends by itself with its process, or after ten minutes."""

    def __init__(self, send: Callable[[msg.Message], None]) -> None:
        self._send = send
        self._lock = threading.Lock()
        self._request: _Wanted | None = None
        self._running = False
        self._thread: threading.Thread | None = None

    def set_target(self, request: _Wanted) -> None:
        """Observe that process or program from now on; pid 0 ends the observation. For the same process only `code` changes, counts go on."""
        with self._lock:
            ends = isinstance(request, msg.Observe) and request.pid <= 0 and not request.everyone
            self._request = None if ends else request
            if self._request is None or self._running:
                return
            self._running = True
            self._thread = threading.Thread(target=self._run, name="observing", daemon=True)
            self._thread.start()

    def stop(self) -> None:
        """End the observation and with it the program that was started for it; waits for both."""
        self.set_target(msg.Observe(id=0, pid=0))
        if self._thread:
            self._thread.join(_LAST_WORD_S)

    def _run(self) -> None:
        while True:
            with self._lock:
                request = self._request
                if request is None:
                    self._running = False
                    return
            if isinstance(request, msg.RunProgram):
                self._launch(request)
            else:
                self._observe(request, request.pid, None)

    def _current(self, first: _Wanted, pid: int) -> _Wanted | None:
        """The request that is answered now, None when something else is to be observed."""
        with self._lock:
            now = self._request
            same = now is first or (isinstance(now, msg.Observe) and now.pid == pid and now.chains == first.chains)
            return now if same else None

    def _end(self, first: _Wanted, pid: int) -> None:
        """This observation is over; what was asked for meanwhile stays."""
        with self._lock:
            now = self._request
            if now is first or (isinstance(now, msg.Observe) and now.pid == pid):
                self._request = None

    def _launch(self, request: msg.RunProgram) -> None:
        """Start the program, observe it, and end it with the observation."""
        from inspector.faults.launch import Launched, NoProgramError

        try:
            program = Launched(request.argv, directory=request.directory or os.path.expanduser("~"))
        except (NoProgramError, OSError) as error:
            self._send(msg.Failed(id=request.id, reason=str(error)))
            self._end(request, 0)
            return
        with program:
            self._observe(request, program.pid, program)

    def _observe(self, first: _Wanted, pid: int, program: "Launched | None") -> None:
        """Until another process is wanted, this one ended, or its time is over."""
        from inspector.engine.signs import Signs
        from inspector.faults.observation import Observation

        with ExitStack() as stack:
            lent = None if pid else lender()
            observation = Observation(pid or None, where=True, chains=first.chains, light=pid == 0, program=program, lender=lent)
            stack.callback(observation.close)
            signs = Signs(pid) if pid else None
            if signs:
                stack.callback(signs.close)
            if program:
                program.begin()
            started = time.monotonic()
            while request := self._current(first, pid):
                observation.spend(_ANSWER_S)
                seconds = time.monotonic() - started
                reason = _reason_to_end(pid, seconds, program)
                if reason:
                    observation.finish()
                answer = _answer(request, pid, observation, seconds, reason)
                self._send(msgspec.structs.replace(answer, signs=signs.judge(answer.rows, seconds)) if signs else answer)
                if reason:
                    self._end(first, pid)


def _answer(request: _Wanted, pid: int, observation: "Observation", seconds: float, reason: str) -> msg.Observed:
    """`reason`: why it ends, empty while it goes on."""
    code = request.code if isinstance(request, msg.Observe) else ""
    return msg.Observed(
        id=request.id,
        pid=pid,
        seconds=seconds,
        rows=observation.rows(_ROWS),
        lost=observation.lost,
        gc=observation.collector_report(seconds),
        code=observation.listing(code) if code else None,
        stacks=observation.hottest_stacks(_STACKS) if request.chains else (),
        threads=observation.threads(_THREADS),
        tlb=observation.tlb(),
        listens=observation.listens(),
        ended=bool(reason),
        why="; ".join(filter(None, (reason, observation.why))),
        refused_by=observation.refused_by,
    )


def _reason_to_end(pid: int, seconds: float, program: "Launched | None") -> str:
    if (program and program.ended) or (pid and not os.path.exists(f"/proc/{pid}/stat")):
        return mark("the process ended")
    return mark("stopped after ten minutes") if seconds >= _LONGEST_S else ""


def lender() -> "Lender":
    """Root's observer, asked through polkit."""
    from inspector.faults.lent import Lender, LentTrace

    def start() -> LentTrace:
        return LentTrace([root.PKEXEC, root.OBSERVER], explain=lambda code, told: root.answer_of(code, b"", told).text)

    missing = root.unusable(root.OBSERVER, root.OBSERVER_SOURCE)
    return Lender(None if missing else start, missing)


def tell_heap(request: msg.AskHeap) -> msg.HeapTold:
    """The answer to one request; blocks while the program is asked."""
    from inspector.faults.goheap import ask_heap

    return msg.HeapTold(id=request.id, pid=request.pid, heap=ask_heap(request.pid))


def track_writes(request: msg.TrackWrites, stopped: Callable[[], bool]) -> msg.Written:
    """The answer to one request; blocks for its time, or until it is stopped."""
    from inspector.faults.dirty import measure_dirty

    report = measure_dirty(request.pid, duration_s=min(max(request.seconds, 0.1), _LONGEST_WRITES_S), given_up=stopped)
    return msg.Written(id=request.id, pid=request.pid, report=report)
