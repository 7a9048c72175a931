"""What does finding memory cost a process? Misses of the data TLB and cycles of page walks, from the processor's counters where there are any."""

import errno
import os
import struct
import time

from inspector.faults.perf_event import CACHE, RAW, EventSpec, refusal
from inspector.i18n import mark
from inspector.model.faults import TlbReport

_DTLB, _MISS = 3, 1
_LOADS = _DTLB | 0 << 8 | _MISS << 16
_STORES = _DTLB | 1 << 8 | _MISS << 16
_WALKS = {"GenuineIntel": 0x1008}
"""By vendor, the event of cycles spent in page walks for loads (DTLB_LOAD_MISSES.WALK_ACTIVE since Skylake); AMD has no such event on all models."""


class TlbWatch:
    """Counters of one process, its threads and children; `why` says why there are none."""

    def __init__(self, pid: int, *, proc: str = "/proc") -> None:
        self.why = ""
        walk = _WALKS.get(_vendor(proc))
        events = ((CACHE, _LOADS), (CACHE, _STORES), *(((RAW, walk),) if walk else ()))
        self._counters = [self._open(EventSpec(config, kind=kind, user_only=True, period=0), pid, proc) for kind, config in events]
        self._since, self._last = time.monotonic(), self._read()

    def report(self) -> TlbReport:
        """Rates since the report before."""
        now, counts = time.monotonic(), self._read()
        seconds = max(now - self._since, 1e-9)
        grown = [None if a is None or b is None else (a - b) / seconds for a, b in zip(counts, self._last, strict=True)]
        self._since, self._last = now, counts
        loads, stores, walks = (*grown, None)[:3]
        return TlbReport(load_misses_per_s=loads, store_misses_per_s=stores, walk_cycles_per_s=walks, why=self.why)

    def close(self) -> None:
        """Stop counting."""
        for fds in self._counters:
            for fd in fds:
                os.close(fd)
            fds.clear()

    def _open(self, spec: EventSpec, pid: int, proc: str) -> list[int]:
        """The event on every thread there is; those that start later inherit it. Empty where it is refused."""
        fds: list[int] = []
        try:
            for tid in os.listdir(f"{proc}/{pid}/task"):
                fds.append(spec.open(int(tid), -1))
                spec.enable(fds[-1])
        except OSError as error:
            if not fds:
                self.why = self.why or _refusal(error, proc)
        return fds

    def _read(self) -> list[int | None]:
        return [sum(struct.unpack("<Q", os.read(fd, 8))[0] for fd in fds) if fds else None for fds in self._counters]


def _vendor(proc: str) -> str:
    try:
        with open(f"{proc}/cpuinfo", encoding="utf-8", errors="replace") as file:
            return next((line.split()[-1] for line in file if line.startswith("vendor_id")), "")
    except OSError:
        return ""


def _refusal(error: OSError, proc: str) -> str:
    if error.errno in (errno.ENOENT, errno.EOPNOTSUPP, errno.ENODEV):
        return mark("this machine shows no performance counters for the TLB (a virtual machine without a PMU, or a processor that has none)")
    return refusal(error, proc=proc)
