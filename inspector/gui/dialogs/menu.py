"""Is the program in the desktop's menu? The files that put it there, shown before they are written, and the way back."""

from PySide6.QtWidgets import QDialog, QHBoxLayout, QHeaderView, QVBoxLayout, QWidget

from inspector.gui import words
from inspector.gui.rows import Cell, Row
from inspector.gui.store import Answer, Store
from inspector.gui.theme import GRID, Theme, Tone
from inspector.gui.view import RowTree
from inspector.gui.widgets import Label, Panel, push_button, tint
from inspector.i18n import mark, tr
from inspector.model.menu import AskMenu, ChangeMenu, FileState, MenuFile, MenuReady, MenuState
from inspector.model.messages import Failed

_STATES: dict[FileState, tuple[str, Tone]] = {
    "absent": (mark("not there"), "dim"),
    "same": (mark("installed"), "ok"),
    "older": (mark("of another version"), "warn"),
    "foreign": (mark("not ours"), "bad"),
}


class MenuDialog(QDialog):
    """Installs the menu entry and takes it out again; the agent writes, this shows."""

    def __init__(self, store: Store, *, parent: QWidget, theme: Theme) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("The desktop's menu"))
        self.setModal(True)
        self._store = store
        panel = Panel(tr("Files"), parent=self, theme=theme)
        self.table = RowTree((tr("For"), tr("File"), tr("State")), name=tr("Files"), parent=self, theme=theme, flat=True)
        self.table.header().setStretchLastSection(False)
        self.table.header().setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
        self.table.header().resizeSection(0, GRID * 32)
        self.table.header().resizeSection(2, GRID * 18)
        panel.body.addWidget(self.table)
        self.said = Label(tr("Looking…"), parent=self, tone="dim")
        self.said.setWordWrap(True)
        self.install_button = push_button(
            tr("Install into the menu"), tooltip=tr("Write these files. Nothing else is touched."), parent=self, clicked=self._install, kind="primary"
        )
        self.remove_button = push_button(
            tr("Remove from the menu"), tooltip=tr("Delete exactly these files again."), parent=self, clicked=self._remove, icon="undo"
        )
        close = push_button(tr("Close"), tooltip=tr("Close (Esc)."), parent=self, clicked=self.reject)
        row = QHBoxLayout()
        row.addWidget(self.said, 1)
        for button in (self.remove_button, self.install_button, close):
            row.addWidget(button)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(GRID * 2, GRID * 2, GRID * 2, GRID * 2)
        outer.setSpacing(GRID * 2)
        outer.addWidget(panel, 1)
        outer.addLayout(row)
        tint(self, theme)
        self.resize(GRID * 116, GRID * 34)
        store.answered.connect(self._answer)
        self._allow(install=False, remove=False)
        self._asked = store.ask(AskMenu(id=0))
        if not self._asked:
            self.said.setText(tr("There is no agent to ask: this is a saved report."))

    def _allow(self, *, install: bool, remove: bool) -> None:
        self.install_button.setEnabled(install)
        self.remove_button.setEnabled(remove)

    def _install(self) -> None:
        self._allow(install=False, remove=False)
        self._asked = self._store.ask(ChangeMenu(id=0, install=True))

    def _remove(self) -> None:
        self._allow(install=False, remove=False)
        self._asked = self._store.ask(ChangeMenu(id=0, install=False))

    def _answer(self, message: Answer) -> None:
        if isinstance(message, MenuReady) and message.id == self._asked:
            self._show(message.menu)
        elif isinstance(message, Failed) and message.id == self._asked:
            self.said.setText(message.reason)
            self.said.set_tone("bad")

    def _show(self, menu: MenuState) -> None:
        home = self._store.home()
        self.table.show_rows(tuple(_row(file, home) for file in menu.files))
        fresh = any(file.state in ("absent", "older") for file in menu.files)
        self._allow(install=fresh and not menu.why, remove=menu.installed)
        starts = tr("The entry starts {command}.", command=words.tidy(" ".join(menu.command), home))
        self.said.setText("\n".join(filter(None, (menu.why or starts, *menu.notes))))
        self.said.set_tone("warn" if menu.why else "dim")


def _row(file: MenuFile, home: str) -> Row:
    said, tone = _STATES[file.state]
    cells = (Cell(file.purpose, tip=file.purpose), Cell(words.tidy(file.path, home), mono=True, tone="dim", tip=file.path), Cell(tr(said), tone=tone))
    return Row(file.path, cells, ref=("file", file.path))
