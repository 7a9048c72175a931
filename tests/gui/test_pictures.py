"""Do the important pages look as they should, whatever the fonts? Panels tile the page; text as it is drawn stands out from what is behind it."""

from collections import Counter
from collections.abc import Iterator

import gallery
import pytest
from conftest import Voice, speak
from PySide6.QtCore import QPoint, QRect
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QWidget

from inspector.gui.desk import Desk
from inspector.gui.docks import Dock
from inspector.gui.pages.registry import PAGES
from inspector.gui.store import Store
from inspector.gui.theme import contrast
from inspector.gui.window import Window

SIZES = ((1024, 640), (1440, 900), (1920, 1080))
TILED = [row.id for row in PAGES if row.id in ("overview", "golang", "faults", "shells")]
READABLE = 4.5
FEWEST = 12
"""Labels of a page whose text is measured; a page with fewer is not the page that is meant."""


@pytest.fixture(scope="module")
def room(theme) -> Iterator[Desk]:
    window, voice = Window(theme), Voice()
    window.resize(1440, 900)
    window.show()
    desk = window.furnish(Store(voice, parent=voice))  # type: ignore[arg-type]
    speak(voice, broken=True)
    desk.faults.load_plot()
    gallery.wait(100)
    yield desk
    window.close()
    window.deleteLater()
    QApplication.processEvents()
    theme.choose("light")


def boxes(page: QWidget) -> list[QRect]:
    """Where the page's panels lie in it."""
    found = [dock for dock in page.findChildren(Dock) if dock.isVisible()]
    return [QRect(dock.mapTo(page, QPoint(0, 0)), dock.size()) for dock in found]


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("page", TILED)
def test_panels_tile_the_page(room: Desk, page: str, size: tuple[int, int]) -> None:
    room.window().resize(*size)
    shown = room.book.turn_to(page)
    gallery.wait(40)
    assert room.window().size().toTuple() == size, "nothing in it makes the window larger than asked"
    found = boxes(shown)
    assert len(found) >= 3
    assert not [(one, other) for n, one in enumerate(found) for other in found[:n] if one.intersects(other)]
    assert all(shown.rect().contains(box) for box in found)
    covered = sum(box.width() * box.height() for box in found) / (shown.width() * shown.height())
    assert covered > 0.85, "a page is panels and the gaps between them"
    assert min(box.width() for box in found) > size[0] * 0.2


def drawn_contrast(image: QImage, box: QRect) -> float:
    """How far the colour that is furthest from the background stands out from it; the background is the commonest colour."""
    seen = Counter(image.pixel(x, y) for y in range(box.top(), box.bottom()) for x in range(box.left(), min(box.right(), box.left() + 160)))
    background = QColor(seen.most_common(1)[0][0]).name()
    return max(contrast(background, QColor(pixel).name()) for pixel in seen)


@pytest.mark.parametrize("name", ["light", "dark", "contrast"])
def test_text_as_it_is_drawn_can_be_read(room: Desk, name: str) -> None:
    room.window().resize(1440, 900)
    room.theme.choose(name)  # type: ignore[arg-type]
    weak, measured = [], 0
    for page in ("overview", "golang"):
        room.book.turn_to(page)
        gallery.wait(60)
        image = room.grab().toImage()
        for widget in [w for kind in (QLabel, QPushButton) for w in room.findChildren(kind) if w.isVisible() and len(w.text()) > 2 and w.isEnabled()]:
            place = QRect(widget.mapTo(room, QPoint(0, 0)), widget.size())
            inside = not widget.visibleRegion().isEmpty() and widget.visibleRegion().boundingRect().size() == widget.size()
            if inside and image.rect().contains(place):
                measured += 1
                seen = drawn_contrast(image, place)
                if seen < READABLE:
                    weak.append((widget.text(), round(seen, 2)))
    assert weak == []
    assert measured >= FEWEST
