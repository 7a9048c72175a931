"""What were the rates over a day, at the resolution of a screen? Rings of three resolutions per curve, as arrays, and columns of low, high and mean.

Memory is bounded: a curve takes 46 kB once it had a value that is not zero, none before; 500 curves over 24 h take 23 MB.
Imported after the first paint only, because numpy is.
"""

import math
from collections.abc import Hashable, Mapping
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]


class Level(NamedTuple):
    """One resolution: seconds per cell and how many cells are kept."""

    seconds: float
    cells: int


LEVELS = (Level(1.0, 600), Level(4.0, 1800), Level(60.0, 1440))
"""10 minutes of seconds, 2 hours of 4 s, 24 hours of minutes."""

_PARTS = 3
_LOW, _HIGH, _SUM = range(_PARTS)
_FINEST = 1 << 20
"""More columns than any resolution has cells."""


class Columns(NamedTuple):
    """A curve for the screen: seconds before now (ascending to 0) of each column, its lowest, highest and mean value; NaN: not measured."""

    age_s: Floats
    low: Floats
    high: Floats
    mean: Floats


class _Clock:
    """Which cell of a ring is the newest, as a running number."""

    def __init__(self, level: Level) -> None:
        self.level = level
        self.number = -1
        self.counts = np.zeros(level.cells, np.float32)

    def advance(self, number: int) -> npt.NDArray[np.intp]:
        """Make `number` the newest cell; the places that thereby become new."""
        fresh = np.arange(max(self.number + 1, number - self.level.cells + 1), number + 1) if number > self.number else np.empty(0, np.int64)
        self.number = max(self.number, number)
        places: npt.NDArray[np.intp] = (fresh % self.level.cells).astype(np.intp)
        self.counts[places] = 0
        return places


