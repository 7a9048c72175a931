"""What do tests of the window share? A real X server, an agent's voice without an agent, and a watch over the event loop."""

import functools
import os
import sys
import tempfile
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import msgspec
import pytest
from PySide6.QtCore import QObject, QSettings, QTimer, Signal
from PySide6.QtWidgets import QApplication

sys.path.insert(0, str(Path(__file__).resolve().parent))

import fixtures as invented
from support.display import x_server

from inspector import i18n
from inspector.engine import about, comparing, reporting
from inspector.engine.drafting import ReportDesk
from inspector.engine.kept import Keeper
from inspector.engine.session import Looked, NothingToDoError
from inspector.gui.desk import Desk
from inspector.gui.link import AgentLink
from inspector.gui.store import Store
from inspector.gui.theme import Theme
from inspector.gui.window import Window
from inspector.host.local import LocalHost
from inspector.model import messages as m
from inspector.model.lab_messages import HoldLab, LabReady
from inspector.model.look import LookOptions
from inspector.model.menu import AskMenu, ChangeMenu
from inspector.model.plan import History
from inspector.model.report_messages import AskTimeline, CompareReports, OpenReport
from inspector.model.reports import AskDraft, AskPictures, SaveBundle
from inspector.model.topic import AskTopics
from inspector.model.which import AskWhich, WhichReady

