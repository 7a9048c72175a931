"""What stands on the screen within a blink? The window with its structure and busy hints; the desk takes its place after the first paint."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QSettings, QSize, Qt, QTemporaryDir, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QPaintEvent
from PySide6.QtWidgets import QApplication, QFrame, QGridLayout, QHBoxLayout, QMainWindow, QVBoxLayout, QWidget

from inspector import i18n
from inspector.gui import memory
from inspector.gui.defects import Defects
from inspector.gui.prefs import Preferences
from inspector.gui.theme import GRID, Theme
from inspector.gui.widgets import Label
from inspector.i18n import tr
from inspector.settings import Settings

if TYPE_CHECKING:
    from inspector.gui.desk import Desk
    from inspector.gui.store import Store

SIZE = QSize(1440, 900)
SMALLEST = QSize(900, 560)
_LEFT, _RIGHT = 50, 50
_RAIL = 8
"""Letters of width that the rail will take."""


class Window(QMainWindow):
    """The one window. `painted` says once that its structure has been painted; `furnish` then puts the desk into it."""

    painted = Signal()

    def __init__(self, theme: Theme, *, settings: QSettings | None = None, prefs: Preferences | None = None) -> None:
        super().__init__()
        self.theme, self._settings = theme, settings
        self.prefs = prefs or Preferences(parent=self)
        self.prefs.changed.connect(self._choose)
        self.desk: Desk | None = None
        self._folder: QTemporaryDir | None = None
        self.defects = Defects()
        self._was_painted = False
        self.setWindowTitle(tr("Go Inspector"))
        self.setAcceptDrops(True)
        self.setMinimumSize(SMALLEST)
        self.resize(SIZE)
        geometry = memory.state(settings, "window/geometry") if settings else None
        if geometry is not None:
            self.restoreGeometry(geometry)
        self.setCentralWidget(_structure(self))

    def furnish(self, store: "Store") -> "Desk":
        """Put the desk into the window; it shows what the store knows."""
        from inspector.gui.desk import Desk

        self.desk = Desk(store, parent=self, theme=self.theme, prefs=self.prefs, host=self, settings=self._settings)
        self.setCentralWidget(self.desk)
        return self.desk

    def rebuild(self) -> None:
        """Make everything in the window again, in another language or size of text, and leave it as it was; the agent does not notice."""
        before = self.desk
        if before is None:
            return
        self._settings = self._settings or self._scratch()
        state = before.put_away(self._settings)
        self.setWindowTitle(tr("Go Inspector"))
        self.furnish(before.store).take_up(state)

    def tell_defect(self) -> None:
        """Something of ours went wrong: say so, and offer to begin anew; over a dialog it waits until that is closed."""
        if self.desk is not None and QApplication.activeModalWidget() is None:
            self.desk.tell_defect()

    def begin_anew(self) -> None:
        """Make the window again as it was left, with an agent of its own."""
        if self.desk is not None and self.desk.store.link is not None:
            self.desk.store.link.restart(self.desk.store.link.options)
        self.rebuild()

    def _scratch(self) -> QSettings:
        """Where the layout is put between two desks if it is remembered nowhere."""
        self._folder = self._folder or QTemporaryDir()
        return QSettings(self._folder.filePath("window.ini"), QSettings.Format.IniFormat)

    def _choose(self, before: Settings) -> None:
        """Something was chosen: do what follows from it."""
        now = self.prefs.now
        if now.theme != before.theme:
            self.theme.choose(now.theme)
        if now.still != before.still:
            self.theme.keep_still(now.still)
        spoken = i18n.language()
        if now.language != before.language:
            i18n.use_language(now.language or i18n.system_language())
            if self.desk is not None:
                self.desk.store.reword()
        if now.text_percent != before.text_percent:
            self.theme.rescale(now.text_percent / 100)
        if i18n.language() != spoken or now.text_percent != before.text_percent:
            QTimer.singleShot(0, self.rebuild)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self._was_painted:
            self._was_painted = True
            QTimer.singleShot(0, self.painted.emit)

    def closeEvent(self, event: QCloseEvent) -> None:
        if self._settings is not None:
            self._settings.setValue("window/geometry", self.saveGeometry())
        if self.desk is not None:
            self.desk.leave()
        super().closeEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        if self.desk is not None:
            self.desk.take_dropped([url.toLocalFile() for url in event.mimeData().urls() if url.isLocalFile()])


def _structure(parent: QWidget) -> QWidget:
    """The panels' frames with their titles, and below them what is being looked at."""
    body = QWidget(parent)
    column = QVBoxLayout(body)
    column.setContentsMargins(GRID * 3 // 2, GRID, GRID * 3 // 2, GRID * 4)
    column.setSpacing(GRID)
    title = Label(tr("Go Inspector"), parent=body, name="app-title")
    title.setFixedHeight(title.sizeHint().height() + GRID)
    column.addWidget(title)
    verdict = QFrame(body)
    verdict.setObjectName("verdict")
    verdict.setFixedHeight(GRID * 6)
    row = QHBoxLayout(verdict)
    row.setContentsMargins(GRID * 2, GRID, GRID, GRID)
    row.addWidget(Label(tr("Looking at this machine…"), parent=verdict, name="verdict-sentence"))
    column.addWidget(verdict)
    below = QHBoxLayout()
    below.setSpacing(GRID)
    below.addSpacing(title.fontMetrics().averageCharWidth() * _RAIL)
    grid = QGridLayout()
    grid.setSpacing(GRID)
    roots = (tr("Launch contexts"), tr("Running programs"), tr("Go installs"), tr("Go tools and builds"))
    grid.addWidget(_frame(tr("Environment"), roots, body), 0, 0, 34, 1)
    grid.addWidget(_frame(tr("Detail"), (), body), 34, 0, 16, 1)
    grid.addWidget(_frame(tr("Kernel"), (tr("Capabilities"),), body), 0, 1, 21, 1)
    grid.addWidget(_frame(tr("Page faults"), (tr("Processes"),), body), 21, 1, 29, 1)
    for line in range(50):
        grid.setRowStretch(line, 1)
    grid.setColumnStretch(0, _LEFT)
    grid.setColumnStretch(1, _RIGHT)
    below.addLayout(grid, 1)
    column.addLayout(below, 1)
    return body


def _frame(title: str, busy: tuple[str, ...], parent: QWidget) -> QFrame:
    frame = QFrame(parent)
    frame.setObjectName("panel")
    column = QVBoxLayout(frame)
    column.setContentsMargins(GRID * 2, GRID, GRID * 2, GRID)
    column.addWidget(Label(title.upper(), parent=frame, name="panel-title"))
    if busy:
        column.addWidget(Label("\n".join(tr("{what}: looking…", what=what) for what in busy), parent=frame, tone="dim"))
    column.addStretch(1)
    frame.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
    return frame
