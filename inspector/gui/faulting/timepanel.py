"""How did page faults go over time? System lanes, full curves of a few processes, a heat map of all, one shared span; or the same as a table."""

import math
from array import array

import numpy as np
from PySide6.QtCore import QSettings, QSize, Qt, Signal
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QLayoutItem, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from inspector.gui import memory, words
from inspector.gui.day import Day
from inspector.gui.faulting.canvas import ago, gutter
from inspector.gui.faulting.export import Curves
from inspector.gui.faulting.heatmap import HeatmapView
from inspector.gui.faulting.lanes import ROWS, LanesView, rated
from inspector.gui.faulting.span import Span
from inspector.gui.flow import Flow
from inspector.gui.panels.faults import RANGES
from inspector.gui.panels.plot import POINTS, FaultPlot, Line
from inspector.gui.plotdata import Columns
from inspector.gui.rows import Cell, Row
from inspector.gui.series import ProcessKey
from inspector.gui.theme import GRID, Theme
from inspector.gui.view import RowTree
from inspector.gui.widgets import ElidedLabel, Panel, tool_button
from inspector.i18n import mark, tr

MOST_CURVES = 8
_TABLE_ROWS = 240
_SWATCH = 10
_MARKED = {
    "start": mark("{name} {pid} started"),
    "exit": mark("{name} {pid} ended"),
    "oom": mark("the kernel ended {text} processes for lack of memory"),
    "huge-pages": mark("huge pages set to {text}"),
    "suspend": mark("gap: {text}"),
    "fixed": mark("fix applied: {text}"),
}


