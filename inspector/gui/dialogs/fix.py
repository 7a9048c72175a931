"""What would a fix change, what comes of it, and did it work? Rehearse, show, apply, verify, and take back, in one dialog."""

from typing import Literal

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QDialog, QHBoxLayout, QScrollArea, QSplitter, QVBoxLayout, QWidget

from inspector.gui import words
from inspector.gui.boxes import CheckBox, ComboBox
from inspector.gui.dialogs.diffview import DiffView
from inspector.gui.models import outlook
from inspector.gui.models.matrix import change_rows, edit_rows
from inspector.gui.store import Answer, Store
from inspector.gui.theme import GRID, Theme, Tone
from inspector.gui.view import RowTree
from inspector.gui.widgets import Label, Panel, copy_text, fit, push_button, tint, tip
from inspector.i18n import mark, tr, trn
from inspector.model.finding import Finding
from inspector.model.messages import Apply, Done, Failed, OpenTerminal, Progress, Rehearsed, Simulate, SimulateBatch, TerminalOpened, Undo
from inspector.model.plan import Receipt, Rehearsal

Phase = Literal["rehearsing", "ready", "applying", "done", "undoing", "undone", "by-hand", "failed"]
_STAGES = {
    "look": mark("Looking at the machine"),
    "rehearse": mark("Rehearsing with the same eyes"),
    "write": mark("Writing, journal first"),
    "verify": mark("Looking again"),
    "done": mark("Done"),
}


