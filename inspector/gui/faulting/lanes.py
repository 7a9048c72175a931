"""How is the whole system doing beside its page faults? One narrow strip per value, all over the same time, each with its own scale."""

import math
from dataclasses import dataclass

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen
from PySide6.QtWidgets import QWidget

from inspector.gui.day import LANES
from inspector.gui.faulting.canvas import Canvas
from inspector.gui.faulting.span import Span
from inspector.gui.plotdata import Columns
from inspector.gui.theme import GRID, Theme
from inspector.gui.widgets import tip
from inspector.i18n import mark, tr


@dataclass(frozen=True, slots=True)
class _Lane:
    """A strip: its words, what it means, its colour's place in the palette, and whether it is a share of time (per cent)."""

    title: str
    about: str
    slot: int
    share: bool = False


ROWS = {
    "minor": _Lane(mark("minor faults"), mark("Faults per second answered from memory"), 0),
    "major": _Lane(mark("major faults"), mark("Faults per second that had to read from disk"), 3),
    "cost": _Lane(mark("time in faults"), mark("Rate times what one fault costs on this machine, as a share of one core"), 1, share=True),
    "huge": _Lane(mark("huge-page faults"), mark("Faults per second that got a huge page: each counts once and takes as long as hundreds"), 4),
    "huge-refused": _Lane(mark("huge pages refused"), mark("Faults per second that wanted a huge page and got small ones"), 5),
    "collapsed": _Lane(mark("collapsed"), mark("Huge pages per second made of small ones afterwards"), 4),
    "swap-in": _Lane(mark("swapped in"), mark("Pages per second read back from swap"), 3),
    "dirtied": _Lane(mark("file pages dirtied"), mark("Pages of files per second that were written in memory"), 5),
    "waiting": _Lane(mark("waiting for memory"), mark("Share of the time in which some task waited for memory (PSI)"), 3, share=True),
    "unattributed": _Lane(mark("short-lived"), mark("Faults per second of processes that are gone or not yours to see"), 1),
    "collector": _Lane(mark("Go collector"), mark("Share of the time in which the chosen Go process was marking"), 2, share=True),
}
_ALWAYS = ("minor", "major", "cost", "huge", "swap-in", "waiting")
_STRIP = 3 * GRID
_SHADE = 0.24


