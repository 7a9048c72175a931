"""What is wrong with a process by its own faults? The rules about measurements, asked of an observation while it runs."""

import time
from typing import TYPE_CHECKING

from inspector.faults.gomemory import go_memory, huge_pages
from inspector.faults.gonote import GoNotes
from inspector.faults.procfs import Vmstat, parse_stat, stat_name
from inspector.faults.sampler import system_rates
from inspector.model.faults import FaultReport, GoMemory, ProcessRates, Sign, SystemRates, Where

if TYPE_CHECKING:
    from inspector.model.finding import Finding

_LEAST_S = 2.0
_MEMORY_EVERY_S = 10.0
"""The kernel walks all of the process's memory for its answer."""
_STORED = ("file-read", "swap-in")


class Signs:
    """The signs of one process. `judge` is asked with what was attributed so far."""

    def __init__(self, pid: int) -> None:
        self._pid = pid
        self._notes = GoNotes()
        self._vmstat = Vmstat("/proc")
        self._first, self._began = self._vmstat.read(), time.monotonic()
        self._memory: tuple[float, tuple[GoMemory, ...]] = (-_MEMORY_EVERY_S, ())

    def judge(self, rows: tuple[Where, ...], seconds: float) -> tuple[Sign, ...]:
        """What the rules find, with their advice; nothing in the first two seconds, when a rate says little."""
        process = self._process(rows, seconds)
        if seconds < _LEAST_S or process is None:
            return ()
        from inspector.checks import measured

        report = FaultReport(
            duration_s=seconds, hz=1.0, system=self._system(), processes=(process,), where=rows, go_memory=self._go_memory(process),
            huge_pages=huge_pages(),
        )  # fmt: skip
        return tuple(_sign(finding) for finding in measured.judge(report))

    def close(self) -> None:
        """Give the descriptor back."""
        self._vmstat.close()

    def _process(self, rows: tuple[Where, ...], seconds: float) -> ProcessRates | None:
        try:
            with open(f"/proc/{self._pid}/stat", "rb") as file:
                raw = file.read()
            stat = parse_stat(raw)
        except (OSError, ValueError, IndexError):
            return None
        total, stored = sum(row.samples for row in rows), sum(row.samples for row in rows if row.kind in _STORED)
        return ProcessRates(
            pid=self._pid, name=stat_name(raw), started_at=stat.started_at, go=self._notes.is_go(self._pid), minor=stat.minor, major=stat.major,
            minor_per_s=(total - stored) / seconds, major_per_s=stored / seconds,
        )  # fmt: skip

    def _system(self) -> SystemRates:
        now, first = self._vmstat.read(), self._first
        if now is None or first is None:
            return SystemRates(minor_per_s=0.0, major_per_s=0.0)
        return system_rates(now.since(first), max(time.monotonic() - self._began, 1e-3))

    def _go_memory(self, process: ProcessRates) -> tuple[GoMemory, ...]:
        now = time.monotonic()
        if process.go and now - self._memory[0] >= _MEMORY_EVERY_S:
            self._memory = (now, go_memory([(process.pid, process.started_at)]))
        return self._memory[1]


def _sign(finding: "Finding") -> Sign:
    from inspector.checks import measured

    plan = measured.advice(finding)
    return Sign(check=finding.check, text=finding.text, advice=plan.reason if plan else None, commands=plan.commands if plan else ())
