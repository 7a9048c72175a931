"""What was changed by this program, and how is it taken back? Every receipt with its undo."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QHBoxLayout, QHeaderView, QVBoxLayout, QWidget

from inspector.gui import words
from inspector.gui.dialogs.threeway import ThreeWayDialog
from inspector.gui.rows import Cell, Row
from inspector.gui.store import Answer, Store
from inspector.gui.theme import GRID, Theme
from inspector.gui.view import RowTree
from inspector.gui.widgets import Label, Panel, fit, push_button, tint
from inspector.i18n import tr
from inspector.model.messages import AskHistory, AskThreeWays, Done, Failed, Forget, HistoryReady, ThreeWaysReady, Undo
from inspector.model.plan import Receipt, ThreeWay


class HistoryDialog(QDialog):
    """The list of receipts, newest first."""

    def __init__(self, store: Store, *, parent: QWidget, theme: Theme) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("History"))
        self.setModal(True)
        self._store = store
        self._receipts: dict[str, Receipt] = {}
        self._theme = theme
        self._undoing = self._asking = self._forgetting = 0
        self._sure = False
        panel = Panel(tr("History"), parent=self, theme=theme)
        self.table = RowTree((tr("When"), tr("Finding"), tr("Files"), tr("State")), name=tr("Receipts"), parent=self, theme=theme, flat=True)
        for column, width in enumerate((22, 34, 30)):
            self.table.header().resizeSection(column, GRID * width)
        self.table.header().setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
        self.table.header().setStretchLastSection(False)
        panel.body.addWidget(self.table)
        self.said = Label(tr("Reading the journal…"), parent=self, tone="dim")
        self.said.setWordWrap(True)
        self.undo_button = push_button(
            tr("Undo"), tooltip=tr("Put back the exact bytes from before the selected change."), parent=self, clicked=self._undo, icon="undo"
        )
        self.undo_button.setEnabled(False)
        self.forget_button = push_button(
            tr("Forget history…"), parent=self, clicked=self._forget, kind="quiet",
            tooltip=tr("Delete every receipt and every kept byte. Nothing done so far can be undone afterwards."),
        )  # fmt: skip
        self.forget_button.setEnabled(False)
        close = push_button(tr("Close"), tooltip=tr("Close (Esc)."), parent=self, clicked=self.reject)
        row = QHBoxLayout()
        row.addWidget(self.said, 1)
        row.addWidget(self.forget_button)
        row.addWidget(self.undo_button)
        row.addWidget(close)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(GRID * 2, GRID * 2, GRID * 2, GRID * 2)
        outer.setSpacing(GRID * 2)
        outer.addWidget(panel, 1)
        outer.addLayout(row)
        tint(self, theme)
        fit(self, GRID * 116, GRID * 50)
        self.table.chosen.connect(self._choose)
        store.answered.connect(self._answer)
        if not store.ask(AskHistory(id=0)):
            self.said.setText(tr("There is no agent to ask: this is a saved report."))

    def _answer(self, message: Answer) -> None:
        if isinstance(message, HistoryReady):
            self._show(message.history.receipts)
        elif isinstance(message, Done) and message.id == self._undoing:
            self.said.setText(tr("Undone: every byte is as it was."))
            self.said.set_tone("ok")
            self._store.ask(AskHistory(id=0))
        elif isinstance(message, ThreeWaysReady) and message.id == self._asking:
            self._compare(message.files)
        elif isinstance(message, Failed) and message.id == self._undoing and self._undoing:
            self.said.setText(message.reason)
            self.said.set_tone("bad")
            row = self.table.current_row()
            self._asking = self._store.ask(AskThreeWays(id=0, receipt=row.key)) if row else 0
        elif isinstance(message, Failed) and message.id in (self._asking, self._forgetting) and message.id:
            self.said.setText(message.reason)
            self.said.set_tone("bad")

    def _compare(self, files: tuple[ThreeWay, ...]) -> None:
        """Undo was refused: if that is because a file moved on, show the sides and offer to keep what came later."""
        row = self.table.current_row()
        if row is None or all(file.now == file.left for file in files):
            return
        dialog = ThreeWayDialog(files, home=self._store.home(), parent=self, theme=self._theme)
        dialog.accepted.connect(self._undo_keeping)
        dialog.open()

    def _undo_keeping(self) -> None:
        row = self.table.current_row()
        if row:
            self._undoing = self._store.ask(Undo(id=0, receipt=row.key, keep_later=True))

    def _forget(self) -> None:
        """The first click says what it would mean, the second does it."""
        if self._sure:
            self._forgetting = self._store.ask(Forget(id=0))
            return
        self._sure = True
        self.forget_button.setText(tr("Forget for good"))
        self.said.setText(tr("The kept copies of your files are deleted. Your files stay as they are, and can no longer be taken back."))
        self.said.set_tone("warn")

    def _show(self, receipts: tuple[Receipt, ...]) -> None:
        self._receipts = {receipt.id: receipt for receipt in receipts}
        self.forget_button.setEnabled(bool(receipts) and not self._store.read_only())
        self.table.show_rows(tuple(self._row(receipt) for receipt in receipts))
        if not receipts:
            self.said.set_tone("dim")
            self.said.setText(tr("Nothing has been changed yet. Every fix you apply is listed here with its way back."))
        elif not self._undoing:
            self.said.setText(tr("Select a change to take it back."))
        self._choose(self.table.current_row())

    def _row(self, receipt: Receipt) -> Row:
        home = self._store.home()
        files = ", ".join(words.tidy(file.path, home) for file in receipt.files)
        if receipt.undone:
            state = Cell(tr("undone"), tone="dim", icon="undo", tip=receipt.undone)
        elif receipt.outcome == "rolled-back":
            state = Cell(tr("rolled back"), tone="dim", icon="undo", tip="\n".join(receipt.notes))
        else:
            state = Cell(
                tr("verified") if receipt.verified else tr("not verified"),
                tone="ok" if receipt.verified else "warn",
                icon="ok" if receipt.verified else "unknown",
            )
        when = receipt.applied_at.replace("T", "  ").removesuffix("Z")
        return Row(
            receipt.id,
            (Cell(when, mono=True, tone="dim"), Cell(_named(receipt), tip="\n".join(receipt.findings)), Cell(files, mono=True, tone="dim"), state),
            ref=("receipt", receipt.id),
        )

    def _choose(self, row: Row | None) -> None:
        receipt = self._receipts.get(row.key) if row else None
        can = receipt is not None and not receipt.undone and receipt.outcome != "rolled-back" and not self._store.read_only()
        self.undo_button.setEnabled(can)

    def _undo(self) -> None:
        row = self.table.current_row()
        if row:
            self.undo_button.setEnabled(False)
            self.said.setText(tr("Undoing…"))
            self.said.set_tone("dim")
            self.table.setFocus(Qt.FocusReason.OtherFocusReason)
            self._undoing = self._store.ask(Undo(id=0, receipt=row.key))


def _named(receipt: Receipt) -> str:
    return tr("{n} findings at once", n=len(receipt.findings)) if len(receipt.findings) > 1 else receipt.finding
