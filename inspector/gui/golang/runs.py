"""Which Go versions really ran here, week by week? Drawn from the names of Go's own counter files."""

from collections.abc import Iterable
from datetime import date, timedelta

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QHelpEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QToolTip, QWidget

from inspector.gui.models.golang_page import natural
from inspector.gui.store import Store
from inspector.gui.theme import GRID, Theme
from inspector.gui.widgets import Panel, tip
from inspector.i18n import tr, trn
from inspector.model.golang import GoRun

_WEEK = timedelta(days=7)
_MOST_WEEKS = 26
_ROW = GRID * 3


class Timeline(QWidget):
    """Versions from the newest down, weeks from left to right; a dot where a version ran, larger where several of its programs did."""

    def __init__(self, *, parent: QWidget, theme: Theme) -> None:
        super().__init__(parent)
        self._theme = theme
        self.programs: dict[tuple[str, str], set[str]] = {}
        self.versions: list[str] = []
        self.weeks: list[str] = []
        self.setAccessibleName(tr("Go versions that ran, by week"))
        theme.changed.connect(self.update)

    def show_runs(self, runs: Iterable[GoRun]) -> None:
        """Draw these."""
        self.programs = {}
        for run in runs:
            if run.version[:1].isdigit() and run.program in _TOOLS:
                self.programs.setdefault((run.version, run.week), set()).add(run.program)
        self.versions = sorted({version for version, _ in self.programs}, key=natural, reverse=True)
        self.weeks = _weeks({week for _, week in self.programs})
        said = (f"{version}: {', '.join(week for week in self.weeks if (version, week) in self.programs)}" for version in self.versions)
        self.setAccessibleDescription("; ".join(said))
        self.setMinimumHeight(self.sizeHint().height())
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(GRID * 40, _ROW * (len(self.versions) + 1) + GRID)

    def place_of(self, version: str, week: str) -> QPointF:
        """The middle of a version's dot of a week."""
        left = self._left()
        step = (self.width() - left - GRID * 2) / max(1, len(self.weeks))
        return QPointF(left + step * (self.weeks.index(week) + 0.5), _ROW * (self.versions.index(version) + 0.5) + GRID / 2)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        tokens = self._theme.tokens
        for n, version in enumerate(self.versions):
            middle = _ROW * (n + 0.5) + GRID / 2
            painter.setPen(QPen(QColor(tokens.line), 1))
            painter.drawLine(QPointF(self._left(), middle), QPointF(self.width() - GRID * 2, middle))
            painter.setPen(QColor(tokens.text))
            painter.setFont(self._theme.mono_font)
            label = QRectF(GRID * 2, middle - _ROW / 2, self._left() - GRID * 3, _ROW)
            painter.drawText(label, int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft), version)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(tokens.accent))
        for (version, week), programs in self.programs.items():
            if week in self.weeks:
                radius = GRID / 2 + min(len(programs), 4) / 2
                painter.drawEllipse(self.place_of(version, week), radius, radius)
        self._draw_weeks(painter)

    def _draw_weeks(self, painter: QPainter) -> None:
        painter.setPen(QColor(self._theme.tokens.dim))
        painter.setFont(self._theme.ui_font)
        wide = painter.fontMetrics().horizontalAdvance("2026-00-00") + GRID * 2
        top, before = _ROW * len(self.versions) + GRID / 2, -float(wide)
        for week in self.weeks if self.versions else ():
            middle = self.place_of(self.versions[0], week).x()
            if middle - before >= wide:
                painter.drawText(QRectF(middle - wide / 2, top, wide, _ROW), int(Qt.AlignmentFlag.AlignCenter), week)
                before = middle

    def _left(self) -> float:
        widest = max((self.fontMetrics().horizontalAdvance(version) for version in self.versions), default=0)
        return float(widest + GRID * 6)

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent):
            said = self.said_at(QPointF(event.pos()))
            QToolTip.showText(event.globalPos(), tip(said), self) if said else QToolTip.hideText()
            return True
        return super().event(event)

    def said_at(self, point: QPointF) -> str:
        """What ran where the pointer is, empty where nothing did."""
        for (version, week), programs in self.programs.items():
            if week in self.weeks and (self.place_of(version, week) - point).manhattanLength() < _ROW / 2:
                return tr("go {version}, week of {week}: {programs}", version=version, week=week, programs=", ".join(sorted(programs)))
        return ""


_TOOLS = frozenset(("go", "asm", "cgo", "compile", "cover", "fix", "gofmt", "link", "vet"))
"""Programs of a Go distribution, whose version is the Go's own."""


def _weeks(known: set[str]) -> list[str]:
    """Every week from the first to the last, so that a gap is a gap; the latest of them where there are many."""
    if not known:
        return []
    first, last = date.fromisoformat(min(known)), date.fromisoformat(max(known))
    days = [last - _WEEK * n for n in range(min((last - first) // _WEEK + 1, _MOST_WEEKS))]
    return sorted({day.isoformat() for day in days} | {week for week in known if week >= min(days).isoformat()})


class RunsPanel(Panel):
    """The timeline, or why there is none."""

    def __init__(self, store: Store, *, parent: QWidget, theme: Theme) -> None:
        super().__init__(tr("What really ran"), parent=parent, theme=theme)
        self._store = store
        self.timeline = Timeline(parent=self, theme=theme)
        self.body.addWidget(self.timeline, 1)
        self.retint()

    def refresh(self) -> None:
        """Show the store's snapshot."""
        snapshot = self._store.snapshot
        if snapshot is None:
            return
        self.timeline.show_runs(snapshot.golang.runs)
        versions, weeks = len(self.timeline.versions), len(self.timeline.weeks)
        found = trn(
            "{n} Go version in {weeks}, by the names of Go's counter files",
            "{n} Go versions in {weeks}, by the names of Go's counter files",
            versions,
            weeks=trn("{n} week", "{n} weeks", weeks),
        )
        self.subtitle.show_text(found if versions else tr("no counter files: Go up to 1.22 writes none, `go telemetry off` ends them"))
