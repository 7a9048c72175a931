"""When is the window worth a picture, and how is it taken? After a complete snapshot, a few samples, and a moment for the paint to dry."""

import sys
from types import TracebackType

from PySide6.QtCore import QSize, QTimer
from PySide6.QtWidgets import QApplication, QWidget

from inspector.gui.desk import Desk
from inspector.gui.window import Window

COULD_NOT_LOOK = 3
_SAMPLES = 3
_PATIENCE_MS = 60_000
_BEAT_MS = 100


class Camera(QTimer):
    """Takes one picture and ends the program; `failed` says why there is none."""

    def __init__(self, window: Window, *, path: str, panel: str, size: QSize) -> None:
        super().__init__(window)
        self._window, self._path, self._panel, self._size = window, path, panel, size
        self._waited = 0
        self._settling = False
        self.failed = ""
        self.timeout.connect(self._tick)
        self.start(_BEAT_MS)

    def _tick(self) -> None:
        self._waited += _BEAT_MS
        desk = self._window.desk
        if desk is not None and self._settling:
            self._shoot(desk)
        elif desk is not None and _complete(desk):
            self._settling = True
        elif self._waited > _PATIENCE_MS:
            self.failed = (desk.store.trouble if desk else "") or "no complete look within a minute"
            QApplication.exit(COULD_NOT_LOOK)

    def caught(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        """The interpreter's hook for what nobody caught: there will be no picture, and this is why."""
        sys.__excepthook__(kind, error, trace)
        self.failed = f"{kind.__name__}: {error}"
        self.stop()
        QApplication.exit(COULD_NOT_LOOK)

    def _shoot(self, desk: Desk) -> None:
        self.stop()
        overview = desk.show_overview()
        desk.faults.refresh()
        target: QWidget = {"environment": overview.left, "kernel": desk.kernel, "faults": desk.faults}.get(self._panel, self._window)
        if self._panel == "environment":
            overview.right.hide()
        elif target is not self._window:
            overview.left.hide()
            (desk.faults if self._panel == "kernel" else desk.kernel).hide()
        QApplication.processEvents()
        self._window.resize(self._window.size() + (self._size - target.size()))
        QApplication.processEvents()
        if not target.grab().save(self._path, "PNG"):
            self.failed = f"cannot write {self._path}"
        QApplication.exit(COULD_NOT_LOOK if self.failed else 0)


def _complete(desk: Desk) -> bool:
    """Whether there is all to see: the whole look and a few samples, or the saved snapshot."""
    store = desk.store
    if store.snapshot is None or store.pending or not desk.faults.plotted():
        return False
    return bool(store.banner) or store.series.count >= _SAMPLES
