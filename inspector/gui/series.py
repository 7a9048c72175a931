"""How have page-fault rates gone in the last hour? A ring of samples in plain Python, so that nothing heavy is needed before the first paint."""

import math
from array import array
from collections import deque
from dataclasses import dataclass, field

from inspector.model.faults import ProcessRates, SampleBatch

CAPACITY = 3600
"""Samples kept per curve: one hour at 1 Hz."""

ProcessKey = tuple[int, int]
"""pid and start time: a process, not a number that is used again."""
GAP = math.nan
_FORGET = 900


@dataclass(slots=True)
class Track:
    """One process's rates, newest last; its newest sample belongs to the ring's newest time."""

    last: ProcessRates
    minor: deque[float] = field(default_factory=lambda: deque(maxlen=CAPACITY))
    major: deque[float] = field(default_factory=lambda: deque(maxlen=CAPACITY))
    smooth: float = 0.0
    seen: int = 0


class Series:
    """The ring: times, system rates, and one track per process that was ever among the fastest. What was not measured is NaN."""

    def __init__(self) -> None:
        self.count = 0
        self.times: deque[float] = deque(maxlen=CAPACITY)
        self.minor: deque[float] = deque(maxlen=CAPACITY)
        self.major: deque[float] = deque(maxlen=CAPACITY)
        self.tracks: dict[ProcessKey, Track] = {}
        self.latest: SampleBatch | None = None

    def add(self, batch: SampleBatch) -> None:
        """Take in one tick."""
        self.latest = batch
        self.times.append(batch.time_s)
        self.minor.append(batch.system.minor_per_s if batch.system else GAP)
        self.major.append(batch.system.major_per_s if batch.system else GAP)
        for process in batch.processes:
            self._track(process)
        self.count += 1
        self._rest()

    def window(self, seconds: float) -> int:
        """How many of the newest samples lie within the last `seconds`."""
        if not self.times:
            return 0
        first = self.times[-1] - seconds
        found = 0
        for moment in reversed(self.times):
            if moment < first:
                break
            found += 1
        return found

    def values(self, key: ProcessKey | None, *, major: bool, last: int) -> "array[float]":
        """The newest `last` rates of a process, or of the system for None, as doubles; gaps are NaN."""
        if key is None:
            ring = self.major if major else self.minor
        else:
            track = self.tracks.get(key)
            if track is None:
                return array("d", [GAP]) * last
            ring = track.major if major else track.minor
        have = min(last, len(ring))
        made = array("d", [GAP]) * (last - have)
        made.extend(list(ring)[-have:] if have else [])
        return made

    def fastest(self, limit: int) -> list[tuple[ProcessKey, Track]]:
        """Tracks of living processes, Go programs first, each by its smoothed rate."""
        alive = [(key, track) for key, track in self.tracks.items() if track.seen == self.count]
        alive.sort(key=lambda item: (not item[1].last.go, -round(item[1].smooth, -1), item[0]))
        return alive[:limit]

    def _track(self, process: ProcessRates) -> None:
        key = (process.pid, process.started_at)
        track = self.tracks.get(key)
        rate = process.minor_per_s + process.major_per_s
        if track is None:
            track = self.tracks[key] = Track(last=process, smooth=rate)
        track.last = process
        track.minor.append(process.minor_per_s)
        track.major.append(process.major_per_s)
        track.smooth += 0.2 * (rate - track.smooth)
        track.seen = self.count + 1

    def _rest(self) -> None:
        gone = []
        for key, track in self.tracks.items():
            if track.seen != self.count:
                track.minor.append(GAP)
                track.major.append(GAP)
                if self.count - track.seen > _FORGET:
                    gone.append(key)
        for key in gone:
            del self.tracks[key]
