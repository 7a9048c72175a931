"""What does a start read, in which order, how long does each file take, and which lines are slow?"""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from inspector.gui.models.eyes import open_eyes
from inspector.gui.models.shells_page import file_rows, slow_rows, told_startup
from inspector.gui.rows import Row, matching
from inspector.gui.shells.chosen import ChosenPanel
from inspector.gui.store import Store
from inspector.gui.theme import GRID, Theme
from inspector.gui.view import RowTree
from inspector.gui.widgets import ElidedLabel
from inspector.i18n import tr
from inspector.model.environment import LaunchContext
from inspector.model.snapshot import Snapshot

_SHOWN = 10


class StartupPanel(ChosenPanel):
    """The chosen context's start, and its ten slowest lines."""

    def __init__(self, store: Store, *, parent: QWidget, theme: Theme) -> None:
        super().__init__(tr("Start-up"), store, parent=parent, theme=theme)
        columns = (tr("File"), tr("ms"), tr("own"), tr("Because"))
        tips = (
            tr("Init files in the order they are read, each below the one that reads it; struck through: lines that were not executed"),
            tr("How long it took, with what it reads"),
            tr("How long it took without what it reads"),
            tr("Who reads it, or why it is not read"),
        )
        self.files = RowTree(columns, name=tr("Init files of the launch context"), parent=self, theme=theme, tips=tips, numeric=(1, 2))
        self.files.share_width(56, "0000.0", "0000.0", 44, optional=(2,))
        self.slow_title = ElidedLabel(parent=self, name="section")
        self.slow_title.setContentsMargins(GRID * 2, GRID, GRID, GRID // 2)
        columns = (tr("ms"), tr("times"), tr("Line"), tr("Command"))
        tips = (
            tr("How long its commands took in all, without what they read or call"),
            tr("How many commands of this line ran"),
            tr("File and line; Enter opens it"),
            tr("The command's name; the rest of the line may hold what nobody asked for"),
        )
        self.slow = RowTree(columns, name=tr("Slowest lines"), parent=self, theme=theme, flat=True, tips=tips, numeric=(0, 1))
        self.slow.share_width("0000.0", "0,000", 64, 36, optional=(3,))
        self.slow.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        self.body.addWidget(self.files, 1)
        self.body.addWidget(self.slow_title)
        self.body.addWidget(self.slow)
        for view in (self.files, self.slow):
            self.watch_focus(view)
        self.retint()

    def draw(self, snapshot: Snapshot, context: LaunchContext) -> None:
        """Its files and its slowest lines."""
        eyes = open_eyes(snapshot)
        rows = file_rows(context, eyes)
        self.files.show_rows(matching(rows, self._needle))
        self.files.open_all(rows)
        self.subtitle.show_text(told_startup(context, eyes) or (context.why if not rows else tr("not started: nothing was timed")))
        self._show_slow(context, slow_rows(context, eyes))

    def _show_slow(self, context: LaunchContext, rows: tuple[Row, ...]) -> None:
        self.slow.show_rows(rows)
        self.slow.setVisible(bool(rows))
        self.slow_title.setVisible(bool(rows))
        if not rows:
            return
        self.slow_title.show_text(
            tr("Slowest lines, timed in a start that was traced: {traced} ms, untraced {plain} ms",
               traced=f"{context.traced_ms:.0f}", plain=f"{context.duration_ms:.0f}")
        )  # fmt: skip
        height = self.slow.sizeHintForRow(0) * min(len(rows), _SHOWN) + self.slow.header().sizeHint().height() + GRID
        self.slow.setFixedHeight(min(height, max(self.height() * 2 // 5, GRID * 12)))
