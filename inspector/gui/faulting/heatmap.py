"""Who faulted when? One row per process, one colour per cell of time, the logarithm of its rate; a new tick costs one column."""

import math

import numpy as np
from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QKeyEvent, QMouseEvent, QPainter, QPixmap, QResizeEvent
from PySide6.QtWidgets import QWidget

from inspector.gui.faulting.canvas import Canvas
from inspector.gui.faulting.lanes import blend, rated
from inspector.gui.faulting.span import Span
from inspector.gui.plotdata import log_colours
from inspector.gui.series import ProcessKey
from inspector.gui.theme import GRID, Theme
from inspector.gui.widgets import tip
from inspector.i18n import tr

_MOST_ROWS = 500
_RANK_EVERY = 10
"""Ticks between two orderings of the rows: rows that jump cannot be read."""
_TALLEST = 22
_TOP = 100_000.0


class HeatmapView(Canvas):
    """The map. `chosen` carries the process whose row was clicked or entered."""

    chosen = Signal(object)

    def __init__(self, span: Span, *, parent: QWidget, theme: Theme) -> None:
        super().__init__(span, name=tr("Heat map of all processes that fault"), parent=parent, theme=theme, axis=True)
        self.rows: list[ProcessKey] = []
        self.current: ProcessKey | None = None
        self._cells = np.zeros((0, 0), np.uint8)
        self._picture: QPixmap | None = None
        self._names: QPixmap | None = None
        self._key: tuple[float, float, float] = (0.0, 0.0, 0.0)
        self._ticks = 0
        self._table = np.zeros(256, np.uint32)
        self._tint()
        theme.changed.connect(self._tint)

    def sizeHint(self) -> QSize:
        return QSize(GRID * 60, GRID * 24)

    def minimumSizeHint(self) -> QSize:
        return QSize(GRID * 30, GRID * 10)

    # ---- what is in it

    def mark(self, key: ProcessKey) -> None:
        """Make this process's row the one that stands out."""
        self.current, self._names = key, None
        self.update()

    def tick(self) -> None:
        """There is a new tick: one more column, and now and then another order."""
        self._ticks += 1
        if self._ticks % _RANK_EVERY == 0 or len(self.rows) < 4 or not self._advance():
            self.renew()
        else:
            self.update()

    def renew(self) -> None:
        span = self.span
        ranked = span.day.processes(span.left, span.right)[:_MOST_ROWS]
        self.rows = [key for key, _ in ranked]
        self._cells = log_colours(span.day.heat(self.rows, span.left, span.right), top=_TOP)
        self._key = (span.seconds, span.day.step(span.left), span.right)
        self._picture = self._names = None
        super().renew()

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._picture = self._names = None
        super().resizeEvent(event)

    def _advance(self) -> bool:
        """Shift what has become older and take in the newest cells; False where everything has to be made anew."""
        span = self.span
        seconds, step, right = self._key
        if not span.following or seconds != span.seconds or step != span.day.step(span.left) or not self._cells.size:
            return False
        moved = int(span.right // step) - int(right // step)
        if not 0 <= moved < 8:
            return False
        fresh = log_colours(span.day.heat(self.rows, span.right - (moved + 0.5) * step, span.right), top=_TOP)
        if moved and self._cells.shape[1] < int(seconds / step):
            self._cells = np.concatenate((self._cells, np.zeros((len(self.rows), moved), np.uint8)), axis=1)
        elif moved:
            self._cells[:, :-moved] = self._cells[:, moved:]
        width = min(fresh.shape[1], self._cells.shape[1])
        self._cells[:, self._cells.shape[1] - width :] = fresh[:, fresh.shape[1] - width :]
        self._key = (seconds, step, span.right)
        self._scroll(int(right // step), moved, step / seconds)
        return True

    def _scroll(self, number: int, moved: int, share: float) -> None:
        """Move the kept picture by the pixels that so many cells take, and paint the newest ones; `share` is a cell's part of the width."""
        picture = self._picture
        if picture is None or self._cells.shape[1] * share < 1 - share:
            self._picture = None
            return
        width = picture.width() * share
        if moved:
            picture.scroll(math.floor(number * width) - math.floor((number + moved) * width), 0, picture.rect())
        painter = QPainter(picture)
        count = min(moved + 1, self._cells.shape[1])
        left = picture.width() - count * width
        painter.fillRect(QRectF(left, 0, picture.width() - left, picture.height()), QColor(self.theme.tokens.panel))
        self._paint_cells(painter, self._cells[:, -count:], QRectF(left, 0, count * width, self._row_height(picture.rect()) * len(self.rows)))
        painter.end()

    # ---- painting

    def paint_ground(self, painter: QPainter, rect: QRect) -> None:
        """Where the map and its names, which cover it, leave the ground open."""
        if not self.rows or not self._cells.size:
            super().paint_ground(painter, rect)
            return
        panel = QColor(self.theme.tokens.panel)
        painter.fillRect(rect.right() + 1, 0, self.width() - rect.right() - 1, self.height(), panel)
        painter.fillRect(0, rect.bottom() + 1, self.width(), self.height() - rect.bottom() - 1, panel)

    def paint_values(self, painter: QPainter, rect: QRect) -> None:
        count = len(self.rows)
        if not count or not self._cells.size:
            painter.setPen(QColor(self.theme.tokens.dim))
            painter.drawText(rect, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, tr("No process has faulted in this stretch of time."))
            return
        height = self._row_height(rect)
        if self._picture is None:
            self._picture = QPixmap(rect.size())
            self._picture.fill(QColor(self.theme.tokens.panel))
            inner = QPainter(self._picture)
            self._paint_all(inner, self._picture.rect(), height * count)
            inner.end()
        painter.drawPixmap(rect.topLeft(), self._picture)
        if self._names is None:
            self._names = self.pixmap(rect.left(), rect.height())
            inner = QPainter(self._names)
            inner.setFont(self.small_font())
            self._paint_names(inner, rect, height)
            inner.end()
        painter.drawPixmap(QPoint(0, rect.top()), self._names)
        if self.current in self.rows:
            painter.setPen(QColor(self.theme.tokens.accent))
            painter.drawRect(QRectF(rect.left() - 1, rect.top() + self.rows.index(self.current) * height, rect.width() + 1, max(2.0, height - 1)))

    def _paint_all(self, painter: QPainter, rect: QRect, height: float) -> None:
        """Every cell of the stretch."""
        step = self._key[1]
        span = self.span
        right = span.right if span.following else span.right + min(0.0, span.day.now - span.right)
        outside = self.plot_rect().left()
        left = max(self.x_of(right - step * self._cells.shape[1]) - outside, 0.0)
        self._paint_cells(painter, self._reduced(rect.width()), QRectF(left, 0, self.x_of(right) - outside - left, height))

    def _paint_cells(self, painter: QPainter, cells: np.ndarray, box: QRectF) -> None:
        """Cells, stretched over a box; of rows that share a pixel the hottest is seen."""
        width, height = max(1, round(box.width())), max(1, round(box.height()))
        if height < len(cells):
            cells = np.maximum.reduceat(cells, np.arange(height) * len(cells) // height, axis=0)
        rows, columns = np.arange(height) * len(cells) // height, np.arange(width) * cells.shape[1] // width
        pixels = np.ascontiguousarray(self._table[cells[rows[:, None], columns[None, :]]])
        image = QImage(pixels.data, width, height, pixels.strides[0], QImage.Format.Format_RGB32)
        painter.drawImage(box.topLeft(), image)

    def _paint_names(self, painter: QPainter, rect: QRect, height: float) -> None:
        tokens = self.theme.tokens
        line = painter.fontMetrics().height()
        chosen = self.rows.index(self.current) if self.current in self.rows else None
        every = max(1, math.ceil(line / height))
        for n, key in enumerate(self.rows):
            hidden = (chosen is not None and abs(n - chosen) * height < line) or n * height + max(height, line) > rect.height() + 1
            if n % every == 0 and not hidden:
                top = rect.top() + n * height
                self._paint_name(painter, QRectF(GRID, top, rect.left() - 2 * GRID, max(height, line)), key, tokens.dim)
        if self.current is not None and chosen is not None:
            top = max(0.0, chosen * height + (height - line) / 2)
            box = QRectF(GRID, top, rect.left() - 2 * GRID, line)
            painter.fillRect(box.adjusted(-GRID / 2, 0, 0, 0), QColor(tokens.selection))
            self._paint_name(painter, box, self.current, tokens.text)

    def _paint_name(self, painter: QPainter, box: QRectF, key: ProcessKey, colour: str) -> None:
        text = f"{self.span.day.names.get(key, '?')} {key[0]}"
        painter.setPen(QColor(colour))
        painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideMiddle, int(box.width())))

    def _reduced(self, width: int) -> np.ndarray:
        """At most one cell per pixel, the hottest of those that share one."""
        count = self._cells.shape[1]
        if count <= width:
            return self._cells
        starts = np.linspace(0, count, width, endpoint=False).astype(np.intp)
        return np.maximum.reduceat(self._cells, starts, axis=1)

    def _row_height(self, rect: QRect) -> float:
        return min(float(_TALLEST), rect.height() / max(1, len(self.rows)))

    def _tint(self) -> None:
        """From the panel over the accent to the strongest colour: lightness alone tells more from less."""
        tokens = self.theme.tokens
        strongest = tokens.warn if QColor(tokens.panel).lightness() < 128 else tokens.text
        stops = [QColor(name) for name in (tokens.raised, tokens.accent, strongest)]
        self._picture = None
        self._table = np.full(256, QColor(tokens.panel).rgb(), np.uint32)
        for n in range(1, 256):
            place = n / 255 * (len(stops) - 1)
            at = min(int(place), len(stops) - 2)
            self._table[n] = blend(stops[at], stops[at + 1], place - at).rgb()

    # ---- pointer and keys

    def row_at(self, y: float) -> ProcessKey | None:
        """The process whose row is at this height."""
        rect = self.plot_rect()
        n = int((y - rect.top()) / self._row_height(rect))
        return self.rows[n] if 0 <= n < len(self.rows) and y < rect.bottom() else None

    def hover(self, y: float) -> None:
        key = self.row_at(y)
        self.setToolTip(tip(self._told(key)) if key else "")

    def _told(self, key: ProcessKey) -> str:
        span = self.span
        values = span.day.curve(key, major=False, left=span.left, right=span.right, columns=self.plot_rect().width())
        at = int(np.abs(values.age_s + span.day.now - span.moment).argmin()) if len(values.age_s) else -1
        rate = rated(float(values.high[at])) if at >= 0 else "–"
        return tr("{name}, pid {pid}: {rate} minor faults/s", name=span.day.names.get(key, "?"), pid=key[0], rate=rate)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        drag = self._drag
        super().mouseReleaseEvent(event)
        if drag and abs(drag[1] - drag[0]) < GRID // 2:
            self._choose(self.row_at(QPointF(event.position()).y()))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() not in (Qt.Key.Key_Up, Qt.Key.Key_Down) or not self.rows:
            super().keyPressEvent(event)
            return
        at = self.rows.index(self.current) if self.current in self.rows else -1
        self._choose(self.rows[min(max(at + (1 if event.key() == Qt.Key.Key_Down else -1), 0), len(self.rows) - 1)])

    def _choose(self, key: ProcessKey | None) -> None:
        if key is not None:
            self.mark(key)
            self.chosen.emit(key)
