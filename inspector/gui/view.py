"""How is a tree or table shown and used? One view for all panels: row rhythm, colours that survive selection, copy, and memory of what was open."""

from collections.abc import Callable

import msgspec
from PySide6.QtCore import (
    QByteArray,
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QPointF,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QAction, QBrush, QKeyEvent, QKeySequence, QPainter, QPalette, QPen, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QApplication, QMenu, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QTreeView, QWidget

from inspector.gui import icons
from inspector.gui.models.tree import RowTreeModel
from inspector.gui.openwith import Opened, OpenWith, Place
from inspector.gui.rows import Key, Row, Rows, as_csv, as_json, as_markdown, as_text, walk
from inspector.gui.theme import GRID, Theme
from inspector.gui.widgets import copy_text
from inspector.i18n import tr

_SELECTED = QStyle.StateFlag.State_Selected
_INDENTATION = 0.85
"""Of the height of a line."""
_LEGIBLE = "a text of so many letters"
"""How much room a sharing column wants before an optional one gives way."""


class RowDelegate(QStyledItemDelegate):
    """Rows of one height on the grid; a selected row keeps the colours that mean something."""

    def initStyleOption(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> None:
        super().initStyleOption(option, index)
        if not option.state & _SELECTED:
            return
        brush = index.data(Qt.ItemDataRole.ForegroundRole)
        if isinstance(brush, QBrush):
            option.palette.setBrush(QPalette.ColorRole.HighlightedText, brush)

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        hint = super().sizeHint(option, index)
        height = option.fontMetrics.height() + GRID - 2
        return QSize(hint.width() + GRID * 2, height)


class RowTree(QTreeView):
    """A tree or table over a RowTreeModel. `chosen` says which row is current, `acted` that it was activated (Enter, double click)."""

    chosen = Signal(object)
    acted = Signal(object)

    def __init__(
        self,
        columns: tuple[str, ...],
        *,
        name: str,
        parent: QWidget,
        theme: Theme,
        flat: bool = False,
        tips: tuple[str, ...] = (),
        numeric: tuple[int, ...] = (),
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self.has_memory = True
        self.rows_model = RowTreeModel(columns, parent=self, theme=theme, tips=tips, numeric=numeric)
        self.setModel(self.rows_model)
        self.header().setProperty("tree", "false" if flat else "true")
        self.setItemDelegate(RowDelegate(self))
        self.setAccessibleName(name)
        self.setUniformRowHeights(True)
        self.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.setRootIsDecorated(not flat)
        self.setItemsExpandable(not flat)
        self.setIndentation(0 if flat else round(self.fontMetrics().height() * _INDENTATION))
        self.setIconSize(QSize(icons.edge(), icons.edge()))
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAllColumnsShowFocus(True)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.header().setHighlightSections(False)
        self.header().setTextElideMode(Qt.TextElideMode.ElideRight)
        self.header().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self.header().setMinimumSectionSize(GRID * 5)
        self._open: set[Key] = set()
        self._optional: tuple[int, ...] = ()
        self._wanted: Key = ()
        self._hoped: Key = ()
        self._showing = False
        self._shares: tuple[int | str, ...] = ()
        self._extra: Callable[[QMenu, Row], None] | None = None
        self._place_of: Callable[[Row], Place | None] | None = None
        self._opened: Opened | None = None
        self.customContextMenuRequested.connect(self._show_menu)
        self.expanded.connect(self._remember)
        self.collapsed.connect(self._forget)
        self.activated.connect(self._activate)
        self.selectionModel().currentChanged.connect(self._choose)
        self._offer_copies()

    def _offer_copies(self) -> None:
        self._add_shortcut(tr("Copy as text"), QKeySequence(QKeySequence.StandardKey.Copy), self.copy_row_as_text)
        self._add_shortcut(tr("Copy as JSON"), QKeySequence("Ctrl+Shift+C"), self.copy_row_as_json)
        for text, slot in (
            (tr("Copy the table as text"), self.copy_as_text),
            (tr("Copy the table as Markdown"), self.copy_as_markdown),
            (tr("Copy the table as CSV"), self.copy_as_csv),
            (tr("Copy the table as JSON"), self.copy_as_json),
        ):
            self._add_shortcut(text, QKeySequence(), slot)

    # ---- rows

    def show_rows(self, rows: Rows) -> None:
        """Show these rows; what was open and chosen stays so, and is so again when it comes back."""
        self._showing = True
        self.rows_model.show(rows)
        for key in self._open:
            index = self.rows_model.index_of(key)
            if index.isValid() and not self.isExpanded(index):
                self.setExpanded(index, True)
        if not self.rootIsDecorated():
            for number, row in enumerate(rows):
                if self.isFirstColumnSpanned(number, QModelIndex()) != (len(row.cells) == 1):
                    self.setFirstColumnSpanned(number, QModelIndex(), len(row.cells) == 1)
        if self._wanted:
            self.setCurrentIndex(self.rows_model.index_of(self._wanted))
        self._showing = False
        if self._hoped and not self._wanted:
            self.choose(self._hoped)

    def open_keys(self, keys: set[Key]) -> None:
        """Expand these rows now and whenever they appear."""
        self._open |= keys
        for key in sorted(keys, key=len):
            index = self.rows_model.index_of(key)
            if index.isValid():
                self.setExpanded(index, True)

    def opened(self) -> set[Key]:
        """What is expanded."""
        return set(self._open)

    def open_all(self, rows: Rows) -> None:
        """Expand every row that has something below it."""
        self.open_keys({key for key, row in walk(rows) if row.children})

    def choose(self, key: Key) -> bool:
        """Make this row the current one, opening what is above it; False if there is no such row."""
        index = self.rows_model.index_of(key)
        if not index.isValid():
            return False
        self.open_keys({key[:depth] for depth in range(1, len(key))})
        self.setCurrentIndex(index)
        for depth in (2, len(key)):
            self.scrollTo(self.rows_model.index_of(key[:depth]), QAbstractItemView.ScrollHint.EnsureVisible)
        return True

    def selectionChanged(self, selected: QItemSelection, deselected: QItemSelection) -> None:
        """Who selects a row without a hand, as a screen reader does, has chosen it."""
        super().selectionChanged(selected, deselected)
        rows = self.selectionModel().selectedRows()
        if len(rows) == 1 and rows[0] != self.currentIndex().siblingAtColumn(0):
            self.selectionModel().setCurrentIndex(rows[0], QItemSelectionModel.SelectionFlag.NoUpdate)

    def want(self, key: Key) -> None:
        """Choose this row as soon as it is there, unless somebody chooses another one before."""
        self._hoped = key

    def still_as_left(self) -> bool:
        """Whether the current row is the one that was wished for, not one that somebody has chosen since."""
        return bool(self._hoped) and self.current_key() == self._hoped

    def current_row(self) -> Row | None:
        """The current row, None if there is none."""
        return self.rows_model.row_of(self.currentIndex())

    def current_key(self) -> Key:
        """The current row's key."""
        return self.rows_model.key_of(self.currentIndex())

    def add_to_menu(self, extra: Callable[[QMenu, Row], None]) -> None:
        """Let a panel put its own entries on top of the context menu."""
        self._extra = extra

    def offer_places(self, place_of: Callable[[Row], Place | None], opened: Opened) -> None:
        """Enter, double click and the context menu open the file and line of a row; `opened` is told which, and in which editor."""
        self._place_of, self._opened = place_of, opened
        self.acted.connect(self._open_place)

    def _open_place(self, row: Row | None) -> None:
        place = self._place_of(row) if row is not None and self._place_of else None
        if place and self._opened:
            self._opened(*place, "")

    def share_width(self, *shares: int | str, optional: tuple[int, ...] = ()) -> None:
        """Until somebody drags one: a column given as text is as wide as that text with an icon, the others share the rest.

        The columns `optional` give way, the first one first, where the others would have too little room.
        """
        self._shares, self._optional = shares, optional
        self.header().setStretchLastSection(True)
        self.header().sectionResized.connect(self._column_dragged)
        self._divide()

    def saved_columns(self) -> QByteArray | None:
        """The columns as somebody dragged them, None if nobody did."""
        return None if self._shares else self.header().saveState()

    def restore_columns(self, saved: QByteArray) -> None:
        """Take up columns somebody dragged."""
        self._shares = ()
        self.header().restoreState(saved)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._divide()

    def drawBranches(self, painter: QPainter, rect: QRect, index: QModelIndex | QPersistentModelIndex) -> None:
        """A chevron as large as the text, where the style's own keeps one size."""
        if not self.model().hasChildren(index):
            return
        half = self.fontMetrics().height() / 5
        middle = QPointF(rect.right() - self.indentation() / 2 + 1, rect.center().y() + 0.5)
        points = [QPointF(-half / 2, -half), QPointF(half / 2, 0), QPointF(-half / 2, half)]
        if self.isExpanded(index):
            points = [QPointF(point.y(), point.x()) for point in points]
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(self._theme.colour("dim"), max(1.4, half / 2.5), Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        painter.drawPolyline([middle + point for point in points])
        painter.restore()

    def _divide(self) -> None:
        if not self._shares:
            return
        shares, self._shares = self._shares, ()
        need = {column: self._width_of(share if isinstance(share, str) else _LEGIBLE) for column, share in enumerate(shares)}
        for column in self._optional:
            self.setColumnHidden(column, sum(need.values()) > self.viewport().width())
            if self.isColumnHidden(column):
                del need[column]
        fixed = {column: self._width_of(share) for column, share in enumerate(shares) if isinstance(share, str) and not self.isColumnHidden(column)}
        free = max(0, self.viewport().width() - sum(fixed.values()))
        whole = sum(share for share in shares if isinstance(share, int)) or 1
        for column, share in enumerate(shares[:-1]):
            if not self.isColumnHidden(column):
                self.header().resizeSection(column, fixed[column] if isinstance(share, str) else free * share // whole)
        self._shares = shares

    def _width_of(self, sample: str) -> int:
        return self.fontMetrics().horizontalAdvance(sample) + self.iconSize().width() + GRID * 3

    def _column_dragged(self, column: int, _before: int, _now: int) -> None:
        if column < self.header().count() - 1 and QApplication.mouseButtons() != Qt.MouseButton.NoButton:
            self._shares = ()

    # ---- what people do

    def copy_row_as_text(self) -> None:
        """Put the current row and what is below it on the clipboard as text."""
        if row := self.current_row():
            copy_text(as_text(row))

    def copy_row_as_json(self) -> None:
        """Put the current row and what is below it on the clipboard as JSON."""
        if row := self.current_row():
            copy_text(msgspec.json.format(msgspec.json.encode(as_json(row, self.rows_model.columns)), indent=2).decode())

    def copy_as_text(self) -> None:
        """Put all rows on the clipboard as text."""
        copy_text("\n".join(as_text(row) for row in self.rows_model.rows()))

    def copy_as_markdown(self) -> None:
        """Put all rows on the clipboard as a Markdown table."""
        copy_text(as_markdown(self.rows_model.rows(), self.rows_model.columns))

    def copy_as_csv(self) -> None:
        """Put all rows on the clipboard as CSV."""
        copy_text(as_csv(self.rows_model.rows(), self.rows_model.columns))

    def copy_as_json(self) -> None:
        """Put all rows on the clipboard as JSON."""
        document = [as_json(row, self.rows_model.columns) for row in self.rows_model.rows()]
        copy_text(msgspec.json.format(msgspec.json.encode(document), indent=2).decode())

    def _add_shortcut(self, text: str, keys: QKeySequence, slot: Callable[[], None]) -> None:
        action = QAction(text, self)
        action.setShortcut(keys)
        action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        action.triggered.connect(slot)
        self.addAction(action)

    def _show_menu(self, position: QPoint) -> None:
        row = self.rows_model.row_of(self.indexAt(position))
        if row is None:
            return
        self.menu_of(row).popup(self.viewport().mapToGlobal(position))

    def menu_of(self, row: Row) -> QMenu:
        """What can be done with this row and its table."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        if self._place_of and self._opened:
            OpenWith(menu, self._place_of(row), self._opened)
            menu.addSeparator()
        if self._extra:
            self._extra(menu, row)
            menu.addSeparator()
        menu.addActions(self.actions())
        return menu

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """The menu key and Shift+F10 open the menu of the current row, where that row is."""
        asked = event.key() == Qt.Key.Key_Menu or (event.key() == Qt.Key.Key_F10 and event.modifiers() == Qt.KeyboardModifier.ShiftModifier)
        if asked and self.currentIndex().isValid():
            self._show_menu(self.visualRect(self.currentIndex()).center())
            return
        super().keyPressEvent(event)

    def _remember(self, index: QModelIndex) -> None:
        self._open.add(self.rows_model.key_of(index))

    def _forget(self, index: QModelIndex) -> None:
        self._open.discard(self.rows_model.key_of(index))

    def _activate(self, index: QModelIndex) -> None:
        self.acted.emit(self.rows_model.row_of(index))

    def _choose(self, index: QModelIndex, _before: QModelIndex) -> None:
        if self._showing:
            return
        self._wanted = self.rows_model.key_of(index)
        self.chosen.emit(self.rows_model.row_of(index))
