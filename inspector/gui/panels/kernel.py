"""What can this kernel do, how is that known, and what would change it?"""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget

from inspector.gui import words
from inspector.gui.models.kernel import kernel_rows
from inspector.gui.rows import Row, matching, with_problems
from inspector.gui.store import Store
from inspector.gui.theme import Theme
from inspector.gui.view import RowTree
from inspector.gui.widgets import Panel, allow, tool_button
from inspector.i18n import tr
from inspector.model.kernel import Kernel


class KernelPanel(Panel):
    """A row per capability, its evidence below it.

    `selected` carries the reference of the current row, `ask` a capability to be asked again, `fix` the finding whose remedy gives the current row.
    """

    selected = Signal(tuple)
    ask = Signal(str)
    fix = Signal(str)

    def __init__(self, store: Store, *, parent: QWidget, theme: Theme) -> None:
        super().__init__(tr("Kernel"), parent=parent, theme=theme)
        self._store = store
        self._needle = ""
        self._shown: tuple[Kernel, str, bool] | None = None
        columns = (tr("Capability"), tr("Verdict"), tr("Because"))
        tips = (
            tr("Something a kernel may offer"),
            tr("Whether you have it here and now"),
            tr("The evidence that decided it"),
        )
        self.tree = RowTree(columns, name=tr("Kernel capabilities"), parent=self, theme=theme, tips=tips)
        self.tree.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.tree.share_width(42, tr("restricted"), 58)
        self.problems_button = tool_button(
            tr("Not available only"),
            name=tr("Show only what is not available"),
            tooltip=tr("Hide what this kernel does without ado."),
            parent=self,
            icon="restricted",
            checkable=True,
        )
        self.fix_button = tool_button(
            tr("Fix…"), name=tr("Fix: change the setting that refuses this"), parent=self, icon="shield",
            tooltip=tr("Rehearse a change of the kernel setting that stands in the way. Nothing changes until you apply it."),
        )  # fmt: skip
        self.again_button = tool_button(
            tr("Ask again"), name=tr("Ask the kernel again about this capability"), parent=self, icon="refresh",
            tooltip=tr("Put the question to the kernel again (Ctrl+R)."),
        )  # fmt: skip
        self.again_button.setVisible(False)
        self.again_button.clicked.connect(self.ask_again)
        self.header.addWidget(self.again_button)
        self.fix_button.setVisible(False)
        self.fix_button.clicked.connect(self._ask_fix)
        self.header.addWidget(self.fix_button)
        self.header.addWidget(self.problems_button)
        self.body.addWidget(self.tree)
        self.watch_focus(self.tree)
        self.tree.chosen.connect(self._choose)
        self.tree.acted.connect(self._act)
        self.tree.add_to_menu(self._menu)
        self.problems_button.toggled.connect(self._filter)
        store.replaced.connect(self.refresh)
        self.subtitle.show_text(tr("looking…"))
        self.retint()

    def refresh(self) -> None:
        """Show the store's snapshot by difference."""
        snapshot = self._store.snapshot
        if snapshot is None:
            return
        kernel = snapshot.kernel
        asked = (kernel, self._needle, self.problems_button.isChecked())
        if asked == self._shown:
            return
        rows = kernel_rows(kernel)
        if self._shown is None or not self._shown[0].capabilities:
            self.tree.open_keys({(row.key,) for row in rows})
        self._shown = asked
        if self.problems_button.isChecked():
            rows = with_problems(rows)
        self.tree.show_rows(matching(rows, self._needle))
        counts = {verdict: sum(1 for c in kernel.capabilities if c.verdict == verdict) for verdict in words.VERDICT_ICON}
        told = ", ".join(f"{n} {words.verdict(verdict)}" for verdict, n in counts.items() if n)
        said = kernel.why or tr("looking…") if not kernel.capabilities else told
        self.subtitle.show_text(
            " · ".join(filter(None, (kernel.release, said, tr("filtered by “{needle}”", needle=self._needle) if self._needle else "")))
        )

    def set_needle(self, needle: str) -> None:
        """Show only rows that contain this text."""
        self._needle = needle
        self.refresh()

    def reveal(self, capability: str) -> bool:
        """Select a capability's row."""
        self.problems_button.setChecked(False)
        self.tree.setFocus(Qt.FocusReason.OtherFocusReason)
        known = self._shown[0].capability(capability) if self._shown else None
        return known is not None and self.tree.choose((known.group, capability))

    def focus_view(self) -> None:
        """Put the keyboard into the list."""
        self.tree.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def ask_again(self) -> None:
        """Ask the live question of the current row's capability."""
        row = self.tree.current_row()
        if self._can_ask(row) and row is not None:
            self.ask.emit(row.ref[1])

    def _can_ask(self, row: Row | None) -> bool:
        return row is not None and row.ref[0] == "capability" and not self._store.banner

    def _filter(self, _on: bool) -> None:
        self.refresh()

    def _choose(self, row: Row | None) -> None:
        self.fix_button.setVisible(bool(self._finding_of(row)) and not self._store.read_only())
        self.again_button.setVisible(self._can_ask(row))
        if row is not None and row.ref[0] != "section":
            self.selected.emit(row.ref)

    def _finding_of(self, row: Row | None) -> str:
        """The finding that a remedy is offered for and that concerns this capability, empty without one."""
        snapshot = self._store.snapshot
        if row is None or snapshot is None or row.ref[0] != "capability":
            return ""
        about = (f for f in snapshot.findings if f.fix and (f.facts.get("capability") == row.key or row.key in {e.where for e in f.effects}))
        return next((finding.id for finding in about), "")

    def _ask_fix(self) -> None:
        self.fix.emit(self._finding_of(self.tree.current_row()))

    def _act(self, row: Row | None) -> None:
        if row is not None and row.children:
            index = self.tree.currentIndex()
            self.tree.setExpanded(index, not self.tree.isExpanded(index))

    def _menu(self, menu: QMenu, row: Row) -> None:
        action = QAction(tr("Ask the kernel again"), menu)
        allow(action, unless="" if self._can_ask(row) else tr("only a capability of this machine can be asked"))
        action.triggered.connect(self.ask_again)
        menu.addAction(action)
