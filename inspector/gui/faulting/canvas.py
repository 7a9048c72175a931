"""How does a view over time behave? A gutter for names, a time axis the views share, a cursor, drag to zoom, keys; subclasses paint the middle."""

import math

from PySide6.QtCore import QEvent, QPointF, QRect, Qt
from PySide6.QtGui import QColor, QFont, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPixmap, QWheelEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from inspector.gui.faulting.span import Span
from inspector.gui.theme import GRID, Theme, Tone
from inspector.i18n import tr

_STEPS = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400)
_LEAST_DRAG = 6
_GUTTER = "huge pages refused 00 %"
MARKS: dict[str, Tone] = {"start": "ok", "exit": "dim", "oom": "bad", "huge-pages": "accent", "suspend": "warn", "fixed": "accent"}
"""The tone of each kind of marker."""


def gutter(font_of: QWidget) -> int:
    """Pixels at the left for names, the same in every view."""
    return font_of.fontMetrics().horizontalAdvance(_GUTTER) + 3 * GRID


class Canvas(QWidget):
    """A view over the shared span. Its picture is kept and painted anew only when `renew` was called."""

    def __init__(self, span: Span, *, name: str, parent: QWidget, theme: Theme, axis: bool = False) -> None:
        super().__init__(parent)
        self.span, self.theme = span, theme
        self.axis = axis
        self._drag: tuple[int, int] | None = None
        self._axis: tuple[tuple[float, ...], QPixmap] | None = None
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)  # what is behind is not painted first
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        span.changed.connect(self.renew)
        span.pointed.connect(self.update)
        theme.changed.connect(self._retint)

    # ---- geometry

    def plot_rect(self) -> QRect:
        """Where values are drawn."""
        left, bottom = gutter(self), self.fontMetrics().height() + GRID // 2 if self.axis else 0
        return QRect(left, 0, max(10, self.width() - left - 2 * GRID), max(1, self.height() - bottom))

    def x_of(self, moment: float) -> float:
        """The place of a moment."""
        rect = self.plot_rect()
        return rect.left() + (moment - self.span.left) / (self.span.right - self.span.left) * rect.width()

    def moment_at(self, x: float) -> float:
        """The moment at a place."""
        rect = self.plot_rect()
        return self.span.left + (x - rect.left()) / rect.width() * (self.span.right - self.span.left)

    # ---- painting

    def renew(self) -> None:
        """Paint anew."""
        self.update()

    def paint_ground(self, painter: QPainter, _rect: QRect) -> None:
        """What lies below the values."""
        painter.fillRect(self.rect(), QColor(self.theme.tokens.panel))

    def paint_values(self, painter: QPainter, rect: QRect) -> None:
        """Draw the values; what a subclass is for."""

    def paint_kept(self, painter: QPainter, rect: QRect) -> None:
        """Ground and values for the screen, where a picture may be kept from one time to the next."""
        self.paint_ground(painter, rect)
        self.paint_values(painter, rect)

    def draw(self, painter: QPainter) -> None:
        """Everything but what follows the pointer: what is exported."""
        rect = self.plot_rect()
        painter.setFont(self.small_font())
        self.paint_ground(painter, rect)
        self.paint_values(painter, rect)
        self._draw_markers(painter, rect)
        if self.axis:
            self._draw_axis(painter, rect, self.height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        rect = self.plot_rect()
        painter.setFont(self.small_font())
        self.paint_kept(painter, rect)
        self._draw_markers(painter, rect)
        if self.axis:
            painter.drawPixmap(0, rect.bottom() + 1, self._kept_axis(rect))
        if self._drag:
            shade = QColor(self.theme.tokens.accent)
            shade.setAlpha(50)
            left, right = sorted(self._drag)
            painter.fillRect(QRect(left, rect.top(), right - left, rect.height()), shade)
        if math.isfinite(self.span.moment) and self.span.left <= self.span.moment <= self.span.right:
            painter.setPen(QPen(QColor(self.theme.tokens.dim), 1, Qt.PenStyle.DashLine))
            x = self.x_of(self.span.moment)
            painter.drawLine(QPointF(x, rect.top()), QPointF(x, rect.bottom()))
        if self.hasFocus():
            painter.setPen(QPen(QColor(self.theme.tokens.accent), 1))
            painter.drawRect(QRect(0, 0, self.width() - 1, self.height() - 1))
        painter.end()

    def small_font(self) -> QFont:
        """The font of names and axes."""
        font = QFont(self.theme.ui_font)
        font.setPointSizeF(font.pointSizeF() * 0.88)
        return font

    def _retint(self) -> None:
        self._axis = None
        self.renew()

    def _kept_axis(self, rect: QRect) -> QPixmap:
        """The axis as it was painted the last time; it stays the same while the picture moves with time."""
        span = self.span
        key = (round(span.now - span.left, 3), round(span.now - span.right, 3), self.devicePixelRatioF(), self.width(), self.height(), rect.bottom())
        if self._axis is None or self._axis[0] != key:
            height = self.height() - rect.bottom() - 1
            strip = self.pixmap(self.width(), height)
            painter = QPainter(strip)
            painter.setFont(self.small_font())
            self._draw_axis(painter, rect, height)
            painter.end()
            self._axis = (key, strip)
        return self._axis[1]

    def pixmap(self, width: int, height: int) -> QPixmap:
        """An empty picture as sharp as the screen."""
        ratio = self.devicePixelRatioF()
        pixmap = QPixmap(math.ceil(width * ratio), math.ceil(height * ratio))
        pixmap.setDevicePixelRatio(ratio)
        pixmap.fill(QColor(self.theme.tokens.panel))
        return pixmap

    def _draw_axis(self, painter: QPainter, rect: QRect, bottom: int) -> None:
        painter.setPen(QColor(self.theme.tokens.dim))
        width = painter.fontMetrics().horizontalAdvance("-00:00 min") + 2 * GRID
        seconds = self.span.right - self.span.left
        step = next((s for s in _STEPS if seconds / s * width <= rect.width()), _STEPS[-1])
        now = self.span.now
        count = int((now - self.span.left) / step)
        free = float(self.width())
        for n in range(max(0, math.ceil((now - self.span.right) / step)), count + 1):
            x = self.x_of(now - n * step)
            text = ago(n * step)
            half = painter.fontMetrics().horizontalAdvance(text) / 2
            place = min(max(x, rect.left() + half), rect.right() - half)
            if place + half <= free:
                painter.drawText(QPointF(place - half, bottom - GRID / 2), text)
                free = place - half - GRID

    def _draw_markers(self, painter: QPainter, rect: QRect) -> None:
        for marker in self.span.markers():
            colour = self.theme.colour(MARKS.get(marker.kind, "dim"))
            colour.setAlpha(170)
            painter.setPen(QPen(colour, 1, Qt.PenStyle.DotLine))
            x = self.x_of(marker.time_s)
            painter.drawLine(QPointF(x, rect.top()), QPointF(x, rect.bottom()))

    # ---- pointer and keys

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            x = round(event.position().x())
            self._drag = (x, x)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        rect = self.plot_rect()
        x = min(max(round(event.position().x()), rect.left()), rect.right())
        if self._drag:
            self._drag = (self._drag[0], x)
            self.update()
        inside = rect.left() <= event.position().x() <= rect.right()
        self.span.point(self.moment_at(x) if inside else math.nan)
        self.hover(event.position().y())

    def hover(self, y: float) -> None:
        """The pointer is at this height."""

    def mouseReleaseEvent(self, _event: QMouseEvent) -> None:
        drag, self._drag = self._drag, None
        if drag and abs(drag[1] - drag[0]) >= _LEAST_DRAG:
            self.span.zoom(self.moment_at(drag[0]), self.moment_at(drag[1]))
        self.update()

    def mouseDoubleClickEvent(self, _event: QMouseEvent) -> None:
        self._drag = None
        self.span.follow()

    def wheelEvent(self, event: QWheelEvent) -> None:
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier and event.angleDelta().y():
            self.span.zoom_by(1 if event.angleDelta().y() > 0 else -1)
            event.accept()
        else:
            super().wheelEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        self.span.point(math.nan)
        super().leaveEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        moves = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
        if event.key() in moves:
            way = moves[Qt.Key(event.key())]
            if shift:
                self.span.pan(way * 0.25)
            else:
                self.span.point_by(way * 0.02)
        elif event.key() in (Qt.Key.Key_Plus, Qt.Key.Key_Equal, Qt.Key.Key_Minus):
            self.span.zoom_by(-1 if event.key() == Qt.Key.Key_Minus else 1)
        elif event.key() in (Qt.Key.Key_Home, Qt.Key.Key_Escape):
            self.span.follow()
        else:
            super().keyPressEvent(event)


def ago(seconds: float) -> str:
    """How long before now, in a few characters."""
    if seconds < 0.5:
        return tr("now")
    if seconds < 120:
        return tr("−{n} s", n=f"{seconds:.0f}")
    return tr("−{n} min", n=f"{seconds / 60:.3g}") if seconds < 7200 else tr("−{n} h", n=f"{seconds / 3600:.3g}")
