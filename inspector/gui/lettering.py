"""Has this machine a font for the chosen language? Who reads Chinese would see boxes otherwise, and could not read why."""

from PySide6.QtCore import QObject, QTimer
from PySide6.QtGui import QFontDatabase

from inspector import i18n
from inspector.gui.window import Window

NO_FONT = (
    "No font on this machine has Chinese letters, so there are boxes instead. Install one, for example the package fonts-noto-cjk"
    " (google-noto-sans-cjk-fonts on Fedora, noto-fonts-cjk on Arch), and start Go Inspector again; or choose English in Preferences."
)
"""Not translated: who needs it could not read the translation."""


def can_write(language: str) -> bool:
    """Whether a font has the letters of a language that the window speaks."""
    return not language.startswith("zh") or QFontDatabase.WritingSystem.SimplifiedChinese in QFontDatabase.writingSystems()


class Lettering(QObject):
    """Says once that the language cannot be written here, at the start or when it is chosen."""

    def __init__(self, window: Window) -> None:
        super().__init__(window)
        self._window = window
        self._told = False
        window.prefs.changed.connect(self.check)

    def check(self) -> None:
        """Look at the language that is spoken now; the window may just be made anew in it."""
        if not self._told and not can_write(i18n.language()):
            self._told = True
            QTimer.singleShot(0, self._tell)

    def _tell(self) -> None:
        if self._window.desk is not None:
            self._window.desk.banner.complain(NO_FONT)
