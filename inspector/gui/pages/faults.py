"""Who faults, how fast, where in the code, and why? Time at the left, processes and the chosen one's places at the right."""

from datetime import UTC, datetime

from PySide6.QtCore import QSettings, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QDialog, QFileDialog, QHBoxLayout, QMenu, QToolButton, QVBoxLayout, QWidget

from inspector.gui.day import Day
from inspector.gui.docks import Berth, Column, Docks
from inspector.gui.faulting import export
from inspector.gui.faulting.processes import ProcessesPanel
from inspector.gui.faulting.timepanel import TimePanel
from inspector.gui.faulting.where import WherePanel
from inspector.gui.pages.base import Page
from inspector.gui.reporting.files import write
from inspector.gui.series import ProcessKey, Series
from inspector.gui.store import Answer, Store
from inspector.gui.theme import GRID, Theme
from inspector.gui.widgets import push_button, tint, tool_button
from inspector.i18n import tr, trn
from inspector.model.faults import SampleBatch
from inspector.model.messages import Failed, Record, Recording, Replay, Replayed

_FOCUS_HZ = 10.0


class FaultsPage(Page):
    """The page of page faults."""

    def __init__(self, store: Store, *, parent: QWidget, theme: Theme) -> None:
        super().__init__(store, parent=parent, theme=theme)
        store.keep_day()
        assert store.day is not None
        self._live: Day = store.day
        self._replayed: tuple[Series, Day] | None = None
        self._replay = self._record = 0
        self._focused: tuple[int, ...] = ()
        self._reported: tuple[SampleBatch, ...] = ()
        self.time = TimePanel(self._live, parent=self, theme=theme)
        self.processes = ProcessesPanel(store.series, self._live, parent=self, theme=theme)
        self.where = WherePanel(store, parent=self, theme=theme)
        self._lay_out()
        self._wire()
        self.retint()

    def _lay_out(self) -> None:
        self.docks: Docks = Docks(
            Column(56, (Berth(1, "time", self.time),)),
            Column(44, (Berth(47, "processes", self.processes), Berth(53, "where", self.where))),
            parent=self, theme=self.theme,
        )  # fmt: skip
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GRID // 2)
        column.addLayout(self._bar())
        column.addWidget(self.docks, 1)

    def _bar(self) -> QHBoxLayout:
        self.run_button = push_button(
            tr("Run a program…"), parent=self, clicked=self.run_program, icon="play",
            tooltip=tr("Start a program and see where it faults from its first instruction."),
        )  # fmt: skip
        self.fast_button = tool_button(
            tr("10 per second"), name=tr("10 samples per second"), parent=self, checkable=True,
            tooltip=tr("Sample the processes that are drawn as curves ten times a second."),
        )  # fmt: skip
        self.record_button = tool_button(
            tr("Record…"), name=tr("Record to a file"), parent=self, checkable=True, icon="pulse",
            tooltip=tr("Write every sample from now on to a file, which can be opened here later."),
        )  # fmt: skip
        self.all_button = push_button(
            tr("All processes"), parent=self, clicked=self._watch_all, kind="quiet",
            tooltip=tr("Where in the code do all processes fault? The kernel counts; for those of others you are asked for a password."),
        )  # fmt: skip
        self.live_button = push_button(tr("Back to live"), parent=self, clicked=self.leave_replay, tooltip=tr("Leave the recording."), kind="quiet")
        self.live_button.hide()
        self.save_button = tool_button(
            tr("Save"), name=tr("Save"), tooltip=tr("Save values or pictures, or open a recording."), parent=self, icon="report"
        )
        self.save_button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.save_button.setMenu(self._save_menu())
        bar = QHBoxLayout()
        bar.setContentsMargins(0, 0, 0, 0)
        bar.setSpacing(GRID // 2)
        bar.addWidget(self.run_button)
        for button in (self.fast_button, self.record_button, self.save_button, self.live_button):
            bar.addWidget(button)
        bar.addStretch(1)
        bar.addWidget(self.all_button)
        for widget in self.where.controls():
            bar.addWidget(widget)
        return bar

    def _save_menu(self) -> QMenu:
        menu = QMenu(self)
        for text, act in (
            (tr("Values as CSV…"), self.save_csv),
            (tr("Picture of the plot…"), self.picture_plot),
            (tr("Lanes and heat map as SVG…"), self.save_svg),
            (tr("Flame graph as SVG…"), self.save_flame),
            (tr("Open a recording…"), self.open_recording),
        ):
            action = QAction(text, menu)
            action.triggered.connect(act)
            menu.addAction(action)
        return menu

    def _wire(self) -> None:
        self.time.chosen.connect(self._choose)
        self.processes.chosen.connect(self._choose)
        self.processes.drawn.connect(self._draw)
        self.where.open_source.connect(self.open_place)
        self.where.collecting.connect(self._collecting)
        self.where.fix.connect(self.fix)
        self.fast_button.toggled.connect(self._focus)
        self.record_button.toggled.connect(self._toggle_recording)
        self.store.sampled.connect(self._tick)
        self.store.answered.connect(self._answer)
        self.store.changed.connect(self._state_changed)
        self.theme.changed.connect(self.retint)
        self._state_changed()

    def retint(self) -> None:
        """Redraw icons after a change of theme."""
        tint(self, self.theme)

    # ---- being a page

    def enter(self) -> None:
        self.processes.refresh()
        self.time.lanes.renew()
        self.time.heat.renew()
        self.time.refresh()

    def leave(self) -> None:
        self.where.let_go()
        self.fast_button.setChecked(False)

    def focus_view(self) -> None:
        self.processes.table.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def set_needle(self, text: str) -> None:
        self.processes.set_needle(text)

    def remember(self, settings: QSettings) -> None:
        self.time.remember(settings)

    def restore(self, settings: QSettings) -> None:
        self.time.restore(settings)

    # ---- samples

    def _tick(self, _batches: tuple[SampleBatch, ...]) -> None:
        if self._replayed is None and self.isVisible():
            if self.time.span.following:
                self.processes.refresh()
            self.time.tick()

    def _state_changed(self) -> None:
        if self._reported is not self.store.samples:
            self._reported = self.store.samples
            self._show_reported()
        measuring = self.store.measuring
        if measuring is not None:
            self.time.lanes.costs = (measuring.fault_ns, measuring.huge_fault_ns)
        live = not self.store.banner and self._replayed is None
        for widget in (self.run_button, self.fast_button, self.record_button, self.all_button, *self.where.controls()):
            widget.setEnabled(live)

    def _choose(self, key: ProcessKey) -> None:
        process = self.processes.process(key)
        self.time.heat.mark(key)
        self.processes.reveal(key)
        if process is not None and self._replayed is None and not self.store.banner:
            self.where.watch(process)

    def _watch_all(self) -> None:
        self.processes.choose_none()
        self.where.watch_all()

    def _draw(self, keys: list[ProcessKey]) -> None:
        self.time.show_curves(keys)
        self.processes.paint_swatches({key: self.time.slot(key) for key in keys})
        self._focused = tuple(key[0] for key in keys)
        if self.fast_button.isChecked():
            self._focus(True)

    def _focus(self, on: bool) -> None:
        self.store.focus(self._focused if on else (), _FOCUS_HZ if on else 0.0)

    def _collecting(self, share: float) -> None:
        self._live.collecting = share * 100

    # ---- a program, a recording

    def run_program(self) -> None:
        """Ask for a command and observe it."""
        from inspector.gui.faulting.runbox import RunDialog

        dialog = RunDialog(parent=self, directory=self.store.home())
        if dialog.exec() == QDialog.DialogCode.Accepted:
            self.where.run(dialog.argv(), dialog.directory())
        dialog.deleteLater()

    def open_recording(self) -> None:
        """Ask for a recording and show it."""
        path, _ = QFileDialog.getOpenFileName(self, tr("Open a recording"), "", tr("Recordings (*.faults *.gz);;All files (*)"))
        if path:
            self.replay(path)

    def replay(self, path: str) -> None:
        """Show a recording instead of this machine."""
        self._replayed = (Series(), Day())
        self._replay = self.store.ask(Replay(id=0, path=path))
        self.live_button.show()
        self._state_changed()

    def _show_reported(self) -> None:
        """The samples of the report that is shown, or this machine's again."""
        if not self._reported:
            self.leave_replay()
            return
        series, day = self._replayed = (Series(), Day())
        for batch in self._reported:
            series.add(batch)
            day.add(batch)
        self.time.use(day)
        self.processes.use(series, day)
        self.live_button.hide()

    def leave_replay(self) -> None:
        """Show this machine again."""
        self._replayed = None
        self._replay = 0
        self.live_button.hide()
        self.time.use(self._live)
        self.processes.use(self.store.series, self._live)
        self._state_changed()

    def _toggle_recording(self, on: bool) -> None:
        path = ""
        if on:
            name = datetime.now(UTC).strftime("%Y%m%d-%H%M%S.faults")
            path, _ = QFileDialog.getSaveFileName(self, tr("Record to a new file"), name, tr("Recordings (*.faults)"))
            if not path:
                self.record_button.setChecked(False)
                return
        elif not self._record:
            return
        self._record = self.store.ask(Record(id=0, path=path))

    def _answer(self, message: Answer) -> None:
        if isinstance(message, Recording):
            self._recorded(message)
        elif isinstance(message, Replayed) and message.id == self._replay and self._replayed:
            series, day = self._replayed
            for batch in message.batches:
                series.add(batch)
                day.add(batch)
            if message.last:
                self.time.use(day)
                self.processes.use(series, day)
        elif isinstance(message, Failed) and message.id in (self._replay, self._record) and message.id:
            self.complain.emit(message.reason)
            if message.id == self._replay:
                self.leave_replay()
            else:
                self._record = 0
                self.record_button.setChecked(False)

    def _recorded(self, message: Recording) -> None:
        self.record_button.setText(trn("Recording: {n} sample", "Recording: {n} samples", message.ticks) if message.path else tr("Record…"))
        if not message.path:
            self._record = 0
            self.record_button.setChecked(False)
        if message.why:
            self.complain.emit(message.why)

    # ---- saving

    def save_csv(self) -> None:
        """Everything drawn as curves, as values."""
        newest = datetime.now(UTC).astimezone()
        self._save(tr("Save values"), "page-faults.csv", export.values_as_csv(self.time.curves(), newest=newest))

    def picture_plot(self) -> None:
        """The stretch of time that is looked at, redacted."""
        span, now = self.time.span, self._live.now
        self.picture.emit("plot", max(0.0, now - span.left), max(0.0, now - span.right))

    def save_svg(self) -> None:
        """Lanes and map as vectors."""
        size = self.time.lanes.size()
        size.setHeight(size.height() + self.time.heat.height())
        self._save(tr("Save a picture"), "page-faults.svg", export.picture_as_svg(size, self.time.draw, title=tr("Page faults")))

    def save_flame(self) -> None:
        """The flame graph as vectors."""
        flame = self.where.flame
        if not flame.isVisible():
            flame.resize(flame.size().expandedTo(flame.sizeHint()))
        picture = export.picture_as_svg(flame.size(), flame.draw, title=tr("Page faults by call chain"))
        self._save(tr("Save a picture"), "page-faults-flame.svg", picture)

    def _save(self, title: str, name: str, content: bytes) -> None:
        path, _ = QFileDialog.getSaveFileName(self, title, name)
        if path:
            reason = write(path, content)
            if reason:
                self.complain.emit(tr("{path} could not be written: {reason}", path=path, reason=reason))
