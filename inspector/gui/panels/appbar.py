"""Whose machine and which project is this, and where are search, commands and report? The bar at the top."""

import os

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction, QIcon, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QMenu, QSizePolicy, QToolButton, QWidget

from inspector.gui import icons, words
from inspector.gui.store import Store
from inspector.gui.theme import GRID, Theme
from inspector.gui.widgets import Label, let_clear, push_button, tint, tip, tool_button
from inspector.i18n import tr

_ROOMY = 130
"""Letters of width below which Commands and Report show their icons only."""


class AppBar(QWidget):
    """The bar. `searched` carries what is typed into the search line."""

    searched = Signal(str)

    def __init__(self, store: Store, *, parent: QWidget, theme: Theme) -> None:
        super().__init__(parent)
        self._store, self._theme = store, theme
        self.host_menu, self.project_menu = QMenu(self), QMenu(self)
        self.host_button = push_button(tr("This machine"), tooltip=tr("Which machine is shown"), parent=self, clicked=self._show_host)
        self.project_button = push_button("", tooltip=tr("Which project's demands are judged"), parent=self, clicked=self._show_project)
        self.search = QLineEdit(self)
        self.search.setAccessibleName(tr("Search in the panel"))
        let_clear(self.search)
        self.search.setMaximumWidth(GRID * 34)
        self._search_icon = self.search.addAction(QIcon(), QLineEdit.ActionPosition.LeadingPosition)
        self._search_icon.setText(tr("Search in the panel"))
        self.commands_button = push_button(
            tr("Commands"), tooltip=tr("Run any action by name (Ctrl+K)."), parent=self, clicked=self._show_commands, icon="command"
        )
        self.report_button = push_button(
            tr("Report…"),
            tooltip=tr("Save what is shown, redacted, for a colleague or a ticket (Ctrl+S)."),
            parent=self,
            clicked=self._show_report,
            icon="report",
        )
        self.menu_button = tool_button("", name=tr("Menu"), tooltip=tr("Everything that can be done, by kind (F10)."), parent=self, icon="menu")
        self.menu_button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.menu_button.setShortcut("F10")
        self._commands: QAction | None = None
        self._report: QAction | None = None
        for button in (self.host_button, self.project_button):
            button.setSizePolicy(QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Fixed)
        self.search.setMinimumWidth(GRID * 10)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(GRID)
        row.addWidget(Label(tr("Go Inspector"), parent=self, name="app-title"))
        row.addSpacing(GRID)
        row.addWidget(self.host_button)
        row.addWidget(self.project_button)
        row.addStretch(1)
        row.addWidget(self.search, 2)
        row.addWidget(self.commands_button)
        row.addWidget(self.report_button)
        row.addWidget(self.menu_button)
        self.search.textChanged.connect(self.searched)
        store.replaced.connect(self.refresh)
        store.changed.connect(self.refresh)
        theme.changed.connect(self.retint)
        self.set_scope(tr("environment"))
        self.refresh()
        self.retint()

    def use_actions(self, *, commands: QAction, report: QAction, host: list[QAction], project: list[QAction]) -> None:
        """Put the window's actions behind the bar's buttons and menus."""
        self._commands, self._report = commands, report
        self.host_menu.addActions(host)
        self.project_menu.addActions(project)

    def use_menu(self, menu: QMenu) -> None:
        """Put the main menu behind its button."""
        self.menu_button.setMenu(menu)

    def set_scope(self, panel: str) -> None:
        """Say which panel the search line narrows."""
        self.search.setPlaceholderText(tr("Search {panel}   Ctrl+F", panel=panel))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        roomy = self.width() > self.fontMetrics().averageCharWidth() * _ROOMY
        self.commands_button.setText(tr("Commands") if roomy else "")
        self.report_button.setText(tr("Report…") if roomy else "")

    def show_needle(self, needle: str) -> None:
        """Show what the panel in scope is narrowed by, without searching again."""
        self.search.blockSignals(True)
        self.search.setText(needle)
        self.search.blockSignals(False)

    def refresh(self) -> None:
        """Show the host and project of the snapshot."""
        snapshot = self._store.snapshot
        where = tr("Report") if self._store.banner else tr("This machine")
        self.host_button.setText(
            (tr("{where} · {user}@{host}", where=where, user=snapshot.host.user, host=snapshot.host.hostname) if snapshot else where).replace(
                "&", "&&"
            )
            + "  ▾"
        )
        project = snapshot.golang.project if snapshot else None
        directory = words.tidy(project.dir, self._store.home()) if project else tr("no project")
        self.project_button.setAccessibleName(tr("Project {dir}", dir=directory))
        self.project_button.setText(_brief(directory).replace("&", "&&") + "  ▾")
        self.project_button.setToolTip(tip(project.dir if project else tr("No go.mod here: choose a project to see what it demands.")))

    def retint(self) -> None:
        """Redraw icons after a change of theme."""
        tint(self, self._theme)
        self._search_icon.setIcon(icons.icon("search", self._theme.tokens.dim))

    def _show_host(self) -> None:
        self.host_menu.popup(self.host_button.mapToGlobal(self.host_button.rect().bottomLeft()))

    def _show_project(self) -> None:
        self.project_menu.popup(self.project_button.mapToGlobal(self.project_button.rect().bottomLeft()))

    def _show_commands(self) -> None:
        if self._commands:
            self._commands.trigger()

    def _show_report(self) -> None:
        if self._report:
            self._report.trigger()


def _brief(path: str, most: int = 34) -> str:
    """A path that fits a button: its last parts behind an ellipsis."""
    if len(path) <= most:
        return path
    return "…" + os.sep + path[-most:].partition(os.sep)[2]
