"""Is this really wanted? One sentence and two buttons, of which the harmless one has the keyboard."""

from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from inspector.gui.theme import GRID, Theme
from inspector.gui.widgets import Label, fit, push_button, tint
from inspector.i18n import tr


class ConfirmDialog(QDialog):
    """Accepted when the user says yes."""

    def __init__(self, title: str, text: str, *, yes: str, hint: str, parent: QWidget, theme: Theme) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setModal(True)
        self.said = Label(text, parent=self)
        self.said.setWordWrap(True)
        self.yes_button = push_button(yes, tooltip=hint, parent=self, clicked=self.accept)
        self.no_button = push_button(tr("Cancel"), tooltip=tr("Close without doing it (Esc)."), parent=self, clicked=self.reject, kind="primary")
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(self.yes_button)
        row.addWidget(self.no_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(GRID * 2, GRID * 2, GRID * 2, GRID * 2)
        column.setSpacing(GRID * 2)
        column.addWidget(self.said, 1)
        column.addLayout(row)
        tint(self, theme)
        fit(self, GRID * 64, GRID * 18)
        self.no_button.setDefault(True)
        self.no_button.setFocus()
