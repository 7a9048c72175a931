"""How have page-fault rates gone over the last day? The rings of plotdata fed from the stream; imported with numpy, after the first paint."""

from array import array

import numpy as np

from inspector.gui.plotdata import Columns, History
from inspector.gui.series import ProcessKey
from inspector.model.faults import SampleBatch

COLUMNS = 1200
_SYSTEM = "system"


class Day:
    """A day of rates of the system and of the processes that were among the fastest. A tick without system rates stays a gap."""

    def __init__(self) -> None:
        self._history = History()

    def add(self, batch: SampleBatch) -> None:
        """Take in one tick."""
        if batch.system is None:
            return
        values: dict[object, float] = {(_SYSTEM, False): batch.system.minor_per_s, (_SYSTEM, True): batch.system.major_per_s}
        for process in batch.processes:
            key = (process.pid, process.started_at)
            values[key, False] = process.minor_per_s
            values[key, True] = process.major_per_s
        self._history.push(batch.time_s, values)

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
        return self._history.window((key or _SYSTEM, major), seconds, COLUMNS)
