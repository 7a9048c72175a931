"""How do page-fault rates look over time? A pyqtgraph plot of a few curves; imported only after the window has been painted."""

import math
from array import array
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF, QSize, Qt, Signal
from PySide6.QtGui import QBrush, QColor, QPen
from PySide6.QtWidgets import QWidget

from inspector.gui.panels.curves import Curves
from inspector.gui.theme import GRID, Theme
from inspector.i18n import tr

POINTS = 1200
"""Points drawn per curve at most; beyond it each bucket shows its peak, so that no spike is lost."""
_SHADE = 30
_LOG_TICKS = (0, 1, 10, 100, 1_000, 10_000, 100_000, 1_000_000)


@dataclass(frozen=True, slots=True)
class Line:
    """One curve: values aligned with the plot's times (or its own), its place in the palette, whether it counts major faults, or is filled."""

    values: "array[float]"
    slot: int
    major: bool = False
    filled: bool = False
    times: "array[float] | None" = None


def thin(times: np.ndarray, values: np.ndarray, most: int = POINTS) -> tuple[np.ndarray, np.ndarray]:
    """At most `most` points of a curve: the peak of each bucket; a bucket of gaps stays a gap."""
    step = -(-len(values) // most)
    if step <= 1:
        return times, values
    first = len(values) % step
    buckets = np.nan_to_num(values[first:].reshape(-1, step), nan=-1.0).max(axis=1)
    buckets[buckets < 0] = np.nan
    return times[first::step][: len(buckets)], buckets


def short(value: float) -> str:
    """A tick's rate in a few characters: 800, 1.2k, 3M."""
    for limit, unit in ((1_000_000, "M"), (1_000, "k")):
        if value >= limit:
            return f"{value / limit:.3g}{unit}"
    return f"{value:.3g}"


_STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)
_TOPS = (1.0, 1.5, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0)
_HEADROOM = 1.04


def _rounded(least: float, factors: tuple[float, ...]) -> float:
    """The smallest of these factors times a power of ten that is not below `least`."""
    power = 10.0 ** math.floor(math.log10(least))
    return next(power * factor for factor in factors if power * factor >= least)


