"""How do agent, store, theme and window come together? All wiring of the graphical program."""

import gc
import os
import signal
import sys
import tempfile
from types import TracebackType
from typing import TYPE_CHECKING, cast, get_args

from PySide6.QtCore import QObject, QSettings, QStandardPaths, Qt, QTimer
from PySide6.QtWidgets import QApplication

from inspector import i18n, settings
from inspector.gui import doorbell
from inspector.gui.breathe import breathing
from inspector.gui.link import AgentLink
from inspector.gui.prefs import Preferences
from inspector.gui.theme import Choice, Theme
from inspector.gui.window import Window
from inspector.model.faults import SampleBatch
from inspector.model.reports import PictureWish
from inspector.model.snapshot import Snapshot

if TYPE_CHECKING:
    from inspector.gui.desk import Desk

APP_ID = "org.goinspector.GoInspector"
_PLOT_AFTER_MS = 60
"""After the first whole look is on screen."""
_PLOT_AT_LATEST_MS = 3000
_AGAIN_MS = 50


def settings_file() -> str:
    """Where layout, filters and theme are remembered."""
    return os.path.join(QStandardPaths.writableLocation(QStandardPaths.StandardLocation.GenericConfigLocation), "go-inspector", "window.ini")


def make_application(arguments: list[str]) -> QApplication:
    """The application object with its names; an existing one is used again."""
    existing = QApplication.instance()
    app = existing if isinstance(existing, QApplication) else QApplication([sys.argv[0], *arguments])
    app.setApplicationName("go-inspector")
    app.setApplicationDisplayName("Go Inspector")
    app.setDesktopFileName(APP_ID)
    return app


def as_choice(word: str) -> Choice:
    """A theme's name, `system` for any other word."""
    return cast("Choice", word) if word in get_args(Choice) else "system"


