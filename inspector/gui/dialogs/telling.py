"""What is to be told to those who mend this program? A text that is shown whole before it is copied or saved; after a defect also a new start."""

from collections.abc import Callable

from PySide6.QtWidgets import QDialog, QFileDialog, QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from inspector.gui.theme import GRID, Theme
from inspector.gui.widgets import Label, Panel, copy_text, fit, push_button, tint
from inspector.i18n import tr


class TellingDialog(QDialog):
    """The text, and what can be done with it. With `restart` it also offers to begin anew."""

    def __init__(
        self, title: str, lead: str, text: str, *, name: str, parent: QWidget, theme: Theme, restart: Callable[[], None] | None = None
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setModal(True)
        self._name, self._restart = name, restart
        heading = Label(title, parent=self, name="heading")
        self.lead = Label(lead, parent=self)
        panel = Panel(tr("As it would be handed over"), parent=self, theme=theme)
        self.text = QPlainTextEdit(text, panel)
        self.text.setReadOnly(True)
        self.text.setTabChangesFocus(True)
        self.text.setAccessibleName(tr("As it would be handed over"))
        panel.body.addWidget(self.text)
        panel.watch_focus(self.text)
        self.said = Label(tr("Names of this machine and its people are replaced. Nothing is sent."), parent=self, tone="dim")
        column = QVBoxLayout(self)
        column.setContentsMargins(GRID * 2, GRID * 2, GRID * 2, GRID * 2)
        column.setSpacing(GRID * 3 // 2)
        column.addWidget(heading)
        column.addWidget(self.lead)
        column.addWidget(panel, 1)
        column.addWidget(self.said)
        column.addLayout(self._buttons())
        for label in (self.lead, self.said):
            label.setWordWrap(True)
        tint(self, theme)
        fit(self, GRID * 96, GRID * 62)

    def _buttons(self) -> QHBoxLayout:
        self.copy_button = push_button(tr("Copy"), tooltip=tr("Put the text on the clipboard."), parent=self, clicked=self._copy, icon="copy")
        self.save_button = push_button(tr("Save…"), tooltip=tr("Write the text to a file."), parent=self, clicked=self._save, icon="report")
        self.restart_button = push_button(
            tr("Start anew"), tooltip=tr("Make the window and its agent again, as they were left. Nothing you did is lost."), parent=self,
            clicked=self._begin, icon="refresh",
        )  # fmt: skip
        self.restart_button.setVisible(self._restart is not None)
        self.close_button = push_button(
            tr("Go on") if self._restart else tr("Close"), tooltip=tr("Close this page (Esc)."), parent=self, clicked=self.accept, kind="primary"
        )
        row = QHBoxLayout()
        row.setSpacing(GRID)
        for button in (self.copy_button, self.save_button):
            button.setAutoDefault(False)
            row.addWidget(button)
        row.addStretch(1)
        row.addWidget(self.restart_button)
        row.addWidget(self.close_button)
        self.close_button.setDefault(True)
        return row

    def _copy(self) -> None:
        copy_text(self.text.toPlainText())
        self.said.setText(tr("It is on the clipboard."))

    def _save(self) -> None:
        path, _ = QFileDialog.getSaveFileName(self, tr("Save the text"), self._name, tr("Text (*.txt)"))
        if not path:
            return
        try:
            with open(path, "w", encoding="utf-8") as file:
                file.write(self.text.toPlainText())
        except OSError as error:
            self.said.setText(tr("It could not be written: {reason}", reason=str(error)))
            self.said.set_tone("bad")
            return
        self.said.setText(tr("Saved: {path}", path=path))
        self.said.set_tone("ok")

    def _begin(self) -> None:
        self.accept()
        if self._restart is not None:
            self._restart()
