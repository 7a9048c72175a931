"""How is something heavy imported without freezing the window? The event loop gets a turn between the modules of the import."""

import importlib
import sys
import time
from collections.abc import Sequence
from importlib.machinery import ModuleSpec
from types import ModuleType

from PySide6.QtCore import QCoreApplication, QEventLoop

_NO_CLICKS = QEventLoop.ProcessEventsFlag.ExcludeUserInputEvents
"""A click that led to another import would find half-made modules: it waits for the end of this one."""
TURN_S = 0.012
"""After this long without a turn the event loop gets one."""


class _Breather:
    """A finder that finds nothing; being asked for each module of an import, it can give the event loop its turns."""

    def __init__(self) -> None:
        self._last = time.monotonic()

    def find_spec(self, _name: str, _path: Sequence[str] | None = None, _target: ModuleType | None = None) -> ModuleSpec | None:
        if time.monotonic() - self._last > TURN_S:
            QCoreApplication.processEvents(_NO_CLICKS, 5)
            self._last = time.monotonic()
        return None


_under_way: list[_Breather] = []


def breathing() -> bool:
    """Whether such an import is under way: another one would find its modules half made."""
    return bool(_under_way)


def import_breathing(*names: str) -> bool:
    """Import these modules; False if one of them is not installed."""
    breather = _Breather()
    sys.meta_path.insert(0, breather)
    _under_way.append(breather)
    try:
        for name in names:
            importlib.import_module(name)
    except ImportError:
        return False
    finally:
        sys.meta_path.remove(breather)
        _under_way.remove(breather)
    return True
