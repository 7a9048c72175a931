"""How does a test open the program as it is run, on a scratch home, with its real agent? And how does it keep pictures for people to look at?"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QApplication, QWidget

from inspector.gui.app import Opening
from inspector.gui.desk import Desk
from support.homes import Home

LOOK_MS = 90_000


@contextmanager
def live_desk(home: Home, qapp: QApplication, qtbot: Any, monkeypatch: pytest.MonkeyPatch, *, theme: str = "light") -> Iterator[Desk]:
    """The desk of a window whose first look at this home is complete."""
    for name, value in home.environ().items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[2]))
    monkeypatch.setenv("XDG_STATE_HOME", str(home.path.parent / "state"))
    settings = QSettings(str(home.path.parent / "w.ini"), QSettings.Format.IniFormat)
    opening = Opening(qapp, ["--home", str(home.path)], theme=theme, layout=settings)
    opening.window.show()
    qtbot.waitUntil(lambda: opening.window.desk is not None, timeout=LOOK_MS)
    desk = opening.window.desk
    assert desk is not None
    opening.window.activateWindow()
    qtbot.waitUntil(lambda: desk.store.snapshot is not None and not desk.store.pending, timeout=LOOK_MS)
    yield desk
    opening.window.close()
    opening.window.deleteLater()
    opening.deleteLater()
    QApplication.processEvents()


def keep_picture(widget: QWidget, name: str) -> None:
    """A picture of what is on screen, in the folder GO_INSPECTOR_PICTURES, if that is set."""
    folder = os.environ.get("GO_INSPECTOR_PICTURES", "")
    if folder:
        Path(folder).mkdir(parents=True, exist_ok=True)
        QApplication.processEvents()
        widget.grab().save(f"{folder}/{name}.png")
