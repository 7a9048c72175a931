"""What keeps a capability out of this kernel? The chain of configuration options, drawn: what it hangs on, which node is off, what is merely met."""

from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QHelpEvent, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QToolTip, QWidget

from inspector.gui import words
from inspector.gui.theme import GRID, Theme, Tone
from inspector.gui.widgets import tip
from inspector.i18n import tr
from inspector.model.kernel import Capability, Gate

_WIDEST, _NARROWEST = 270.0, 120.0
_BETWEEN = GRID * 13
_PAD = GRID


@dataclass(frozen=True, slots=True)
class _Node:
    """A box: two lines of text, its tone, its tooltip, and the word on the edge that leads to it from the box of number `above`."""

    box: QRectF
    title: str
    says: str
    tone: Tone
    told: str
    above: int
    relation: str


class GateGraph(QWidget):
    """Left to right: the capability, its options, what those depend on. Only looked at; its text is read out as one description."""

    def __init__(self, *, parent: QWidget, theme: Theme) -> None:
        super().__init__(parent)
        self._theme = theme
        self._nodes: list[_Node] = []
        self.setAccessibleName(tr("Why not: the chain of options"))
        self.setMouseTracking(True)
        theme.changed.connect(self.update)

    def show_capability(self, capability: Capability | None) -> None:
        """Draw this capability's chain; nothing where there is none."""
        self._nodes = []
        if capability is not None and capability.gates:
            self._lay_out(capability)
        self.setAccessibleDescription("\n".join(f"{node.relation} {node.title} {node.says}".strip() for node in self._nodes))
        self.setMinimumSize(self.sizeHint())
        self.updateGeometry()
        self.update()

    def is_empty(self) -> bool:
        """Whether there is nothing to draw."""
        return not self._nodes

    def sizeHint(self) -> QSize:
        """As large as all boxes."""
        right = max((node.box.right() for node in self._nodes), default=0.0)
        bottom = max((node.box.bottom() for node in self._nodes), default=0.0)
        return QSize(int(right) + GRID * 2, int(bottom) + GRID * 2)

    # ---- layout

    def _lay_out(self, capability: Capability) -> None:
        word, _, tone, _ = words.judged(capability)
        self._nodes.append(_Node(QRectF(), tr(capability.title), word, tone, capability.because, -1, ""))
        bottom = float(GRID * 2)
        centres = []
        for gate in capability.gates:
            centre, bottom = self._place(gate, above=0, left=GRID * 2 + self._width(tr(capability.title), word) + _BETWEEN, top=bottom)
            centres.append(centre)
        size = (self._width(tr(capability.title), word), self._height())
        middle = (centres[0] + centres[-1]) / 2
        root = self._nodes[0]
        self._nodes[0] = _Node(
            QRectF(GRID * 2, middle - size[1] / 2, *size), root.title, root.says, root.tone, root.told, root.above, root.relation
        )

    def _place(self, gate: Gate, *, above: int, left: float, top: float) -> tuple[float, float]:
        """Put a gate and what is below it; its vertical centre and where the next one may begin."""
        number = len(self._nodes)
        title = f"{gate.symbol}={gate.value}" if gate.value else gate.symbol
        self._nodes.append(_Node(QRectF(), title, gate.says, _tone(gate), _told(gate), above, words.relation(gate.relation)))
        width, height = self._width(title, gate.says), self._height()
        bottom, centres = top, []
        for below in gate.below:
            centre, bottom = self._place(below, above=number, left=left + width + _BETWEEN, top=bottom)
            centres.append(centre)
        middle = (centres[0] + centres[-1]) / 2 if centres else top + height / 2
        node = self._nodes[number]
        box = QRectF(left, middle - height / 2, width, height)
        self._nodes[number] = _Node(box, node.title, node.says, node.tone, node.told, node.above, node.relation)
        return middle, max(bottom, middle + height / 2 + GRID)

    def _width(self, title: str, says: str) -> float:
        wanted = max(QFontMetricsF(self._theme.mono_font).horizontalAdvance(title), QFontMetricsF(self._theme.ui_font).horizontalAdvance(says))
        return min(_WIDEST, max(_NARROWEST, wanted + _PAD * 3))

    def _height(self) -> float:
        return QFontMetricsF(self._theme.mono_font).height() + QFontMetricsF(self._theme.ui_font).height() + _PAD * 1.5

    # ---- drawing

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for node in self._nodes:
            if node.above >= 0:
                self._draw_edge(painter, self._nodes[node.above], node)
        for node in self._nodes:
            self._draw_box(painter, node)
        painter.end()

    def _draw_edge(self, painter: QPainter, above: _Node, node: _Node) -> None:
        start = QPointF(above.box.right(), above.box.center().y())
        end = QPointF(node.box.left(), node.box.center().y())
        half = (end.x() - start.x()) / 2
        path = QPainterPath(start)
        path.cubicTo(start + QPointF(half, 0), end - QPointF(half, 0), end)
        colour = self._theme.colour(node.tone) if node.tone in ("bad", "warn") else QColor(self._theme.tokens.control)
        painter.setPen(QPen(colour, 1.5, Qt.PenStyle.SolidLine if node.tone in ("bad", "warn") else Qt.PenStyle.DashLine))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPath(path)
        font = self._theme.ui_font
        painter.setFont(font)
        word = QRectF(end.x() - _BETWEEN + GRID, end.y() - QFontMetricsF(font).height() - 1, _BETWEEN - GRID * 2, QFontMetricsF(font).height())
        painter.setPen(self._theme.colour("dim"))
        painter.drawText(word, int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignBottom), node.relation)

    def _draw_box(self, painter: QPainter, node: _Node) -> None:
        tokens = self._theme.tokens
        surface = {"bad": tokens.bad_surface, "warn": tokens.warn_surface}.get(node.tone, tokens.raised)
        painter.setBrush(QColor(surface))
        painter.setPen(QPen(self._theme.colour(node.tone) if node.tone in ("bad", "warn") else QColor(tokens.line), 1.0))
        painter.drawRoundedRect(node.box, 6, 6)
        inner = node.box.adjusted(_PAD * 1.5, _PAD * 0.5, -_PAD, -_PAD * 0.5)
        mono = QFontMetricsF(self._theme.mono_font)
        painter.setFont(self._theme.mono_font)
        painter.setPen(self._theme.colour(""))
        first = QRectF(inner.left(), inner.top(), inner.width(), mono.height())
        painter.drawText(first, int(Qt.AlignmentFlag.AlignVCenter), mono.elidedText(node.title, Qt.TextElideMode.ElideMiddle, inner.width()))
        ui = QFontMetricsF(self._theme.ui_font)
        painter.setFont(self._theme.ui_font)
        painter.setPen(self._theme.colour(node.tone if node.tone != "ok" else "dim"))
        second = QRectF(inner.left(), first.bottom(), inner.width(), ui.height())
        painter.drawText(second, int(Qt.AlignmentFlag.AlignVCenter), ui.elidedText(node.says, Qt.TextElideMode.ElideRight, inner.width()))

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent):
            node = next((node for node in self._nodes if node.box.contains(QPointF(event.pos()))), None)
            QToolTip.showText(event.globalPos(), tip(node.told) if node else "", self)
            return True
        return super().event(event)


def _tone(gate: Gate) -> Tone:
    if gate.met:
        return "ok"
    return "warn" if any(not below.met for below in gate.below) else "bad"


def _told(gate: Gate) -> str:
    where = " › ".join(filter(None, (gate.menu, gate.prompt)))
    return "\n".join(filter(None, (f"CONFIG_{gate.symbol}={gate.value}", gate.says, where, gate.depends)))
