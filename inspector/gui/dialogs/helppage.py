"""How does a page of the help read? A heading, its sections, and where the texts come from, in one text that can be selected and copied."""

from PySide6.QtGui import QColor, QFont, QTextBlockFormat, QTextCharFormat, QTextCursor
from PySide6.QtWidgets import QFrame, QTextEdit, QWidget

from inspector.gui.theme import GRID, Theme
from inspector.i18n import tr
from inspector.model.topic import Topic

_WORDS = "`"


class HelpPage(QTextEdit):
    """Shows one topic. Written by cursor and never from markup; words in backquotes are set as code; Tab leaves it."""

    def __init__(self, *, parent: QWidget, theme: Theme) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setObjectName("help-page")
        self.setReadOnly(True)
        self.setTabChangesFocus(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setAccessibleName(tr("Page"))
        self.document().setDocumentMargin(GRID * 2)

    def show_topic(self, topic: Topic) -> None:
        """Show this page from its beginning."""
        self.clear()
        cursor = self.textCursor()
        tokens = self._theme.tokens
        title = tr(topic.title)
        self._write(cursor, title, self._form(tokens.text, bold=True, scale=1.2), above=0)
        self._write(cursor, topic.id, self._form(tokens.dim, mono=True), above=GRID // 2)
        for section in topic.sections:
            self._write(cursor, tr(section.heading), self._form(tokens.accent, bold=True), above=GRID * 2)
            for paragraph in section.paragraphs:
                self._write(cursor, tr(paragraph), self._form(tokens.text), above=GRID // 2)
        self._write(cursor, topic.source, self._form(tokens.dim, mono=True), above=GRID * 3)
        self.setAccessibleDescription(title)
        self.moveCursor(QTextCursor.MoveOperation.Start)

    def _write(self, cursor: QTextCursor, said: str, form: QTextCharFormat, *, above: int) -> None:
        block = QTextBlockFormat()
        block.setTopMargin(above)
        block.setLineHeight(130, int(QTextBlockFormat.LineHeightTypes.ProportionalHeight.value))
        if cursor.position():
            cursor.insertBlock(block)
        else:
            cursor.setBlockFormat(block)
        for number, part in enumerate(said.split(_WORDS)):
            cursor.insertText(part, self._code(form) if number % 2 else form)

    def _form(self, colour: str, *, bold: bool = False, mono: bool = False, scale: float = 1.0) -> QTextCharFormat:
        form = QTextCharFormat()
        font = QFont(self._theme.mono_font if mono else self._theme.ui_font)
        font.setPointSizeF(font.pointSizeF() * scale)
        font.setBold(bold)
        form.setFont(font)
        form.setForeground(QColor(colour))
        return form

    def _code(self, around: QTextCharFormat) -> QTextCharFormat:
        form = QTextCharFormat(around)
        form.setFont(self._theme.mono_font)
        return form
