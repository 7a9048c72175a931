"""Which page is shown? The rail at the left and the stack beside it; pages are made when they are first turned to."""

from PySide6.QtCore import QSettings, Qt, Signal
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QStackedWidget, QToolButton, QVBoxLayout, QWidget

from inspector.gui import memory
from inspector.gui.pages.base import Page
from inspector.gui.pages.registry import OVERVIEW, PAGES, make
from inspector.gui.store import Store
from inspector.gui.theme import GRID, Theme
from inspector.gui.view import RowTree
from inspector.gui.widgets import restyle, tint, tool_button
from inspector.i18n import tr

_ROOMY = 150
"""Letters of width below which the rail shows icons only."""


class Book(QWidget):
    """The pages. `made` says that a page came to be, `turned` that another one is shown."""

    made = Signal(object)
    turned = Signal(object)

    def __init__(self, store: Store, *, parent: QWidget, theme: Theme) -> None:
        super().__init__(parent)
        self._store, self._theme = store, theme
        self._settings: QSettings | None = None
        self._pages: dict[str, Page] = {}
        self._trees: dict[str, list[RowTree]] = {}
        self._buttons: dict[str, QToolButton] = {}
        self.current_id = ""
        self.actions_of = {row.id: self._action(n) for n, row in enumerate(PAGES)}
        self.rail = self._make_rail()
        self._stack = QStackedWidget(self)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(GRID)
        row.addWidget(self.rail)
        row.addWidget(self._stack, 1)
        self.rail.setVisible(len(PAGES) > 1)
        theme.changed.connect(self.retint)
        self.retint()

    def _action(self, number: int) -> QAction:
        row = PAGES[number]
        action = QAction(tr(row.about), self)
        action.setObjectName(f"page_{row.id}")
        action.setData(row.id)
        action.setProperty("icon-name", row.icon)
        action.setShortcut(row.keys)
        action.triggered.connect(self._turn_to_sender)
        return action

    def _make_rail(self) -> QFrame:
        rail = QFrame(self)
        rail.setObjectName("rail")
        rail.setAccessibleName(tr("Pages"))
        rail.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Preferred)
        column = QVBoxLayout(rail)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GRID // 2)
        for row in PAGES:
            hint = f"{tr(row.about)} ({row.keys})" if row.keys else tr(row.about)
            button = tool_button(tr(row.title), name=tr(row.title), tooltip=hint, parent=rail, icon=row.icon, checkable=True)
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextUnderIcon)
            button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
            button.clicked.connect(self.actions_of[row.id].trigger)
            button.toggled.connect(self._toggled)
            self._buttons[row.id] = button
            column.addWidget(button)
        column.addStretch(1)
        return rail

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        roomy = self.width() > self.fontMetrics().averageCharWidth() * _ROOMY
        style = Qt.ToolButtonStyle.ToolButtonTextUnderIcon if roomy else Qt.ToolButtonStyle.ToolButtonIconOnly
        for button in self._buttons.values():
            button.setToolButtonStyle(style)
            restyle(button, "roomy", "true" if roomy else "false")

    def page(self, page_id: str) -> Page:
        """The page with this id, made now if it never was."""
        if page_id not in self._pages:
            row = next(row for row in PAGES if row.id == page_id)
            page = make(row, self._store, parent=self, theme=self._theme)
            self._pages[page_id] = page
            self._stack.addWidget(page)
            self._trees[page_id] = [tree for tree in page.findChildren(RowTree) if tree.has_memory]
            if self._settings is not None:
                self._restore(page_id, self._settings)
            self.made.emit(page)
        return self._pages[page_id]

    def title(self) -> str:
        """The word for the page that is shown."""
        return next(tr(row.title) for row in PAGES if row.id == self.current_id)

    def turn_to(self, page_id: str) -> Page:
        """Show this page."""
        page = self.page(page_id)
        if page_id != self.current_id:
            if self.current_id:
                self._pages[self.current_id].leave()
            self.current_id = page_id
            self._stack.setCurrentWidget(page)
            page.enter()
            self.turned.emit(page)
        for name, button in self._buttons.items():
            button.setChecked(name == page_id)
        return page

    def _toggled(self, on: bool) -> None:
        """A screen reader toggles where a hand clicks."""
        button = self.sender()
        page_id = next(name for name, one in self._buttons.items() if one is button)
        if on and page_id != self.current_id:
            self.turn_to(page_id)
        elif not on and page_id == self.current_id:
            self._buttons[page_id].setChecked(True)

    def _turn_to_sender(self) -> None:
        action = self.sender()
        if isinstance(action, QAction):
            self.turn_to(str(action.data())).focus_view()

    def restore(self, settings: QSettings) -> None:
        """Be as the pages were left, those still to be made as well."""
        self._settings = settings
        for name in self._pages:
            self._restore(name, settings)
        left = str(settings.value("window/page", OVERVIEW))
        self.turn_to(left if left in self._buttons else OVERVIEW)

    def _restore(self, name: str, settings: QSettings) -> None:
        page, docks = self._pages[name], memory.state(settings, f"docks/{name}")
        page.restore(settings)
        if page.docks is not None and docks is not None:
            page.docks.restore(docks)
        for number, tree in enumerate(self._trees[name]):
            tree.want(tuple(memory.words(settings, f"rows/{name}/{number}")))

    def remember(self, settings: QSettings) -> None:
        """Write down how the pages were left."""
        settings.setValue("window/page", self.current_id)
        for name, page in self._pages.items():
            if not page.seen:
                continue
            page.remember(settings)
            if page.docks is not None:
                settings.setValue(f"docks/{name}", page.docks.state())
            for number, tree in enumerate(self._trees[name]):
                settings.setValue(f"rows/{name}/{number}", list(tree.current_key()))

    def leave(self) -> None:
        """The window closes."""
        self._pages[self.current_id].leave()

    def retint(self) -> None:
        """Redraw icons after a change of theme."""
        tint(self.rail, self._theme)