class FixDialog(QDialog):
    """The dialog of one finding. It asks for a rehearsal as it opens; `applied` says that something was changed or taken back."""

    applied = Signal()

    def __init__(self, store: Store, finding: Finding | None, *, parent: QWidget, theme: Theme) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Fix"))
        self.setModal(True)
        self.setSizeGripEnabled(True)
        self._store, self._theme, self._finding = store, theme, finding
        self.phase: Phase = "rehearsing"
        self.rehearsal: Rehearsal | None = None
        self.receipt: Receipt | None = None
        self._waiting = 0
        self._script = ""
        self._titles = {c.id: tr(c.title) for c in store.snapshot.environment.contexts} if store.snapshot else {}
        self._what = self._make_what()
        self.diff = DiffView(tr("What would be changed"), parent=self, theme=theme)
        self.matrix = RowTree((tr("Where"), tr("Before"), tr("After")), name=tr("Before and after"), parent=self, theme=theme, flat=True)
        self._build()
        store.answered.connect(self._answer)
        self._fit()
        store.replaced.connect(self._looked)
        self._rehearse()

    def _finding_id(self) -> str:
        return self._finding.id if self._finding else ""

    def _request(self) -> Simulate | SimulateBatch:
        """What is to be rehearsed: the finding's best remedy, or the way that was chosen."""
        return Simulate(id=0, finding=self._finding_id(), plan=self.ways.currentData() or "")

    def _rehearse(self) -> None:
        self._enter("rehearsing")
        self._waiting = self._store.ask(self._request())
        if not self._waiting:
            self._fail(tr("There is no agent to ask: this is a saved report."))

    # ---- parts

    def _make_what(self) -> QWidget:
        holder = QWidget(self)
        holder.setObjectName("scrolled")
        column = QVBoxLayout(holder)
        column.setContentsMargins(GRID * 2, 0, GRID * 2, GRID)
        column.setSpacing(GRID)
        self.title = Label(words.spoken(self._finding.text.render()) if self._finding else "", parent=holder, name="heading")
        self.reason = Label(parent=holder)
        self.safety = Label(parent=holder)
        self.safety_why = Label(parent=holder, tone="dim")
        self.removes = Label(parent=holder, tone="dim")
        for label in (self.title, self.reason, self.safety, self.safety_why, self.removes):
            label.setWordWrap(True)
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            column.addWidget(label)
        self.ways_label = Label(tr("Ways to fix it"), parent=holder, tone="dim")
        self.ways = ComboBox(holder)
        self.ways.setAccessibleName(tr("Ways to fix it"))
        self.ways.setSizeAdjustPolicy(ComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.ways.setMinimumContentsLength(12)
        self.ways.activated.connect(self._choose_way)
        self.ways.currentTextChanged.connect(self._tell_way)
        for widget in (self.ways_label, self.ways):
            widget.setVisible(False)
            column.addWidget(widget)
        column.addStretch(1)
        return holder

    def _tell_way(self, text: str) -> None:
        self.ways.setToolTip(tip(text))

    def _make_asked(self) -> QWidget:
        """What must be agreed to, and the box that does."""
        holder = QWidget(self)
        self.asks = Label(parent=holder, tone="warn")
        self.asks.setWordWrap(True)
        self.agree = CheckBox(tr("Write it in place"), holder)
        self.agree.clicked.connect(self._weigh)
        row = QHBoxLayout(holder)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(GRID * 2)
        row.addWidget(self.asks, 1)
        row.addWidget(self.agree)
        holder.setVisible(False)
        return holder

    def _panel(self, title: str, body: QWidget, *, scroll: bool = False) -> Panel:
        panel = Panel(title, parent=self, theme=self._theme)
        if scroll:
            area = QScrollArea(panel)
            area.setWidgetResizable(True)
            area.setFrameShape(QScrollArea.Shape.NoFrame)
            area.setWidget(body)
            area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            body = area
        panel.body.addWidget(body)
        panel.watch_focus(body)
        return panel

    def _build(self) -> None:
        splitter = QSplitter(Qt.Orientation.Horizontal, self)
        splitter.setHandleWidth(GRID)
        splitter.setChildrenCollapsible(False)
        splitter.addWidget(self._panel(tr("What and why"), self._what, scroll=True))
        splitter.addWidget(self._panel(tr("Changes"), self.diff))
        splitter.addWidget(self._panel(tr("Before → after"), self.matrix))
        splitter.setSizes([GRID * 38, GRID * 58, GRID * 48])
        self.matrix.share_width(1, "00.00.00", "00.00.00")
        self.progress = Label(parent=self)
        self.progress.setWordWrap(True)
        self.asked = self._make_asked()
        self.apply_button = push_button(
            tr("Apply"), tooltip=tr("Do exactly this, then look again and prove it."), parent=self, clicked=self._apply, kind="primary"
        )
        self.copy_button = push_button(
            tr("Copy commands"), tooltip=tr("Copy what to do by hand instead."), parent=self, clicked=self._copy, icon="copy"
        )
        self.terminal_button = push_button(
            tr("Open a terminal"), parent=self, clicked=self._open_terminal, icon="terminal",
            tooltip=tr("Open a terminal that has the repaired environment; nothing is written to your files."),
        )  # fmt: skip
        self.look_button = push_button(
            tr("Look again"), tooltip=tr("See whether what you did by hand removed the finding."), parent=self, clicked=self._look, icon="refresh"
        )
        self.install_button = push_button(
            tr("Install the helper"), parent=self, clicked=self._show_install,
            tooltip=tr("Show a script that installs the program that makes such changes; then they take one click and a password."),
        )  # fmt: skip
        self.undo_button = push_button(tr("Undo"), tooltip=tr("Put back the exact bytes from before."), parent=self, clicked=self._undo, icon="undo")
        self.close_button = push_button(tr("Cancel"), tooltip=tr("Close without changing anything (Esc)."), parent=self, clicked=self.reject)
        row = QHBoxLayout()
        row.setSpacing(GRID)
        row.addWidget(self.progress, 1)
        offered = (self.undo_button, self.terminal_button, self.install_button, self.look_button)
        for button in (*offered, self.copy_button, self.close_button, self.apply_button):
            button.setAutoDefault(False)
            row.addWidget(button)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(GRID * 2, GRID * 2, GRID * 2, GRID * 2)
        outer.setSpacing(GRID * 2)
        outer.addWidget(splitter, 1)
        outer.addWidget(self.asked)
        outer.addLayout(row)
        tint(self, self._theme)

    def _fit(self) -> None:
        fit(self, GRID * 150, GRID * 58)

    # ---- phases

    def _enter(self, phase: Phase, said: str = "") -> None:
        self.phase = phase
        can_apply = phase == "ready" and self.rehearsal is not None and bool(self.rehearsal.edits) and not self.rehearsal.refused
        self.apply_button.setVisible(phase in ("rehearsing", "ready", "applying"))
        self.apply_button.setEnabled(can_apply and self._agreed())
        self.agree.setEnabled(phase == "ready")
        self.copy_button.setVisible(phase != "rehearsing" and self.rehearsal is not None and bool(self._script))
        changes = self.rehearsal is not None and any(row.before_path != row.after_path for row in self.rehearsal.matrix)
        self.terminal_button.setVisible(phase in ("ready", "failed") and changes)
        self.look_button.setVisible(phase == "by-hand" or (phase in ("ready", "failed") and self.rehearsal is not None and not can_apply))
        self.install_button.setVisible(phase == "by-hand" and self.rehearsal is not None and bool(self.rehearsal.install))
        self.ways.setEnabled(phase in ("ready", "failed", "by-hand"))
        self.undo_button.setVisible(phase in ("done", "undoing") and self.receipt is not None and self.receipt.outcome != "rolled-back")
        self.undo_button.setEnabled(phase == "done")
        self.close_button.setText(tr("Close") if phase in ("done", "undone", "failed", "by-hand") else tr("Cancel"))
        self.close_button.setEnabled(phase not in ("applying", "undoing"))
        if phase == "ready" and can_apply:
            (self.apply_button if self._agreed() else self.agree).setFocus(Qt.FocusReason.OtherFocusReason)
        elif phase in ("done", "undone", "failed", "by-hand"):
            self.close_button.setFocus(Qt.FocusReason.OtherFocusReason)
        defaults = {"rehearsing": tr("Rehearsing…"), "applying": tr("Applying…"), "undoing": tr("Undoing…")}
        self.progress.setText(said or defaults.get(phase, ""))
        self.progress.set_tone(
            "ok" if phase in ("done", "undone") and not self._rolled_back() else "bad" if phase == "failed" or self._rolled_back() else "dim"
        )

    def _agreed(self) -> bool:
        """Whether nothing is asked, or the answer is yes."""
        return self.rehearsal is None or not self.rehearsal.asks or self.agree.isChecked()

    def _weigh(self) -> None:
        self.apply_button.setEnabled(self._agreed())

    def _rolled_back(self) -> bool:
        return self.receipt is not None and self.receipt.outcome == "rolled-back"

    def _fail(self, reason: str) -> None:
        self._enter("failed", reason)

    def _answer(self, message: Answer) -> None:
        if message.id != self._waiting or not self._waiting:
            return
        if isinstance(message, Progress):
            stage = tr(_STAGES.get(message.stage, message.stage))
            detail = words.tidy(message.detail, self._store.home())
            self.progress.setText(tr("{stage}: {detail}", stage=stage, detail=detail) if detail else tr("{stage}…", stage=stage))
        elif isinstance(message, Rehearsed):
            self._show(message.rehearsal)
        elif isinstance(message, Done):
            self._done(message.receipt)
        elif isinstance(message, TerminalOpened):
            self._say(tr("Opened {program}. Nothing was written to your files.", program=message.program), "ok")
        elif isinstance(message, Failed) and self.phase == "ready":
            self._say(message.reason, "bad")
        elif isinstance(message, Failed):
            self._fail(message.reason)

    def _say(self, said: str, tone: Tone) -> None:
        self.progress.setText(said)
        self.progress.set_tone(tone)

    def _show(self, rehearsal: Rehearsal) -> None:
        self.rehearsal = rehearsal
        plan = rehearsal.plan
        self._script = rehearsal.by_hand or "\n".join(plan.commands)
        home = self._store.home()
        self.title.setText(words.tidy_all(words.spoken(plan.title.render()), home))
        self.reason.setText(words.tidy_all(words.spoken(plan.reason.render()), home))
        self.safety.setText(words.safety(plan.safety))
        self.safety.set_tone(words.SAFETY_TONE[plan.safety])
        self.safety_why.setText(words.safety_tip(plan.safety))
        self.removes.setText("\n\n".join(outlook.comes_of(rehearsal, self._store.snapshot, home)))
        script = rehearsal.by_hand if rehearsal.refused else ""
        self.diff.show_diff(script or rehearsal.diff or "\n".join(plan.commands) or tr("Nothing is changed."))
        self._show_ways(rehearsal)
        self.asks.setText("\n\n".join(words.tidy_all(ask.render(), home) for ask in rehearsal.asks))
        self.agree.setChecked(False)
        self.asked.setVisible(bool(rehearsal.asks))
        rows = change_rows(rehearsal.matrix, self._titles, self._store.home())
        shown = tuple(row for row in rows if row.problem or row.key.endswith("/go"))
        self.matrix.show_rows(edit_rows(rehearsal.edits, home) + shown)
        if rehearsal.refused and rehearsal.by_hand:
            self._enter("by-hand", tr("{reason}. Read the script, run it yourself, then look again.", reason=_sentence(rehearsal.refused)))
        elif rehearsal.refused:
            self._fail(tr("Refused: {reason}", reason=rehearsal.refused))
        else:
            self._enter("ready", outlook.in_short(rehearsal, len({row.ref for row in rows if row.problem})))

    def _show_ways(self, rehearsal: Rehearsal) -> None:
        """The ways there are, the rehearsed one shown as chosen; each keeps its place in the list."""
        if self.ways.count() == 0 and rehearsal.ways:
            self.ways.addItem(words.spoken(rehearsal.plan.title.render()), rehearsal.plan.id)
            for way in rehearsal.ways:
                self.ways.addItem(f"{words.spoken(way.title.render())} ({words.safety(way.safety)})", way.plan)
        for widget in (self.ways_label, self.ways):
            widget.setVisible(self.ways.count() > 1)

    def _done(self, receipt: Receipt) -> None:
        self.receipt = receipt
        self.applied.emit()
        notes = " ".join(receipt.notes)
        self.removes.setText(self._told_of_holders(receipt))
        if receipt.holders and not receipt.undone:
            notes = trn(
                "{n} running program keeps the old environment, see at the left. {notes}",
                "{n} running programs keep the old environment, see at the left. {notes}",
                len(receipt.holders),
                notes=notes,
            ).strip()
        if receipt.undone:
            self._enter("undone", tr("Undone: every byte is as it was. {notes}", notes=notes).strip())
        elif receipt.outcome == "rolled-back":
            self._enter(
                "done", tr("Looking again showed something else than the rehearsal, so everything was put back. {notes}", notes=notes).strip()
            )
        elif receipt.verified:
            self._enter(
                "done",
                tr("Verified: reality equals the rehearsal. New programs see it. {notes}", notes=notes).strip(),
            )
        else:
            self._enter("done", tr("Applied, but not verified. {notes}", notes=notes).strip())

    def _told_of_holders(self, receipt: Receipt) -> str:
        if receipt.undone or not receipt.holders:
            return ""
        each = (f"{holder.name} ({holder.pid}): {holder.advice.render()}" for holder in receipt.holders)
        return "\n\n".join([tr("These programs still have the environment from before:"), *each])

    def _looked(self) -> None:
        """There is another snapshot: what was done by hand shows in it."""
        if self.phase == "by-hand" and self._store.snapshot is not None and self._store.snapshot.finding(self._finding_id()) is None:
            self.look_button.setVisible(False)
            self._say(tr("Looked again: the finding is gone."), "ok")

    # ---- what people do

    def _choose_way(self, _index: int) -> None:
        self._rehearse()

    def _open_terminal(self) -> None:
        self._waiting = self._store.ask(OpenTerminal(id=0, finding=self._finding_id()))
        self._say(tr("Opening a terminal…"), "dim")

    def _show_install(self) -> None:
        if self.rehearsal is not None:
            self._script = self.rehearsal.install
            self.diff.show_diff(self._script)
            self._say(tr("Read the script, copy it and run it yourself, then open this again."), "dim")

    def _look(self) -> None:
        self._say(tr("Looking again…"), "dim")
        self._store.look()

    def _apply(self) -> None:
        if self.rehearsal is not None and self.phase == "ready":
            self._enter("applying")
            self._waiting = self._store.ask(Apply(id=0, rehearsal=self.rehearsal, agreed=self.agree.isChecked()))

    def _undo(self) -> None:
        if self.receipt is not None and self.phase == "done":
            self._enter("undoing")
            self._waiting = self._store.ask(Undo(id=0, receipt=self.receipt.id))

    def _copy(self) -> None:
        copy_text(self._script)
        self.progress.setText(tr("Copied."))

    def reject(self) -> None:
        """Close, unless something is being written."""
        if self.phase in ("applying", "undoing"):
            return
        if self.phase == "rehearsing" and self._waiting:
            self._store.cancel(self._waiting)
        super().reject()

    def closeEvent(self, event: QCloseEvent) -> None:
        if self.phase in ("applying", "undoing"):
            event.ignore()
        else:
            super().closeEvent(event)


def _sentence(reason: str) -> str:
    return reason[:1].upper() + reason[1:]
