"""How does a box to tick, or one to choose from, look in every theme? The stylesheet gives it its frame; the tick and the arrow are drawn here."""

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QCheckBox, QComboBox, QStyle, QStyleOptionButton, QWidget


def _line(widget: QWidget, points: list[tuple[float, float]], within: QRectF, colour: QColor) -> None:
    """A line through points given in parts of a square, which lies in the middle of `within`."""
    side = min(within.width(), within.height())
    corner = within.center() - QPointF(side / 2, side / 2)
    painter = QPainter(widget)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(colour, max(1.5, side / 9), Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin))
    painter.drawPolyline([corner + QPointF(x * side, y * side) for x, y in points])
    painter.end()


class CheckBox(QCheckBox):
    """A box to tick."""

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self.isChecked():
            option = QStyleOptionButton()
            self.initStyleOption(option)
            place = QRectF(self.style().subElementRect(QStyle.SubElement.SE_CheckBoxIndicator, option, self))
            ink = QPalette.ColorRole.Base if self.isEnabled() else QPalette.ColorRole.WindowText
            _line(self, [(0.26, 0.52), (0.44, 0.70), (0.76, 0.32)], place, self.palette().color(ink))


class ComboBox(QComboBox):
    """A box to choose from."""

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        side = self.fontMetrics().height()
        place = QRectF(self.width() - side * 1.5, (self.height() - side) / 2, side, side)
        _line(self, [(0.3, 0.42), (0.5, 0.62), (0.7, 0.42)], place, self.palette().color(QPalette.ColorRole.ButtonText))
