"""Where does each capability begin? Real kernels side by side, given files among them, this machine last; and the whole of it as a picture."""

from PySide6.QtCore import QPoint, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPixmap
from PySide6.QtWidgets import QFileDialog, QWidget

from inspector.gui.models.kernels import map_columns, map_rows
from inspector.gui.rows import matching, walk
from inspector.gui.store import Answer, Store
from inspector.gui.theme import GRID, Theme
from inspector.gui.view import RowTree
from inspector.gui.widgets import Panel, push_button
from inspector.i18n import tr
from inspector.model.kernel import Kernel
from inspector.model.kernel_messages import AskKernelMap, KernelMapReady
from inspector.model.kernels import KernelMap
from inspector.model.messages import Failed

_COLUMN = "5.4"
_TITLE, _BEGINS = 54, 46
_SHOT_WIDTH = GRID * 180


class KernelMapPanel(Panel):
    """The boundary map. `complain` says why a file could not be put on it."""

    complain = Signal(str)

    def __init__(self, store: Store, *, parent: QWidget, theme: Theme) -> None:
        super().__init__(tr("Boundary map"), parent=parent, theme=theme)
        self._store = store
        self._needle = ""
        self._files: tuple[str, ...] = ()
        self._asked = 0
        self._asked_of: Kernel | None = None
        self._map: KernelMap | None = None
        self.tree = self._make_tree()
        self.add_button = push_button(
            tr("Add kernels…"), tooltip=tr("Put the kernels of configuration files or reports on the map."), parent=self, clicked=self._choose,
            icon="open", kind="quiet",
        )  # fmt: skip
        self.save_button = push_button(
            tr("Save picture…"), tooltip=tr("Save the whole map as a picture."), parent=self, clicked=self._save, icon="report", kind="quiet"
        )
        self.header.addWidget(self.add_button)
        self.header.addWidget(self.save_button)
        self.body.addWidget(self.tree)
        self.watch_focus(self.tree)
        store.answered.connect(self._answer)
        self.subtitle.show_text(tr("looking…"))
        self.retint()

    def _make_tree(self) -> RowTree:
        tree = RowTree((tr("Capability"),), name=tr("Capabilities by kernel"), parent=self, theme=self.theme)
        tree.setTextElideMode(Qt.TextElideMode.ElideRight)
        return tree

    def refresh(self) -> None:
        """Ask for the map of the kernel that is shown, if it was not asked for yet."""
        kernel = self._store.original.kernel if self._store.original else None
        if kernel is not None and kernel.capabilities and kernel is not self._asked_of:
            self._asked_of = kernel
            self._ask()

    def set_needle(self, needle: str) -> None:
        """Show only rows that contain this text."""
        self._needle = needle
        self._show()

    def add_files(self, paths: list[str]) -> None:
        """Put the kernels of these files on the map."""
        self._files = tuple(dict.fromkeys((*self._files, *paths)))
        self._ask()

    def picture(self) -> QPixmap:
        """The whole map, whatever part of it is on screen."""
        tree = self._make_tree()
        tree.hide()
        if self._map is not None:
            self._fill(tree, self._map, "")
        rows = sum(1 for _ in walk(map_rows(self._map))) if self._map else 0
        size = QSize(_SHOT_WIDTH, tree.header().sizeHint().height() + rows * tree.sizeHintForRow(0) + GRID)
        tree.resize(size)
        made = QPixmap(size * self.devicePixelRatioF())
        made.setDevicePixelRatio(self.devicePixelRatioF())
        painter = QPainter(made)
        tree.render(painter, QPoint())
        painter.end()
        tree.deleteLater()
        return made

    # ---- asking

    def _ask(self) -> None:
        shown = self._asked_of if self._store.banner else None
        self._asked = self._store.ask(AskKernelMap(id=0, files=self._files, shown=shown))

    def _answer(self, message: Answer) -> None:
        if message.id != self._asked or not self._asked:
            return
        if isinstance(message, Failed):
            self._asked_of = None
            self.subtitle.show_text(message.reason)
        elif isinstance(message, KernelMapReady):
            self._map = message.map
            self._show()
            if message.map.refused:
                self._files = tuple(file for file in self._files if not any(file in reason for reason in message.map.refused))
                self.complain.emit("; ".join(message.map.refused))

    # ---- showing

    def _show(self) -> None:
        if self._map is None:
            return
        self._fill(self.tree, self._map, self._needle)
        given = sum(1 for column in self._map.columns if column.kind == "given")
        told = tr("{n} kernels booted and asked under emulation", n=len(self._map.columns) - given - 1)
        self.subtitle.show_text(" · ".join(filter(None, (told, tr("{n} from files", n=given) if given else "", tr("this machine last")))))

    def _fill(self, tree: RowTree, found: KernelMap, needle: str) -> None:
        columns = map_columns(found)
        if tree.rows_model.columns != columns:
            tree.rows_model.set_columns(columns)
            tree.share_width(_TITLE, *[_COLUMN for _ in found.columns], _BEGINS)
        rows = map_rows(found)
        tree.open_keys({(row.key,) for row in rows})
        tree.show_rows(matching(rows, needle))
        tree.open_all(rows)

    def _choose(self) -> None:
        paths, _ = QFileDialog.getOpenFileNames(self, tr("Add kernels to the map"), "/boot", tr("Configurations and reports (*)"))
        if paths:
            self.add_files(paths)

    def _save(self) -> None:
        picture = self.picture()
        path, _ = QFileDialog.getSaveFileName(self, tr("Save a picture of the map"), "kernels.png", tr("Pictures (*.png)"))
        if path and not picture.save(path, "PNG"):
            self.complain.emit(tr("{file} could not be written.", file=path))
