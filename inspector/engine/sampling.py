"""When is the next fault sample due? Threads that tick a Sampler at the asked rate, send each batch on, and write it down while asked to."""

import threading
import time
import zlib
from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING

from inspector.i18n import mark
from inspector.model import messages as msg
from inspector.model import wire
from inspector.model.faults import GroupRates, SampleBatch

if TYPE_CHECKING:
    from inspector.faults.record import Recorder

_STATUS_EVERY = 5
_FASTEST_HZ = 10.0
_MOST_IN_FOCUS = 8
_REPLAYED_AT_ONCE = 400
_KEPT = 300
"""Ticks kept for a report, packed: five minutes at 1 Hz."""
_GROUPS_S = 1.0
_TOP_GROUPS = 50


class SamplingLoop:
    """Off until a rate is set; the sampler keeps its descriptors between rates."""

    def __init__(self, send: Callable[[msg.Message], None]) -> None:
        self._send = send
        self._wake = threading.Condition()
        self._hz = 0.0
        self._started = False
        self._recorder: Recorder | None = None
        self._recorded = (0, "", 0)
        self._cost: tuple[float, float | None] | None = None
        self._kept: deque[bytes] = deque(maxlen=_KEPT)

    def recent(self) -> tuple[SampleBatch, ...]:
        """The ticks of the last minutes."""
        return tuple(wire.decode(zlib.decompress(packed), SampleBatch) for packed in tuple(self._kept))

    def set_rate(self, hz: float) -> None:
        """Ticks per second from now on (at most 10); 0 pauses."""
        with self._wake:
            self._hz = min(max(hz, 0.0), _FASTEST_HZ)
            self._wake.notify()
        if hz > 0 and not self._started:
            self._started = True
            threading.Thread(target=self._run, name="sampling", daemon=True).start()

    def record(self, request: msg.Record) -> msg.Message:
        """Begin to write every tick to the file, or end it."""
        from inspector.faults.record import Recorder

        with self._wake:
            running, self._recorder = self._recorder, None
            ticks = self._recorded[2]
            if running:
                running.close()
            if not request.path:
                return msg.Recording(id=request.id, path="", ticks=ticks)
            try:
                self._recorder = Recorder(request.path)
            except OSError as error:
                return msg.Failed(id=request.id, reason=f"{request.path}: {error.strerror}")
            self._recorded = (request.id, request.path, 0)
            return msg.Recording(id=request.id, path=request.path)

    def _run(self) -> None:
        from inspector.faults.cost import fault_cost
        from inspector.faults.sampler import Sampler

        sampler = Sampler()
        due = time.monotonic()
        costs: list[float] = []
        while True:
            with self._wake:
                while self._hz <= 0:
                    self._wake.wait()
                    due = time.monotonic()
                period = 1 / self._hz
            batch = sampler.tick()
            self._send(msg.Samples(batches=(batch,)))
            self._kept.append(zlib.compress(wire.encode(batch), 1))
            self._write(batch)
            costs.append(batch.cost_ms)
            if self._cost is None:
                self._cost = fault_cost()
            if len(costs) >= _STATUS_EVERY:
                busy = sum(costs) / (len(costs) * period * 1000) * 100
                self._send_status(batch.process_count, busy)
                costs.clear()
            due = max(due + period, time.monotonic())
            with self._wake:
                self._wake.wait(timeout=max(0.0, due - time.monotonic()))

    def _send_status(self, count: int, busy: float) -> None:
        small, huge = self._cost or (None, None)
        self._send(msg.SamplingStatus(sampled=count, cpu_percent=round(busy, 2), fault_ns=small, huge_fault_ns=huge))

    def _write(self, batch: SampleBatch) -> None:
        """One tick into the recording; a full disk ends it and says so."""
        with self._wake:
            if self._recorder is None:
                return
            request, path, ticks = self._recorded
            self._recorded = (request, path, ticks + 1)
            try:
                self._recorder.add(batch)
                if (ticks + 1) % _STATUS_EVERY:
                    return
                message = msg.Recording(id=request, path=path, ticks=ticks + 1)
            except OSError as error:
                self._recorder = None
                message = msg.Recording(id=request, path="", ticks=ticks, why=f"{path}: {error.strerror}")
        self._send(message)


class FocusLoop:
    """A second, faster sampler for the processes somebody looks at closely."""

    def __init__(self, send: Callable[[msg.Message], None]) -> None:
        self._send = send
        self._wake = threading.Condition()
        self._wanted: tuple[tuple[int, ...], float] = ((), 0.0)
        self._running = False

    def set_focus(self, request: msg.Focus) -> None:
        """Sample these processes at this rate from now on."""
        pids = tuple(pid for pid in request.pids if pid > 0)[:_MOST_IN_FOCUS]
        hz = min(max(request.hz, 0.0), _FASTEST_HZ)
        with self._wake:
            self._wanted = (pids, hz) if pids and hz else ((), 0.0)
            self._wake.notify()
            if self._running or not self._wanted[0]:
                return
            self._running = True
        threading.Thread(target=self._run, name="focus", daemon=True).start()

    def _run(self) -> None:
        while True:
            with self._wake:
                pids, hz = self._wanted
                if not pids:
                    self._running = False
                    return
            self._follow(pids, hz)

    def _follow(self, pids: tuple[int, ...], hz: float) -> None:
        """Tick until something else is wanted."""
        from inspector.faults.sampler import Sampler

        sampler = Sampler(pids=pids, expected_s=1 / hz)
        due = time.monotonic()
        try:
            while self._wanted == (pids, hz):
                self._send(msg.Samples(batches=(sampler.tick(),), focus=True))
                due = max(due + 1 / hz, time.monotonic())
                with self._wake:
                    self._wake.wait(timeout=max(0.0, due - time.monotonic()))
        finally:
            sampler.close()


def measure_groups(request: msg.AskGroups) -> msg.Groups:
    """The control groups' rates over a second; blocks for it."""
    from inspector.faults.parts import Parts

    parts = Parts(None)
    started = time.monotonic()
    time.sleep(_GROUPS_S)
    rows: tuple[GroupRates, ...] = parts.groups(time.monotonic() - started, _TOP_GROUPS)
    return msg.Groups(id=request.id, rows=rows, why="" if rows or parts.accounted else mark("no control group accounts memory here"))


def replay_recording(request: msg.Replay, send: Callable[[msg.Message], None], stopped: Callable[[], bool]) -> msg.Message:
    """A recording in parts, the last of which is returned."""
    from inspector.faults.record import NoRecordingError, replay

    batches: list[SampleBatch] = []
    try:
        for batch in replay(request.path):
            batches.append(batch)
            if stopped():
                break
            if len(batches) >= _REPLAYED_AT_ONCE:
                send(msg.Replayed(id=request.id, batches=tuple(batches)))
                batches.clear()
    except NoRecordingError as error:
        return msg.Failed(id=request.id, reason=str(error))
    return msg.Replayed(id=request.id, batches=tuple(batches), last=True)
