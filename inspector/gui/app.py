"""How do agent, store, theme and window come together? All wiring of the graphical program, and the picture of it for screens that are not there."""

import os
import signal
import sys
from typing import cast, get_args

from PySide6.QtCore import QSettings, QSize, QStandardPaths, QTimer
from PySide6.QtWidgets import QApplication, QWidget

from inspector import i18n
from inspector.gui import icons
from inspector.gui.link import AgentLink
from inspector.gui.store import Store
from inspector.gui.theme import Choice, Theme
from inspector.gui.window import SIZE, Window

APP_ID = "org.goinspector.GoInspector"
COULD_NOT_LOOK = 3
_SAMPLES = 3
_PICTURE_MS = 60_000
_SETTLE_MS = 150


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


def run(options: list[str], *, report: str = "") -> int:
    """Run the window until it is closed; `options` go to the agent, `report` is a file to show instead of this machine. The exit code."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    app = make_application([])
    window = open_window(app, options)
    if report:
        window.open_file(report)
    return int(app.exec())


def open_window(app: QApplication, options: list[str]) -> Window:
    """Start the agent and show the window; structure first, everything heavy after the first paint."""
    i18n.use_language(os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or "en")
    settings = QSettings(settings_file(), QSettings.Format.IniFormat)
    link = AgentLink(options, parent=app)
    link.start()
    theme = Theme(app, choice=_choice(str(settings.value("window/theme", "system"))))
    store = Store(link, parent=app)
    window = Window(store, theme=theme, settings=settings)
    window.painted.connect(window.faults.load_plot)
    window.show()
    app.setWindowIcon(icons.app_icon())
    return window


def _choice(word: str) -> Choice:
    return cast("Choice", word) if word in get_args(Choice) else "system"


class _Camera(QTimer):
    """Waits until the window shows a complete snapshot and a few samples, takes the picture, and ends the program."""

    def __init__(self, window: Window, path: str, panel: str) -> None:
        super().__init__(window)
        self._window, self._path, self._panel = window, path, panel
        self._waited = 0
        self._plotted = False
        self._settling = False
        self.failed = ""
        window.faults.ready.connect(self._plot_ready)
        self.timeout.connect(self._tick)
        self.start(_SETTLE_MS)

    def _plot_ready(self) -> None:
        self._plotted = True

    def _tick(self) -> None:
        self._waited += _SETTLE_MS
        store = self._window.store
        complete = store.snapshot is not None and not store.pending
        measured = self._plotted and store.series.count >= _SAMPLES
        if self._waited > _PICTURE_MS:
            self.failed = store.trouble or "no complete look within a minute"
            QApplication.exit(COULD_NOT_LOOK)
        elif self._settling:
            self._shoot()
        elif complete and measured:
            self._settling = True

    def _shoot(self) -> None:
        target: QWidget = {"environment": self._window.left, "kernel": self._window.kernel, "faults": self._window.faults}.get(
            self._panel, self._window
        )
        if self._panel == "environment":
            self._window.right.hide()
        elif target is not self._window:
            self._window.left.hide()
            (self._window.faults if self._panel == "kernel" else self._window.kernel).hide()
        QApplication.processEvents()
        if not target.grab().save(self._path, "PNG"):
            self.failed = f"cannot write {self._path}"
        QApplication.exit(COULD_NOT_LOOK if self.failed else 0)


def screenshot(
    options: list[str], *, path: str, panel: str = "all", theme: str = "system", size: tuple[int, int] = (SIZE.width(), SIZE.height())
) -> int:
    """Take a picture of the real window with the real agent's first complete look; drawn off screen where there is no display. The exit code."""
    displayed = os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY") or os.environ.get("QT_QPA_PLATFORM")
    app = make_application([] if displayed else ["-platform", "offscreen"])
    link = AgentLink(options, parent=app)
    link.start()
    store = Store(link, parent=app)
    window = Window(store, theme=Theme(app, choice=_choice(theme)))
    window.painted.connect(window.faults.load_plot)
    window.setMinimumSize(QSize(1, 1))
    window.resize(*size)
    camera = _Camera(window, path, panel)
    window.show()
    code = int(app.exec())
    window.close()
    if camera.failed:
        sys.stderr.write(f"go-inspector screenshot: {camera.failed}\n")
    return code
