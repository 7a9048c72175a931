"""What were the user's Go programs, and those of any folder dropped here, built with, and do they fit this machine?"""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QWidget

from inspector.gui.models.eyes import open_eyes
from inspector.gui.models.golang_page import binary_rows
from inspector.gui.rows import matching, with_problems
from inspector.gui.store import Answer, Store
from inspector.gui.theme import Theme
from inspector.gui.view import RowTree
from inspector.gui.widgets import Panel, push_button, tool_button
from inspector.i18n import tr, trn
from inspector.model.golang import Binary
from inspector.model.messages import BinariesRead, Failed, ReadBinaries


class BinariesPanel(Panel):
    """A table that a click on a column's title sorts. It begins with the programs of GOBIN and GOPATH/bin."""

    def __init__(self, store: Store, *, parent: QWidget, theme: Theme) -> None:
        super().__init__(tr("Binaries"), parent=parent, theme=theme)
        self._store, self._needle = store, ""
        self._read: tuple[Binary, ...] | None = None
        self._place = ""
        self._request = 0
        self._column, self._descending = 0, False
        self.problems_button = tool_button(
            tr("Problems only"), name=tr("Show only binaries that do not fit"), parent=self, icon="warn", checkable=True,
            tooltip=tr("Hide binaries that fit this machine and the project."),
        )  # fmt: skip
        self.tools_button = push_button(
            tr("Your tools"), parent=self, clicked=self.show_tools, kind="link", tooltip=tr("Back to GOBIN and GOPATH/bin."),
        )  # fmt: skip
        self.open_button = push_button(
            tr("Open folder…"), parent=self, clicked=self.choose, icon="open", tooltip=tr("Read the Go binaries of a folder; or drop one here."),
        )  # fmt: skip
        self.tools_button.hide()
        for button in (self.problems_button, self.tools_button, self.open_button):
            self.header.addWidget(button)
        columns = (tr("Program"), tr("Go"), tr("For"), tr("cgo"), tr("Problems"), tr("Module"))
        tips = (
            tr("Its file; the tooltip of a row has its place and every build setting"),
            tr("The Go that built it"),
            tr("Architecture and level it was built for"),
            tr("Whether it was built with cgo, and so may need this C library"),
            tr("What stands against running it here"),
            tr("The main module, and the revision it was built from"),
        )
        self.table = RowTree(columns, name=tr("Go binaries"), parent=self, theme=theme, flat=True, tips=tips)
        self.table.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.table.share_width("a-program", "1.27.3", "amd64 v8", tr("cgo"), 50, 50, optional=(3, 2))
        header = self.table.header()
        header.setSectionsClickable(True)
        header.setSortIndicatorShown(True)
        header.setSortIndicator(0, Qt.SortOrder.AscendingOrder)
        header.sortIndicatorChanged.connect(self.sort)
        self.body.addWidget(self.table)
        self.watch_focus(self.table)
        self.problems_button.toggled.connect(self._filter)
        store.answered.connect(self._answer)
        self.retint()

    def refresh(self) -> None:
        """Show what was read last, else the snapshot's tools."""
        snapshot = self._store.snapshot
        if snapshot is None:
            return
        shown = snapshot.golang.binaries if self._read is None else self._read
        rows = binary_rows(shown, open_eyes(snapshot), column=self._column, descending=self._descending)
        if self.problems_button.isChecked():
            rows = with_problems(rows)
        self.table.show_rows(matching(rows, self._needle))
        wrong = sum(1 for binary in shown if binary.problems)
        counted = trn("{n} binary", "{n} binaries", len(shown)) if shown else tr("no Go binaries")
        told = (self._place or tr("GOBIN and GOPATH/bin"), counted, tr("{n} with problems", n=wrong) if wrong else "")
        self.subtitle.show_text(tr("reading…") if self._request else " · ".join(filter(None, told)))
        self.tools_button.setVisible(self._read is not None)

    def sort(self, column: int, order: Qt.SortOrder) -> None:
        """Sort by this column."""
        self._column, self._descending = column, order == Qt.SortOrder.DescendingOrder
        self.refresh()

    def read(self, paths: tuple[str, ...]) -> None:
        """Read the Go binaries among these files and folders."""
        snapshot = self._store.snapshot
        if not paths or snapshot is None or self._store.banner:
            return
        self._place = ", ".join(open_eyes(snapshot).tidy(path) for path in paths)
        self._request = self._store.ask(ReadBinaries(id=0, paths=paths))
        self.refresh()

    def choose(self) -> None:
        """Ask for a folder."""
        directory = QFileDialog.getExistingDirectory(self, tr("Choose a folder with Go binaries"), self._store.home())
        self.read((directory,) if directory else ())

    def show_tools(self) -> None:
        """Back to the user's tools."""
        self._read, self._place = None, ""
        self.refresh()

    def set_needle(self, needle: str) -> None:
        """Show only rows that contain this text."""
        self._needle = needle
        self.refresh()

    def _filter(self, _on: bool) -> None:
        self.refresh()

    def _answer(self, message: Answer) -> None:
        if not self._request or message.id != self._request:
            return
        if isinstance(message, BinariesRead | Failed):
            self._request = 0
            self._read = message.binaries if isinstance(message, BinariesRead) else ()
            self._place = f"{self._place}: {message.reason}" if isinstance(message, Failed) else self._place
            self.refresh()
