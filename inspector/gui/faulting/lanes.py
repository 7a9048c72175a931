"""How is the whole system doing beside its page faults? One narrow strip per value, all over the same time, each with its own scale."""

import math
from bisect import bisect_left
from dataclasses import dataclass

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRect, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen, QPixmap
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
_MOST_MOVED = 8


@dataclass(frozen=True, slots=True)
class _Curves:
    """What is drawn: values by strip, the places (px) of their columns, the scale and the box of each strip, all from the top left of the plot.

    `newest` numbers the last column since the clock began and `pixels` is the width of one, 0 where the picture cannot simply be moved.
    """

    x: np.ndarray
    high: dict[str, np.ndarray]
    tops: dict[str, float]
    boxes: dict[str, QRect]
    near: int
    newest: int
    pixels: float

    def edge(self, number: int) -> int:
        """How far right of the clock's beginning a column's end lies, in whole pixels."""
        return math.ceil(number * self.pixels)


class LanesView(Canvas):
    """The strips. Beside those that are always there, one appears with its first value; `costs` (ns) turn rates into time."""

    def __init__(self, span: Span, *, parent: QWidget, theme: Theme) -> None:
        super().__init__(span, name=tr("System lanes over time; the table has the same values"), parent=parent, theme=theme)
        self.costs: tuple[float | None, float | None] = (None, None)
        self._shown: tuple[str, ...] = ()
        self._strips: QPixmap | None = None
        self._labels: dict[str, tuple[tuple[object, ...], QPixmap]] = {}
        self._kept: tuple[tuple[object, ...], int] = ((), 0)

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
        curves = self._curves(rect)
        painter.translate(rect.topLeft())
        self._paint_curves(painter, curves, 0)
        painter.translate(-rect.topLeft())
        self._paint_names(painter, rect, curves)

    def paint_kept(self, painter: QPainter, rect: QRect) -> None:
        curves = self._curves(rect)
        self._bring_up_to_date(rect, curves)
        panel = QColor(self.theme.tokens.panel)
        painter.fillRect(rect.right() + 1, 0, self.width() - rect.right() - 1, self.height(), panel)
        painter.fillRect(0, rect.bottom(), self.width(), self.height() - rect.bottom(), panel)
        if self._strips:
            painter.drawPixmap(rect.topLeft(), self._strips)
        for lane, box in curves.boxes.items():
            painter.drawPixmap(0, box.top(), self._label(lane, self._said(lane, curves), rect.left(), box.height()))

    def _label(self, lane: str, said: str, width: int, height: int) -> QPixmap:
        """The name and the value of a strip as they were painted the last time, or anew where they differ."""
        key = (said, tr(ROWS[lane].title), width, height, self.theme.tokens, self.theme.ui_font, self.devicePixelRatioF())
        kept = self._labels.get(lane)
        if kept is None or kept[0] != key:
            picture = self.pixmap(width, height)
            painter = QPainter(picture)
            painter.setFont(self.small_font())
            self._name(painter, QRect(width, 0, 0, height), tr(ROWS[lane].title), said)
            painter.end()
            kept = self._labels[lane] = (key, picture)
        return kept[1]

    def _bring_up_to_date(self, rect: QRect, curves: _Curves) -> None:
        """Move the kept picture and draw its newest columns, or all of it where more has changed than the time."""
        tops, boxes = tuple(curves.tops.items()), tuple(box.height() for box in curves.boxes.values())
        told = tuple(map(self._is_told, curves.boxes))
        state = (curves.pixels, tops, boxes, told, rect.width(), self.span.log, self.theme.tokens, self.devicePixelRatioF())
        before, newest = self._kept
        moved = curves.newest - newest
        self._kept = (state, curves.newest)
        first = 0
        if self._strips and curves.pixels and state == before and 0 <= moved < min(_MOST_MOVED, len(curves.x) - 2) and self.devicePixelRatioF() == 1:
            self._strips.scroll(curves.edge(newest) - curves.edge(curves.newest), 0, self._strips.rect())
            first = len(curves.x) - moved - 2
        else:
            self._strips = self.pixmap(rect.width(), rect.height())
        painter = QPainter(self._strips)
        self._paint_curves(painter, curves, first)
        painter.end()

    def _curves(self, rect: QRect) -> _Curves:
        span, lanes = self.span, self.shown()
        moments, peaks = span.day.lanes(LANES, span.left, span.right, rect.width())
        first, second = ((cost or 0.0) / 1e7 for cost in self.costs)
        high = dict(zip(LANES, peaks, strict=True))
        high["cost"] = high["minor"] * first + np.nan_to_num(high["huge"]) * second
        near = -1 if math.isnan(span.moment) or not len(moments) else int(np.abs(moments - span.moment).argmin())
        height = rect.height() / len(lanes)
        boxes = {lane: QRect(0, round(n * height), rect.width(), round(height)) for n, lane in enumerate(lanes)}
        step, count = span.day.step(span.left), len(moments)
        share = rect.width() / (span.right - span.left)
        x: np.ndarray = (moments - span.left) * share
        pixels = step * share if span.following and count > 2 and step * share >= 1 else 0.0
        newest = int(moments[-1] // step) if pixels else 0
        if pixels:
            last = rect.width() - (math.ceil(newest * pixels) - newest * pixels)
            x = last - np.arange(count - 1, -1, -1) * pixels
        return _Curves(x, high, {lane: _top(high[lane], ROWS[lane]) for lane in lanes}, boxes, near, newest, pixels)

    def _paint_curves(self, painter: QPainter, curves: _Curves, first: int) -> None:
        """All strips from this column on."""
        left = math.ceil(curves.x[first]) if first else 0
        if first:
            whole = QRect(left, 0, 1 << 14, 1 << 14)
            painter.setClipRect(whole)
            painter.fillRect(whole, QColor(self.theme.tokens.panel))
        begin = max(first - 1, 0)
        for lane, box in curves.boxes.items():
            high, row = curves.high[lane][begin:], ROWS[lane]
            if not len(high) or not self._is_told(lane):
                continue
            ys = box.bottom() - scaled(high, curves.tops[lane], log=self.span.log and not row.share) * (box.height() - 3)
            draw = self._newest if first else self._curve
            draw(painter, box.adjusted(left, 0, 0, 0), curves.x[begin:], ys.astype(float), QColor(self.theme.tokens.series[row.slot]))

    def _curve(self, painter: QPainter, box: QRect, x: np.ndarray, y: np.ndarray, colour: QColor) -> None:
        """The curve and a shade below it; where nothing was measured both are broken."""
        columns = np.clip(np.searchsorted(x, box.left() + np.arange(box.width())), 0, len(x) - 1)
        heights = box.top() + np.arange(box.height(), dtype=np.float32)
        panel = QColor(self.theme.tokens.panel)
        shade = blend(panel, colour, _SHADE)
        pixels = np.where(heights[:, None] >= y[columns].astype(np.float32)[None, :], np.uint32(shade.rgb()), np.uint32(panel.rgb()))
        image = QImage(pixels.data, len(columns), box.height(), pixels.strides[0], QImage.Format.Format_RGB32)
        painter.drawImage(box.topLeft(), image)
        painter.setPen(QPen(QColor(self.theme.tokens.line), 1))
        painter.drawLine(box.left(), box.bottom(), box.right(), box.bottom())
        painter.setPen(QPen(colour, 1))
        painter.drawPath(pg.arrayToQPath(x, y, connect="finite"))

    def _newest(self, painter: QPainter, box: QRect, x: np.ndarray, y: np.ndarray, colour: QColor) -> None:
        """The same for a few columns at the right end."""
        xs, ys = x.tolist(), y.tolist()
        shade = blend(QColor(self.theme.tokens.panel), colour, _SHADE)
        for column in range(box.left(), box.right() + 1):
            high = ys[min(bisect_left(xs, column), len(xs) - 1)]
            if high <= box.bottom():
                painter.fillRect(column, max(math.ceil(high), box.top()), 1, box.bottom() + 1 - max(math.ceil(high), box.top()), shade)
        painter.setPen(QPen(QColor(self.theme.tokens.line), 1))
        painter.drawLine(box.left(), box.bottom(), box.right(), box.bottom())
        painter.setPen(QPen(colour, 1))
        for n in range(1, len(xs)):
            if not math.isnan(ys[n - 1] + ys[n]):
                painter.drawLine(QPointF(xs[n - 1], ys[n - 1]), QPointF(xs[n], ys[n]))

    def _is_told(self, lane: str) -> bool:
        return lane == "cost" or self.span.day.told(lane)

    def _paint_names(self, painter: QPainter, rect: QRect, curves: _Curves) -> None:
        for lane, box in curves.boxes.items():
            self._name(painter, box.translated(rect.topLeft()), tr(ROWS[lane].title), self._said(lane, curves))

    def _said(self, lane: str, curves: _Curves) -> str:
        """The value beside a strip's name."""
        high = curves.high[lane]
        value = float(high[curves.near]) if len(high) else math.nan
        return rated(value, share=ROWS[lane].share) if self._is_told(lane) else tr("not told")

    def _name(self, painter: QPainter, strip: QRect, title: str, value: str) -> None:
        tokens = self.theme.tokens
        box = QRect(GRID, strip.top(), strip.left() - 2 * GRID, strip.height())
        room = box.width() - painter.fontMetrics().horizontalAdvance(value) - GRID // 2
        painter.setPen(QColor(tokens.dim))
        title = painter.fontMetrics().elidedText(title, Qt.TextElideMode.ElideRight, room)
        painter.drawText(box, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, title)
        painter.setPen(QColor(tokens.text))
        painter.drawText(box, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, value)


def _top(high: np.ndarray, row: _Lane) -> float:
    """What the upper edge of a strip stands for."""
    return max(float(np.fmax.reduce(high, initial=0.0)), 5.0 if row.share else 1.0)


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
