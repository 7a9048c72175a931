"""What if a file was edited after a fix? As the fix left it, as it is now, and what undoing would make of it while the later edits stay."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QHBoxLayout, QSplitter, QTabWidget, QVBoxLayout, QWidget

from inspector.gui import words
from inspector.gui.dialogs.diffview import DiffView
from inspector.gui.theme import GRID, Theme
from inspector.gui.widgets import Label, Panel, fit, push_button, tint
from inspector.i18n import tr, trn
from inspector.model.plan import ThreeWay


class ThreeWayDialog(QDialog):
    """One tab per file. Accepted when the user wants the change taken out and the later edits kept."""

    def __init__(self, files: tuple[ThreeWay, ...], *, home: str, parent: QWidget, theme: Theme) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Edited since"))
        self.setModal(True)
        self._theme = theme
        moved = [file for file in files if file.now != file.left]
        clash = sum(1 for file in moved if file.merged is None)
        self.said = Label(self._verdict(len(moved), clash), parent=self, tone="bad" if clash else "")
        self.said.setWordWrap(True)
        self.tabs = QTabWidget(self)
        self.tabs.setDocumentMode(True)
        for file in moved:
            self.tabs.addTab(self._page(file), words.tidy(file.path, home))
        self.undo_button = push_button(
            tr("Undo and keep later edits"), tooltip=tr("Take out what the fix did; what was edited since stays."), parent=self,
            clicked=self.accept, icon="undo", kind="primary",
        )  # fmt: skip
        self.undo_button.setEnabled(not clash)
        close = push_button(tr("Cancel"), tooltip=tr("Close without changing anything (Esc)."), parent=self, clicked=self.reject)
        row = QHBoxLayout()
        row.addWidget(self.said, 1)
        row.addWidget(close)
        row.addWidget(self.undo_button)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(GRID * 2, GRID * 2, GRID * 2, GRID * 2)
        outer.setSpacing(GRID * 2)
        outer.addWidget(self.tabs, 1)
        outer.addLayout(row)
        tint(self, theme)
        fit(self, GRID * 150, GRID * 60)

    @staticmethod
    def _verdict(moved: int, clash: int) -> str:
        if clash:
            return tr("The later edits touch the same lines as the fix (files: {n}): take it out by hand there.", n=clash)
        return tr("Edited after the fix: {n}. Undo can take out the fix alone; nothing has been changed yet.", n=moved)

    def _page(self, file: ThreeWay) -> QWidget:
        page = QSplitter(Qt.Orientation.Horizontal, self)
        page.setHandleWidth(GRID)
        page.setContentsMargins(0, GRID, 0, 0)
        page.setChildrenCollapsible(False)
        merged = file.diff or trn(
            "The later edits touch the same lines ({n} place).", "The later edits touch the same lines ({n} places).", file.conflicts
        )
        sides = ((tr("As the fix left it"), _text(file.left)), (tr("As it is now"), _text(file.now)), (tr("What undo would change"), merged))
        for title, text in sides:
            panel = Panel(title, parent=page, theme=self._theme)
            view = DiffView(title, parent=panel, theme=self._theme)
            if text == merged:
                view.show_diff(text)
            else:
                view.setPlainText(text)
            panel.body.addWidget(view)
            panel.watch_focus(view)
            page.addWidget(panel)
        page.setSizes([GRID * 45, GRID * 45, GRID * 60])
        return page


def _text(data: bytes | None) -> str:
    return tr("There is no file.") if data is None else data.decode("utf-8", "replace")