class TimePanel(Panel):
    """All views over time. `chosen` carries a process picked in one of them."""

    chosen = Signal(object)

    def __init__(self, day: Day, *, parent: QWidget, theme: Theme) -> None:
        super().__init__(tr("Page faults"), parent=parent, theme=theme)
        self.span = Span(day, parent=self)
        self._keys: list[ProcessKey] = []
        self._slots: dict[ProcessKey, int] = {}
        self._isolated: ProcessKey | str = ""
        self._build_header()
        self.lanes = LanesView(self.span, parent=self, theme=theme)
        self.heat = HeatmapView(self.span, parent=self, theme=theme)
        self.plot = FaultPlot(parent=self, theme=theme)
        self.plot.setMinimumHeight(GRID * 10)
        self.readout = ElidedLabel(parent=self, tone="dim")
        self._legend = Flow()
        self._legend.setContentsMargins(GRID, 0, GRID, 0)
        self._named: tuple[str, ...] = ()
        self.table = RowTree(self._table_columns(), name=tr("Rates over time"), parent=self, theme=theme, flat=True, numeric=(1, 2, 3, 4, 5))
        self._lay_out()
        self.span.changed.connect(self.refresh)
        self.span.pointed.connect(self._pointed)
        self.plot.hovered.connect(self.span.point)
        self.plot.zoomed.connect(self._plot_zoomed)
        self.heat.chosen.connect(self.chosen)
        theme.changed.connect(self.refresh)
        self.retint()

    def _build_header(self) -> None:
        self._ranges = QButtonGroup(self)
        for n, (text, seconds) in enumerate(RANGES):
            says = tr("Show the last {span}.", span=text)
            button = tool_button(text, name=tr("Show the last {span}", span=text), tooltip=says, parent=self, checkable=True)
            button.setChecked(n == 0)
            self._ranges.addButton(button, seconds)
            self.header.addWidget(button)
        self.log_button = tool_button(
            tr("log"), name=tr("Logarithmic scale"), tooltip=tr("Logarithmic scale: small rates beside large ones."), parent=self, checkable=True
        )
        self.table_button = tool_button(
            tr("table"), name=tr("Values as a table"), parent=self, checkable=True,
            tooltip=tr("The values of the lanes as a table instead of pictures."),
        )  # fmt: skip
        self.pause_button = tool_button(
            "", name=tr("Pause"), tooltip=tr("Hold the picture still; measuring goes on (Ctrl+P)."), parent=self, icon="pause", checkable=True
        )
        self.header.addWidget(self.pause_button)
        self._ranges.idToggled.connect(self._pick_range)
        self.log_button.toggled.connect(self.span.use_log)
        self.pause_button.toggled.connect(self.span.hold)

    def _lay_out(self) -> None:
        self.splitter = QSplitter(Qt.Orientation.Vertical, self)
        self.splitter.setHandleWidth(GRID // 2)
        middle = QWidget(self.splitter)
        column = QVBoxLayout(middle)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(self._legend)
        column.addWidget(self.plot, 1)
        for widget, share in ((self.lanes, 4), (middle, 4), (self.heat, 5)):
            self.splitter.addWidget(widget)
            self.splitter.setStretchFactor(self.splitter.count() - 1, share)
        self.splitter.setSizes([300, 260, 300])
        self._stack = QStackedWidget(self)
        self._stack.addWidget(self.splitter)
        self._stack.addWidget(self.table)
        self.table_button.toggled.connect(self._show_table)
        line = QHBoxLayout()
        line.setContentsMargins(GRID * 2, 0, GRID, GRID // 2)
        line.addWidget(self.readout, 1)
        line.addWidget(self.log_button)
        line.addWidget(self.table_button)
        self.body.addLayout(line)
        self.body.addWidget(self._stack, 1)

    # ---- what it shows

    def use(self, day: Day) -> None:
        """Show other samples: a recording, or again this machine's."""
        self.span.use(day)

    def show_curves(self, keys: list[ProcessKey]) -> None:
        """Draw these processes as full curves, at most eight; each keeps its colour."""
        self._keys = keys[:MOST_CURVES]
        self.span.watched = frozenset(key[0] for key in self._keys)
        kept = {key: slot for key, slot in self._slots.items() if key in self._keys}
        free = [slot for slot in range(1, MOST_CURVES + 1) if slot not in kept.values()]
        for key in self._keys:
            if key not in kept:
                kept[key] = free.pop(0)
        if kept != self._slots:
            self._slots = kept
            self._rebuild_legend()

    def _names(self) -> tuple[str, ...]:
        """What stands in the legend; a process may be drawn before its name has come."""
        return (tr("System"), *(f"{self.span.day.names.get(key, '?')} {key[0]}" for key in self._keys))

    def slot(self, key: ProcessKey) -> int:
        """The place of a process's colour in the palette; 0 when it has no curve."""
        return self._slots.get(key, 0)

    def tick(self) -> None:
        """There are new samples."""
        if self.span.following and self.theme.due(self.span.day.revision):
            self.lanes.renew()
            self.heat.tick()
            self.refresh()

    def refresh(self) -> None:
        """Draw the curves and say what the cursor points at."""
        if not self.isVisible():
            return
        state = tr("held") if self.span.held else "" if self.span.following else tr("zoomed; Home follows again")
        self.subtitle.show_text(state)
        if self._named != self._names():
            self._rebuild_legend()
        span = self.span
        self.plot.align(gutter(self), 2 * GRID)
        self.plot.draw_between(span.left, span.right, self._lines(), now=span.now, log=span.log)
        self._tell()
        if self.table_button.isChecked():
            self._fill_table()

    def curves(self) -> Curves:
        """Everything drawn as curves, by name: for the export."""
        most = POINTS * 4
        named: Curves = [(tr(ROWS[lane].title), self.lanes.columns(lane, most)) for lane in self.lanes.shown()]
        for key in self._keys:
            for major, kind in ((False, "minor"), (True, "major")):
                named.append((f"{self.span.day.names.get(key, '?')} {key[0]} {kind}", self._curve(key, major=major)))
        return named

    def draw(self, painter: QPainter) -> None:
        """The lanes and the map below each other, for a vector picture."""
        self.lanes.draw(painter)
        painter.translate(0, self.lanes.height())
        self.heat.draw(painter)

    def _curve(self, key: ProcessKey | None, *, major: bool) -> Columns:
        day, span = self.span.day, self.span
        if key is None:
            return day.lane("major" if major else "minor", span.left, span.right, POINTS)
        return day.curve(key, major=major, left=span.left, right=span.right, columns=POINTS)

    def _lines(self) -> list[Line]:
        shown: list[ProcessKey | None] = [None, *self._keys]
        lines = []
        for key in shown:
            if self._isolated and self._isolated != (key or "system"):
                continue
            for major in (False, True):
                columns = self._curve(key, major=major)
                times = array("d", (columns.age_s.astype(np.float64) + self.span.day.now).tolist())
                values = array("d", columns.high.astype(np.float64).tolist())
                lines.append(Line(values, slot=self._slots.get(key, 0) if key else 0, major=major, filled=key is None and not major, times=times))
        return lines

    def _tell(self) -> None:
        span = self.span
        at = span.moment if math.isfinite(span.moment) else span.right
        told = [ago(span.now - at)]
        for key in [None, *self._keys]:
            columns = self._curve(key, major=False)
            near = int(np.abs(columns.age_s + span.day.now - at).argmin()) if len(columns.age_s) else -1
            value = float(columns.high[near]) if near >= 0 else math.nan
            name = span.day.names.get(key, "?") if key else tr("System")
            told.append(f"{name} {tr('no data') if math.isnan(value) else words.rate(value)}")
        width = (span.right - span.left) / max(1, self.width()) * 6
        told += [
            tr(_MARKED[marker.kind], name=marker.name, pid=marker.pid, text=marker.text)
            for marker in span.markers()
            if math.isfinite(span.moment) and abs(marker.time_s - span.moment) <= width and marker.kind in _MARKED
        ]
        self.readout.show_text("  ·  ".join(told))

    def _pointed(self) -> None:
        self.plot.point(self.span.moment)
        self._tell()

    # ---- legend

    def _rebuild_legend(self) -> None:
        while (item := self._legend.takeAt(0)) is not None:
            _drop(item)
        self._named = self._names()
        for key, name in zip([None, *self._keys], self._named, strict=True):
            says = tr("Show only this curve, or all again. Solid: minor faults, dashed: major.")
            shown = self.fontMetrics().elidedText(name, Qt.TextElideMode.ElideMiddle, GRID * 20)
            button = tool_button(shown, name=tr("Only {name}", name=name), tooltip=f"{name}\n{says}", parent=self, checkable=True)
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
            button.setProperty("curve", key or "system")
            button.setChecked(self._isolated == (key or "system"))
            button.setIconSize(QSize(_SWATCH, _SWATCH))
            button.setIcon(self._swatch(self._slots[key] if key else 0))
            button.clicked.connect(self._isolate)
            self._legend.addWidget(button)

    def _swatch(self, slot: int) -> QIcon:
        pixmap = QPixmap(_SWATCH, _SWATCH)
        pixmap.fill(QColor(self.theme.tokens.series[slot]))
        return QIcon(pixmap)

    def _isolate(self, on: bool) -> None:
        button = self.sender()
        curve = button.property("curve") if button else ""
        self._isolated = (tuple(curve) if isinstance(curve, list | tuple) else curve) if on else ""
        self._rebuild_legend()
        self.refresh()

    # ---- the table twin

    def _table_columns(self) -> tuple[str, ...]:
        return (tr("When"), *(tr(ROWS[lane].title) for lane in ("minor", "major", "cost", "huge", "waiting")))

    def _show_table(self, on: bool) -> None:
        self._stack.setCurrentIndex(int(on))
        if on:
            self._fill_table()

    def _fill_table(self) -> None:
        lanes = [(ROWS[lane], self.lanes.columns(lane, _TABLE_ROWS)) for lane in ("minor", "major", "cost", "huge", "waiting")]
        ages = lanes[0][1].age_s.tolist()
        shift = self.span.now - self.span.day.now
        begun = int(np.argmax(~np.isnan(lanes[0][1].high))) if ages else 0
        rows = []
        for n in range(len(ages) - 1, begun - 1, -1):
            cells = [Cell(rated(float(columns.high[n]), share=row.share), mono=True, right=True) for row, columns in lanes if n < len(columns.high)]
            rows.append(Row(f"{self.span.day.now + ages[n]:.1f}", (Cell(ago(shift - ages[n]), tone="dim"), *cells)))
        self.table.show_rows(tuple(rows))

    # ---- what people do

    def focus_view(self) -> None:
        """Put the keyboard into the lanes, or the table where that is shown."""
        (self.table if self.table_button.isChecked() else self.lanes).setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _pick_range(self, seconds: int, on: bool) -> None:
        if on:
            self.span.show_last(seconds)

    def _plot_zoomed(self, left: float, right: float) -> None:
        if math.isfinite(left):
            self.span.zoom(left, right)
        else:
            self.span.follow()

    def remember(self, settings: QSettings) -> None:
        """Write down range, scale and heights."""
        settings.setValue("faultspage/range", self._ranges.checkedId())
        settings.setValue("faultspage/log", self.log_button.isChecked())
        settings.setValue("faultspage/heights", self.splitter.saveState())

    def restore(self, settings: QSettings) -> None:
        """Be as it was left."""
        button = self._ranges.button(memory.number(settings, "faultspage/range", RANGES[0][1]))
        if button:
            button.setChecked(True)
        self.log_button.setChecked(memory.flag(settings, "faultspage/log", default=False))
        heights = memory.state(settings, "faultspage/heights")
        if heights is not None:
            self.splitter.restoreState(heights)


def _drop(item: QLayoutItem) -> None:
    widget = item.widget()
    if widget is not None:
        widget.hide()
        widget.deleteLater()
