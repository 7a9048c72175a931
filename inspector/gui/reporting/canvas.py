"""What is pointed at in a picture? The picture, scaled to fit, with arrows, boxes and words drawn onto it by mouse or keyboard."""

import math
from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QByteArray, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFocusEvent, QFont, QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QWidget

from inspector.gui.reporting.files import image_as_png
from inspector.gui.theme import GRID, Theme
from inspector.i18n import tr

Tool = Literal["arrow", "box", "text"]
_INK = "#d81b60"
_PAPER = "#ffffff"
_STEP = 0.02
_LEAST = 0.004
"""Shorter than this part of the picture's width, a stroke is a slip of the hand."""
_STROKE = 1 / 320
_KEYS = {Qt.Key.Key_Left: (-1, 0), Qt.Key.Key_Right: (1, 0), Qt.Key.Key_Up: (0, -1), Qt.Key.Key_Down: (0, 1)}


@dataclass(frozen=True, slots=True)
class Stroke:
    """One annotation: from where to where, as parts of the picture's width and height."""

    tool: Tool
    start: QPointF
    end: QPointF
    words: str = ""


class Canvas(QWidget):
    """The picture and what is drawn on it. `drawn` says that there is one stroke more or less."""

    drawn = Signal()

    def __init__(self, *, parent: QWidget, theme: Theme) -> None:
        super().__init__(parent)
        self._theme = theme
        self._picture = QImage()
        self._cursor: QPointF | None = None
        self._start: QPointF | None = None
        self.tool: Tool = "arrow"
        self.words = ""
        self.strokes: list[Stroke] = []
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMinimumSize(GRID * 20, GRID * 14)
        self.setAccessibleName(tr("Picture; arrow keys move, Space begins and ends a stroke"))

    def show_picture(self, png: bytes, strokes: list[Stroke] | None = None) -> None:
        """Show this picture with the strokes drawn on it so far; an empty one clears the view."""
        self._picture = QImage()
        if png:
            self._picture.loadFromData(QByteArray(png), "PNG")
        self.strokes = [] if strokes is None else strokes
        self._start = None
        self._changed()

    def has_picture(self) -> bool:
        """Whether there is something to draw on."""
        return not self._picture.isNull()

    def undo(self) -> None:
        """Take the last stroke away."""
        del self.strokes[-1:]
        self._changed()

    def result(self) -> QImage:
        """The picture with its strokes, at its own size."""
        return _with_strokes(self._picture, self.strokes, self._theme.ui_font)

    # ---- how it looks

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHints(QPainter.RenderHint.SmoothPixmapTransform | QPainter.RenderHint.Antialiasing)
        place = self._place()
        if self._picture.isNull() or not place.isValid():
            return
        painter.drawImage(place, self._picture)
        painter.setPen(QColor(self._theme.tokens.line))
        painter.drawRect(place)
        for stroke in self.strokes:
            _paint(painter, stroke, place, self._theme.ui_font)
        if self._start is not None and self._cursor is not None:
            _paint(painter, Stroke(self.tool, self._start, self._cursor, self.words), place, self._theme.ui_font)
        if self.hasFocus() and self._cursor is not None:
            self._paint_cursor(painter, place)

    def _paint_cursor(self, painter: QPainter, place: QRectF) -> None:
        assert self._cursor is not None
        at = _at(self._cursor, place)
        painter.setPen(QPen(QColor(self._theme.tokens.accent), 1, Qt.PenStyle.DashLine))
        painter.drawLine(QPointF(place.left(), at.y()), QPointF(place.right(), at.y()))
        painter.drawLine(QPointF(at.x(), place.top()), QPointF(at.x(), place.bottom()))

    def _place(self) -> QRectF:
        """Where the picture stands: whole, in the middle, never enlarged."""
        room = QRectF(self.rect()).adjusted(GRID, GRID, -GRID, -GRID)
        size = QSize(self._picture.size())
        if size.isEmpty():
            return QRectF()
        scale = min(1.0, room.width() / size.width(), room.height() / size.height())
        width, height = size.width() * scale, size.height() * scale
        return QRectF(room.center().x() - width / 2, room.center().y() - height / 2, width, height)

    # ---- how strokes come to be

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._begin(self._part(event.position()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._cursor = self._part(event.position())
        self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._finish(self._part(event.position()))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = _KEYS.get(Qt.Key(event.key()))
        if step is not None:
            at = self._cursor or QPointF(0.5, 0.5)
            self._cursor = QPointF(min(1.0, max(0.0, at.x() + step[0] * _STEP)), min(1.0, max(0.0, at.y() + step[1] * _STEP)))
            self.update()
        elif event.key() == Qt.Key.Key_Space:
            at = self._cursor or QPointF(0.5, 0.5)
            if self._start is None and self.tool != "text":
                self._begin(at)
            else:
                self._start = self._start or at
                self._finish(at)
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def _part(self, position: QPointF) -> QPointF:
        place = self._place()
        if not place.isValid():
            return QPointF(0, 0)
        x, y = (position.x() - place.left()) / place.width(), (position.y() - place.top()) / place.height()
        return QPointF(min(1.0, max(0.0, x)), min(1.0, max(0.0, y)))

    def _begin(self, at: QPointF) -> None:
        self._start = self._cursor = at
        self.update()

    def _finish(self, at: QPointF) -> None:
        start, self._start = self._start, None
        if start is None or not self.has_picture():
            return
        long_enough = math.hypot(at.x() - start.x(), at.y() - start.y()) >= _LEAST
        if (self.tool == "text" and self.words) or (self.tool != "text" and long_enough):
            self.strokes.append(Stroke(self.tool, start, at, self.words if self.tool == "text" else ""))
        self._changed()

    def _changed(self) -> None:
        self.update()
        self.drawn.emit()


def drawn(png: bytes, strokes: list[Stroke], theme: Theme) -> bytes:
    """A picture with these strokes, as a file."""
    return image_as_png(_with_strokes(QImage.fromData(png), strokes, theme.ui_font))


def _with_strokes(picture: QImage, strokes: list[Stroke], font: QFont) -> QImage:
    made = picture.convertToFormat(QImage.Format.Format_RGB32)
    made.setDevicePixelRatio(1)
    painter = QPainter(made)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for stroke in strokes:
        _paint(painter, stroke, QRectF(made.rect()), font)
    painter.end()
    return made


def _at(part: QPointF, place: QRectF) -> QPointF:
    return QPointF(place.left() + part.x() * place.width(), place.top() + part.y() * place.height())


def _paint(painter: QPainter, stroke: Stroke, place: QRectF, font: QFont) -> None:
    """Draw a stroke in ink with a rim of paper, so that it is seen on light and on dark ground."""
    width = max(2.0, place.width() * _STROKE)
    start, end = _at(stroke.start, place), _at(stroke.end, place)
    if stroke.tool == "text":
        _paint_words(painter, stroke.words, start, place, font)
        return
    for colour, pen_width in ((_PAPER, width * 2), (_INK, width)):
        painter.setPen(QPen(QColor(colour), pen_width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if stroke.tool == "box":
            painter.drawRect(QRectF(start, end).normalized())
            continue
        painter.drawLine(start, end)
        angle = math.atan2(end.y() - start.y(), end.x() - start.x())
        wings = [end - QPointF(math.cos(angle + turn), math.sin(angle + turn)) * (width * 5) for turn in (0.45, -0.45)]
        painter.setBrush(QColor(colour))
        painter.drawPolygon(QPolygonF([end, *wings]))


def _paint_words(painter: QPainter, words: str, start: QPointF, place: QRectF, font: QFont) -> None:
    large = QFont(font)
    large.setBold(True)
    large.setPixelSize(max(9, round(place.width() / 60)))
    painter.setFont(large)
    metrics = painter.fontMetrics()
    box = QRectF(metrics.boundingRect(words)).adjusted(-metrics.height() / 3, -metrics.height() / 6, metrics.height() / 3, metrics.height() / 6)
    box.moveTopLeft(start)
    if box.right() > place.right():
        box.moveRight(place.right())
    if box.bottom() > place.bottom():
        box.moveBottom(place.bottom())
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(_PAPER))
    painter.drawRoundedRect(box, 3, 3)
    painter.setPen(QColor(_INK))
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, words)
