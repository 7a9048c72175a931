"""Is anything wrong here, and why? The first page: environment and its detail at the left, kernel and page faults at the right."""

from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QVBoxLayout, QWidget

from inspector.gui.docks import Berth, Column, Docks
from inspector.gui.models.subject import finding_subject, locate
from inspector.gui.pages.base import Page
from inspector.gui.panels.detail import DetailPanel
from inspector.gui.panels.environment import EnvironmentPanel
from inspector.gui.panels.faults import FaultsPanel
from inspector.gui.panels.kernel import KernelPanel
from inspector.gui.store import Store
from inspector.gui.theme import Theme


class OverviewPage(Page):
    """The three live panels and the detail of what is selected in one of them."""

    def __init__(self, store: Store, *, parent: QWidget, theme: Theme) -> None:
        super().__init__(store, parent=parent, theme=theme)
        self.environment = EnvironmentPanel(store, parent=self, theme=theme)
        self.detail = DetailPanel(store, parent=self, theme=theme)
        self.kernel = KernelPanel(store, parent=self, theme=theme)
        self.faults = FaultsPanel(store, parent=self, theme=theme)
        self.docks: Docks = Docks(
            Column(50, (Berth(68, "environment", self.environment), Berth(32, "detail", self.detail))),
            Column(50, (Berth(43, "kernel", self.kernel), Berth(57, "faults", self.faults))),
            parent=self, theme=theme,
        )  # fmt: skip
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.docks)
        self._verdict_before = ""
        self._wire()

    def _wire(self) -> None:
        self.environment.selected.connect(self._show_ref)
        self.environment.opened.connect(self.open_place)
        self.environment.settled.connect(self._show_first)
        self.faults.told.connect(self.detail.show_subject)
        self.kernel.selected.connect(self._show_ref)
        self.kernel.ask.connect(self.store.ask_kernel)
        self.kernel.fix.connect(self.fix)
        self.detail.open_place.connect(self.open_place)
        self.detail.fix.connect(self.fix)

    def focus_view(self) -> None:
        self.environment.focus_view()

    def ask_again(self) -> None:
        self.kernel.ask_again()

    def panel_in_focus(self) -> EnvironmentPanel | KernelPanel | FaultsPanel | None:
        """The panel the keyboard is in."""
        dock = self.docks.in_focus()
        return next((panel for panel in (self.environment, self.kernel, self.faults) if dock is not None and dock.panel is panel), None)

    def go_to(self, panel: EnvironmentPanel | KernelPanel | FaultsPanel) -> None:
        """Put the keyboard into this panel, and show it if it was closed."""
        self.docks.bring(panel)
        panel.focus_view()

    def show_cause(self, finding_id: str) -> None:
        """Select what caused a finding, or tell it in the detail pane."""
        snapshot = self.store.snapshot
        finding = snapshot.finding(finding_id) if snapshot else None
        if snapshot is None or finding is None:
            return
        ref = locate(snapshot, finding)
        self.docks.bring(self.detail)
        if ref:
            self.docks.bring(self.kernel if ref[:1] == ("capability",) else self.environment)
        shown = self.kernel.reveal(ref[1]) if ref[:1] == ("capability",) else self.environment.reveal(ref) if ref else False
        if not shown:
            self.detail.show_subject(finding_subject(finding))

    def restore(self, settings: QSettings) -> None:
        self._verdict_before = str(settings.value("overview/verdict", ""))
        self.environment.restore(settings)
        self.faults.restore(settings)

    def remember(self, settings: QSettings) -> None:
        settings.setValue("overview/verdict", next((finding.id for finding in self.store.findings()), ""))
        self.environment.save(settings)
        self.faults.save(settings)

    def _show_ref(self, ref: tuple[str, ...]) -> None:
        self.faults.leave_process()
        self.detail.show_ref(ref)

    def _show_first(self) -> None:
        """Answer the first question before it is asked: the cause of the verdict, or what the login terminal runs.

        A row chosen the last time stays chosen, unless the verdict is another one now.
        """
        snapshot, findings = self.store.snapshot, self.store.findings()
        news = bool(findings) and findings[0].id != self._verdict_before and self.environment.tree.still_as_left()
        if snapshot is None or not (self.environment.untouched() or news):
            return
        ref = locate(snapshot, findings[0]) if findings else ()
        if ref[:1] == ("capability",) or not ref or not self.environment.reveal(ref, focus=False):
            self.environment.reveal(("context", "login-terminal"), focus=False)
