"""How are the curves of a plot drawn? All by one item: a plot redrawn once a second pays for every item, pen and path of its own."""

from itertools import pairwise

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QBrush, QPainter, QPen, QPolygonF

_EVERYWHERE = QRectF(-1e9, -1e9, 2e9, 2e9)
_PIECE = 50
"""Points filled at once: the rasteriser's time grows with their square (pyqtgraph/pyqtgraph#2257)."""


class Curves(pg.GraphicsObject):  # type: ignore[misc]
    """Curves in the plot's own coordinates. What is not in the view is clipped, so the item has no bounds of its own."""

    def __init__(self) -> None:
        super().__init__()
        self._lines: list[tuple[QPen, list[QPolygonF]]] = []
        self._areas: list[tuple[QBrush, list[QPolygonF]]] = []

    def clear(self) -> None:
        """No curve."""
        self._lines, self._areas = [], []
        self.update()

    def add(self, x: np.ndarray, y: np.ndarray, *, pen: QPen, brush: QBrush | None) -> None:
        """One more curve, broken where `y` is not finite; with a brush it is filled down to 0."""
        gaps = np.flatnonzero(~np.isfinite(y)).tolist()
        runs = [(before + 1, after) for before, after in pairwise([-1, *gaps, len(y)]) if after - before > 2]
        self._lines.append((pen, [_polygon(x[start:end], y[start:end]) for start, end in runs]))
        if brush is not None:
            pieces = [(at, min(at + _PIECE, end)) for start, end in runs for at in range(start, end - 1, _PIECE - 1)]
            self._areas.append((brush, [_polygon(x[start:end], y[start:end], filled=True) for start, end in pieces]))

    def boundingRect(self) -> QRectF:
        return _EVERYWHERE

    def paint(self, painter: QPainter, *_: object) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        for brush, areas in self._areas:
            painter.setBrush(brush)
            for area in areas:
                painter.drawPolygon(area)
        for pen, lines in self._lines:
            painter.setPen(pen)
            for line in lines:
                painter.drawPolyline(line)


def _polygon(x: np.ndarray, y: np.ndarray, *, filled: bool = False) -> QPolygonF:
    """The points, with `filled` down to 0 and back."""
    polygon: QPolygonF = pg.functions.create_qpolygonf(len(x) + (2 if filled else 0))
    points = pg.functions.ndarray_from_qpolygonf(polygon)
    points[: len(x), 0], points[: len(x), 1] = x, y
    if filled:
        points[-2:] = (x[-1], 0.0), (x[0], 0.0)
    return polygon
