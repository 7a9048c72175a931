"""What is this kernel, why does it lack something, and what would it take? Facts at the left; at the right the chain of options and the ways."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QScrollArea, QSplitter, QVBoxLayout, QWidget

from inspector.gui.docks import Berth, Column, Docks
from inspector.gui.models.kernels import fact_rows, lacking_rows, way_rows
from inspector.gui.panels.gates import GateGraph
from inspector.gui.rows import Row, matching
from inspector.gui.store import Store
from inspector.gui.theme import GRID, Theme
from inspector.gui.view import RowTree
from inspector.gui.widgets import Label, Panel, push_button
from inspector.i18n import tr
from inspector.model.kernel import Capability
from inspector.model.snapshot import Snapshot


class ThisKernel(Docks):
    """`fix` asks for the fix of a finding, `ask` for a capability to be asked again."""

    fix = Signal(str)
    ask = Signal(str)

    def __init__(self, store: Store, *, parent: QWidget, theme: Theme) -> None:
        self._store = store
        self._needle = ""
        self._shown = ""
        self.facts_panel = Panel(tr("This kernel"), parent=parent, theme=theme)
        self.facts = RowTree((tr("What"), tr("Value"), tr("Says")), name=tr("Facts about this kernel"), parent=self.facts_panel, theme=theme)
        self.facts.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.facts.share_width(38, 26, 36)
        self.facts_panel.body.addWidget(self.facts)
        self.facts_panel.watch_focus(self.facts)
        self.why_panel = WhyNot(parent=parent, theme=theme)
        super().__init__(
            Column(35, (Berth(1, "facts", self.facts_panel),)), Column(65, (Berth(1, "why", self.why_panel),)), parent=parent, theme=theme
        )
        self.why_panel.lacking.chosen.connect(self._choose)
        self.why_panel.fix_button.clicked.connect(self._fix)
        self.why_panel.again_button.clicked.connect(self._again)

    def refresh(self) -> None:
        """Show the store's snapshot by difference."""
        snapshot = self._store.snapshot
        if snapshot is None:
            return
        rows = fact_rows(snapshot.kernel)
        self.facts.open_keys({(row.key,) for row in rows})
        self.facts.show_rows(matching(rows, self._needle))
        kernel = snapshot.kernel
        self.facts_panel.subtitle.show_text(" · ".join(filter(None, (kernel.release, tr("upstream {version}", version=kernel.version)))))
        lacking = lacking_rows(kernel)
        self.why_panel.lacking.show_rows(matching(lacking, self._needle))
        if not any(row.key == self._shown for row in lacking):
            self._shown = next((c.id for c in kernel.capabilities if c.gates), lacking[0].key if lacking else "")
            self.why_panel.lacking.choose((self._shown,))
        self._explain()

    def set_needle(self, needle: str) -> None:
        """Show only rows that contain this text."""
        self._needle = needle
        self.refresh()

    def _choose(self, row: Row | None) -> None:
        if row is not None:
            self._shown = row.key
            self._explain()

    def _explain(self) -> None:
        snapshot = self._store.snapshot
        capability = snapshot.kernel.capability(self._shown) if snapshot else None
        fixable = bool(snapshot and capability and finding_of(snapshot, capability) and not self._store.read_only())
        self.why_panel.show_capability(capability, fixable=fixable, live=not self._store.banner)

    def _fix(self) -> None:
        snapshot = self._store.snapshot
        capability = snapshot.kernel.capability(self._shown) if snapshot else None
        if snapshot and capability:
            self.fix.emit(finding_of(snapshot, capability))

    def _again(self) -> None:
        self.ask.emit(self._shown)


def finding_of(snapshot: Snapshot, capability: Capability) -> str:
    """The finding whose fix would make a capability available, empty if there is none."""
    return next((f.id for f in snapshot.findings if f.fix and any(effect.where == capability.id for effect in f.effects)), "")


class WhyNot(Panel):
    """What is lacking, the chain of options of the chosen one, and the ways to it."""

    def __init__(self, *, parent: QWidget, theme: Theme) -> None:
        super().__init__(tr("Why not"), parent=parent, theme=theme)
        self.fix_button = push_button(tr("Fix…"), tooltip=tr("Rehearse the fix for this."), parent=self, clicked=self.setFocus, kind="primary")
        self.again_button = push_button(
            tr("Ask again"), tooltip=tr("Put the question to the kernel again."), parent=self, clicked=self.setFocus, icon="refresh", kind="quiet"
        )
        self.header.addWidget(self.again_button)
        self.header.addWidget(self.fix_button)
        self.lacking = RowTree(
            (tr("Not available"), tr("Verdict"), tr("Because")), name=tr("Capabilities that are not available"), parent=self, theme=theme, flat=True
        )
        self.lacking.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.lacking.share_width(44, tr("restricted"), 56)
        self.graph = GateGraph(parent=self, theme=theme)
        area = QScrollArea(self)
        area.setAccessibleName(tr("What it would take"))
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        self.graph.setObjectName("scrolled")
        area.setWidget(self.graph)
        self._area = area
        self.told = Label(parent=self, tone="dim")
        self.told.setWordWrap(True)
        self.told.setContentsMargins(GRID * 2, GRID, GRID * 2, 0)
        self.told.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.ways = RowTree((tr("Way"), tr("How"), tr("Cost")), name=tr("What it would take"), parent=self, theme=theme, flat=True)
        self.ways.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.ways.share_width(tr("boot parameter"), 74, 26)
        self._lay_out()
        self.watch_focus(self.lacking)
        self.watch_focus(self.ways)
        self.retint()

    def _lay_out(self) -> None:
        below = QWidget(self)
        column = QVBoxLayout(below)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.told)
        column.addWidget(self._area, 1)
        column.addWidget(self.ways)
        splitter = QSplitter(Qt.Orientation.Vertical, self)
        splitter.setHandleWidth(GRID // 2)
        splitter.setChildrenCollapsible(False)
        splitter.addWidget(self.lacking)
        splitter.addWidget(below)
        self.lacking.setMinimumHeight(GRID * 20)
        splitter.setStretchFactor(0, 1)
        splitter.setStretchFactor(1, 3)
        self.body.addWidget(splitter, 1)

    def show_capability(self, capability: Capability | None, *, fixable: bool, live: bool) -> None:
        """Explain this one."""
        self.fix_button.setVisible(fixable)
        self.again_button.setEnabled(capability is not None and live)
        self.subtitle.show_text(tr(capability.title) if capability else "")
        self.told.setText("\n".join(filter(None, (capability.because, capability.contradiction, tr(capability.why)))) if capability else "")
        self.graph.show_capability(capability)
        rows = way_rows(capability) if capability else ()
        self.ways.show_rows(rows)
        height = self.ways.sizeHintForRow(0) if rows else 0
        self.ways.setFixedHeight(height * len(rows) + self.ways.header().sizeHint().height() + GRID // 2)
        self.ways.setVisible(bool(rows))
