"""Which stretch of time is looked at, and which moment is pointed at? Shared by all views over time, so that they move and read together."""

import math

from PySide6.QtCore import QObject, Signal

from inspector.gui.day import Day
from inspector.model.faults import Marker

_LEAST_S = 2.0
_ZOOM = 0.5


class Span(QObject):
    """A range that ends now, or one held still by zooming or pausing. Moments are on the clock of the samples (s).

    `changed`: another stretch is looked at. `pointed`: another moment is pointed at.
    """

    changed = Signal()
    pointed = Signal()

    def __init__(self, day: Day, *, parent: QObject) -> None:
        super().__init__(parent)
        self.day = day
        self.seconds = 60.0
        self.moment = math.nan
        self.held = False
        self.log = False
        self.watched: frozenset[int] = frozenset()
        self._anchor = math.nan
        self._zoomed: tuple[float, float] | None = None

    # ---- what is looked at

    @property
    def now(self) -> float:
        """The newest moment of the picture."""
        if math.isfinite(self._anchor):
            return self._anchor
        return self.day.now if math.isfinite(self.day.now) else 0.0

    @property
    def left(self) -> float:
        """Where the stretch begins."""
        return self._zoomed[0] if self._zoomed else self.now - self.seconds

    @property
    def right(self) -> float:
        """Where it ends."""
        return self._zoomed[1] if self._zoomed else self.now

    @property
    def following(self) -> bool:
        """Whether the picture moves with time."""
        return not self.held and self._zoomed is None

    def markers(self) -> list[Marker]:
        """What happened in the stretch; starts and exits only of the processes that are watched closely."""
        inside = (one for one in self.day.markers if self.left <= one.time_s <= self.right)
        return [one for one in inside if one.kind not in ("start", "exit") or one.pid in self.watched]

    # ---- changing it

    def use(self, day: Day) -> None:
        """Look at other samples."""
        self.day = day
        self.point(math.nan)
        self._settle(None)

    def show_last(self, seconds: float) -> None:
        """The last so many seconds, following time unless paused."""
        self.seconds = seconds
        self._settle(None)

    def hold(self, held: bool) -> None:
        """Stand still, or go on; samples are kept either way."""
        self.held = held
        self._settle(self._zoomed)

    def use_log(self, log: bool) -> None:
        """Logarithmic or linear scales."""
        self.log = log
        self.changed.emit()

    def zoom(self, left: float, right: float) -> None:
        """Look at this stretch, standing still."""
        left, right = sorted((left, right))
        middle = (left + right) / 2
        half = max(right - left, _LEAST_S) / 2
        self._settle((middle - half, middle + half))

    def follow(self) -> None:
        """The whole range again, moving with time unless paused."""
        self._settle(None)

    def zoom_by(self, steps: int) -> None:
        """In (positive) or out around the moment pointed at, or the end; out past the range follows again."""
        width = (self.right - self.left) * _ZOOM**steps
        if width >= self.seconds:
            self.follow()
            return
        middle = self.moment if math.isfinite(self.moment) else self.right - width / 2
        self.zoom(middle - width / 2, middle + width / 2)

    def pan(self, part: float) -> None:
        """Move by this part of the width, within what there is."""
        shift = (self.right - self.left) * part
        shift = min(shift, self.now - self.right)
        if self._zoomed:
            self._settle((self._zoomed[0] + shift, self._zoomed[1] + shift))

    def point(self, moment: float) -> None:
        """Read the values of this moment; NaN of none."""
        if moment == self.moment or (math.isnan(moment) and math.isnan(self.moment)):
            return
        self.moment = moment
        self.pointed.emit()

    def point_by(self, part: float) -> None:
        """Move the reading by this part of the width."""
        start = self.moment if math.isfinite(self.moment) else self.right
        self.point(min(max(start + (self.right - self.left) * part, self.left), self.right))

    def _settle(self, zoomed: tuple[float, float] | None) -> None:
        still = self.held or zoomed is not None
        if not still:
            self._anchor = math.nan
        elif math.isnan(self._anchor):
            self._anchor = self.now
        self._zoomed = zoomed
        self.changed.emit()