class History:
    """Values of many curves over a day. `push` one tick at a time, `window` whenever something is drawn; a tick not pushed stays a gap."""

    def __init__(self, *, most_curves: int = 500, levels: tuple[Level, ...] = LEVELS) -> None:
        self._most = most_curves
        self._levels = levels
        self._clocks = [_Clock(level) for level in levels]
        self._rings = [np.empty((0, _PARTS, level.cells), np.float32) for level in levels]
        self._rows: dict[Hashable, int] = {}
        self._first = np.empty(0)
        self._last = np.empty(0)
        self.layout = 0
        """Changes when `places` does."""
        self.now = -math.inf

    def push(self, time_s: float, values: Mapping[Hashable, float]) -> None:
        """One tick: the value of each curve now; a curve that is known and not named counts as 0. Time must not go backwards (else: ignored)."""
        if time_s < self.now:
            return
        self.now = time_s
        for key, value in values.items():
            if key not in self._rows and value and not math.isnan(value):
                self._begin(key, time_s)
        count = len(self._rows)
        now = np.zeros(count, np.float32)
        for key, value in values.items():
            row = self._rows.get(key)
            if row is not None:
                now[row] = value
                self._last[row] = time_s
        told = ~np.isnan(now)
        for ring, clock in zip(self._rings, self._clocks, strict=True):
            fresh = clock.advance(int(time_s // clock.level.seconds))
            if len(fresh):
                ring[:, _LOW, fresh], ring[:, _HIGH, fresh], ring[:, _SUM, fresh] = math.inf, -math.inf, 0.0
            at = clock.number % clock.level.cells
            clock.counts[at] += 1
            cell = ring[:count, :, at]
            cell[:, _LOW] = np.fmin(cell[:, _LOW], now)
            cell[:, _HIGH] = np.fmax(cell[:, _HIGH], now)
            cell[:, _SUM] += np.where(told, now, 0)

    def curves(self) -> list[Hashable]:
        """The curves kept, oldest first."""
        return list(self._rows)

    def knows(self, key: Hashable) -> bool:
        """Whether the curve ever had a value other than zero, and was not forgotten."""
        return key in self._rows

    def window(self, key: Hashable, seconds: float, columns: int) -> Columns:
        """The last `seconds` of a curve in at most about `columns` columns; spikes survive in `high`, gaps stay NaN."""
        index = self._level_for(seconds, columns)
        clock = self._clocks[index]
        count = min(clock.level.cells, max(1, math.ceil(seconds / clock.level.seconds)))
        numbers = np.arange(clock.number - count + 1, clock.number + 1)
        places = numbers % clock.level.cells
        times = np.where(numbers >= 0, clock.counts[places], 0)
        low, high, mean = self._cells(key, index, places, times, numbers)
        ages = ((numbers - clock.number) * clock.level.seconds).astype(np.float32)
        if count <= columns:
            return Columns(ages, low, high, mean)
        return _merge(Columns(ages, low, high, mean), columns)

    def between(self, key: Hashable, left: float, right: float, columns: int) -> Columns:
        """A curve from `left` to `right` (moments on the clock of `push`) at the finest resolution kept, in at most `columns` columns."""
        whole = self.window(key, self._reach(left), _FINEST)
        moments = whole.age_s.astype(np.float64) + self.now
        inside = slice(*np.searchsorted(moments, (left, right + 1e-6)).tolist())
        part = Columns(*(values[inside] for values in whole))
        return part if len(part.age_s) <= columns else _merge(part, columns)

    def step(self, left: float) -> float:
        """Seconds per column of `between` before columns are merged."""
        return self._levels[self._level_for(self._reach(left), _FINEST)].seconds

    def places(self, keys: list[Hashable]) -> npt.NDArray[np.intp]:
        """Where these curves are kept, for `matrix`; -1 for one without values."""
        return np.array([self._rows.get(key, -1) for key in keys], np.intp)

    def matrix(self, rows: npt.NDArray[np.intp], left: float, right: float) -> Floats:
        """The highest value per cell of many curves (their `places`), one row each, from `left` to `right`; what was not measured is NaN."""
        index = self._level_for(self._reach(left), _FINEST)
        clock, seconds = self._clocks[index], self._levels[index].seconds
        if clock.number < 0:
            return np.zeros((len(rows), 0), np.float32)
        first = clock.number + max(math.ceil((left - self.now) / seconds), 1 - clock.level.cells)
        numbers = np.arange(first, clock.number + min(math.floor((right - self.now) / seconds), 0) + 1)
        places = numbers % clock.level.cells
        out: Floats = np.zeros((len(rows), len(numbers)), np.float32)
        if len(self._rows):
            out = self._rings[index][rows[:, None], _HIGH, places[None, :]]
        out[rows < 0] = 0.0
        begun = (numbers + 1) * seconds > np.where(rows < 0, math.inf, self._first[rows] if len(self._first) else 0.0)[:, None]
        out = np.where(np.isfinite(out), out, np.where(begun, np.float32(np.nan), np.float32(0)))
        out[:, (numbers < 0) | (clock.counts[places] == 0)] = np.nan
        return out

    def _reach(self, left: float) -> float:
        """How far back a moment lies, where there is anything."""
        return max(1.0, self.now - left) if math.isfinite(self.now) else 1.0

    @property
    def memory_bytes(self) -> int:
        """What the rings take."""
        return sum(ring.nbytes for ring in self._rings) + sum(clock.counts.nbytes for clock in self._clocks)

    def _begin(self, key: Hashable, time_s: float) -> None:
        """A row for a curve, where there is room or the one that has been silent longest can go."""
        row = len(self._rows)
        if row >= self._most:
            row = int(np.argmin(self._last))
            if self._last[row] >= time_s:
                return
            del self._rows[next(known for known, place in self._rows.items() if place == row)]
        if row >= len(self._first):
            self._grow(min(self._most, max(16, 2 * row)))
        for ring in self._rings:
            ring[row, _LOW], ring[row, _HIGH], ring[row, _SUM] = math.inf, -math.inf, 0.0
        self._rows[key] = row
        self.layout += 1
        self._first[row] = self._last[row] = time_s

    def _grow(self, rows: int) -> None:
        more = rows - len(self._first)
        self._rings = [np.concatenate((ring, np.empty((more, *ring.shape[1:]), np.float32))) for ring in self._rings]
        self._first = np.concatenate((self._first, np.zeros(more)))
        self._last = np.concatenate((self._last, np.zeros(more)))

    def _level_for(self, seconds: float, columns: int) -> int:
        """The finest resolution that reaches back far enough and does not hold many more cells than columns."""
        for index, level in enumerate(self._levels):
            if level.seconds * level.cells >= seconds and seconds / level.seconds <= max(columns, 1) * 4:
                return index
        return len(self._levels) - 1

    def _cells(
        self, key: Hashable, index: int, places: npt.NDArray[np.intp], times: npt.NDArray[np.float32], numbers: npt.NDArray[np.int64]
    ) -> tuple[Floats, Floats, Floats]:
        nothing = np.full(len(places), np.nan, np.float32)
        row = self._rows.get(key)
        if row is None:
            zero = np.where(times > 0, np.float32(0), np.float32(np.nan)).astype(np.float32)
            return zero, zero.copy(), zero.copy()
        ring = self._rings[index][row][:, places]
        measured = (times > 0) & np.isfinite(ring[_LOW])
        begun = (numbers + 1) * self._levels[index].seconds > self._first[row]
        silent = (times > 0) & ~begun
        low = np.where(measured, ring[_LOW], np.where(silent, 0, nothing)).astype(np.float32)
        high = np.where(measured, ring[_HIGH], np.where(silent, 0, nothing)).astype(np.float32)
        with np.errstate(divide="ignore", invalid="ignore"):
            mean = np.where(measured, ring[_SUM] / times, np.where(silent, 0, nothing)).astype(np.float32)
        return low, high, mean


def _merge(fine: Columns, columns: int) -> Columns:
    """Neighbouring columns together, so many at a time that at most `columns` remain."""
    step = math.ceil(len(fine.age_s) / columns)
    spare = -len(fine.age_s) % step
    starts = np.maximum(np.arange(0, len(fine.age_s) + spare, step) - spare, 0)
    told = ~np.isnan(fine.mean)
    counted = np.add.reduceat(told.astype(np.float32), starts)
    low, high = np.fmin.reduceat(fine.low, starts), np.fmax.reduceat(fine.high, starts)
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = np.add.reduceat(np.where(told, fine.mean, np.float32(0)), starts) / counted
    return Columns(np.maximum.reduceat(fine.age_s, starts), low, high, mean.astype(np.float32))


def log_colours(values: Floats, *, top: float, steps: int = 256) -> npt.NDArray[np.uint8]:
    """Indices 1..steps-1 into a colour table by the logarithm of a rate, 0 for nothing measured or no fault; `top` takes the last colour."""
    scale = (steps - 1) / math.log1p(max(top, 1.0))
    shade = np.ceil(np.log1p(np.fmax(values, 0.0)) * scale)
    out: npt.NDArray[np.uint8] = np.minimum(shade, steps - 1).astype(np.uint8)
    return out