STALL_MS, BLOCKED_MS, PATIENCE_MS = 50, 500, 30_000
LANGUAGE = os.environ.get("GO_INSPECTOR_GUI_LANGUAGE", "en")
"""What the window speaks in these tests: all of them pass in every language there is."""


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A module that says so is run in every language at each time; for the others there is GO_INSPECTOR_GUI_LANGUAGE."""
    if getattr(metafunc.module, "IN_EVERY_LANGUAGE", False):
        metafunc.parametrize("_spoken", list(i18n.LANGUAGES), indirect=True, scope="module")


@pytest.fixture(scope="module", autouse=True)
def _spoken(request: pytest.FixtureRequest) -> Iterator[None]:
    """The window speaks the language that was asked for; what a test changes of that holds until the end of its module at the most."""
    before = i18n.language()
    i18n.use_language(getattr(request, "param", LANGUAGE))
    yield
    i18n.use_language(before)


@pytest.fixture(scope="session")
def x_display() -> Iterator[str]:
    """A display nobody else draws on."""
    with x_server("1600x1000") as display:
        os.environ["DISPLAY"] = display
        os.environ.pop("WAYLAND_DISPLAY", None)
        os.environ.pop("QT_QPA_PLATFORM", None)
        yield display


@pytest.fixture(scope="session")
def qapp_args(x_display: str) -> list[str]:
    """Qt speaks to the X server, whatever the desktop of the developer is."""
    return ["go-inspector", "-platform", "xcb", "-display", x_display]


class KeptOnly:
    """As much of a session as answers about reports need: where moments are kept, and that they are of this user on this machine."""

    def __init__(self, folder: str) -> None:
        self.host, self.options = LocalHost(), LookOptions()
        self.keeper = Keeper(folder)


class Voice(QObject):
    """Answers as an agent would, from invented data; `asked` keeps what was asked."""

    received = Signal(object)
    lost = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.options: list[str] = []
        self.asked: list[m.Request] = []
        self._due: deque[m.Request] = deque()
        self.undone = ""
        self.outcome: m.Message | None = None
        self.stopped = False
        self.restarts = 0
        self.slow = False
        self.reports: ReportDesk | None = None
        self.session = KeptOnly(tempfile.mkdtemp(prefix="go-inspector-test-"))

    def send(self, request: m.Request) -> None:
        self.asked.append(request)

    def ask(self, request: m.Request) -> int:
        number = len(self.asked) + 1
        self.asked.append(msgspec.structs.replace(request, id=number))
        self._due.append(self.asked[-1])
        QTimer.singleShot(0, self._answer)
        return number

    def stop(self) -> None:
        self.stopped = True

    def restart(self, options: list[str]) -> None:
        self.options = options
        self.restarts += 1

    def errors(self) -> str:
        return ""

    restart_with = AgentLink.restart_with

    def _answer(self) -> None:
        request = self._due.popleft()
        if isinstance(request, AskDraft | AskPictures | SaveBundle):
            self.received.emit(self._report(request))
        elif self.outcome is not None and not isinstance(request, m.AskSource):
            self.received.emit(msgspec.structs.replace(self.outcome, id=request.id))
        elif isinstance(request, m.AskSource):
            self.received.emit(invented.source(request.id))
        elif isinstance(request, m.ReadBinaries):
            self.received.emit(m.BinariesRead(id=request.id, binaries=invented.dropped_binaries()))
        elif isinstance(request, HoldLab):
            self.received.emit(m.Progress(id=request.id, stage="lab", detail="go 1.19.8: vet"))
            self.received.emit(LabReady(id=request.id, report=invented.lab_report(("1.19.8",))))
            if not self.slow:
                self.received.emit(LabReady(id=request.id, report=invented.lab_report(), last=True))
        elif isinstance(request, m.MeasureInstalls):
            sizes = {"/usr/local/go": 268 << 20, "/usr/lib/go-1.19": 402 << 20, f"{invented.HOME}/sdk/go1.24.11": 251 << 20}
            self.received.emit(m.InstallsMeasured(id=request.id, bytes_of=sizes))
        elif isinstance(request, m.Simulate):
            self.received.emit(m.Rehearsed(id=request.id, rehearsal=invented.rehearsal()))
        elif isinstance(request, m.SimulateBatch):
            self.received.emit(m.Rehearsed(id=request.id, rehearsal=invented.together()))
        elif isinstance(request, m.AskThreeWays):
            self.received.emit(m.ThreeWaysReady(id=request.id, files=invented.three_ways()))
        elif isinstance(request, m.OpenTerminal):
            self.received.emit(m.TerminalOpened(id=request.id, program="xterm"))
        elif isinstance(request, m.Apply):
            self.received.emit(m.Progress(id=request.id, stage="verify"))
            self.received.emit(m.Done(id=request.id, receipt=invented.receipt()))
        elif isinstance(request, m.Undo):
            self.undone = request.receipt
            self.received.emit(m.Done(id=request.id, receipt=invented.receipt(undone="2026-11-23T07:09:00Z")))
        elif isinstance(request, OpenReport | CompareReports | AskTimeline):
            self._about_reports(request)
        elif isinstance(request, m.Observe):
            self.received.emit(invented.observed(request.id, request.pid))
        elif isinstance(request, m.TrackWrites):
            self.received.emit(invented.written(request.id, request.pid))
        elif isinstance(request, AskWhich):
            self.received.emit(WhichReady(id=request.id, found=invented.which(request.names)))
        elif isinstance(request, AskTopics | AskMenu | ChangeMenu):
            self.received.emit(msgspec.structs.replace(about.answer(request), id=request.id))
        elif isinstance(request, m.AskHistory):
            done = "2026-11-23T07:09:00Z" if self.undone else ""
            self.received.emit(m.HistoryReady(id=request.id, history=History(receipts=(invented.receipt(undone=done),))))

    def _report(self, request: AskDraft | AskPictures | SaveBundle) -> m.Message:
        """What the real desk for reports answers about the invented machine."""
        self.reports = self.reports or invented.report_desk()
        try:
            return self.reports.answer(request, Looked(invented.snapshot(), frozenset()))
        except NothingToDoError as reason:
            return m.Failed(id=request.id, reason=str(reason))

    def _about_reports(self, request: OpenReport | CompareReports | AskTimeline) -> None:
        """As the agent does it, with the same code and the invented machine as the live one."""
        try:
            self.received.emit(reporting.answer(self.session, request, invented.snapshot()))
        except comparing.UnusableSideError as reason:
            self.received.emit(m.Failed(id=request.id, reason=str(reason)))


@pytest.fixture
def qtbot(qtbot):
    """Patient: a test machine that does five things at once is slow, not wrong."""
    qtbot.waitUntil = functools.partial(qtbot.waitUntil, timeout=PATIENCE_MS)
    return qtbot


@pytest.fixture(scope="session")
def theme(qapp: QApplication) -> Theme:
    """The light theme."""
    return Theme(qapp, choice="light")


@pytest.fixture
def settings(tmp_path: Path) -> QSettings:
    """A settings file of this test's own."""
    return QSettings(str(tmp_path / "window.ini"), QSettings.Format.IniFormat)