class LanesView(Canvas):
    """The strips. Beside those that are always there, one appears with its first value; `costs` (ns) turn rates into time."""

    def __init__(self, span: Span, *, parent: QWidget, theme: Theme) -> None:
        super().__init__(span, name=tr("System lanes over time; the table has the same values"), parent=parent, theme=theme)
        self.costs: tuple[float | None, float | None] = (None, None)
        self._shown: tuple[str, ...] = ()

    def sizeHint(self) -> QSize:
        return QSize(GRID * 60, _STRIP * max(len(self.shown()), 4) + GRID)

    def minimumSizeHint(self) -> QSize:
        return QSize(GRID * 30, 2 * GRID * len(self.shown()))

    def renew(self) -> None:
        if self.shown() != self._shown:
            self._shown = self.shown()
            self.updateGeometry()
        super().renew()

    def shown(self) -> tuple[str, ...]:
        """The strips there are now, from the top."""
        day = self.span.day
        return tuple(lane for lane in ROWS if lane in _ALWAYS or (lane in LANES and day.moved(lane)))

    def columns(self, lane: str, most: int) -> Columns:
        """A strip's values."""
        if lane != "cost":
            return self.span.day.lane(lane, self.span.left, self.span.right, most)
        small, huge = (self.span.day.lane(name, self.span.left, self.span.right, most) for name in ("minor", "huge"))
        first, second = ((cost or 0.0) / 1e7 for cost in self.costs)
        return Columns(small.age_s, *(a * first + np.nan_to_num(b) * second for a, b in zip(small[1:], huge[1:], strict=True)))

    def value_at(self, lane: str, moment: float) -> float:
        """What a strip says at a moment; NaN where nothing was measured."""
        columns = self.columns(lane, self.plot_rect().width())
        if not len(columns.age_s):
            return math.nan
        return float(columns.high[int(np.abs(columns.age_s + self.span.day.now - moment).argmin())])

    def hover(self, y: float) -> None:
        lanes = self.shown()
        at = int(y / self.height() * len(lanes)) if self.height() else 0
        self.setToolTip(tip(tr(ROWS[lanes[at]].about)) if 0 <= at < len(lanes) else "")

    def paint_values(self, painter: QPainter, rect: QRect) -> None:
        lanes = self.shown()
        height = rect.height() / len(lanes)
        moments, peaks = self.span.day.lanes(LANES, self.span.left, self.span.right, rect.width())
        first, second = ((cost or 0.0) / 1e7 for cost in self.costs)
        values = dict(zip(LANES, peaks, strict=True))
        values["cost"] = values["minor"] * first + np.nan_to_num(values["huge"]) * second
        x = rect.left() + (moments - self.span.left) / (self.span.right - self.span.left) * rect.width()
        near = -1 if math.isnan(self.span.moment) or not len(moments) else int(np.abs(moments - self.span.moment).argmin())
        for n, lane in enumerate(lanes):
            strip = QRect(rect.left(), round(rect.top() + n * height), rect.width(), round(height))
            self._paint_lane(painter, strip, lane, x=x, high=values[lane], near=near)

    def _paint_lane(self, painter: QPainter, strip: QRect, lane: str, *, x: np.ndarray, high: np.ndarray, near: int) -> None:
        tokens, row = self.theme.tokens, ROWS[lane]
        top = max(float(np.nanmax(high)) if np.isfinite(high).any() else 0.0, 1.0 if not row.share else 5.0)
        told = lane == "cost" or self.span.day.told(lane)
        value = float(high[near]) if len(high) else math.nan
        self._name(painter, strip, tr(row.title), rated(value, share=row.share) if told else tr("not told"))
        if not len(high) or not told:
            return
        ys = strip.bottom() - scaled(high, top, log=self.span.log and not row.share) * (strip.height() - 3)
        self._curve(painter, strip, x, ys.astype(float), QColor(tokens.series[row.slot]))

    def _curve(self, painter: QPainter, strip: QRect, x: np.ndarray, y: np.ndarray, colour: QColor) -> None:
        """The curve and a shade below it; where nothing was measured both are broken."""
        columns = np.clip(np.searchsorted(x, strip.left() + np.arange(strip.width())), 0, len(x) - 1)
        heights = strip.top() + np.arange(strip.height(), dtype=np.float32)
        panel = QColor(self.theme.tokens.panel)
        shade = blend(panel, colour, _SHADE)
        pixels = np.where(heights[:, None] >= y[columns].astype(np.float32)[None, :], np.uint32(shade.rgb()), np.uint32(panel.rgb()))
        image = QImage(pixels.data, strip.width(), strip.height(), pixels.strides[0], QImage.Format.Format_RGB32)
        painter.drawImage(strip.topLeft(), image)
        painter.setPen(QPen(QColor(self.theme.tokens.line), 1))
        painter.drawLine(strip.left(), strip.bottom(), strip.right(), strip.bottom())
        painter.setPen(QPen(colour, 1))
        painter.drawPath(pg.arrayToQPath(x, y, connect="finite"))

    def _name(self, painter: QPainter, strip: QRect, title: str, value: str) -> None:
        tokens = self.theme.tokens
        box = QRect(GRID, strip.top(), strip.left() - 2 * GRID, strip.height())
        room = box.width() - painter.fontMetrics().horizontalAdvance(value) - GRID // 2
        painter.setPen(QColor(tokens.dim))
        title = painter.fontMetrics().elidedText(title, Qt.TextElideMode.ElideRight, room)
        painter.drawText(box, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, title)
        painter.setPen(QColor(tokens.text))
        painter.drawText(box, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, value)


def scaled(values: np.ndarray, top: float, *, log: bool) -> np.ndarray:
    """Values from 0 to 1."""
    return np.log1p(values) / math.log1p(top) if log else values / top


def rated(value: float, *, share: bool = False) -> str:
    """A rate or a share in a few characters; a dash where nothing was measured."""
    if math.isnan(value):
        return "–"
    if share:
        return f"{value:.1f} %" if value < 10 else f"{value:.0f} %"
    for limit, unit in ((1e6, "M"), (1e3, "k")):
        if value >= limit:
            return f"{value / limit:.3g}{unit}"
    return f"{value:.0f}" if value >= 10 or value == 0 else f"{value:.1f}"


def blend(one: QColor, other: QColor, part: float) -> QColor:
    """The colour that far on the way from one to the other."""
    pairs = ((one.red(), other.red()), (one.green(), other.green()), (one.blue(), other.blue()))
    return QColor(*(round(a + (b - a) * part) for a, b in pairs))
