"""What can be chosen with the mouse from one place? The menu at the top right: every action by its group, and the reports opened lately."""

import os

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget

from inspector.gui.actions import ACTIONS
from inspector.gui.recent import Recent
from inspector.gui.widgets import tip
from inspector.i18n import mark, tr

_PAGES, _PANELS = mark("Pages"), "Panels"
_ORDER = ("Look", "Change", "Report", "View", "Move", "Help")


class MainMenu(QMenu):
    """The menu. `lately` are the reports that were opened before; `panels` are asked for with `list_panels` when they are about to be shown."""

    def __init__(self, named: dict[str, QAction], pages: list[QAction], recent: Recent, *, parent: QWidget) -> None:
        super().__init__(parent)
        self._recent = recent
        for group in _ORDER:
            menu = self.addMenu(tr(group))
            menu.addActions([named[row.id] for row in ACTIONS if row.group == group])
            if group == "Report":
                menu.addSeparator()
                self.lately = menu.addMenu(tr("Recent reports"))
            if group == "View":
                self.panels = menu.addMenu(tr(_PANELS))
            if group == "Change":
                self.addMenu(tr(_PAGES)).addActions(pages)
        self._arranging = [named[row.id] for row in ACTIONS if row.group == _PANELS]
        self.lately.aboutToShow.connect(self._list)
        self._list()

    def list_panels(self, toggles: list[QAction]) -> None:
        """The panels of the page that is shown, and what can be done to the one with the keyboard."""
        self.panels.clear()
        self.panels.addActions(toggles)
        self.panels.addSeparator()
        self.panels.addActions(self._arranging)

    def _list(self) -> None:
        self.lately.clear()
        paths = self._recent.paths()
        for path in paths:
            action = QAction(os.path.basename(path).replace("&", "&&"), self.lately)
            action.setToolTip(tip(path))
            action.setData(path)
            self.lately.addAction(action)
        if not paths:
            self.lately.addAction(tr("No report was opened yet")).setEnabled(False)
        self.lately.setToolTipsVisible(True)
