"""What differs between two kernels? This one, measured ones, configurations and reports: capabilities first, then options by menu."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from inspector.gui.boxes import ComboBox
from inspector.gui.models.kernels import comparison_rows
from inspector.gui.rows import matching
from inspector.gui.store import Answer, Store
from inspector.gui.theme import Theme
from inspector.gui.view import RowTree
from inspector.gui.widgets import Label, Panel, push_button, tool_button
from inspector.i18n import tr, trn
from inspector.model.kernel import Kernel
from inspector.model.kernel_messages import CompareKernels, KernelMapReady, KernelsCompared
from inspector.model.kernels import Comparison, KernelMap
from inspector.model.messages import Failed

_LIVE = "live"


class KernelComparePanel(Panel):
    """Two pickers and what differs. `complain` says why a file could not be compared."""

    complain = Signal(str)

    def __init__(self, store: Store, *, parent: QWidget, theme: Theme) -> None:
        super().__init__(tr("Compare"), parent=parent, theme=theme)
        self._store = store
        self._needle = ""
        self._asked = 0
        self._asked_for: tuple[str, str, Kernel | None] | None = None
        self._found: Comparison | None = None
        self.before, self.after = self._picker(tr("First kernel")), self._picker(tr("Second kernel"))
        self.file_button = push_button(
            tr("From a file…"), tooltip=tr("Compare with a configuration file or a report."), parent=self, clicked=self._choose, icon="open",
            kind="quiet",
        )  # fmt: skip
        self.every_button = tool_button(
            tr("All options"), name=tr("Show options of no capability too"), tooltip=tr("Also what belongs to no capability, by menu."), parent=self,
            icon="tree", checkable=True,
        )  # fmt: skip
        columns = (tr("What"), tr("First"), tr("Second"), tr("Says"))
        self.tree = RowTree(columns, name=tr("Differences of two kernels"), parent=self, theme=theme)
        self.tree.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.tree.share_width(34, 15, 15, 36)
        for widget in (self.before, Label("→", parent=self, tone="dim"), self.after, self.file_button, self.every_button):
            self.header.addWidget(widget)
        self.body.addWidget(self.tree)
        self.watch_focus(self.tree)
        self.before.currentIndexChanged.connect(self._picked)
        self.after.currentIndexChanged.connect(self._picked)
        self.every_button.toggled.connect(self._toggled)
        store.answered.connect(self._answer)
        self.subtitle.show_text(tr("choose another kernel to compare with"))
        self.retint()

    def _picker(self, name: str) -> ComboBox:
        box = ComboBox(self)
        box.setAccessibleName(name)
        box.setSizeAdjustPolicy(ComboBox.SizeAdjustPolicy.AdjustToContents)
        box.addItem(tr("This kernel"), _LIVE)
        return box

    def refresh(self) -> None:
        """Compare again if the kernel that is shown is another one."""
        self._ask()

    def set_needle(self, needle: str) -> None:
        """Show only rows that contain this text."""
        self._needle = needle
        self._show()

    def add_files(self, paths: list[str]) -> None:
        """Offer the kernels of these files and compare with the last of them."""
        for path in paths:
            self._offer(path.rpartition("/")[2], path)
        if paths:
            self.after.setCurrentIndex(self.after.findData(paths[-1]))

    def _offer(self, name: str, word: str) -> None:
        for box in (self.before, self.after):
            if box.findData(word) < 0:
                box.addItem(name, word)

    def _offer_measured(self, found: KernelMap) -> None:
        for column in found.columns:
            if column.kind == "measured":
                self._offer(column.name, column.id)

    # ---- asking

    def _ask(self) -> None:
        kernel = self._store.original.kernel if self._store.original else None
        before, after = str(self.before.currentData()), str(self.after.currentData())
        wanted = (before, after, kernel)
        if before == after or kernel is None or not kernel.capabilities or wanted == self._asked_for:
            return
        self._asked_for = wanted
        self._asked = self._store.ask(CompareKernels(id=0, before=before, after=after, shown=kernel if self._store.banner else None))

    def _answer(self, message: Answer) -> None:
        if isinstance(message, KernelMapReady):
            self._offer_measured(message.map)
        elif self._asked and message.id == self._asked:
            if isinstance(message, KernelsCompared):
                self._found = message.comparison
                self._show()
            elif isinstance(message, Failed):
                self.complain.emit(message.reason)

    # ---- showing

    def _show(self) -> None:
        found = self._found
        if found is None:
            return
        rows = comparison_rows(found, every=self.every_button.isChecked() or bool(self._needle))
        self.tree.open_keys({(row.key,) for row in rows if not row.key.startswith("menu:")})
        self.tree.show_rows(matching(rows, self._needle))
        if self._needle:
            self.tree.expandAll()
        others = sum(1 for option in found.options if not option.capabilities)
        capabilities = trn("{n} capability", "{n} capabilities", len(found.capabilities))
        options = trn("{n} option", "{n} options", len(found.options))
        told = tr("{capabilities} and {options} differ", capabilities=capabilities, options=options)
        more = tr("{n} of no capability", n=others) if others and not self.every_button.isChecked() else ""
        self.subtitle.show_text(" · ".join(filter(None, (told, more, found.why))))

    def _picked(self, _index: int) -> None:
        self._ask()

    def _toggled(self, _on: bool) -> None:
        self._show()

    def _choose(self) -> None:
        paths, _ = QFileDialog.getOpenFileNames(self, tr("Compare with a kernel"), "/boot", tr("Configurations and reports (*)"))
        self.add_files(paths)
