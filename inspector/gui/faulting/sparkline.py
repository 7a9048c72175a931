"""How did a process's rate go lately, in the space of a word? A small curve in a cell of the process table."""

import math
from collections.abc import Callable

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import QStyleOptionViewItem

from inspector.gui.theme import GRID, Theme
from inspector.gui.view import RowDelegate, RowTree

Values = Callable[[str], np.ndarray]
"""The curve of the row with this key, newest last, NaN where nothing was measured."""


class SparkDelegate(RowDelegate):
    """Draws the curve over the cell; the scale is each row's own, logarithmic."""

    def __init__(self, view: RowTree, values: Values, theme: Theme) -> None:
        super().__init__(view)
        self._view, self._values, self._theme = view, values, theme

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> None:
        super().paint(painter, option, index)
        row = self._view.rows_model.row_of(self._view.rows_model.index(index.row(), index.column()))
        if row is None:
            return
        values = self._values(row.key)
        measured = values[np.isfinite(values)]
        if not len(measured) or measured.max() <= 0:
            return
        box = QRectF(option.rect).adjusted(GRID / 2, 4, -GRID / 2, -4)
        heights = np.log1p(values) / math.log1p(float(measured.max()))
        xs = np.linspace(box.left(), box.right(), max(len(values), 2))[-len(values) :]
        path = pg.arrayToQPath(xs, box.bottom() - heights * box.height(), connect="finite")
        painter.save()
        painter.setClipRect(option.rect)
        painter.setPen(QPen(QColor(self._theme.tokens.accent), 1))
        painter.drawPath(path)
        painter.restore()
