"""What is a page of the window? A widget that draws what the store knows, can be searched, and remembers how it was left."""

from PySide6.QtCore import QSettings, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QWidget

from inspector.gui.docks import Docks
from inspector.gui.store import Store
from inspector.gui.theme import Theme


class Page(QWidget):
    """One page. What is beyond it, it asks of the window: `open_place` a file at a line in an editor, `fix`, `why` a finding (its id),
    `complain` a sentence, `picture` a panel and the stretch of time it is of (s ago), `compare_two` snapshots and `reopen` one, by their words in a
    CompareReports.

    `docks` are its panels where they can be arranged. `seen` says that it was shown: only then do its parts have sizes worth remembering.
    """

    open_place = Signal(str, int, str)
    fix = Signal(str)
    why = Signal(str)
    complain = Signal(str)
    picture = Signal(str, float, float)
    compare_two = Signal(str, str)
    reopen = Signal(str)

    docks: Docks | None = None

    def __init__(self, store: Store, *, parent: QWidget, theme: Theme) -> None:
        super().__init__(parent)
        self.store, self.theme = store, theme
        self.seen = False

    def showEvent(self, event: QShowEvent) -> None:
        self.seen = True
        super().showEvent(event)

    def enter(self) -> None:
        """The page is now the one that is shown."""

    def leave(self) -> None:
        """Another page is shown now, or the window closes: end what costs something."""

    def focus_view(self) -> None:
        """Put the keyboard where the page begins."""
        self.setFocus()

    def ask_again(self) -> None:
        """Ask the kernel again about what is selected; most pages have no such thing."""

    def set_needle(self, text: str) -> None:
        """Show only what contains this text; a page without rows to narrow ignores it."""

    def take_paths(self, paths: tuple[str, ...]) -> None:
        """Files or folders were dropped that this page can do something with; most cannot."""

    def remember(self, settings: QSettings) -> None:
        """Write down how the page was left."""

    def restore(self, settings: QSettings) -> None:
        """Be as the page was left."""
