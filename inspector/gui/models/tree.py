"""How does a view follow changing rows without losing selection and expansion? By keys: only what differs is inserted, moved, removed or redrawn."""

from dataclasses import dataclass, field
from typing import Any

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QBrush, QColor, QFont, QIcon, QPixmap

from inspector.gui import icons
from inspector.gui.rows import Cell, Key, Row, Rows
from inspector.gui.theme import Theme
from inspector.gui.widgets import tip

Index = QModelIndex | QPersistentModelIndex
_ROOT = 0
_DISPLAY, _DECORATION, _TOOLTIP = Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.DecorationRole, Qt.ItemDataRole.ToolTipRole
_FONT, _FOREGROUND, _ALIGN = Qt.ItemDataRole.FontRole, Qt.ItemDataRole.ForegroundRole, Qt.ItemDataRole.TextAlignmentRole
_ACCESSIBLE = Qt.ItemDataRole.AccessibleTextRole
_RIGHT = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
_LEFT = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)


@dataclass(slots=True)
class _Node:
    row: Row
    key: Key
    parent: int
    children: list[int] = field(default_factory=list)
    place: int = 0


class RowTreeModel(QAbstractItemModel):
    """Rows as a Qt model. Indexes carry integer ids; `show(rows)` moves the model from the rows it has to the rows it is given."""

    def __init__(self, columns: tuple[str, ...], *, parent: QObject, theme: Theme, tips: tuple[str, ...] = (), numeric: tuple[int, ...] = ()) -> None:
        super().__init__(parent)
        self.columns = columns
        self._tips = tips
        self._numeric = frozenset(numeric)
        self._theme = theme
        self._nodes: dict[int, _Node] = {_ROOT: _Node(Row("", ()), (), -1)}
        self._ids: dict[Key, int] = {(): _ROOT}
        self._next = 1
        self._fonts: dict[tuple[bool, bool, bool], QFont] = {}
        self._brushes: dict[str, QBrush] = {}
        theme.changed.connect(self._repaint)

    # ---- what it holds

    def show(self, rows: Rows) -> None:
        """Show these rows; rows whose key stays keep their index, selection and expansion."""
        self._merge(_ROOT, QModelIndex(), rows)

    def set_columns(self, columns: tuple[str, ...]) -> None:
        """Have other columns; the rows are gone until they are shown again."""
        self.beginResetModel()
        self.columns = columns
        self._nodes = {_ROOT: _Node(Row("", ()), (), -1)}
        self._ids = {(): _ROOT}
        self.endResetModel()

    def rows(self) -> Rows:
        """The rows that are shown, each with what is below it."""
        return tuple(self._nodes[child].row for child in self._nodes[_ROOT].children)

    def row_of(self, index: Index) -> Row | None:
        """The row behind an index, None for the invisible root."""
        return self._nodes[index.internalId()].row if index.isValid() else None

    def key_of(self, index: Index) -> Key:
        """The full key behind an index."""
        return self._nodes[index.internalId()].key if index.isValid() else ()

    def index_of(self, key: Key, column: int = 0) -> QModelIndex:
        """The index of a key; invalid if there is no such row."""
        node_id = self._ids.get(key, _ROOT)
        return QModelIndex() if node_id == _ROOT else self.createIndex(self._nodes[node_id].place, column, node_id)

    # ---- Qt's questions

    def index(self, row: int, column: int, parent: Index = QModelIndex()) -> QModelIndex:  # noqa: B008  Qt's own signature
        if not self.hasIndex(row, column, parent):
            return QModelIndex()
        return self.createIndex(row, column, self._nodes[self._id(parent)].children[row])

    def parent(self, index: Index = QModelIndex()) -> QModelIndex:  # type: ignore[override]  # noqa: B008  QObject.parent() shares the name
        if not index.isValid():
            return QModelIndex()
        above = self._nodes[index.internalId()].parent
        return QModelIndex() if above == _ROOT else self.createIndex(self._nodes[above].place, 0, above)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.column() > 0 else len(self._nodes[self._id(parent)].children)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: ARG002, B008
        return len(self.columns)

    def flags(self, index: Index) -> Qt.ItemFlag:
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable if index.isValid() else Qt.ItemFlag.NoItemFlags

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = _DISPLAY) -> Any:
        if orientation != Qt.Orientation.Horizontal or not 0 <= section < len(self.columns):
            return None
        if role == _DISPLAY:
            return self.columns[section]
        if role == _ALIGN:
            return _RIGHT if section in self._numeric else _LEFT
        return tip(self._tips[section]) if role == _TOOLTIP and section < len(self._tips) else None

    def data(self, index: Index, role: int = _DISPLAY) -> Any:
        if not index.isValid():
            return None
        row = self._nodes[index.internalId()].row
        column = index.column()
        if column >= len(row.cells):
            return None
        cell = row.cells[column]
        if role == _DISPLAY:
            return cell.text
        if role == _FOREGROUND:
            return self._brush(cell)
        if role == _FONT:
            return self._font(cell)
        if role == _DECORATION:
            return self._decoration(cell)
        if role == _ALIGN:
            return _RIGHT if cell.right else _LEFT
        if role == _TOOLTIP:
            return tip(cell.tip or cell.text)
        if role == _ACCESSIBLE:
            return (row.says or cell.text) if column == 0 else cell.text
        return None

    # ---- how a cell looks

    def _brush(self, cell: Cell) -> QBrush:
        colour = self._theme.tokens.tone(cell.tone)
        if colour not in self._brushes:
            self._brushes[colour] = QBrush(QColor(colour))
        return self._brushes[colour]

    def _font(self, cell: Cell) -> QFont:
        style = (cell.mono, cell.struck, cell.bold)
        if style not in self._fonts:
            font = QFont(self._theme.mono_font if cell.mono else self._theme.ui_font)
            font.setStrikeOut(cell.struck)
            font.setWeight(QFont.Weight.DemiBold if cell.bold else QFont.Weight.Normal)
            self._fonts[style] = font
        return self._fonts[style]

    def _decoration(self, cell: Cell) -> QIcon | QPixmap | None:
        if cell.swatch:
            pixmap = QPixmap(icons.edge() * 5 // 8, icons.edge() * 5 // 8)
            pixmap.fill(QColor(cell.swatch))
            return pixmap
        return icons.icon(cell.icon, self._theme.tokens.tone(cell.tone), self._theme.tokens.panel) if cell.icon else None

    def _repaint(self) -> None:
        self._fonts.clear()
        self._brushes.clear()
        self._changed_below(_ROOT)

    def _changed_below(self, node_id: int) -> None:
        children = self._nodes[node_id].children
        if children:
            self.dataChanged.emit(self._at(children[0], 0), self._at(children[-1], len(self.columns) - 1))
        for child in children:
            self._changed_below(child)

    # ---- from the old rows to the new

    def _id(self, index: Index) -> int:
        return index.internalId() if index.isValid() else _ROOT

    def _at(self, node_id: int, column: int) -> QModelIndex:
        return self.createIndex(self._nodes[node_id].place, column, node_id)

    def _merge(self, node_id: int, index: QModelIndex, rows: Rows) -> None:
        node = self._nodes[node_id]
        wanted = {row.key for row in rows}
        self._drop(node_id, index, wanted)
        place = 0
        while place < len(rows):
            here = self._ids.get((*node.key, rows[place].key))
            if here is None:
                place = self._insert_run(node_id, index, rows, place)
                continue
            if node.children[place] != here:
                self._move(node_id, index, self._nodes[here].place, place)
            place += 1
        for child, row in zip(tuple(node.children), rows, strict=True):
            self._update(child, row)

    def _drop(self, node_id: int, index: QModelIndex, wanted: set[str]) -> None:
        children = self._nodes[node_id].children
        last = len(children) - 1
        while last >= 0:
            if self._nodes[children[last]].row.key in wanted:
                last -= 1
                continue
            first = last
            while first > 0 and self._nodes[children[first - 1]].row.key not in wanted:
                first -= 1
            self.beginRemoveRows(index, first, last)
            gone = children[first : last + 1]
            del children[first : last + 1]
            self._number(children, first)
            for child in gone:
                self._forget(child)
            self.endRemoveRows()
            last = first - 1

    def _insert_run(self, node_id: int, index: QModelIndex, rows: Rows, first: int) -> int:
        node = self._nodes[node_id]
        last = first
        while last + 1 < len(rows) and (*node.key, rows[last + 1].key) not in self._ids:
            last += 1
        self.beginInsertRows(index, first, last)
        node.children[first:first] = [self._make(row, node_id) for row in rows[first : last + 1]]
        self._number(node.children, first)
        self.endInsertRows()
        return last + 1

    def _move(self, node_id: int, index: QModelIndex, source: int, target: int) -> None:
        children = self._nodes[node_id].children
        self.beginMoveRows(index, source, source, index, target)
        children.insert(target, children.pop(source))
        self._number(children, target)
        self.endMoveRows()

    def _update(self, node_id: int, row: Row) -> None:
        node = self._nodes[node_id]
        before, node.row = node.row, row
        if before is row:
            return
        if not before.looks_like(row):
            self.dataChanged.emit(self._at(node_id, 0), self._at(node_id, len(self.columns) - 1))
        if before.children or row.children:
            self._merge(node_id, self._at(node_id, 0), row.children)

    def _make(self, row: Row, parent: int) -> int:
        node_id, self._next = self._next, self._next + 1
        key = (*self._nodes[parent].key, row.key)
        self._ids[key] = node_id
        node = self._nodes[node_id] = _Node(row, key, parent)
        node.children = [self._make(child, node_id) for child in row.children]
        self._number(node.children, 0)
        return node_id

    def _forget(self, node_id: int) -> None:
        node = self._nodes.pop(node_id)
        del self._ids[node.key]
        for child in node.children:
            self._forget(child)

    def _number(self, children: list[int], first: int) -> None:
        for place in range(first, len(children)):
            self._nodes[children[place]].place = place
