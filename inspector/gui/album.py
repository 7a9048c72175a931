"""What do the pictures of a report show? A window that nobody sees, filled with a snapshot that may leave, panel by panel, each with its caption."""

import json
import sys
from types import TracebackType

from PySide6.QtCore import QPoint, QRect, QSize, Qt, QTimer
from PySide6.QtGui import QColor, QFontMetrics, QImage, QPainter, QPixmap
from PySide6.QtWidgets import QApplication, QWidget

from inspector.gui.desk import Desk
from inspector.gui.pages.faults import FaultsPage
from inspector.gui.pages.registry import OVERVIEW, PAGES
from inspector.gui.reporting.files import image_as_png
from inspector.gui.store import Store
from inspector.gui.theme import GRID, Theme
from inspector.gui.widgets import Panel
from inspector.gui.window import Window
from inspector.i18n import tr
from inspector.model.faults import SampleBatch
from inspector.model.messages import Hello, Samples, SnapshotReady, Status
from inspector.model.reports import PictureWish
from inspector.model.snapshot import Snapshot

PANELS = ("all", "environment", "detail", "kernel", "faults", "plot", *(f"page-{row.id}" for row in PAGES if row.id != OVERVIEW))
"""What can be pictured: the whole window, a panel of the overview, the stretch of time of the plot, any other page."""
_DOT = "  ·  "
_PATIENCE_MS = 30_000
_BEAT_MS = 50


def screen_of(wish: PictureWish) -> str:
    """The description of the screen that Qt's platform without a screen is to pose as: 96 dots per inch on every machine."""
    width, height = wish.size
    screen = {"name": "paper", "x": 0, "y": 0, "width": width, "height": height, "logicalDpi": 96, "logicalBaseDpi": 96, "dpr": 1}
    return json.dumps({"synchronousWindowSystemEvents": False, "windowFrameMargins": False, "screens": [screen]})


class Album(QTimer):
    """Takes the pictures once everything is drawn, then ends the program: `taken` are they as PNG by panel, `failed` says why there are none."""

    def __init__(self, theme: Theme, snapshot: Snapshot, samples: tuple[SampleBatch, ...], wish: PictureWish) -> None:
        super().__init__()
        self._snapshot, self._samples, self._wish, self._theme = snapshot, samples, wish, theme
        self._waited = 0
        self.taken: dict[str, bytes] = {}
        self.failed = ""
        self.window = Window(theme)
        self.window.setMinimumSize(1, 1)
        self.window.resize(*wish.size)
        self.window.painted.connect(self._furnish)
        self.timeout.connect(self._tick)
        self.window.show()
        self.start(_BEAT_MS)

    def caught(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        """The interpreter's hook for what nobody caught: there will be no picture, and this is why."""
        sys.__excepthook__(kind, error, trace)
        self._end(f"{kind.__name__}: {error}")

    def _furnish(self) -> None:
        store = Store(None, parent=self)
        store.keep_day()
        desk = self.window.furnish(store)
        snapshot = self._snapshot
        store.take(Hello(version=snapshot.tool.version, pid=0, root=snapshot.host.uid == 0))
        store.take(Status(watching=snapshot.look.watched))
        store.take(SnapshotReady(generation=1, snapshot=snapshot))
        if self._samples:
            store.take(Samples(batches=self._samples))
        desk.faults.load_plot()
        if not self._samples:
            desk.faults.readout.show_text(tr("This report has no page faults in it."))

    def _tick(self) -> None:
        desk = self.window.desk
        self._waited += _BEAT_MS
        if desk is not None and desk.faults.plotted() and desk.store.snapshot is not None:
            self.stop()
            for panel in self._wish.panels:
                self.taken[panel] = self._shoot(desk, panel)
            self._end("")
        elif self._waited > _PATIENCE_MS:
            self._end("the window was not drawn within half a minute")

    def _end(self, failed: str) -> None:
        self.stop()
        self.failed = failed
        QApplication.exit(1 if failed else 0)

    def _shoot(self, desk: Desk, panel: str) -> bytes:
        from inspector.gui.panels.plot import FaultPlot  # loaded by now

        target = self._arrange(desk, panel)
        for plot in self.window.findChildren(FaultPlot):
            plot.sharpen()
        for _ in range(2):  # the first time moves panels too
            QApplication.processEvents()
            self.window.resize(self.window.size() + (QSize(*self._wish.size) - target.size()))
        QApplication.processEvents()
        picture = self._framed(target)
        self.window.resize(*self._wish.size)
        return image_as_png(picture)

    def _arrange(self, desk: Desk, panel: str) -> QWidget:
        """Show what is asked for, as large as it gets; the widget that has it."""
        if panel.startswith("page-") or panel == "plot":
            page = desk.book.turn_to(panel.removeprefix("page-").replace("plot", "faults"))
            if isinstance(page, FaultsPage):
                page.docks.show_only([page.time] if panel == "plot" else [page.time, page.processes, page.where])
                self._zoom(page)
                return page.docks.dock_of(page.time) if panel == "plot" else page
            return page
        overview = desk.show_overview()
        parts: dict[str, Panel] = {name: getattr(overview, name) for name in ("environment", "detail", "kernel", "faults")}
        overview.docks.show_only([part for name, part in parts.items() if panel in ("all", name)])
        overview.faults.refresh()
        return overview.docks.dock_of(parts[panel]) if panel in parts else self.window

    def _zoom(self, page: FaultsPage) -> None:
        span, ago = page.time.span, self._wish.ago
        if ago:
            span.zoom(span.now - max(ago), span.now - min(ago))
        elif self._samples:
            span.show_last(max(10.0, self._samples[-1].time_s - self._samples[0].time_s))

    def _framed(self, target: QWidget) -> QImage:
        """What the widget shows, and below it whose and when and what: in one line, or two where that is too long."""
        scale, tokens = self._wish.scale, self._theme.tokens
        metrics, lines = QFontMetrics(self._theme.ui_font), [_DOT.join(self._caption())]
        if metrics.horizontalAdvance(lines[0]) > target.width() - GRID * 4:
            lines = [_DOT.join(self._caption()[:-1]), self._caption()[-1]]
        height = metrics.lineSpacing() * len(lines) + GRID * 2
        whole = QSize(target.width(), target.height() + height)
        sheet = QPixmap(whole * scale)
        sheet.setDevicePixelRatio(scale)
        sheet.fill(QColor(tokens.background))
        target.render(sheet, QPoint(0, 0))
        painter = QPainter(sheet)
        strip = QRect(0, target.height(), whole.width(), height)
        painter.fillRect(strip, QColor(tokens.panel))
        painter.setPen(QColor(tokens.line))
        painter.drawLine(strip.topLeft(), strip.topRight())
        painter.setFont(self._theme.ui_font)
        painter.setPen(QColor(tokens.text))
        inside = strip.adjusted(GRID * 2, 0, -GRID * 2, 0)
        told = "\n".join(metrics.elidedText(line, Qt.TextElideMode.ElideRight, inside.width()) for line in lines)
        painter.drawText(inside, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, told)
        painter.end()
        return sheet.toImage()

    def _caption(self) -> tuple[str, ...]:
        """Whose machine, when, which version, and the verdict."""
        host, tool, desk = self._snapshot.host, self._snapshot.tool, self.window.desk
        when = self._snapshot.taken_at.replace("T", " ").removesuffix("Z") + " UTC"
        verdict = desk.verdict.accessibleName() if desk else ""
        return (f"{host.user}@{host.hostname}", when, f"{tool.name} {tool.version}", verdict)
