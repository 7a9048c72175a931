"""Who is page-faulting, and how fast? A plot over time, its readout, and the table of processes, Go programs first."""

import math
from array import array
from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, QSettings, Qt, QTimer, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QMenu, QSplitter, QVBoxLayout, QWidget
from shiboken6 import isValid

from inspector.gui import memory, words
from inspector.gui.breathe import breathing, import_breathing
from inspector.gui.models.observed import observed_subject, written_subject
from inspector.gui.models.telling import Subject
from inspector.gui.rows import Cell, Row, Rows, matching
from inspector.gui.series import ProcessKey, Track
from inspector.gui.store import Answer, Store
from inspector.gui.theme import GRID, Theme
from inspector.gui.view import RowTree
from inspector.gui.widgets import ElidedLabel, Label, Panel, allow, tool_button
from inspector.i18n import tr, trn
from inspector.model.faults import ProcessRates, SampleBatch
from inspector.model.messages import Failed, Observe, Observed, TrackWrites, Written

if TYPE_CHECKING:
    from inspector.gui.panels.plot import FaultPlot, Line

RANGES = (("1m", 60), ("10m", 600), ("1h", 3600), ("24h", 86_400))
_RING_S = 3600
_TABLE = 24
_DRAWN = 4
_WRITES_S = 5.0
_AGAIN_MS = 100


