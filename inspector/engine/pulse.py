"""When must the kernel be asked again? When a setting, mount or module that decides its answers changed, seen by reading them every few seconds."""

import threading
from collections.abc import Callable

from inspector.host.base import Host
from inspector.probes.kernel_pulse import differing, read_pulse

PERIOD_S = 2.0
"""Seconds between readings: at about a millisecond each that is 0.05 % of a core."""


class KernelPulse:
    """Calls `changed(paths)` from its own thread when the fingerprint differs from the last one."""

    def __init__(self, host: Host, changed: Callable[[tuple[str, ...]], None], *, period_s: float = PERIOD_S) -> None:
        self._host, self._changed, self._period_s = host, changed, period_s
        self._stopped = threading.Event()
        self._last = read_pulse(host)
        self._thread = threading.Thread(target=self._run, name="kernel-pulse", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End the thread."""
        self._stopped.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._stopped.wait(self._period_s):
            now = read_pulse(self._host)
            paths = differing(self._last, now)
            self._last = now
            if paths:
                self._changed(paths)
