"""How have page-fault rates gone over the last day? The rings of plotdata fed from the stream; imported with numpy, after the first paint."""

import math
from array import array
from collections import deque
from collections.abc import Hashable

import numpy as np
import numpy.typing as npt

from inspector.gui.plotdata import Columns, Floats, History, Level
from inspector.gui.series import ProcessKey
from inspector.model.faults import Marker, SampleBatch

COLUMNS = 1200
LANES = ("minor", "major", "huge", "huge-refused", "collapsed", "swap-in", "dirtied", "waiting", "unattributed", "collector")
"""Curves of the system by id, in the order they are drawn; `waiting` and `collector` are per cent of the time."""

_SYSTEM = "system"
_CURVES = 620
"""500 processes, those of them with major faults, and the lanes: 29 MB when every curve is in use."""
_FINE = (Level(0.1, 1200),)
_MARKERS = 500


class Day:
    """A day of rates of the system and of the processes that were among the fastest. A tick without system rates stays a gap."""

    def __init__(self) -> None:
        self._history = History(most_curves=_CURVES)
        self._fine = History(most_curves=16, levels=_FINE)
        self._focus: tuple[tuple[ProcessKey, float], ...] = ()
        self._told: set[str] = set()
        nowhere = np.empty(0, np.intp)
        self._heated: tuple[list[ProcessKey], int, npt.NDArray[np.intp], npt.NDArray[np.intp]] = ([], -1, nowhere, nowhere)
        self.names: dict[ProcessKey, str] = {}
        self.markers: deque[Marker] = deque(maxlen=_MARKERS)
        self.collecting = math.nan
        self.revision = 0

    @property
    def now(self) -> float:
        """The moment of the newest tick; minus infinity before the first."""
        return self._history.now

    def add(self, batch: SampleBatch) -> None:
        """Take in one tick."""
        self.markers.extend(batch.markers)
        if batch.system is None:
            return
        values: dict[Hashable, float] = {(_SYSTEM, lane): value for lane, value in _lanes(batch, self.collecting).items()}
        self._told |= {lane for lane, value in _lanes(batch, self.collecting).items() if not math.isnan(value)}
        for process in batch.processes:
            key = (process.pid, process.started_at)
            values[key, False] = process.minor_per_s
            values[key, True] = process.major_per_s
            self.names[key] = process.name
        self._history.push(batch.time_s, values)
        self.revision += 1
        if len(self.names) > 2 * _CURVES:
            kept = {key[0] for key in self._history.curves() if isinstance(key, tuple)}
            self.names = {key: name for key, name in self.names.items() if key in kept}

    def add_focus(self, batch: SampleBatch) -> None:
        """Take in one fast tick of the processes in focus."""
        if not batch.interval_s:
            return
        rows: dict[Hashable, float] = {}
        for process in batch.processes:
            key = (process.pid, process.started_at)
            rows[key, False], rows[key, True] = process.minor_per_s, process.major_per_s
        self._fine.push(batch.time_s, rows)

    def mark(self, kind: str, text: str) -> None:
        """Something the window itself did, at the newest moment there is."""
        if math.isfinite(self.now):
            self.markers.append(Marker(kind=kind, time_s=self.now, text=text))

    def told(self, lane: str) -> bool:
        """Whether this machine ever told this lane's value."""
        return lane in self._told

    def moved(self, lane: str) -> bool:
        """Whether this lane's value was ever other than zero."""
        return self._history.knows((_SYSTEM, lane))

    def processes(self, left: float, right: float) -> list[tuple[ProcessKey, float]]:
        """Every process that faulted from `left` to `right`, with the sum of its peaks, the largest first."""
        found = [key for key in self.names if self._history.knows((key, False)) or self._history.knows((key, True))]
        sums = np.nansum(self.heat(found, left, right), axis=1)
        ordered = sorted(zip(found, sums.tolist(), strict=True), key=lambda item: -item[1])
        return [(key, total) for key, total in ordered if total > 0]

    def heat(self, keys: list[ProcessKey], left: float, right: float) -> Floats:
        """Peak faults per second by process and cell of time; NaN where nothing was measured. Asked again with the same list, it is faster."""
        if self._heated[0] is not keys or self._heated[1] != self._history.layout:
            minor, major = (self._history.places([(key, kind) for key in keys]) for kind in (False, True))
            self._heated = (keys, self._history.layout, minor, major)
        _, _, minor, major = self._heated
        return self._history.matrix(minor, left, right) + self._history.matrix(major, left, right)

    def step(self, left: float) -> float:
        """Seconds per cell of `heat`."""
        return self._history.step(left)

    def lane(self, lane: str, left: float, right: float, columns: int) -> Columns:
        """A system curve; its ages are seconds before `now`."""
        found = self._history.between((_SYSTEM, lane), left, right, columns)
        return found if lane in self._told else Columns(found.age_s, *(np.full_like(part, np.nan) for part in found[1:]))

    def lanes(self, lanes: tuple[str, ...], left: float, right: float, columns: int) -> tuple[npt.NDArray[np.float64], Floats]:
        """The peaks of several lanes, one row each, and the moments of their columns."""
        peaks = self._history.matrix(self._history.places([(_SYSTEM, lane) for lane in lanes]), left, right)
        peaks[[lane not in self._told for lane in lanes]] = np.nan
        count = peaks.shape[1]
        last = self.now + min(0.0, math.floor((right - self.now) / self.step(left)) * self.step(left)) if count else 0.0
        moments = last - np.arange(count - 1, -1, -1) * self.step(left)
        if count <= columns:
            return moments, peaks
        starts = np.arange(columns) * count // columns
        return moments[starts], np.fmax.reduceat(peaks, starts, axis=1)

    def curve(self, key: ProcessKey, *, major: bool, left: float, right: float, columns: int) -> Columns:
        """A process's curve, from the fast ticks where it was in focus for the whole span."""
        fine = self._fine.between((key, major), left, right, columns)
        span = right - left
        if self._fine.knows((key, False)) and len(fine.age_s) > span and self._fine.now > right - 1 and self._fine.now + fine.age_s[0] <= left + 1:
            return fine._replace(age_s=(fine.age_s.astype(np.float64) + (self._fine.now - self.now)).astype(np.float32))
        return self._history.between((key, major), left, right, columns)

    # ---- spans that end now

    def times(self, seconds: float) -> "array[float]":
        """When the columns of this span were, on the clock of the samples."""
        ages = self._window(None, major=False, seconds=seconds).age_s
        return array("d", self._history.now + ages.astype(np.float64))

    def values(self, key: ProcessKey | None, *, major: bool, seconds: float) -> "array[float]":
        """The peak rate per column of a process, or of the system for None; gaps are NaN."""
        return array("d", self._window(key, major=major, seconds=seconds).high.astype(np.float64))

    def at(self, key: ProcessKey | None, moment: float, *, seconds: float) -> float:
        """The minor rate nearest to a moment; NaN where nothing was measured."""
        window = self._window(key, major=False, seconds=seconds)
        if not len(window.age_s):
            return float("nan")
        return float(window.high[int(np.abs(window.age_s - (moment - self._history.now)).argmin())])

    def _window(self, key: ProcessKey | None, *, major: bool, seconds: float) -> Columns:
        curve: Hashable = (key, major) if key else (_SYSTEM, "major" if major else "minor")
        return self._history.window(curve, seconds, COLUMNS)


def _lanes(batch: SampleBatch, collecting: float) -> dict[str, float]:
    """The system's values of one tick by lane; NaN for what was not told."""
    system = batch.system
    assert system is not None
    values = (
        system.minor_per_s,
        system.major_per_s,
        system.huge_per_s,
        system.huge_refused_per_s,
        system.collapsed_per_s,
        system.swap_in_per_s,
        system.dirtied_per_s,
        None if system.memory_wait is None else system.memory_wait * 100,
        batch.unattributed_per_s + batch.ended_per_s,
        collecting,
    )
    return {lane: math.nan if value is None else value for lane, value in zip(LANES, values, strict=True)}
