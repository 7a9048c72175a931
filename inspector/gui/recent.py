"""Which reports were opened lately? The newest first, remembered with the window's layout; one that is gone is not offered."""

import os

from PySide6.QtCore import QSettings

from inspector.gui import memory

_MOST = 8
_NAME = "reports/recent"


class Recent:
    """The list; without a file to keep it in it lasts as long as the window."""

    def __init__(self, settings: QSettings | None) -> None:
        self._settings = settings
        self._paths = memory.words(settings, _NAME) if settings is not None else []

    def add(self, path: str) -> None:
        """A report was opened."""
        full = os.path.abspath(path)
        self._paths = [full, *(other for other in self._paths if other != full)][:_MOST]
        if self._settings is not None:
            self._settings.setValue(_NAME, self._paths)

    def paths(self) -> list[str]:
        """Those that can still be opened."""
        return [path for path in self._paths if os.path.isfile(path)]
