"""Is this something else than this machine, live? A line that says so, and the way back; and what could not be done."""

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from inspector.gui.store import Store
from inspector.gui.theme import GRID, Theme, Tone
from inspector.gui.widgets import Label, push_button
from inspector.i18n import tr

_COMPLAINT_MS = 12_000


class Banner(QFrame):
    """Shown over a report, and for a while when something could not be done. `back` asks for this machine again."""

    back = Signal()

    def __init__(self, store: Store, *, parent: QWidget, theme: Theme) -> None:
        super().__init__(parent)
        self.setObjectName("banner")
        self._store = store
        self._complaint = ""
        self._tone: Tone = "warn"
        self.said = Label(parent=self)
        self.said.setWordWrap(True)
        self.back_button = push_button(tr("Back to this machine"), tooltip=tr("Leave the report."), parent=self, clicked=self._back)
        row = QHBoxLayout(self)
        row.setContentsMargins(GRID * 2, GRID // 2, GRID, GRID // 2)
        row.addWidget(self.said, 1)
        row.addWidget(self.back_button)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._forget)
        store.changed.connect(self.refresh)
        theme.changed.connect(self.refresh)
        self.refresh()

    def complain(self, text: str) -> None:
        """Say for a while what could not be done, and why."""
        self._tell(text, "warn")

    def notice(self, text: str) -> None:
        """Say for a while what was done."""
        self._tell(text, "ok")

    def _tell(self, text: str, tone: Tone) -> None:
        self._complaint, self._tone = text, tone
        self._timer.start(_COMPLAINT_MS)
        self.refresh()

    def refresh(self) -> None:
        """Show what there is to say, or nothing."""
        text = self._complaint or self._store.banner
        self.said.setText(text)
        self.said.set_tone(self._tone if self._complaint else "")
        self.back_button.setVisible(bool(self._store.banner) and not self._complaint)
        self.setVisible(bool(text))

    def _forget(self) -> None:
        self._complaint = ""
        self.refresh()

    def _back(self) -> None:
        self.back.emit()
