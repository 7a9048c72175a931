"""Which pictures do README and docs/ show? The program's own window with invented data, drawn into docs/images.

Run: python tests/gui/docs_pictures.py
"""

import os
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent), str(HERE.parents[1])]

import gallery  # noqa: E402
import numpy as np  # noqa: E402
from PySide6.QtGui import QImage  # noqa: E402
from support.display import x_server  # noqa: E402

from inspector.gui.app import make_application  # noqa: E402
from inspector.gui.theme import Choice, Theme  # noqa: E402

IMAGES = HERE.parents[1] / "docs/images"
PICTURES: dict[str, tuple[str, Choice]] = {
    "window": ("finding", "light"),
    "matrix": ("matrix", "light"),
    "fix": ("fix", "light"),
    "fixed": ("fixed", "light"),
    "history": ("history", "light"),
    "kernels": ("page-kernels", "light"),
    "faults": ("page-faults", "light"),
    "golang": ("page-golang", "light"),
    "help": ("help", "light"),
}
SIZE = (1280, 800)
COLOURS = 256


def small(drawn: QImage) -> QImage:
    """The picture in its own most frequent colours: a third of the bytes, and no difference to see."""
    pixels = np.frombuffer(drawn.convertToFormat(QImage.Format.Format_RGB32).constBits(), dtype=np.uint32)
    colours, counts = np.unique(pixels, return_counts=True)
    table = colours[np.argsort(counts)[::-1][:COLOURS]]
    return drawn.convertToFormat(QImage.Format.Format_Indexed8, [int(colour) for colour in table])


def main() -> int:
    """Draw them all."""
    IMAGES.mkdir(parents=True, exist_ok=True)
    with x_server("1600x1000") as display:
        os.environ["DISPLAY"] = display
        app = make_application(["-platform", "xcb"])
        for name, (page, choice) in PICTURES.items():
            theme = Theme(app, choice=choice)
            small(gallery.render(page, theme=theme, size=SIZE).toImage()).save(str(IMAGES / f"{name}.png"), "PNG", 0)
            theme.deleteLater()
    return 0


if __name__ == "__main__":
    sys.exit(main())
