"""What does a part of the report say, word for word? Read-only text that arrives in pieces, so that a long one does not freeze the window."""

from PySide6.QtCore import QTimer
from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import QFrame, QPlainTextEdit, QWidget

_PIECE = 24_000
"""Letters put into the view per turn of the event loop."""


class PreviewText(QPlainTextEdit):
    """The text of one part; Tab leaves it."""

    def __init__(self, name: str, *, parent: QWidget) -> None:
        super().__init__(parent)
        self.setReadOnly(True)
        self.setUndoRedoEnabled(False)
        self.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.setAccessibleName(name)
        self.setProperty("mono", "true")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setTabChangesFocus(True)
        self._text, self._shown, self._wanted = "", 0, ""
        self._more = QTimer(self)
        self._more.setInterval(0)
        self._more.timeout.connect(self._add)

    def show_text(self, text: str) -> None:
        """Show this text from its beginning."""
        if text == self._text:
            return
        self._text, self._shown, self._wanted = text, 0, ""
        self.clear()
        self._add()
        self.moveCursor(QTextCursor.MoveOperation.Start)

    def reveal(self, word: str) -> None:
        """Select the first place of this word, whatever its case, once it has arrived."""
        self._wanted = word
        self.moveCursor(QTextCursor.MoveOperation.Start)
        if not self._more.isActive() and word:
            self.find(word)

    def _add(self) -> None:
        end = self._text.find("\n", self._shown + _PIECE)
        end = len(self._text) if end < 0 else end + 1
        cursor = QTextCursor(self.document())
        cursor.movePosition(QTextCursor.MoveOperation.End)
        cursor.insertText(self._text[self._shown : end])
        self._shown = end
        if end < len(self._text):
            self._more.start()
            return
        self._more.stop()
        if self._wanted:
            self.find(self._wanted)