@pytest.fixture
def voice() -> Voice:
    """An agent's voice."""
    return Voice()


@pytest.fixture
def store(voice: Voice, qapp: QApplication) -> Store:
    """A store that hears the voice."""
    return Store(voice, parent=voice)  # type: ignore[arg-type]


@pytest.fixture
def open_desk(qtbot, theme: Theme, store: Store) -> Iterator[Callable[..., Desk]]:
    """Opens the window on the X server and gives its desk."""
    windows: list[Window] = []

    def opened(settings: QSettings | None = None, *, size: tuple[int, int] | None = (1440, 900)) -> Desk:
        window = Window(theme, settings=settings)
        if size:
            window.resize(*size)
        windows.append(window)
        window.show()
        desk = window.furnish(store)
        qtbot.waitUntil(desk.isVisible)
        window.activateWindow()
        qtbot.waitUntil(window.isActiveWindow)
        return desk

    yield opened
    for window in windows:
        window.close()
        window.deleteLater()
    QApplication.processEvents()


@pytest.fixture
def desk(open_desk: Callable[..., Desk], voice: Voice, qtbot) -> Desk:
    """A window that shows the invented downgrade."""
    made = open_desk()
    speak(voice, broken=True)
    qtbot.waitUntil(lambda: not made.environment.untouched())
    return made


def speak(voice: Voice, *, broken: bool, generation: int = 1) -> None:
    """Say hello and send a whole snapshot."""
    voice.received.emit(m.Hello(version="0", pid=1, root=False))
    voice.received.emit(m.Status(watching=31))
    voice.received.emit(m.SnapshotReady(generation=generation, snapshot=invented.snapshot(broken=broken)))


class StallWatch(QTimer):
    """Ticks every five milliseconds and remembers the longest turn of the event loop.

    `longest_ms` is this thread's own CPU time between two ticks: on a busy test machine waiting for a core, or for an X server that
    waits for one, is no stall of ours. `blocked_ms` is wall time less the time spent runnable in the scheduler's queue: what a blocking
    call would add.
    """

    def __init__(self) -> None:
        super().__init__()
        self.reset()
        self.timeout.connect(self._tick)
        self.start(5)

    def _tick(self) -> None:
        now = self._clocks()
        work, wall, queued = (later - earlier for later, earlier in zip(now, self._last, strict=True))
        self.longest_ms = max(self.longest_ms, work * 1000)
        self.blocked_ms = max(self.blocked_ms, (wall - queued) * 1000)
        self._last = now

    def reset(self) -> None:
        """Forget what was."""
        self.longest_ms = self.blocked_ms = 0.0
        self._last = self._clocks()

    def _clocks(self) -> tuple[float, float, float]:
        queued = int(Path("/proc/thread-self/schedstat").read_text().split()[1]) / 1e9
        return time.thread_time(), time.perf_counter(), queued

    def stalled(self) -> str:
        """How the loop stalled since the last reset, empty if it did not."""
        if self.longest_ms >= STALL_MS:
            return f"{self.longest_ms:.0f} ms of work in one turn"
        return f"blocked for {self.blocked_ms:.0f} ms" if self.blocked_ms >= BLOCKED_MS else ""

    def check(self, rounds: Iterable[Callable[[], None]]) -> None:
        """Fail if the loop stalls in every round: a core shared with other work makes one round slow, a stall of ours all."""
        told = []
        for act in rounds:
            self.reset()
            act()
            told.append(self.stalled())
            if not told[-1]:
                return
        raise AssertionError(told)


@pytest.fixture
def stalls(qapp: QApplication) -> Iterator[StallWatch]:
    """A watch over the event loop."""
    watch = StallWatch()
    yield watch
    watch.stop()
