"""What is this kernel beside others? Three views: this kernel and why it lacks something, the boundary map, a comparison of two."""

from PySide6.QtCore import QSettings
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from inspector.gui import memory
from inspector.gui.pages.base import Page
from inspector.gui.panels.kernel_compare import KernelComparePanel
from inspector.gui.panels.kernel_map import KernelMapPanel
from inspector.gui.panels.this_kernel import ThisKernel
from inspector.gui.store import Store
from inspector.gui.theme import GRID, Theme
from inspector.gui.widgets import tint, tool_button
from inspector.i18n import tr

_MAP, _COMPARE = 1, 2
_VIEW = "kernels/view"


class KernelsPage(Page):
    """The page of kernels. A configuration or report that is dropped on it goes onto the map, or into the comparison if that is shown."""

    def __init__(self, store: Store, *, parent: QWidget, theme: Theme) -> None:
        super().__init__(store, parent=parent, theme=theme)
        self.docks = self.this = ThisKernel(store, parent=self, theme=theme)
        self.map = KernelMapPanel(store, parent=self, theme=theme)
        self.compare = KernelComparePanel(store, parent=self, theme=theme)
        self._views: tuple[ThisKernel | KernelMapPanel | KernelComparePanel, ...] = (self.this, self.map, self.compare)
        self._stack = QStackedWidget(self)
        self._group = QButtonGroup(self)
        row = QHBoxLayout()
        row.setSpacing(GRID // 2)
        labels = (
            (tr("This kernel"), tr("Facts, live patches, KVM, and why something is not available"), "chip"),
            (tr("Boundary map"), tr("Where each capability begins, over real kernels"), "matrix"),
            (tr("Compare"), tr("What differs between two kernels"), "tree"),
        )
        for n, (view, (text, hint, icon)) in enumerate(zip(self._views, labels, strict=True)):
            button = tool_button(text, name=text, tooltip=hint, parent=self, icon=icon, checkable=True)
            self._group.addButton(button, n)
            row.addWidget(button)
            self._stack.addWidget(view)
        row.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GRID)
        column.addLayout(row)
        column.addWidget(self._stack, 1)
        self.setAcceptDrops(True)
        self._wire()

    def _wire(self) -> None:
        self._group.idToggled.connect(self._toggled)
        self.this.fix.connect(self.fix)
        self.this.ask.connect(self.store.ask_kernel)
        self.map.complain.connect(self.complain)
        self.compare.complain.connect(self.complain)
        self.store.replaced.connect(self._refresh)
        self.theme.changed.connect(self._retint)
        self._retint()
        self.show_view(0)

    def _toggled(self, number: int, on: bool) -> None:
        """A screen reader toggles where a hand clicks."""
        if on and number != self._stack.currentIndex():
            self.show_view(number)

    def show_view(self, number: int) -> None:
        """Show one of the three views."""
        self._stack.setCurrentIndex(number)
        self._group.button(number).setChecked(True)
        self._refresh()

    def _refresh(self) -> None:
        """The map is asked for with the comparison too: it names the kernels that can be compared with."""
        number = self._stack.currentIndex()
        self._views[number].refresh()
        if number == _COMPARE:
            self.map.refresh()

    def _retint(self) -> None:
        tint(self, self.theme)

    def focus_view(self) -> None:
        number = self._stack.currentIndex()
        (self.map.tree if number == _MAP else self.compare.tree if number == _COMPARE else self.this.why_panel.lacking).setFocus()

    def ask_again(self) -> None:
        if self._stack.currentWidget() is self.this and self.this.why_panel.again_button.isEnabled():
            self.this.why_panel.again_button.click()

    def set_needle(self, text: str) -> None:
        for view in self._views:
            view.set_needle(text)

    def remember(self, settings: QSettings) -> None:
        settings.setValue(_VIEW, self._stack.currentIndex())

    def restore(self, settings: QSettings) -> None:
        self.show_view(min(memory.number(settings, _VIEW, 0), _COMPARE))

    # ---- files dropped on it

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        paths = [url.toLocalFile() for url in event.mimeData().urls() if url.isLocalFile()]
        event.acceptProposedAction()
        if self._stack.currentIndex() == _COMPARE:
            self.compare.add_files(paths)
            return
        self.map.add_files(paths)
        self.show_view(_MAP)
