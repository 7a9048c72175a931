"""What does each way of starting a program read, and which line made a variable what it is? And which file does any command run there?"""

from dataclasses import replace

from PySide6.QtCore import QSettings, Qt
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from inspector.gui import memory
from inspector.gui.docks import Berth, Column, Docks
from inspector.gui.models.subject import describe, locate
from inspector.gui.models.telling import Ref, Subject
from inspector.gui.openwith import Place
from inspector.gui.pages.base import Page
from inspector.gui.panels.detail import DetailPanel
from inspector.gui.rows import Row
from inspector.gui.shells.contexts import ContextsPanel
from inspector.gui.shells.startup import StartupPanel
from inspector.gui.shells.variable import VariablePanel
from inspector.gui.shells.which import WhichPanel
from inspector.gui.store import Store
from inspector.gui.theme import GRID, Theme
from inspector.gui.widgets import tint, tool_button
from inspector.i18n import tr

_STARTS, _WHICH = 0, 1


class ShellsPage(Page):
    """Contexts and the chosen one's start at the left, its variable and what is selected at the right; or the matrix of commands."""

    def __init__(self, store: Store, *, parent: QWidget, theme: Theme) -> None:
        super().__init__(store, parent=parent, theme=theme)
        self.contexts = ContextsPanel(store, parent=self, theme=theme)
        self.startup = StartupPanel(store, parent=self, theme=theme)
        self.variable = VariablePanel(store, parent=self, theme=theme)
        self.detail = DetailPanel(store, parent=self, theme=theme)
        self.which = WhichPanel(store, parent=self, theme=theme)
        self.docks: Docks = Docks(
            Column(44, (Berth(42, "contexts", self.contexts), Berth(48, "start-up", self.startup))),
            Column(56, (Berth(56, "variable", self.variable), Berth(34, "detail", self.detail))),
            parent=self, theme=theme,
        )  # fmt: skip
        self._context = ""
        self._ref: Ref = ()
        self._subject: Subject | None = None
        self._lay_out()
        self._wire()
        self._refresh()

    def _lay_out(self) -> None:
        self._stack = QStackedWidget(self)
        self._stack.addWidget(self.docks)
        self._stack.addWidget(self.which)
        self._group = QButtonGroup(self)
        row = QHBoxLayout()
        row.setSpacing(GRID // 2)
        for n, (text, hint, icon) in enumerate(
            (
                (tr("Starts"), tr("What each launch context reads, and how a variable came to be"), "tree"),
                (tr("Which …?"), tr("Which file any command runs in each launch context"), "matrix"),
            )
        ):
            button = tool_button(text, name=text, tooltip=hint, parent=self, icon=icon, checkable=True)
            self._group.addButton(button, n)
            row.addWidget(button)
        row.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GRID // 2)
        column.addLayout(row)
        column.addWidget(self._stack, 1)

    def _wire(self) -> None:
        self._group.idToggled.connect(self._toggled)
        self.contexts.tree.chosen.connect(self._choose_context)
        for view in (self.startup.files, self.startup.slow, self.variable.tree):
            view.chosen.connect(self._choose)
            view.offer_places(self._place, self.open_place.emit)
        self.detail.open_place.connect(self.open_place)
        self.detail.fix.connect(self.fix)
        self.which.opened.connect(self.open_place)
        self.store.replaced.connect(self._refresh)
        self.theme.changed.connect(self._retint)
        self._retint()
        self.show_view(_STARTS)

    def _toggled(self, number: int, on: bool) -> None:
        """A screen reader toggles where a hand clicks."""
        if on and number != self._stack.currentIndex():
            self.show_view(number)

    def show_view(self, number: int) -> None:
        """Show the starts or the matrix of commands."""
        self._stack.setCurrentIndex(number)
        self._group.button(number).setChecked(True)
        if number == _WHICH:
            self.which.refresh()

    # ---- what it shows

    def show_context(self, context_id: str) -> None:
        """Show this context's start and variable."""
        if context_id == self._context:
            return
        self._context = context_id
        self.startup.show_context(context_id)
        self.variable.show_context(context_id)
        self._show_ref(("context", context_id))

    def _refresh(self) -> None:
        if self.store.snapshot is None:
            return
        self.contexts.refresh()
        if not self.store.snapshot.environment.context(self._context) and not self.store.pending:
            self._show_first()
        self.startup.refresh()
        self.variable.refresh()
        if self._ref:
            self._show_ref(self._ref)
        if self._stack.currentIndex() == _WHICH:
            self.which.refresh()

    def _show_first(self) -> None:
        """Begin with the context in which the worst finding shows, else with the login terminal."""
        snapshot, findings = self.store.snapshot, self.store.findings()
        ref = locate(snapshot, findings[0]) if snapshot and findings else ()
        if not (ref[:1] in (("path",), ("init",), ("context",)) and self.contexts.show_context(ref[1])):
            self.contexts.show_context("login-terminal")

    def _show_ref(self, ref: Ref) -> None:
        """The detail of a row; the steps stand in the table above already."""
        snapshot = self.store.snapshot
        self._ref = ref
        subject = describe(snapshot, ref) if snapshot else None
        if subject is None or subject == self._subject:
            return
        self._subject = subject
        self.detail.show_subject(replace(subject, steps=(), steps_title=""))

    def _choose_context(self, row: Row | None) -> None:
        if row is not None:
            self.show_context(row.ref[1])

    def _choose(self, row: Row | None) -> None:
        if row is not None:
            self._show_ref(row.ref)

    def _place(self, row: Row) -> Place | None:
        subject = describe(self.store.snapshot, row.ref) if self.store.snapshot else None
        return subject.place() if subject else None

    def _retint(self) -> None:
        tint(self, self.theme)

    # ---- being a page

    def focus_view(self) -> None:
        if self._stack.currentIndex() == _WHICH:
            self.which.focus_view()
        else:
            self.contexts.tree.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def set_needle(self, text: str) -> None:
        for part in (self.contexts, self.startup, self.variable, self.which):
            part.set_needle(text)

    def remember(self, settings: QSettings) -> None:
        settings.setValue("shellspage/view", self._stack.currentIndex())

    def restore(self, settings: QSettings) -> None:
        self.show_view(min(memory.number(settings, "shellspage/view", _STARTS), _WHICH))
