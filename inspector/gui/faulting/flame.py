"""Which call paths fault? A flame graph of the observed process: width is the share of faults, a click makes a function the whole width."""

from dataclasses import dataclass, field
from zlib import crc32

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from inspector.gui.theme import GRID, Theme
from inspector.gui.widgets import tip
from inspector.i18n import tr, trn
from inspector.model.faults import Stack

_LEAST = 1.0
_ROOT = "all"


@dataclass(slots=True)
class Frame:
    """A function at one place of the call tree and the faults below it."""

    name: str
    count: int = 0
    callees: dict[str, "Frame"] = field(default_factory=dict)


def tree_of(stacks: tuple[Stack, ...]) -> Frame:
    """All call chains as one tree."""
    root = Frame(_ROOT)
    for stack in stacks:
        root.count += stack.samples
        frame = root
        for name in stack.frames:
            frame = frame.callees.setdefault(name, Frame(name))
            frame.count += stack.samples
    return root


class FlameView(QWidget):
    """The graph, outermost function on top. Keys: Escape or Backspace shows all again."""

    def __init__(self, *, parent: QWidget, theme: Theme) -> None:
        super().__init__(parent)
        self._theme = theme
        self._root = Frame(_ROOT)
        self._path: tuple[str, ...] = ()
        self._boxes: list[tuple[QRectF, tuple[str, ...], Frame]] = []
        self.setAccessibleName(tr("Flame graph of page faults; the table of places has the same functions"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        theme.changed.connect(self.update)

    def sizeHint(self) -> QSize:
        return QSize(GRID * 50, GRID * 30)

    @property
    def empty(self) -> bool:
        """Whether there is no call chain."""
        return not self._root.count

    def show_stacks(self, stacks: tuple[Stack, ...]) -> None:
        """Show these chains; what was zoomed to stays so if it is still there."""
        self._root = tree_of(stacks)
        if self._focus() is None:
            self._path = ()
        self.update()

    def _focus(self) -> Frame | None:
        frame: Frame | None = self._root
        for name in self._path:
            frame = frame.callees.get(name) if frame else None
        return frame

    def draw(self, painter: QPainter) -> None:
        """The whole picture; also what is exported."""
        painter.fillRect(QRect(QPoint(0, 0), self.size()), QColor(self._theme.tokens.panel))
        painter.setFont(self._theme.mono_font)
        focus = self._focus()
        self._boxes = []
        if self.empty or focus is None:
            painter.setPen(QColor(self._theme.tokens.dim))
            text = tr("Turn on “Call chains” to see who called the code that faults.")
            painter.drawText(QRect(QPoint(0, 0), self.size()), Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, text)
            return
        height = painter.fontMetrics().height() + 3
        left, width, top = GRID / 2, self.width() - GRID, GRID / 2
        above = [self._root]
        for name in self._path:
            above.append(above[-1].callees[name])
        for n, frame in enumerate(above):
            self._box(painter, frame, self._path[:n], QRectF(left, top + n * height, width, height - 1))
        self._below(painter, focus, self._path, QRectF(left, top + len(above) * height, width, height))

    def _below(self, painter: QPainter, frame: Frame, path: tuple[str, ...], room: QRectF) -> None:
        todo = [(frame, path, room)]
        while todo:
            frame, path, room = todo.pop()
            x = room.left()
            for callee in sorted(frame.callees.values(), key=lambda one: one.name):
                width = room.width() * callee.count / frame.count
                if width >= _LEAST and room.top() < self.height():
                    box = QRectF(x, room.top(), width, room.height() - 1)
                    self._box(painter, callee, (*path, callee.name), box)
                    todo.append((callee, (*path, callee.name), QRectF(x, room.top() + room.height(), width, room.height())))
                x += width

    def _box(self, painter: QPainter, frame: Frame, path: tuple[str, ...], box: QRectF) -> None:
        self._boxes.append((box, path, frame))
        painter.fillRect(box.adjusted(0, 0, -0.5, 0), self._colour(frame.name))
        room = box.adjusted(3, 0, -2, 0)
        if room.width() > 24:
            painter.setPen(QColor(self._theme.tokens.text))
            words = painter.fontMetrics().elidedText(frame.name, Qt.TextElideMode.ElideRight, int(room.width()))
            painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, words)

    def _colour(self, name: str) -> QColor:
        """One shade per package, quiet enough for text on top."""
        shade = crc32((name.rpartition(".")[0] or name).encode("utf-8", "replace"))
        dark = QColor(self._theme.tokens.panel).lightness() < 128
        return QColor.fromHsl(15 + shade % 40, 90 + shade // 64 % 60, 70 + shade // 512 % 24 if dark else 205 + shade // 512 % 24)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        self.draw(painter)
        if self.hasFocus():
            painter.setPen(QColor(self._theme.tokens.accent))
            painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
        painter.end()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        found = next((frame for box, _, frame in self._boxes if box.contains(event.position())), None)
        total = self._root.count or 1
        text = ""
        if found:
            share = f"{found.count / total * 100:.1f}"
            text = trn("{name}: {n} fault, {share} %", "{name}: {n} faults, {share} %", found.count, name=found.name, share=share)
        self.setToolTip(tip(text))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        path = next((path for box, path, _ in self._boxes if box.contains(event.position())), None)
        if path is not None:
            self._path = path
            self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Escape, Qt.Key.Key_Backspace):
            self._path = ()
            self.update()
        else:
            super().keyPressEvent(event)
