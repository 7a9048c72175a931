"""What should a plot of fault rates point at? Starts and exits of processes that fault, kills for memory, changed huge pages, suspend."""

import os
from contextlib import suppress
from typing import TYPE_CHECKING

from inspector.model.faults import Marker, ProcessRates

if TYPE_CHECKING:
    from inspector.faults.sampler import Look

_SETTING = "/sys/kernel/mm/transparent_hugepage/enabled"
_NOTABLE = 2000
"""Faults a process must have taken before its start or exit is worth a line on the plot."""
_MOST_PER_TICK = 4
_MOST_KNOWN = 1000


class MarkerWatch:
    """Compares each look with what was known before. The setting is re-read from a kept descriptor (2 us)."""

    def __init__(self, setting: str = _SETTING) -> None:
        self._fd = -1
        with suppress(OSError):
            self._fd = os.open(setting, os.O_RDONLY | os.O_CLOEXEC)
        self._setting = self._read()
        self._known: dict[tuple[int, int], str] = {}

    def look(self, look: "Look", rows: tuple[ProcessRates, ...]) -> tuple[Marker, ...]:
        """What happened since the look before."""
        found: list[Marker] = []
        if look.gap:
            found.append(Marker(kind="suspend", time_s=look.time_s, text=look.gap))
        if look.system and look.system.killed:
            found.append(Marker(kind="oom", time_s=look.time_s, text=str(look.system.killed)))
        setting = self._read()
        if setting != self._setting:
            found.append(Marker(kind="huge-pages", time_s=look.time_s, text=setting))
            self._setting = setting
        return (*found, *self._exits(look), *self._starts(look, rows))

    def close(self) -> None:
        """Give the descriptor back."""
        if self._fd >= 0:
            os.close(self._fd)
        self._fd = -1

    def _exits(self, look: "Look") -> list[Marker]:
        gone = [(p.pid, p.stat.started_at) for p in look.gone if p.stat]
        named = [(pid, self._known.pop((pid, started))) for pid, started in gone if (pid, started) in self._known]
        return [Marker(kind="exit", time_s=look.time_s, pid=pid, name=name) for pid, name in named[:_MOST_PER_TICK]]

    def _starts(self, look: "Look", rows: tuple[ProcessRates, ...]) -> list[Marker]:
        born = {p.pid for p in look.changed if p.base and p.base.faults == 0} if not look.first else set()
        fresh = []
        for row in rows:
            key = (row.pid, row.started_at)
            if key in self._known or row.minor + row.major < _NOTABLE or len(self._known) >= _MOST_KNOWN:
                continue
            self._known[key] = row.name
            if row.pid in born:
                fresh.append(Marker(kind="start", time_s=look.time_s, pid=row.pid, name=row.name))
        return fresh[:_MOST_PER_TICK]

    def _read(self) -> str:
        """The setting in force: the word in brackets."""
        if self._fd < 0:
            return ""
        try:
            text = os.pread(self._fd, 256, 0).decode("ascii", "replace")
        except OSError:
            return ""
        return text.partition("[")[2].partition("]")[0] or text.strip()
