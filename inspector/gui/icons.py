"""How does a symbolic drawing become an icon of the right colour and sharpness? SVG with `currentColor`, tinted and cached."""

from functools import lru_cache

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QGuiApplication, QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from inspector import resources

SIZE = 16
"""Edge of a symbolic icon in device-independent pixels."""


@lru_cache(maxsize=64)
def _drawing(name: str) -> str:
    return resources.read_text("icons", f"{name}.svg")


@lru_cache(maxsize=256)
def _icon(name: str, colour: str, hole: str, ratio: float) -> QIcon:
    svg = _drawing(name).replace("currentColor", colour).replace("#fffffe", hole)
    renderer = QSvgRenderer(QByteArray(svg.encode()))
    edge = max(1, round(SIZE * ratio))
    pixmap = QPixmap(edge, edge)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    renderer.render(painter, QRectF(0, 0, edge, edge))
    painter.end()
    pixmap.setDevicePixelRatio(ratio)
    icon = QIcon(pixmap)
    icon.addPixmap(pixmap, QIcon.Mode.Selected)
    return icon


def icon(name: str, colour: str, hole: str = "#ffffff") -> QIcon:
    """The named symbolic icon in `colour`; `hole` is what shows through a filled shape."""
    screen = QGuiApplication.primaryScreen()
    return _icon(name, colour, hole, screen.devicePixelRatio() if screen else 1.0)


def app_icon() -> QIcon:
    """The application's own icon."""
    return QIcon(resources.path("icons", "app.svg"))
