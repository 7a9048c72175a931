"""With what is drawn onto a picture? A row of tools for a canvas: arrow, box, words, and undo."""

from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QLineEdit, QWidget

from inspector.gui.reporting.canvas import Canvas, Tool
from inspector.gui.theme import GRID
from inspector.gui.widgets import tool_button
from inspector.i18n import mark, tr

_TOOLS: tuple[tuple[Tool, str, str], ...] = (
    ("arrow", mark("Arrow"), mark("Drag from where you speak to what you mean.")),
    ("box", mark("Box"), mark("Drag a box around what you mean.")),
    ("text", mark("Text"), mark("Write the words at the right, then click where they go.")),
)


class StrokeTools(QWidget):
    """The tools of one canvas."""

    def __init__(self, canvas: Canvas, *, parent: QWidget) -> None:
        super().__init__(parent)
        self._canvas = canvas
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(GRID // 2)
        self.group = QButtonGroup(self)
        for n, (_, title, about) in enumerate(_TOOLS):
            button = tool_button(tr(title), name=tr(title), tooltip=tr(about), parent=self, checkable=True)
            button.setChecked(n == 0)
            self.group.addButton(button, n)
            row.addWidget(button)
        self.words = QLineEdit(self)
        self.words.setPlaceholderText(tr("Words for the picture"))
        self.words.setAccessibleName(tr("Words for the picture"))
        self.words.setMaximumWidth(GRID * 24)
        self.undo_button = tool_button(tr("Undo"), name=tr("Undo"), tooltip=tr("Take the last stroke away."), parent=self, icon="undo")
        row.addWidget(self.words)
        row.addWidget(self.undo_button)
        self.group.idToggled.connect(self._use_tool)
        self.words.textEdited.connect(self._use_words)
        self.undo_button.clicked.connect(canvas.undo)
        canvas.drawn.connect(self._drawn)
        self._drawn()

    def _use_tool(self, number: int, on: bool) -> None:
        if on:
            self._canvas.tool = _TOOLS[number][0]

    def _use_words(self, words: str) -> None:
        self._canvas.words = words
        self.group.button(len(_TOOLS) - 1).setChecked(True)

    def _drawn(self) -> None:
        self.undo_button.setEnabled(bool(self._canvas.strokes))