class Fence:
    """What happens to a defect in the window: it is written to standard error and, once, told in a dialog; the window goes on."""

    def __init__(self, window: Window) -> None:
        self._window = window

    def caught(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        """The interpreter's hook for what nobody caught."""
        sys.__excepthook__(kind, error, trace)
        if isinstance(error, Exception) and self._window.defects.add(error.with_traceback(trace)):
            QTimer.singleShot(0, self._window.tell_defect)


class Opening(QObject):
    """Opens the window: structure first, the agent beside it, everything else after the first paint."""

    def __init__(
        self, app: QApplication, options: list[str], *, theme: Choice | None = None, layout: QSettings | None = None,
        chosen: settings.Loaded | None = None, report: str = "", page: str = "",
    ) -> None:  # fmt: skip
        """`layout` is where the window's shape is remembered, `chosen` are the user's settings, which are then kept; without them nothing is.

        `report` is a file to show instead of this machine.
        """
        super().__init__(app)
        gc.disable()
        self._app = app
        self.link = AgentLink(options, parent=self)
        self.report, self._page = report, page
        self._callers: list[doorbell.Caller] = []
        self._doorbell = doorbell.Doorbell(self)
        self._doorbell.rung.connect(self._at_the_door)
        self._chosen = chosen
        self.prefs = Preferences(chosen, parent=self, kept=chosen is not None)
        wanted = self.prefs.now
        dressed = Theme(app, choice=theme or wanted.theme, scale=wanted.text_percent / 100)
        dressed.keep_still(wanted.still)
        self.window = Window(dressed, settings=layout, prefs=self.prefs)
        self._plot_due = QTimer(self)
        self._plot_due.setSingleShot(True)
        self.window.painted.connect(self._furnish)

    def _furnish(self) -> None:
        self.link.start()
        from inspector.gui import icons  # it draws SVG, which the first paint does without
        from inspector.gui.notify import Notifier
        from inspector.gui.store import Store

        desk = self.window.furnish(Store(self.link, parent=self))
        self._plot_due.timeout.connect(desk.faults.load_plot)
        self._plot_due.start(_PLOT_AT_LATEST_MS)
        desk.store.replaced.connect(self._looked)
        self._notifier = Notifier(desk.store, self.prefs, icon=APP_ID, parent=self)
        self.link.listen()
        self._app.setWindowIcon(icons.app_icon())
        gc.enable()
        if self._page:
            desk.book.turn_to(self._page)
        if self.report:
            desk.opener.open(self.report)
        if self._chosen is not None:
            self._begin(desk)

    def _begin(self, desk: "Desk") -> None:
        """Say why the settings are not what the file says; and to somebody new what this program reads."""
        from inspector.gui.lettering import Lettering

        Lettering(self.window).check()
        if self.prefs.trouble:
            desk.banner.complain(i18n.tr("Your settings are not in force: {reason}", reason=self.prefs.trouble))
        if not self.prefs.now.greeted:
            desk.named["show_welcome"].trigger()

    def listen_at_door(self) -> None:
        """Answer a second start once there is something to show."""
        self.window.painted.connect(self._doorbell.listen)

    def _at_the_door(self, caller: doorbell.Caller) -> None:
        """Show what a second start wants, unless that is another project or a dialog is open; it waits while something is half imported."""
        if breathing():
            self._callers.append(caller)
            QTimer.singleShot(_AGAIN_MS, self._again_at_the_door)
            return
        wish, desk = caller.wish(), self.window.desk
        file, page = wish.get("file", ""), wish.get("page", "")
        elsewhere = not file and wish.get("directory") != os.getcwd()
        if desk is None or elsewhere or QApplication.activeModalWidget() is not None:
            caller.answer(opened=False)
            return
        if file:
            desk.take_dropped([file])
        elif page in desk.book.actions_of:
            desk.book.turn_to(page)
        caller.answer(opened=True)
        self._come_forward(wish.get("token", ""))

    def _come_forward(self, token: str) -> None:
        self.window.setWindowState(self.window.windowState() & ~Qt.WindowState.WindowMinimized)
        self.window.raise_()
        with doorbell.showing(token):
            self.window.activateWindow()

    def _again_at_the_door(self) -> None:
        self._at_the_door(self._callers.pop(0))

    def _looked(self) -> None:
        """The first whole look is on screen: now there is time to import what the plot needs."""
        desk = self.window.desk
        if desk is not None and not desk.store.pending and self._plot_due.isActive():
            self._plot_due.start(_PLOT_AFTER_MS)


def run(options: list[str], *, report: str = "", page: str = "") -> int:
    """Run the window until it is closed, or let the one that is there show it.

    `options` go to the agent, `report` is a file to show instead of this machine, `page` the page to begin with. The exit code.
    """
    if not options and doorbell.ring(file=report, page=page):
        return 0
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    app = make_application([])
    _take_back_additions()
    chosen = settings.load()
    i18n.use_language(chosen.settings.language or i18n.system_language())
    layout = QSettings(settings_file(), QSettings.Format.IniFormat)
    opening = Opening(app, options, layout=layout, chosen=chosen, report=report, page=page)
    if not options:
        opening.listen_at_door()
    sys.excepthook = Fence(opening.window).caught
    opening.window.show()
    return int(app.exec())


def _take_back_additions() -> None:
    """Undo what Python (PEP 538) and the binding of Qt put into the environment: what we start, the agent first of all, gets what we were given."""
    with open("/proc/self/environ", "rb") as file:
        given = dict(pair.partition(b"=")[::2] for pair in file.read().split(b"\0") if b"=" in pair)
    for name in os.environb.keys() - given.keys():
        del os.environb[name]
    os.environb.update(given)


def print_page(html: str, pictures: dict[str, bytes], path: str) -> bool:
    """Write the page of a report as PDF, without any screen."""
    make_application(["-platform", "offscreen"])
    from inspector.gui.paper import write_pdf

    return write_pdf(html, pictures, path)


def take_pictures(snapshot: Snapshot, samples: tuple[SampleBatch, ...], wish: PictureWish) -> tuple[dict[str, bytes], str]:
    """Pictures (PNG, by panel) of a window filled with this snapshot and nothing else, drawn without any screen; and why there are none."""
    from inspector.gui.album import PANELS, Album, screen_of

    unknown = [panel for panel in wish.panels if panel not in PANELS]
    if unknown:
        return {}, f"there is no panel {unknown[0]}; there are {', '.join(PANELS)}"
    with tempfile.NamedTemporaryFile("w", suffix=".json", prefix="go-inspector-") as screen:
        screen.write(screen_of(wish))
        screen.flush()
        app = make_application(["-platform", f"offscreen:configfile={screen.name}"])
    i18n.use_language(wish.language or i18n.system_language())
    album = Album(Theme(app, choice=as_choice(wish.theme)), snapshot, samples, wish)
    sys.excepthook = album.caught
    app.exec()
    album.window.close()
    return album.taken, album.failed
