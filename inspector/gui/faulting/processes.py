"""Which processes fault most now? The top list with a small curve each; what is drawn large is chosen here."""

import numpy as np
from PySide6.QtCore import QModelIndex, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget

from inspector.gui import words
from inspector.gui.day import Day
from inspector.gui.faulting.sparkline import SparkDelegate
from inspector.gui.faulting.timepanel import MOST_CURVES
from inspector.gui.rows import Cell, Row, matching
from inspector.gui.series import ProcessKey, Series, Track
from inspector.gui.theme import GRID, Theme
from inspector.gui.view import RowTree
from inspector.gui.widgets import Panel, allow
from inspector.i18n import tr, trn
from inspector.model.faults import ProcessRates

_ROWS = 60
_DRAWN = 4
_SPARK_S = 120


class ProcessesPanel(Panel):
    """The list. `chosen` carries the process of the current row, `drawn` the processes to draw as curves."""

    chosen = Signal(object)
    drawn = Signal(object)

    def __init__(self, series: Series, day: Day, *, parent: QWidget, theme: Theme) -> None:
        super().__init__(tr("Processes"), parent=parent, theme=theme)
        self._series, self._day = series, day
        self._needle = ""
        self._pinned: list[ProcessKey] = []
        self._curves: list[ProcessKey] = []
        self._colours: dict[ProcessKey, int] = {}
        columns = (tr("Process"), tr("last 2 min"), tr("minor/s"), tr("major/s"), tr("total"))
        tips = (
            tr("Go programs first, then by rate; Enter draws its curve or takes it away"),
            tr("Its rate over the last two minutes, scaled to its own highest"),
            tr("Faults per second answered from memory"),
            tr("Faults per second that had to read from disk"),
            tr("Faults since the process started"),
        )
        self.table = RowTree(columns, name=tr("Processes by page faults"), parent=self, theme=theme, flat=True, tips=tips, numeric=(2, 3, 4))
        self.table.has_memory = False  # choosing a process observes it
        self.table.share_width(1, "a curve of so much", "000,000", "0,000", "000,000,000", optional=(4, 1))
        self.table.setItemDelegateForColumn(1, SparkDelegate(self.table, self._spark, theme))
        self.table.chosen.connect(self._choose)
        self.table.acted.connect(self._toggle)
        self.table.add_to_menu(self._menu)
        self.body.addWidget(self.table, 1)
        self.body.setContentsMargins(1, 0, 1, GRID // 2)
        self.watch_focus(self.table)
        self.retint()

    def use(self, series: Series, day: Day) -> None:
        """List other samples."""
        self._series, self._day = series, day
        self._pinned = []
        self.refresh()

    def set_needle(self, needle: str) -> None:
        """List only processes whose row contains this text."""
        self._needle = needle
        self.refresh()

    def refresh(self) -> None:
        """List what is fastest now."""
        fastest = self._series.fastest(_ROWS)
        tracks = self._series.tracks
        self._pinned = [key for key in self._pinned if key in tracks]
        wanted = self._pinned or [key for key, track in fastest if track.smooth >= 1][:_DRAWN]
        if wanted != self._curves:
            self._curves = wanted
            self.drawn.emit(list(wanted))
        listed = dict(fastest) | {key: tracks[key] for key in self._pinned if key in tracks}
        self.subtitle.show_text(trn("{n} curve; Enter draws or removes one", "{n} curves; Enter draws or removes one", len(wanted)))
        self.table.show_rows(matching(tuple(self._row(key, track) for key, track in listed.items()), self._needle))
        self.table.viewport().update()

    def paint_swatches(self, colours: dict[ProcessKey, int]) -> None:
        """The curves' colours, by place in the palette."""
        self._colours = colours

    def process(self, key: ProcessKey) -> ProcessRates | None:
        """What is known of a process."""
        track = self._series.tracks.get(key)
        return track.last if track else None

    def reveal(self, key: ProcessKey) -> None:
        """Make this process's row the current one."""
        self.table.choose((f"{key[0]}:{key[1]}",))

    def choose_none(self) -> None:
        """No row is the current one."""
        self.table.setCurrentIndex(QModelIndex())

    def _row(self, key: ProcessKey, track: Track) -> Row:
        process, tokens = track.last, self.theme.tokens
        quiet = process.minor_per_s + process.major_per_s == 0
        title = tr("{name}  {pid}", name=process.name, pid=process.pid)
        swatch = tokens.series[self._colours[key]] if key in self._colours else tokens.panel
        return Row(
            f"{key[0]}:{key[1]}",
            (
                Cell(title, bold=process.go, swatch=swatch, tip=tr("a Go program") if process.go else process.command),
                Cell(""),
                Cell(words.rate(process.minor_per_s), mono=True, right=True, tone="dim" if quiet else ""),
                Cell(words.rate(process.major_per_s), mono=True, right=True, tone="dim" if process.major_per_s == 0 else "warn"),
                Cell(f"{process.minor + process.major:,}", mono=True, right=True, tone="dim"),
            ),
            ref=("process", str(key[0]), str(key[1])),
        )

    def _spark(self, row_key: str) -> np.ndarray:
        pid, _, started = row_key.partition(":")
        values = self._series.values((int(pid), int(started)), major=False, last=min(_SPARK_S, len(self._series.times)))
        return np.frombuffer(values, dtype=float) if values else np.zeros(0)

    def _choose(self, row: Row | None) -> None:
        if row is not None:
            self.chosen.emit((int(row.ref[1]), int(row.ref[2])))

    def _toggle(self, row: Row | None) -> None:
        if row is None:
            return
        key = (int(row.ref[1]), int(row.ref[2]))
        chosen = list(self._pinned or self._curves)
        if key in chosen:
            chosen.remove(key)
        else:
            chosen = [*chosen, key][-MOST_CURVES:]
        self._pinned = chosen
        self.refresh()

    def _menu(self, menu: QMenu, _row: Row) -> None:
        action = QAction(tr("Draw its curve, or take it away"), menu)
        action.triggered.connect(self._toggle_current)
        menu.addAction(action)
        action = QAction(tr("Draw the fastest again"), menu)
        allow(action, unless="" if self._pinned else tr("they are drawn"))
        action.triggered.connect(self._unpin)
        menu.addAction(action)

    def _toggle_current(self) -> None:
        self._toggle(self.table.current_row())

    def _unpin(self) -> None:
        self._pinned = []
        self.refresh()
