"""How does what is on the page leave it? As CSV (values) or SVG (pictures)."""

import csv
import io
from collections.abc import Callable
from datetime import datetime, timedelta

import numpy as np
from PySide6.QtCore import QBuffer, QRect, QSize
from PySide6.QtGui import QPainter

from inspector.gui.plotdata import Columns

Curves = list[tuple[str, Columns]]
Draw = Callable[[QPainter], None]


def values_as_csv(curves: Curves, *, newest: datetime) -> bytes:
    """One row per moment, one column per curve; empty where nothing was measured. `newest` is when age 0 was."""
    ages = np.unique([round(age, 1) for _, columns in curves for age in columns.age_s.tolist()])
    table = np.full((len(ages), len(curves)), np.nan)
    for n, (_, columns) in enumerate(curves):
        table[np.searchsorted(ages, [round(age, 1) for age in columns.age_s.tolist()]), n] = columns.high
    begun = int(np.argmax(~np.isnan(table).all(axis=1))) if len(table) else 0
    ages, table = ages[begun:], table[begun:]
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(["time", *(name for name, _ in curves)])
    for age, row in zip(ages.tolist(), table.tolist(), strict=True):
        moment = (newest + timedelta(seconds=age)).isoformat(timespec="milliseconds")
        writer.writerow([moment, *("" if value != value else f"{value:.6g}" for value in row)])  # noqa: PLR0124  NaN
    return text.getvalue().encode()


def picture_as_svg(size: QSize, draw: Draw, *, title: str) -> bytes:
    """What `draw` paints, as vectors."""
    from PySide6.QtSvg import QSvgGenerator

    buffer = QBuffer()
    generator = QSvgGenerator()
    generator.setOutputDevice(buffer)
    generator.setSize(size)
    generator.setViewBox(QRect(0, 0, size.width(), size.height()))
    generator.setTitle(title)
    painter = QPainter(generator)
    draw(painter)
    painter.end()
    return bytes(buffer.data().data())
