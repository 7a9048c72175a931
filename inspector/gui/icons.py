"""How does a symbolic drawing become an icon of the right colour and sharpness? SVG with `currentColor`, tinted and cached."""

from functools import lru_cache

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QFontMetrics, QGuiApplication, QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from inspector import resources

_SMALLEST = 16


def edge() -> int:
    """Edge of a symbolic icon in device-independent pixels: as high as a line of text."""
    return max(_SMALLEST, QFontMetrics(QGuiApplication.font()).height())


@lru_cache(maxsize=64)
def _drawing(name: str) -> str:
    return resources.read_text("icons", f"{name}.svg")


@lru_cache(maxsize=256)
def _icon(name: str, colour: str, hole: str, size: int, ratio: float) -> QIcon:
    svg = _drawing(name).replace("currentColor", colour).replace("#fffffe", hole)
    renderer = QSvgRenderer(QByteArray(svg.encode()))
    pixels = max(1, round(size * ratio))
    pixmap = QPixmap(pixels, pixels)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    renderer.render(painter, QRectF(0, 0, pixels, pixels))
    painter.end()
    pixmap.setDevicePixelRatio(ratio)
    icon = QIcon(pixmap)
    icon.addPixmap(pixmap, QIcon.Mode.Selected)
    return icon


def icon(name: str, colour: str, hole: str = "#ffffff") -> QIcon:
    """The named symbolic icon in `colour`; `hole` is what shows through a filled shape."""
    screen = QGuiApplication.primaryScreen()
    return _icon(name, colour, hole, edge(), screen.devicePixelRatio() if screen else 1.0)


def app_icon() -> QIcon:
    """The application's own icon."""
    return QIcon(resources.path("icons", "app.svg"))
