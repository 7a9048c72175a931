"""Which Go installations are there, who looks after them, are they supported, and how much room do they take?"""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from inspector.gui.models.eyes import open_eyes
from inspector.gui.models.golang_page import install_rows
from inspector.gui.rows import matching
from inspector.gui.store import Answer, Store
from inspector.gui.theme import Theme
from inspector.gui.view import RowTree
from inspector.gui.widgets import Panel, push_button
from inspector.i18n import tr
from inspector.model.messages import InstallsMeasured, MeasureInstalls


class InstallsPanel(Panel):
    """A row per installation. The room they take is asked for when the page is shown, once for each set of them. `lab` asks for the lab."""

    lab = Signal()

    def __init__(self, store: Store, *, parent: QWidget, theme: Theme) -> None:
        super().__init__(tr("Installations"), parent=parent, theme=theme)
        self._store, self._needle = store, ""
        self._size_of: dict[str, int] = {}
        self._asked: tuple[str, ...] = ()
        self._request = 0
        self.lab_button = push_button(
            tr("Try on each…"), parent=self, clicked=self._ask_lab, icon="play", tooltip=tr("Run a project or a command on every Go, in a sandbox."),
        )  # fmt: skip
        self.header.addWidget(self.lab_button)
        columns = (tr("Version"), tr("From"), tr("Support"), tr("Writable by"), tr("MiB"), tr("Place"))
        tips = (
            tr("What the go command itself says, read from its file"),
            tr("The package or version manager it belongs to"),
            tr("By the table of releases that comes with Go Inspector"),
            tr("Whether you may change its files"),
            tr("Room on disk"),
            tr("GOROOT, and what is wrong with it"),
        )
        self.table = RowTree(columns, name=tr("Go installations"), parent=self, theme=theme, flat=True, tips=tips, numeric=(4,))
        self.table.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.table.share_width("1.24.11+", 26, 40, tr("Writable by"), "000", 34, optional=(3,))
        self.body.addWidget(self.table)
        self.watch_focus(self.table)
        store.answered.connect(self._answer)
        self.retint()

    def refresh(self) -> None:
        """Show the store's snapshot."""
        snapshot = self._store.snapshot
        if snapshot is None:
            return
        golang = snapshot.golang
        rows = install_rows(golang, open_eyes(snapshot), self._size_of, measuring=bool(self._request))
        self.table.show_rows(matching(rows, self._needle))
        sizes = [self._size_of[i.goroot] for i in golang.installs if i.goroot in self._size_of]
        told = tr("{n} installed", n=len(golang.installs))
        self.subtitle.show_text(f"{told} · {tr('{mib} MiB together', mib=f'{sum(sizes) >> 20:,}')}" if sizes else told)

    def _ask_lab(self) -> None:
        self.lab.emit()

    def measure(self) -> None:
        """Ask how much room they take, unless that is known."""
        snapshot = self._store.snapshot
        roots = tuple(i.goroot for i in snapshot.golang.installs if i.goroot) if snapshot else ()
        if roots and roots != self._asked and not self._store.banner and not self._store.pending:
            self._asked = roots
            self._request = self._store.ask(MeasureInstalls(id=0))
            self.refresh()

    def set_needle(self, needle: str) -> None:
        """Show only rows that contain this text."""
        self._needle = needle
        self.refresh()

    def _answer(self, message: Answer) -> None:
        if message.id == self._request and isinstance(message, InstallsMeasured):
            self._request = 0
            self._size_of = message.bytes_of
            self.refresh()
