"""What can be fixed safely in one go? A reviewed list of remedies, rehearsed together, applied as one change with one undo."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from inspector.gui import words
from inspector.gui.boxes import CheckBox
from inspector.gui.dialogs.fix import FixDialog, Phase
from inspector.gui.store import Store
from inspector.gui.theme import GRID, Theme
from inspector.gui.widgets import Label, tip
from inspector.i18n import tr
from inspector.model.finding import Finding
from inspector.model.messages import SimulateBatch
from inspector.model.plan import Rehearsal

_HEADING_ROWS = 2


class BatchDialog(FixDialog):
    """The dialog of several findings: each can be left out, and what is left is rehearsed again."""

    def __init__(self, store: Store, *, parent: QWidget, theme: Theme) -> None:
        self._candidates = tuple(f for f in (store.snapshot.findings if store.snapshot else ()) if f.fix and f.fix.safety == "safe")
        self._chosen: tuple[str, ...] = ()
        self.boxes: dict[str, CheckBox] = {}
        super().__init__(store, None, parent=parent, theme=theme)
        self.setWindowTitle(tr("Fix all that is safe"))

    def _request(self) -> SimulateBatch:
        return SimulateBatch(id=0, findings=self._chosen)

    def _make_what(self) -> QWidget:
        holder = super()._make_what()
        self.title.setText(tr("Everything that is safe to fix"))
        self.safety_why.setVisible(False)
        column = holder.layout()
        assert isinstance(column, QVBoxLayout)
        leave = Label(tr("Leave out what you do not want:"), parent=holder, tone="dim")
        leave.setWordWrap(True)
        column.insertWidget(_HEADING_ROWS, leave)
        for number, finding in enumerate(self._candidates, start=_HEADING_ROWS + 1):
            column.insertLayout(number, self._row(finding, holder))
        return holder

    def _row(self, finding: Finding, holder: QWidget) -> QHBoxLayout:
        """A box to tick and the finding beside it, as many lines as it takes."""
        said = words.tidy_all(words.spoken(finding.text.render()), self._store.home())
        box = CheckBox(holder)
        box.setAccessibleName(said)
        box.setChecked(True)
        box.clicked.connect(self._toggled)
        self.boxes[finding.id] = box
        label = Label(said, parent=holder)
        label.setWordWrap(True)
        row = QHBoxLayout()
        row.setSpacing(GRID)
        row.addWidget(box, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(label, 1)
        return row

    def _toggled(self) -> None:
        self._chosen = tuple(name for name, box in self.boxes.items() if box.isChecked())
        if self._chosen:
            self._rehearse()
        else:
            self.rehearsal = None
            self._enter("failed", tr("Nothing is chosen."))

    def _enter(self, phase: Phase, said: str = "") -> None:
        super()._enter(phase, said)
        for box in self.boxes.values():
            box.setEnabled(phase in ("ready", "failed"))
        self.terminal_button.setVisible(False)

    def _show(self, rehearsal: Rehearsal) -> None:
        """What goes away together stays ticked; what could not be taken in is not."""
        plans = {part.finding: words.spoken(part.title.render()) for part in rehearsal.plan.parts}
        for name, box in self.boxes.items():
            gone = name in plans or name in rehearsal.vanish
            box.setChecked(gone)
            box.setToolTip(tip(plans.get(name) or (tr("Goes away with the others.") if gone else tr("Left out."))))
        super()._show(rehearsal)
        self.safety_why.setVisible(False)
