"""Everything Go says about itself: the project's toolchain per launch context, installs, what ran when; settings and binaries at the right."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from inspector.gui.docks import Berth, Column, Docks
from inspector.gui.golang.binaries import BinariesPanel
from inspector.gui.golang.env import EnvPanel
from inspector.gui.golang.installs import InstallsPanel
from inspector.gui.golang.project import ProjectPanel
from inspector.gui.golang.runs import RunsPanel
from inspector.gui.pages.base import Page
from inspector.gui.rows import Row
from inspector.gui.store import Store
from inspector.gui.theme import Theme


class GolangPage(Page):
    """Five panels over one snapshot. A folder dropped on the page is read for Go binaries."""

    def __init__(self, store: Store, *, parent: QWidget, theme: Theme) -> None:
        super().__init__(store, parent=parent, theme=theme)
        self.project = ProjectPanel(store, parent=self, theme=theme)
        self.installs = InstallsPanel(store, parent=self, theme=theme)
        self.runs = RunsPanel(store, parent=self, theme=theme)
        self.env = EnvPanel(store, parent=self, theme=theme)
        self.binaries = BinariesPanel(store, parent=self, theme=theme)
        self.docks = Docks(
            Column(50, (Berth(38, "project", self.project), Berth(30, "installs", self.installs), Berth(22, "runs", self.runs))),
            Column(50, (Berth(46, "env", self.env), Berth(44, "binaries", self.binaries))),
            parent=self, theme=theme,
        )  # fmt: skip
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.docks)
        self.setAcceptDrops(True)
        self._parts = (self.project, self.installs, self.runs, self.env, self.binaries)
        self.project.opened.connect(self.open_place)
        self.env.opened.connect(self.open_place)
        self.project.table.chosen.connect(self._show_context)
        self.installs.lab.connect(self.hold_lab)
        store.replaced.connect(self._refresh)
        self._refresh()

    def _refresh(self) -> None:
        for part in self._parts:
            part.refresh()
        if self.isVisible():
            self.installs.measure()

    def _show_context(self, row: Row | None) -> None:
        if row is not None:
            self.env.show_context(row.ref[1])

    def hold_lab(self) -> None:
        """Open the lab."""
        from inspector.gui.dialogs.lab import LabDialog

        dialog = LabDialog(self.store, parent=self, theme=self.theme)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()

    # ---- being a page

    def enter(self) -> None:
        self.installs.measure()

    def focus_view(self) -> None:
        self.project.table.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def set_needle(self, text: str) -> None:
        for part in (self.project, self.installs, self.env, self.binaries):
            part.set_needle(text)

    def take_paths(self, paths: tuple[str, ...]) -> None:
        self.binaries.read(paths)

    # ---- dropping

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        self.take_paths(tuple(url.toLocalFile() for url in event.mimeData().urls() if url.isLocalFile()))