class _RateAxis(pg.AxisItem):  # type: ignore[misc]
    """Faults per second, linear or logarithmic."""

    log = False
    line_px = 16

    def tickStrings(self, values: Sequence[float], scale: float, spacing: float) -> list[str]:  # noqa: ARG002  pyqtgraph's signature
        return [short(round(10**v - 1, 6) if self.log else v) + "/s" for v in values]

    def tickValues(self, low: float, high: float, size: float) -> list[tuple[float, list[float]]]:
        if not self.log:
            step = _rounded(max(high - low, 1.0) / _HEADROOM / max(2, int(size // (self.line_px * 2))), _STEPS)
            return [(step, [step * n for n in range(int(low // step) + 1, int(high // step) + 1)])]
        places = [float(np.log10(1 + tick)) for tick in _LOG_TICKS]
        return [(1.0, [place for place in places if low - 0.01 <= place <= high + 0.01])]


_TIME_STEPS = (5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 21_600)


class _TimeAxis(pg.AxisItem):  # type: ignore[misc]
    """Seconds before now, which is 0."""

    def tickStrings(self, values: Sequence[float], scale: float, spacing: float) -> list[str]:  # noqa: ARG002
        return [self._word(value) for value in values]

    def tickValues(self, low: float, high: float, size: float) -> list[tuple[float, list[float]]]:
        span = max(high - low, 1.0)
        step = next((s for s in _TIME_STEPS if span / s <= max(2, size / 90)), _TIME_STEPS[-1])
        return [(float(step), [-float(step * k) for k in range(max(0, int(-high // step)), int(-low // step) + 1)])]

    def _word(self, seconds: float) -> str:
        if seconds > -0.5:
            return tr("now")
        if seconds % 3600 == 0:
            return tr("−{n} h", n=f"{-seconds / 3600:g}")
        return tr("−{n} min", n=f"{-seconds / 60:g}") if seconds % 60 == 0 or seconds <= -120 else tr("−{n} s", n=f"{-seconds:.0f}")


class FaultPlot(pg.PlotWidget):  # type: ignore[misc]
    """The plot. `hovered` carries the time under the pointer (NaN when it leaves); dragging zooms, a double click follows time again.

    `zoomed` carries the stretch (moments) that was dragged over, two NaN when time is to be followed.
    """

    hovered = Signal(float)
    zoomed = Signal(float, float)

    def __init__(self, *, parent: QWidget, theme: Theme) -> None:
        self._left, self._bottom = _RateAxis("left"), _TimeAxis("bottom")
        super().__init__(parent, axisItems={"left": self._left, "bottom": self._bottom})
        self._theme = theme
        self._following = True
        self._now = 0.0
        self._shown = (0.0, 0.0, 0.0, False)
        for part in (self, self.viewport()):
            part.setAccessibleName(tr("Page-fault rates over time; the table below has the same values"))
        self.setMenuEnabled(False)
        self.hideButtons()
        self.getPlotItem().layout.setContentsMargins(0, GRID // 2, GRID * 3, 0)
        for axis in (self._left, self._bottom):
            axis.setStyle(hideOverlappingLabels=False)
            axis.setCacheMode(axis.CacheMode.DeviceCoordinateCache)
        self.setFrameShape(self.Shape.NoFrame)
        box = self.getViewBox()
        box.setMouseMode(box.RectMode)
        box.setMouseEnabled(x=True, y=False)
        box.disableAutoRange()
        box.setDefaultPadding(0)
        box.sigRangeChangedManually.connect(self._zoomed)
        self._curves = Curves()
        self.addItem(self._curves, ignoreBounds=True)
        self._cursor = pg.InfiniteLine(angle=90, movable=False)
        self._cursor.setVisible(False)
        self.addItem(self._cursor)
        self.scene().sigMouseMoved.connect(self._moved)
        theme.changed.connect(self.restyle)
        self.restyle()

    def sizeHint(self) -> QSize:
        return QSize(GRID * 60, GRID * 22)

    def restyle(self) -> None:
        """Take the theme's colours."""
        tokens = self._theme.tokens
        self.setBackground(tokens.panel)
        for axis in (self._left, self._bottom):
            axis.setPen(pg.mkPen(tokens.line))
            axis.setTextPen(pg.mkPen(tokens.dim))
            axis.setTickFont(self._theme.ui_font)
            axis.setStyle(tickLength=0, tickTextOffset=6)
        self._left.line_px = self.fontMetrics().height()
        self._bottom.setHeight(self.fontMetrics().height() + GRID)
        self._left.setWidth(self.fontMetrics().horizontalAdvance("000.0k/s") + GRID)
        self._left.setGrid(80)
        self._cursor.setPen(pg.mkPen(tokens.dim, style=Qt.PenStyle.DashLine))

    def align(self, left: int, right: int) -> None:
        """Leave this much room (px) at the sides, as views above and below do."""
        self._left.setWidth(left)
        self.getPlotItem().layout.setContentsMargins(0, GRID // 2, right, 0)

    def sharpen(self) -> None:
        """Draw the axes anew each time: for a picture with more pixels than the screen the cached ones are too coarse."""
        for axis in (self._left, self._bottom):
            axis.setCacheMode(axis.CacheMode.NoCache)

    def point(self, moment: float) -> None:
        """Show the cursor there; NaN hides it."""
        self._cursor.setVisible(math.isfinite(moment))
        if math.isfinite(moment):
            self._cursor.setPos(moment - self._now)

    def draw_between(self, left: float, right: float, lines: list[Line], *, now: float, log: bool) -> None:
        """Draw curves that bring their own times from `left` to `right`, wherever that is."""
        self._now = now
        brought = [(np.frombuffer(line.times, dtype=float) if line.times else np.zeros(0), line) for line in lines]
        self._draw(brought, left - now, right - now, log=log)

    def draw(self, times: "array[float]", lines: list[Line], *, seconds: float, log: bool) -> None:
        """Draw these curves over the last `seconds`."""
        if not self._following:
            return
        moments = np.frombuffer(times, dtype=float) if times else np.zeros(0)
        self._now = float(moments[-1]) if len(moments) else 0.0
        self._draw([(moments, line) for line in lines], -seconds, 0.0, log=log)

    def _draw(self, lines: list[tuple[np.ndarray, Line]], left: float, right: float, *, log: bool) -> None:
        """Curves with their moments, in a picture from `left` to `right` seconds from now."""
        self._curves.clear()
        highest = max((self._draw_curve(moments - self._now, line, log) for moments, line in lines), default=0.0)
        self._fit(left, right, max(highest, 1.0), log=log)

    def _fit(self, left: float, right: float, highest: float, *, log: bool) -> None:
        """Axes change only when they must: a steady picture is easier to read, and cheaper."""
        top = float(np.log10(1 + highest)) * 1.08 if log else _rounded(highest, _TOPS) * _HEADROOM
        if (left, right, top, log) == self._shown:
            return
        self._shown = (left, right, top, log)
        self._left.log = log
        self._left.picture = None
        self.setRange(xRange=(left, right), yRange=(0, top), padding=0)

    def _draw_curve(self, moments: np.ndarray, line: Line, log: bool) -> float:
        """Its highest value; what was never measured, and a process without faults, is not drawn."""
        x, y = thin(moments, np.frombuffer(line.values, dtype=float))
        highest = float(np.fmax.reduce(y, initial=-1.0))
        if highest < 0 or (highest == 0 and (line.slot or line.major)):
            return 0.0
        self._curves.add(x, np.log10(1 + y) if log else y, pen=self._pen(line), brush=self._brush(line.slot) if line.filled else None)
        return highest

    def _pen(self, line: Line) -> QPen:
        series = self._theme.tokens.series
        pen = QPen(QColor(series[line.slot % len(series)]), 1, Qt.PenStyle.DashLine if line.major else Qt.PenStyle.SolidLine)
        pen.setCosmetic(True)
        return pen

    def _brush(self, slot: int) -> QBrush:
        colour = QColor(self._theme.tokens.series[slot % len(self._theme.tokens.series)])
        colour.setAlpha(_SHADE)
        return QBrush(colour)

    def follow(self) -> None:
        """Show the present again after zooming."""
        self._following = True
        self._shown = (0.0, 0.0, 0.0, False)

    def following(self) -> bool:
        """Whether the plot moves with time."""
        return self._following

    def mouseDoubleClickEvent(self, event: object) -> None:
        self.follow()
        self.zoomed.emit(math.nan, math.nan)
        super().mouseDoubleClickEvent(event)

    def leaveEvent(self, event: object) -> None:
        self._cursor.setVisible(False)
        self.hovered.emit(float("nan"))
        super().leaveEvent(event)

    def _zoomed(self, _axes: object) -> None:
        self._following = False
        left, right = self.getViewBox().viewRange()[0]
        self.zoomed.emit(self._now + left, self._now + right)

    def _moved(self, position: QPointF) -> None:
        box = self.getViewBox()
        if not box.sceneBoundingRect().contains(position):
            return
        before = float(box.mapSceneToView(position).x())
        self._cursor.setPos(before)
        self._cursor.setVisible(True)
        self.hovered.emit(self._now + before)
