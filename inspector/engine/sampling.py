"""When is the next fault sample due? A thread that ticks a Sampler at the asked rate and sends each batch on."""

import threading
import time
from collections.abc import Callable

from inspector.model import messages as msg

_STATUS_EVERY = 5


class SamplingLoop:
    """Off until a rate is set; the sampler keeps its descriptors between rates."""

    def __init__(self, send: Callable[[msg.Message], None]) -> None:
        self._send = send
        self._wake = threading.Condition()
        self._hz = 0.0
        self._started = False

    def set_rate(self, hz: float) -> None:
        """Ticks per second from now on (at most 10); 0 pauses."""
        with self._wake:
            self._hz = min(max(hz, 0.0), 10.0)
            self._wake.notify()
        if hz > 0 and not self._started:
            self._started = True
            threading.Thread(target=self._run, name="sampling", daemon=True).start()

    def _run(self) -> None:
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
            costs.append(batch.cost_ms)
            if len(costs) >= _STATUS_EVERY:
                busy = sum(costs) / (len(costs) * period * 1000) * 100
                self._send(msg.SamplingStatus(sampled=batch.process_count, cpu_percent=round(busy, 2)))
                costs.clear()
            due = max(due + period, time.monotonic())
            with self._wake:
                self._wake.wait(timeout=max(0.0, due - time.monotonic()))
