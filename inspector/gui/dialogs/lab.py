"""What does the same project, or one command, do on every Go installed here? The one dialog that runs what it finds, in the sandbox."""

import msgspec
from PySide6.QtCore import Qt
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QDialog, QFileDialog, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from inspector.gui import words
from inspector.gui.boxes import ComboBox
from inspector.gui.models.lab import as_csv, examples, lab_rows
from inspector.gui.store import Answer, Store
from inspector.gui.theme import GRID, Theme, Tone
from inspector.gui.view import RowTree
from inspector.gui.widgets import Label, Panel, fit, push_button, tint
from inspector.i18n import tr
from inspector.model.lab import LabReport
from inspector.model.lab_messages import HoldLab, LabReady
from inspector.model.messages import Failed, Progress


class LabDialog(QDialog):
    """Choose a project and a command, run, read the table as it grows, stop, export."""

    def __init__(self, store: Store, *, parent: QWidget, theme: Theme) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Toolchain lab"))
        self.setModal(True)
        self._store = store
        self._request = 0
        self.report: LabReport | None = None
        self.project = ComboBox(self)
        self.project.setAccessibleName(tr("Project or example"))
        self.project.setSizeAdjustPolicy(ComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.command = QLineEdit(self)
        self.command.setAccessibleName(tr("Command"))
        self.command.setPlaceholderText(tr("vet, build, test; or your command"))
        self._offer_projects()
        self._make_buttons()
        panel = Panel(tr("On every Go installed here"), parent=self, theme=theme)
        columns = (tr("Go"), tr("Step"), tr("Result"), tr("s"), tr("Says"))
        said = tr("The first error, else what it printed")
        tips = ("", tr("A mark says that toolchains differ in it"), tr("How it ended"), tr("Time it took"), said)
        self.table = RowTree(columns, name=tr("What each toolchain did"), parent=panel, theme=theme, flat=True, tips=tips, numeric=(3,))
        self.table.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.table.share_width("1.27.3", "command", tr("took too long"), "1,000.00", 100)
        panel.body.addWidget(self.table)
        self.panel = panel
        self.said = Label(parent=self, tone="dim")
        self.said.setWordWrap(True)
        self._lay_out()
        tint(self, theme)
        fit(self, GRID * 124, GRID * 68)
        self.command.returnPressed.connect(self.run)
        store.answered.connect(self._answer)
        self._tell(tr("Nothing runs until you say so. Then: read-only, without network, with an empty home and a build cache of its own."))
        self._refresh()

    def _make_buttons(self) -> None:
        self.choose_button = push_button(tr("Choose…"), tooltip=tr("Choose another directory."), parent=self, clicked=self.choose, icon="folder")
        self.run_button = push_button(
            tr("Run in the sandbox"), parent=self, clicked=self.run, icon="play", kind="primary",
            tooltip=tr("Run the project's code once on each Go that is installed."),
        )  # fmt: skip
        self.stop_button = push_button(tr("Stop"), tooltip=tr("End what runs now; what is done stays in the table."), parent=self, clicked=self.stop)
        self.export_button = push_button(
            tr("Export…"), tooltip=tr("Save the table as CSV, or everything as JSON."), parent=self, clicked=self.export, icon="report"
        )
        self.close_button = push_button(tr("Close"), tooltip=tr("Close (Esc)."), parent=self, clicked=self.reject)
        for button in (self.choose_button, self.stop_button, self.export_button, self.close_button):
            button.setAutoDefault(False)

    def _lay_out(self) -> None:
        above, below = QHBoxLayout(), QHBoxLayout()
        above.addWidget(self.project, 3)
        above.addWidget(self.choose_button)
        above.addWidget(self.command, 4)
        above.addWidget(self.run_button)
        above.addWidget(self.stop_button)
        below.addWidget(self.said, 1)
        below.addWidget(self.export_button)
        below.addWidget(self.close_button)
        for row in (above, below):
            row.setSpacing(GRID)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(GRID * 2, GRID * 2, GRID * 2, GRID * 2)
        outer.setSpacing(GRID * 2)
        outer.addLayout(above)
        outer.addWidget(self.panel, 1)
        outer.addLayout(below)

    def _offer_projects(self) -> None:
        project = self._store.snapshot.golang.project if self._store.snapshot else None
        if project is not None:
            self.use(project.dir)
        for title, word in examples():
            self.project.addItem(tr("Example: {title}", title=tr(title)), word)

    # ---- what people do

    def choose(self) -> None:
        """Ask for another directory."""
        directory = QFileDialog.getExistingDirectory(self, tr("Choose the project directory"), self._store.home())
        if directory:
            self.use(directory)

    def use(self, directory: str) -> None:
        """Take this directory."""
        self.project.insertItem(0, words.tidy(directory, self._store.home()), directory)
        self.project.setCurrentIndex(0)

    def run(self) -> None:
        """Hold the lab."""
        if self._request or self._store.read_only():
            return
        self.report = None
        self.table.show_rows(())
        self._request = self._store.ask(HoldLab(id=0, project=str(self.project.currentData()), run=self.command.text().strip()))
        self._tell(tr("starting…") if self._request else tr("There is no agent to ask: this is a saved report."))
        self._refresh()

    def stop(self) -> None:
        """End it; what is done stays."""
        if self._request:
            self._store.cancel(self._request)
            self._ended(tr("stopped"), "warn")

    def export(self) -> None:
        """Save the table where the user says."""
        from inspector.gui.reporting.files import write

        path, _ = QFileDialog.getSaveFileName(self, tr("Save the table"), "lab.csv", tr("Tables (*.csv);;Everything (*.json)"))
        if path and self.report is not None:
            whole = msgspec.json.format(msgspec.json.encode(self.report), indent=2) + b"\n"
            refused = write(path, whole if path.endswith(".json") else as_csv(self.report))
            self._tell(refused or tr("saved: {file}", file=words.tidy(path, self._store.home())), "bad" if refused else "ok")

    def reject(self) -> None:
        self.stop()
        super().reject()

    def closeEvent(self, event: QCloseEvent) -> None:
        self.stop()
        super().closeEvent(event)

    # ---- what comes back

    def _answer(self, message: Answer) -> None:
        if not self._request or message.id != self._request:
            return
        if isinstance(message, Progress):
            self._tell(f"{message.detail}…")
        elif isinstance(message, Failed):
            self._ended(message.reason, "bad")
        elif isinstance(message, LabReady):
            self.report = message.report
            self.table.show_rows(lab_rows(message.report))
            if message.last:
                same = tr("the same on every toolchain")
                differs = tr("not the same everywhere: {steps}", steps=", ".join(message.report.differ))
                self._ended("\n".join(filter(None, (differs if message.report.differ else same, tr(message.report.truth)))), "")

    def _ended(self, said: str, tone: Tone) -> None:
        self._request = 0
        self._tell(said, tone)
        self._refresh()

    def _tell(self, said: str, tone: Tone = "dim") -> None:
        self.said.setText(said)
        self.said.set_tone(tone)

    def _refresh(self) -> None:
        running = bool(self._request)
        for part in (self.project, self.choose_button, self.command):
            part.setEnabled(not running)
        self.run_button.setVisible(not running)
        self.run_button.setEnabled(not self._store.read_only())
        self.stop_button.setVisible(running)
        self.export_button.setEnabled(not running and self.report is not None)