class FaultsPanel(Panel):
    """Live page faults. `told` carries what there is to say about the chosen process, again whenever there is more."""

    told = Signal(object)

    def __init__(self, store: Store, *, parent: QWidget, theme: Theme) -> None:
        super().__init__(tr("Page faults"), parent=parent, theme=theme)
        self._store = store
        self._plot: FaultPlot | None = None
        self._seconds = RANGES[0][1]
        self._hover = math.nan
        self._needle = ""
        self._slots: dict[ProcessKey, int] = {}
        self._chosen: ProcessKey | None = None
        self._observing = 0
        self._controls()
        self.readout = ElidedLabel(tr("Measuring…"), parent=self, tone="dim")
        self._holder = QWidget(self)
        self._place = QVBoxLayout(self._holder)
        self._place.setContentsMargins(GRID // 2, 0, GRID, 0)
        self._placeholder = Label(tr("The plot appears with the first samples."), parent=self._holder, tone="dim")
        self._placeholder.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._place.addWidget(self._placeholder)
        columns = (tr("Process"), tr("minor/s"), tr("major/s"), tr("total"))
        tips = (
            tr("Go programs first, then by rate"),
            tr("Faults per second answered from memory"),
            tr("Faults per second that had to read from disk"),
            tr("Faults since the process started"),
        )
        self.table = RowTree(columns, name=tr("Processes by page faults"), parent=self, theme=theme, flat=True, tips=tips, numeric=(1, 2, 3))
        self.table.has_memory = False  # choosing a process observes it
        self.table.share_width(1, "000,000", "0,000,000", "000,000,000", optional=(3,))
        self.splitter = QSplitter(Qt.Orientation.Vertical, self)
        self.splitter.setHandleWidth(GRID // 2)
        self.splitter.addWidget(self._holder)
        self.splitter.addWidget(self.table)
        self.splitter.setStretchFactor(0, 3)
        self.splitter.setStretchFactor(1, 2)
        self.splitter.setSizes([600, 400])
        self._holder.setMinimumHeight(GRID * 10)
        second = QHBoxLayout()
        second.setContentsMargins(GRID * 2, 0, GRID, GRID // 2)
        second.setSpacing(GRID // 2)
        second.addWidget(self.readout, 1)
        for button in (self.minor_button, self.major_button, self.log_button):
            second.addWidget(button)
        self.body.addLayout(second)
        self.body.addWidget(self.splitter, 1)
        self._connect(store, theme)
        self.retint()

    def _connect(self, store: Store, theme: Theme) -> None:
        self.watch_focus(self.table)
        self.table.chosen.connect(self._choose)
        self.table.add_to_menu(self._menu)
        store.sampled.connect(self.refresh)
        store.answered.connect(self._answer)
        store.changed.connect(self.refresh)
        theme.changed.connect(self.refresh)

    def _controls(self) -> None:
        self._ranges = QButtonGroup(self)
        for n, (text, seconds) in enumerate(RANGES):
            button = tool_button(
                text, name=tr("Show the last {span}", span=text), tooltip=tr("Show the last {span}.", span=text), parent=self, checkable=True
            )
            self._ranges.addButton(button, seconds)
            button.setChecked(n == 0)
            self.header.addWidget(button)
        self._ranges.idToggled.connect(self._pick_range)
        self.minor_button = tool_button(
            tr("minor"),
            name=tr("Minor faults"),
            tooltip=tr("Faults answered from memory: the page was there, the mapping was not. Solid lines."),
            parent=self,
            checkable=True,
        )
        self.major_button = tool_button(
            tr("major"), name=tr("Major faults"), tooltip=tr("Faults that had to wait for a disk. Dashed lines."), parent=self, checkable=True
        )
        self.log_button = tool_button(
            tr("log"), name=tr("Logarithmic scale"), tooltip=tr("Logarithmic scale: small rates beside large ones."), parent=self, checkable=True
        )
        self.pause_button = tool_button(
            "", name=tr("Pause"), tooltip=tr("Hold the picture still; measuring goes on (Ctrl+P)."), parent=self, icon="pause", checkable=True
        )
        self.minor_button.setChecked(True)
        self.major_button.setChecked(True)
        self.header.addWidget(self.pause_button)
        for button in (self.minor_button, self.major_button, self.log_button, self.pause_button):
            button.toggled.connect(self._redraw)

    # ---- what it shows

    def load_plot(self) -> None:
        """Import what the plot needs, letting the window breathe, and put the plot in its place."""
        if self._plot is not None:
            return
        if breathing():
            QTimer.singleShot(_AGAIN_MS, self.load_plot)
            return
        there = import_breathing("numpy", "pyqtgraph")
        if not isValid(self) or self._plot is not None:
            return
        if not there:
            self._placeholder.setText(tr("The plot needs pyqtgraph, which is not installed; the table below has the same values."))
            return
        from inspector.gui.panels.plot import FaultPlot  # after the first paint on purpose

        self._store.keep_day()
        self._plot = FaultPlot(parent=self._holder, theme=self.theme)
        self._plot.hovered.connect(self._hovered)
        self._place.replaceWidget(self._placeholder, self._plot)
        self._placeholder.hide()
        self._redraw()

    def plotted(self) -> bool:
        """Whether the plot stands."""
        return self._plot is not None

    def refresh(self, _batches: tuple[SampleBatch, ...] = ()) -> None:
        """Show the newest samples, unless the picture is held."""
        if not self.pause_button.isChecked() and self.isVisible() and self.theme.due(self._store.series.count):
            self._redraw()

    def set_needle(self, needle: str) -> None:
        """Show only processes whose row contains this text."""
        self._needle = needle
        self._redraw()

    def focus_view(self) -> None:
        """Put the keyboard into the table."""
        self.table.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _redraw(self, _on: bool = False) -> None:
        if self._store.banner:
            self._show_report()
            return
        series = self._store.series
        batch = series.latest
        fastest = series.fastest(_TABLE)
        self._assign([key for key, _ in fastest[:_DRAWN]])
        paused = self.pause_button.isChecked()
        if batch is not None:
            held = tr("held") if paused else tr("live {s} s", s=f"{batch.interval_s:.0f}")
            self.subtitle.show_text(" · ".join(filter(None, (held, tr("filtered by “{needle}”", needle=self._needle) if self._needle else ""))))
            self.table.show_rows(matching(self._rows(fastest), self._needle))
            self._tell()
        if self._plot is not None:
            last = series.window(self._seconds)
            times = array("d", list(series.times)[-last:] if last else [])
            if self._store.day is not None and self._seconds > _RING_S:
                times = self._store.day.times(self._seconds)
            self._plot.draw(times, self._lines(last), seconds=self._seconds, log=self.log_button.isChecked())

    def _show_report(self) -> None:
        """A saved look has no live samples; what it measured, if it did, is in its table."""
        snapshot = self._store.snapshot
        measured = snapshot.faults if snapshot else None
        self.subtitle.show_text(tr("saved"))
        self.readout.show_text(tr("Mean over {s} s", s=f"{measured.duration_s:.0f}") if measured else tr("This report has no page faults in it."))
        newest = self._store.samples[-1] if self._store.samples else None
        processes = measured.processes if measured else newest.processes if newest else ()
        if newest is not None and measured is None:
            self.readout.show_text(tr("The last of {n} samples; the page Faults shows them all.", n=len(self._store.samples)))
        tracks = [((process.pid, process.started_at), Track(last=process)) for process in processes]
        self._slots = {}
        self.table.show_rows(matching(self._rows(tracks), self._needle))
        if self._plot is not None:
            self._plot.follow()
            self._plot.draw(array("d"), [], seconds=self._seconds, log=self.log_button.isChecked())

    def _lines(self, last: int) -> "list[Line]":
        from inspector.gui.panels.plot import Line

        kinds = [major for major, button in ((False, self.minor_button), (True, self.major_button)) if button.isChecked()]
        lines = [Line(self._values(None, last, major=major), slot=0, major=major, filled=not major) for major in kinds]
        for key, slot in self._slots.items():
            lines += [Line(self._values(key, last, major=major), slot=slot, major=major) for major in kinds]
        return lines

    def _values(self, key: ProcessKey | None, last: int, *, major: bool) -> "array[float]":
        if self._store.day is not None and self._seconds > _RING_S:
            return self._store.day.values(key, major=major, seconds=self._seconds)
        return self._store.series.values(key, major=major, last=last)

    def _assign(self, wanted: list[ProcessKey]) -> None:
        if self._chosen is not None and self._chosen not in wanted and self._chosen in self._store.series.tracks:
            wanted = [*wanted, self._chosen]
        kept = {key: slot for key, slot in self._slots.items() if key in wanted}
        free = [slot for slot in range(1, _DRAWN + 2) if slot not in kept.values()]
        for key in wanted:
            if key not in kept and free:
                kept[key] = free.pop(0)
        self._slots = kept

    def _rows(self, fastest: list[tuple[ProcessKey, Track]]) -> Rows:
        series = self.theme.tokens.series
        return tuple(self._row(key, track, series[self._slots[key]] if key in self._slots else self.theme.tokens.panel) for key, track in fastest)

    def _row(self, key: ProcessKey, track: Track, swatch: str) -> Row:
        process = track.last
        quiet = process.minor_per_s + process.major_per_s == 0
        cells = (
            Cell(
                tr("{name}  {pid}", name=process.name, pid=process.pid),
                bold=process.go,
                swatch=swatch,
                tip=tr("a Go program") if process.go else process.command,
            ),
            Cell(words.rate(process.minor_per_s), mono=True, right=True, tone="dim" if quiet else ""),
            Cell(words.rate(process.major_per_s), mono=True, right=True, tone="dim" if process.major_per_s == 0 else "warn"),
            Cell(f"{process.minor + process.major:,}", mono=True, right=True, tone="dim"),
        )
        return Row(f"{key[0]}:{key[1]}", cells, ref=("process", str(key[0]), str(key[1])))

    def _tell(self) -> None:
        series, batch = self._store.series, self._store.series.latest
        if batch is None:
            return
        if math.isnan(self._hover):
            if batch.system is None:
                self.readout.show_text(batch.why)
                return
            told = [
                tr("System {minor} minor/s, {major} major/s", minor=words.rate(batch.system.minor_per_s), major=words.rate(batch.system.major_per_s))
            ]
            told.append(trn("{n} process", "{n} processes", batch.process_count))
            if batch.unattributed_per_s >= 1:
                told.append(tr("{n}/s by processes that are gone or not yours to see", n=words.rate(batch.unattributed_per_s)))
            self.readout.show_text("  ·  ".join(told))
            return
        self.readout.show_text(self._tell_at(series.times[-1] - self._hover))

    def _tell_at(self, ago: float) -> str:
        series = self._store.series
        nearest = min(range(len(series.times)), key=lambda n: abs(series.times[-1 - n] - self._hover), default=0)
        told = [tr("{n} s ago", n=f"{max(0.0, ago):.0f}")]
        for name, key in [(tr("System"), None), *((series.tracks[k].last.name, k) for k in self._slots if k in series.tracks)]:
            value = series.values(key, major=False, last=nearest + 1)[0]
            if self._store.day is not None and self._seconds > _RING_S:
                value = self._store.day.at(key, self._hover, seconds=self._seconds)
            told.append(f"{name} {tr('no data') if math.isnan(value) else words.rate(value)}")
        return "  ·  ".join(told)

    # ---- what people do

    def save(self, settings: QSettings) -> None:
        """Remember range, kinds, scale and columns."""
        settings.setValue("faults/range", self._seconds)
        settings.setValue("faults/minor", self.minor_button.isChecked())
        settings.setValue("faults/major", self.major_button.isChecked())
        settings.setValue("faults/log", self.log_button.isChecked())
        settings.setValue("faults/splitter", self.splitter.saveState())

    def restore(self, settings: QSettings) -> None:
        """Take up range, kinds and scale of the last time."""
        button = self._ranges.button(memory.number(settings, "faults/range", RANGES[0][1]))
        if button:
            button.setChecked(True)
        for name, toggle in (("minor", self.minor_button), ("major", self.major_button), ("log", self.log_button)):
            toggle.setChecked(memory.flag(settings, f"faults/{name}", default=name != "log"))
        splitter = memory.state(settings, "faults/splitter")
        if splitter is not None:
            self.splitter.restoreState(splitter)

    def _pick_range(self, seconds: int, on: bool) -> None:
        if on:
            self._seconds = seconds
            if self._plot is not None:
                self._plot.follow()
            self._redraw()

    def _hovered(self, moment: float) -> None:
        self._hover = moment
        self._tell()

    def leave_process(self) -> None:
        """Something else is looked at now: let the chosen process go."""
        if self._observing:
            self._observing = 0
            self._store.stop_observing()
        self._chosen = None
        self.table.setCurrentIndex(QModelIndex())

    def _choose(self, row: Row | None) -> None:
        chosen = (int(row.ref[1]), int(row.ref[2])) if row else None
        if chosen == self._chosen:
            return
        self._chosen = chosen
        QTimer.singleShot(0, self.refresh)
        process = self._process()
        if process is not None and not self._store.banner:
            self._observing = self._store.ask(Observe(id=0, pid=process.pid))
            self.told.emit(observed_subject(process, None))

    def _process(self) -> ProcessRates | None:
        track = self._store.series.tracks.get(self._chosen) if self._chosen else None
        return track.last if track else None

    def _answer(self, message: Answer) -> None:
        process = self._process()
        if process is None or message.id != self._observing or not self._observing:
            return
        if isinstance(message, Observed):
            self.told.emit(observed_subject(process, message))
        elif isinstance(message, Written):
            self.told.emit(written_subject(process, message.report, _WRITES_S))
        elif isinstance(message, Failed):
            self.told.emit(Subject(title=tr("{name}, pid {pid}", name=process.name, pid=process.pid), sentence=message.reason))

    def _menu(self, menu: QMenu, _row: Row) -> None:
        action = QAction(tr("Watch what it writes for {s} s (stops it for under a millisecond)", s=f"{_WRITES_S:.0f}"), menu)
        allow(action, unless=tr("this is a saved report") if self._store.banner else "")
        action.triggered.connect(self._track_writes)
        menu.addAction(action)

    def _track_writes(self) -> None:
        process = self._process()
        if process is not None:
            self._observing = self._store.ask(TrackWrites(id=0, pid=process.pid, seconds=_WRITES_S))
            self.told.emit(written_subject(process, None, _WRITES_S))
