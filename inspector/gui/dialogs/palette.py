"""Which action is meant? A line to type in and the actions whose names contain every word of it; and the same table as a cheat sheet."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QAction, QKeyEvent
from PySide6.QtWidgets import QDialog, QHeaderView, QLineEdit, QVBoxLayout, QWidget

from inspector.gui.rows import Cell, Row, Rows
from inspector.gui.theme import GRID, Theme
from inspector.gui.view import RowTree
from inspector.gui.widgets import fit, let_clear
from inspector.i18n import tr

_MOVES = (Qt.Key.Key_Down, Qt.Key.Key_Up, Qt.Key.Key_PageDown, Qt.Key.Key_PageUp)


class CommandPalette(QDialog):
    """Runs one of the window's actions by name."""

    def __init__(self, actions: Sequence[QAction], *, parent: QWidget, theme: Theme, title: str) -> None:
        super().__init__(parent, Qt.WindowType.Dialog)
        self.setWindowTitle(title)
        self.setModal(True)
        self._actions = list(actions)
        self.line = QLineEdit(self)
        self.line.setPlaceholderText(tr("Type a few letters of what you want"))
        self.line.setAccessibleName(title)
        let_clear(self.line)
        self.list = RowTree((tr("Action"), tr("Keys")), name=tr("Actions"), parent=self, theme=theme, flat=True)
        self.list.header().setStretchLastSection(False)
        self.list.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.list.header().resizeSection(1, GRID * 18)
        self.list.setHeaderHidden(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(GRID, GRID, GRID, GRID)
        column.setSpacing(GRID)
        column.addWidget(self.line)
        column.addWidget(self.list, 1)
        fit(self, GRID * 80, GRID * 56)
        self.line.installEventFilter(self)
        self.line.textChanged.connect(self._narrow)
        self.line.returnPressed.connect(self._run)
        self.list.acted.connect(self._run)
        self._narrow("")

    def _narrow(self, text: str) -> None:
        wanted = text.casefold().split()
        rows: Rows = tuple(self._row(n, action) for n, action in enumerate(self._actions) if all(word in action.text().casefold() for word in wanted))
        self.list.show_rows(rows)
        if rows:
            self.list.choose((rows[0].key,))

    def _row(self, n: int, action: QAction) -> Row:
        enabled = action.isEnabled()
        keys = action.shortcut().toString()
        icon = str(action.property("icon-name") or "")
        cells = (
            Cell(action.text().replace("&", ""), tone="" if enabled else "dim", icon=icon, tip=action.toolTip()),
            Cell(keys, tone="dim", mono=True, right=True),
        )
        return Row(str(n), cells, ref=("action", str(n)))

    def _run(self, _row: object = None) -> None:
        row = self.list.current_row()
        if row is not None:
            action = self._actions[int(row.key)]
            self.accept()
            action.trigger()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.line and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and event.key() in _MOVES:
            self.list.keyPressEvent(event)
            return True
        return super().eventFilter(watched, event)
