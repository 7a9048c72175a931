"""Which program is to be observed from its first instruction? A command line and the directory to start it in."""

import shlex

from PySide6.QtWidgets import QDialog, QDialogButtonBox, QFormLayout, QLineEdit, QWidget

from inspector.gui.theme import GRID
from inspector.gui.widgets import Label, fit
from inspector.i18n import tr


class RunDialog(QDialog):
    """Asks for the command; `argv` and `directory` are what was meant."""

    def __init__(self, *, parent: QWidget, directory: str) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Run a program under observation"))
        self.command = QLineEdit(self)
        self.command.setPlaceholderText(tr("./api -listen :8080"))
        self.command.setAccessibleName(tr("Command line"))
        self.place = QLineEdit(directory, self)
        self.place.setAccessibleName(tr("Directory"))
        self._says = Label(
            tr("It is started as you, without a shell, with GODEBUG=gctrace=1, and ended when something else is observed."), parent=self, tone="dim"
        )
        self._says.setWordWrap(True)
        self._buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel, self)
        self._buttons.button(QDialogButtonBox.StandardButton.Ok).setText(tr("Run"))
        self._buttons.button(QDialogButtonBox.StandardButton.Cancel).setText(tr("Cancel"))
        form = QFormLayout(self)
        form.setContentsMargins(2 * GRID, 2 * GRID, 2 * GRID, 2 * GRID)
        form.setSpacing(GRID)
        form.addRow(tr("Command line"), self.command)
        form.addRow(tr("Directory"), self.place)
        form.addRow(self._says)
        form.addRow(self._buttons)
        fit(self, GRID * 72, 0)
        self._buttons.accepted.connect(self.accept)
        self._buttons.rejected.connect(self.reject)
        self.command.textChanged.connect(self._check)
        self._check()

    def argv(self) -> tuple[str, ...]:
        """The words of the command, none where quotes are not closed."""
        try:
            return tuple(shlex.split(self.command.text()))
        except ValueError:
            return ()

    def directory(self) -> str:
        """Where to start it."""
        return self.place.text().strip()

    def _check(self, _text: str = "") -> None:
        self._buttons.button(QDialogButtonBox.StandardButton.Ok).setEnabled(bool(self.argv()))
