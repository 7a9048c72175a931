"""Where can this line be opened? Entries of a context menu: in the usual editor, or in another one, which is the usual one from then on."""

from collections.abc import Callable

from PySide6.QtGui import QAction, QIcon
from PySide6.QtWidgets import QMenu

from inspector.gui import editor
from inspector.gui.rows import Row
from inspector.gui.widgets import allow, tip
from inspector.i18n import tr

Place = tuple[str, int]
Opened = Callable[[str, int, str], None]
"""Told a file, a line, and the id of an editor; empty for the usual one."""


def place_of(row: Row) -> Place | None:
    """The place that a row's own reference names: a word, a file and a line."""
    return (row.ref[1], int(row.ref[2])) if len(row.ref) == 3 and row.ref[0] in ("place", "origin") and row.ref[1] else None


class OpenWith(QMenu):
    """The editors there are. It puts itself below the entry for the usual one into the menu `above`; what is chosen is told to `opened`."""

    def __init__(self, above: QMenu, place: Place | None, opened: Opened) -> None:
        super().__init__(tr("Open with"), above)
        self._place, self._opened = place, opened
        usual = QAction(tr("Open in editor"), above)
        allow(usual, unless="" if place else tr("no line of a file decides this"))
        above.addAction(usual)
        above.addMenu(self)
        self.setEnabled(place is not None)
        self.setToolTipsVisible(True)
        for one in editor.offered() if place else ():
            action = self.addAction(QIcon.fromTheme(one.icon), one.name.replace("&", "&&"))
            action.setData(one.id)
            if not one.takes_line:
                action.setToolTip(tip(tr("Opens the file at its beginning.")))
        if self.isEmpty():
            self.addAction(tr("No editor was found")).setEnabled(False)
        usual.triggered.connect(self._choose_usual)
        self.triggered.connect(self._choose)

    def _choose_usual(self) -> None:
        self._open("")

    def _choose(self, action: QAction) -> None:
        self._open(str(action.data()))

    def _open(self, editor_id: str) -> None:
        if self._place:
            self._opened(*self._place, editor_id)
