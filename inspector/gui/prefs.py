"""What did the user choose, and who is told when that changes? The settings behind the window; each change is kept at once."""

import os

import msgspec
from PySide6.QtCore import QObject, Signal

from inspector import settings
from inspector.settings import Settings


class Preferences(QObject):
    """The settings in force. `changed` carries the settings there were before. One that is not `kept` forgets them with the window."""

    changed = Signal(object)

    def __init__(self, loaded: settings.Loaded | None = None, *, parent: QObject, kept: bool = False) -> None:
        super().__init__(parent)
        loaded = loaded or settings.Loaded(settings=Settings())
        self.now, self.trouble = loaded.settings, loaded.why
        self._kept = kept

    def change(self, **chosen: object) -> None:
        """Choose differently from now on. If that cannot be kept, `trouble` says why, and it holds until the window closes."""
        before, self.now = self.now, msgspec.structs.replace(self.now, **chosen)
        if self.now == before:
            return
        self.trouble = self._keep()
        self.changed.emit(before)

    def _keep(self) -> str:
        if not self._kept:
            return ""
        try:
            settings.save(self.now)
        except OSError as error:
            return f"{settings.path()}: {os.strerror(error.errno or 0)}"
        return ""
