"""What changed here, when, and how is it taken back? Moments at which this machine changed and every fix with its undo, in one list."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractItemView, QHBoxLayout, QVBoxLayout, QWidget

from inspector.gui.dialogs.threeway import ThreeWayDialog
from inspector.gui.models.timeline import history_rows
from inspector.gui.openwith import place_of
from inspector.gui.pages.base import Page
from inspector.gui.rows import matching
from inspector.gui.store import Answer, Store
from inspector.gui.theme import GRID, Theme, Tone
from inspector.gui.view import RowTree
from inspector.gui.widgets import Label, Panel, push_button, tint
from inspector.i18n import tr
from inspector.model.kept import Timeline
from inspector.model.messages import AskHistory, AskThreeWays, Done, Failed, Forget, HistoryReady, ThreeWaysReady, Undo
from inspector.model.plan import Receipt, ThreeWay
from inspector.model.report_messages import AskTimeline, TimelineReady

_LIVE = "live"


class HistoryPage(Page):
    """The list of what changed, newest first. Two moments that are chosen together are compared with each other, one with now."""

    def __init__(self, store: Store, *, parent: QWidget, theme: Theme) -> None:
        super().__init__(store, parent=parent, theme=theme)
        self._timeline, self._receipts = Timeline(), dict[str, Receipt]()
        self._undoing = self._asking = self._forgetting = 0
        self._sure = False
        self._needle = ""
        columns = (tr("When"), tr("What changed"), tr("Details, or at the same time"), tr("State, or where"))
        self.table = RowTree(columns, name=tr("History"), parent=self, theme=theme)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.table.share_width("    2026-11-23 07:00  ", 42, 36, 22)
        self.said = Label(tr("Reading the journal…"), parent=self, tone="dim")
        self.said.setWordWrap(True)
        self._lay_out()
        self._wire()
        self.retint()

    def _lay_out(self) -> None:
        self.undo_button = push_button(
            tr("Undo"), tooltip=tr("Put back the exact bytes from before the selected change."), parent=self, clicked=self._undo, icon="undo"
        )
        self.compare_button = push_button(
            tr("Compare"), parent=self, clicked=self._compare_chosen, icon="matrix",
            tooltip=tr("Compare two chosen moments with each other, or one with now (Ctrl+click chooses a second one)."),
        )  # fmt: skip
        self.show_button = push_button(
            tr("Show that moment"), tooltip=tr("Show this machine as it was then, read-only."), parent=self, clicked=self._show_chosen, kind="quiet"
        )
        self.forget_button = push_button(
            tr("Forget history…"), parent=self, clicked=self._forget, kind="quiet",
            tooltip=tr("Delete every receipt, every kept byte and every kept moment. Nothing done so far can be undone afterwards."),
        )  # fmt: skip
        panel = Panel(tr("History"), parent=self, theme=self.theme)
        panel.body.addWidget(self.table)
        panel.watch_focus(self.table)
        row = QHBoxLayout()
        row.setSpacing(GRID)
        row.addWidget(self.said, 1)
        for button in (self.forget_button, self.show_button, self.compare_button, self.undo_button):
            button.setEnabled(False)
            row.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GRID)
        column.addWidget(panel, 1)
        column.addLayout(row)

    def _wire(self) -> None:
        self.table.chosen.connect(self._choose)
        self.table.offer_places(place_of, self.open_place.emit)
        self.table.selectionModel().selectionChanged.connect(self._choose)
        self.store.answered.connect(self._answer)
        self.store.changed.connect(self._refresh)
        self.theme.changed.connect(self.retint)

    def retint(self) -> None:
        """Redraw icons after a change of theme."""
        tint(self, self.theme)

    # ---- being a page

    def enter(self) -> None:
        self._sure = False
        self.forget_button.setText(tr("Forget history…"))
        self._ask()

    def focus_view(self) -> None:
        self.table.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def set_needle(self, text: str) -> None:
        self._needle = text
        self._refresh()

    # ---- what there is

    def _ask(self) -> None:
        if not (self.store.ask(AskHistory(id=0)) and self.store.ask(AskTimeline(id=0))):
            self.said.setText(tr("There is no agent to ask."))

    def _answer(self, message: Answer) -> None:
        if isinstance(message, HistoryReady):
            self._receipts = {receipt.id: receipt for receipt in message.history.receipts}
            if message.id == self._forgetting and message.id:
                self._timeline = Timeline()
                self._sure = False
                self.forget_button.setText(tr("Forget history…"))
            self._refresh()
        elif isinstance(message, TimelineReady):
            self._timeline = message.timeline
            self._refresh()
        elif isinstance(message, Done) and message.id == self._undoing:
            self._say(tr("Undone: every byte is as it was."), "ok")
            self.store.ask(AskHistory(id=0))
        elif isinstance(message, ThreeWaysReady) and message.id == self._asking:
            self._compare_sides(message.files)
        elif isinstance(message, Failed) and message.id in (self._undoing, self._asking, self._forgetting) and message.id:
            self._say(message.reason, "bad")
            receipt = self._receipt()
            if message.id == self._undoing and receipt is not None:
                self._asking = self.store.ask(AskThreeWays(id=0, receipt=receipt.id))

    def _refresh(self) -> None:
        snapshot = self.store.snapshot
        titles = {context.id: context.title for context in snapshot.environment.contexts} if snapshot else {}
        rows = history_rows(self._timeline.points, tuple(self._receipts.values()), titles, self.store.home())
        self.table.show_rows(matching(rows, self._needle))
        self.forget_button.setEnabled(bool(rows) and not self.store.read_only())
        if not rows:
            nothing = tr("Nothing has changed yet. Every change of this machine, and every fix with its way back, is listed here.")
            self._say(self._timeline.why or nothing, "dim")
        elif not self._undoing and not self._sure:
            self._say(tr("Select a fix to take it back, or a moment to compare it with now."), "dim")
        self._choose()

    def _say(self, text: str, tone: Tone) -> None:
        self.said.setText(text)
        self.said.set_tone(tone)

    # ---- what is chosen

    def _receipt(self) -> Receipt | None:
        row = self.table.current_row()
        return self._receipts.get(row.ref[1]) if row is not None and row.ref[:1] == ("receipt",) else None

    def _moments(self) -> list[str]:
        """The words of the chosen moments, oldest first."""
        keys = {self.table.rows_model.key_of(index)[0] for index in self.table.selectionModel().selectedIndexes()}
        return sorted(key for key in keys if key.startswith("kept:"))

    def _choose(self, *_: object) -> None:
        receipt, moments = self._receipt(), self._moments()
        can = receipt is not None and not receipt.undone and receipt.outcome != "rolled-back" and not self.store.read_only()
        self.undo_button.setEnabled(can)
        self.compare_button.setEnabled(len(moments) in (1, 2))
        self.compare_button.setText(tr("Compare the two") if len(moments) == 2 else tr("Compare with now"))
        self.show_button.setEnabled(len(moments) == 1)

    def _compare_chosen(self) -> None:
        moments = self._moments()
        self.compare_two.emit(moments[0], moments[1] if len(moments) == 2 else _LIVE)

    def _show_chosen(self) -> None:
        self.reopen.emit(self._moments()[0])

    # ---- taking back

    def _undo(self) -> None:
        receipt = self._receipt()
        if receipt is not None:
            self.undo_button.setEnabled(False)
            self._say(tr("Undoing…"), "dim")
            self.table.setFocus(Qt.FocusReason.OtherFocusReason)
            self._undoing = self.store.ask(Undo(id=0, receipt=receipt.id))

    def _compare_sides(self, files: tuple[ThreeWay, ...]) -> None:
        """Undo was refused: if that is because a file moved on, show the sides and offer to keep what came later."""
        if all(file.now == file.left for file in files):
            return
        dialog = ThreeWayDialog(files, home=self.store.home(), parent=self, theme=self.theme)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.accepted.connect(self._undo_keeping)
        dialog.open()

    def _undo_keeping(self) -> None:
        receipt = self._receipt()
        if receipt is not None:
            self._undoing = self.store.ask(Undo(id=0, receipt=receipt.id, keep_later=True))

    def _forget(self) -> None:
        """The first click says what it would mean, the second does it."""
        if self._sure:
            self._forgetting = self.store.ask(Forget(id=0))
            return
        self._sure = True
        self.forget_button.setText(tr("Forget for good"))
        self._say(tr("The kept copies of your files are deleted. Your files stay as they are, and can no longer be taken back."), "warn")
