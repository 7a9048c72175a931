"""How is a unified diff shown? One read-only text whose lines are coloured; the signs at their beginning say the same."""

from PySide6.QtGui import QColor, QSyntaxHighlighter, QTextCharFormat, QTextCursor, QTextDocument, QTextFormat
from PySide6.QtWidgets import QFrame, QPlainTextEdit, QTextEdit, QWidget

from inspector.gui.theme import Theme


class DiffHighlighter(QSyntaxHighlighter):
    """Colours the lines of a unified diff."""

    def __init__(self, document: QTextDocument, theme: Theme) -> None:
        super().__init__(document)
        self._theme = theme

    def highlightBlock(self, text: str) -> None:
        tokens = self._theme.tokens
        looks = {"+": tokens.ok, "-": tokens.bad, "@": tokens.dim}
        if text[:1] in looks:
            form = QTextCharFormat()
            form.setForeground(QColor(tokens.dim if text.startswith(("+++", "---")) else looks[text[0]]))
            self.setFormat(0, len(text), form)


class DiffView(QPlainTextEdit):
    """A diff, or plain text such as a script; Tab leaves it."""

    def __init__(self, name: str, *, parent: QWidget, theme: Theme) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setReadOnly(True)
        self.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.setAccessibleName(name)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setTabChangesFocus(True)
        self._highlighter = DiffHighlighter(self.document(), theme)

    def show_diff(self, text: str) -> None:
        """Show this text, with a coloured ground under what comes and what goes."""
        self.setPlainText(text)
        marks = []
        block = self.document().begin()
        while block.isValid():
            if block.text()[:1] in ("+", "-") and not block.text().startswith(("+++", "---")):
                mark = QTextEdit.ExtraSelection()
                mark.cursor = QTextCursor(block)
                surface = self._theme.tokens.ok_surface if block.text()[0] == "+" else self._theme.tokens.bad_surface
                mark.format.setBackground(QColor(surface))
                mark.format.setProperty(QTextFormat.Property.FullWidthSelection, True)
                marks.append(mark)
            block = block.next()
        self.setExtraSelections(marks)
