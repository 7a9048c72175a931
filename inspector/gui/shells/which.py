"""Which file does a command name run in each launch context? Any names, as a matrix, and what stands in their way."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHeaderView, QLineEdit, QWidget

from inspector.gui.models.eyes import open_eyes
from inspector.gui.models.matrix import tools_of
from inspector.gui.models.shells_page import answer_rows, which_rows
from inspector.gui.openwith import place_of
from inspector.gui.rows import Row, matching
from inspector.gui.store import Answer, Store
from inspector.gui.theme import GRID, Theme
from inspector.gui.view import RowTree
from inspector.gui.widgets import ElidedLabel, Panel, tip
from inspector.i18n import tr
from inspector.model.snapshot import Snapshot
from inspector.model.which import AskWhich, Found, WhichReady

_NAMES = 8
"""Columns of the matrix at most."""
_ASIDE = 9
"""Lines of the table of one context."""


class WhichPanel(Panel):
    """Commands across, contexts down; below, one context's answers in full. `opened` carries the file and line (and the editor) that decided."""

    opened = Signal(str, int, str)

    def __init__(self, store: Store, *, parent: QWidget, theme: Theme) -> None:
        super().__init__(tr("Which command runs"), parent=parent, theme=theme)
        self._store, self._needle, self._context = store, "", "login-terminal"
        self._names: tuple[str, ...] = ()
        self._asked = 0
        self._asked_of: tuple[int, tuple[str, ...]] = (-1, ())
        self._found: dict[tuple[str, str], Found] = {}
        self.field = QLineEdit(self)
        self.field.setPlaceholderText(tr("which … ?"))
        self.field.setAccessibleName(tr("Command names"))
        self.field.setToolTip(tip(tr("Names of commands, as many as you like, and Enter")))
        self.field.setMinimumWidth(GRID * 34)
        self.field.returnPressed.connect(self._ask_for_field)
        self.header.addWidget(self.field)
        self.matrix = RowTree((tr("Launch context"),), name=tr("Commands by launch context"), parent=self, theme=theme, flat=True)
        self.matrix.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        self.title = ElidedLabel(parent=self, name="section")
        self.title.setContentsMargins(GRID * 2, GRID, GRID, GRID // 2)
        columns = (tr("Command"), tr("Runs"), tr("Decided by"), tr("But"))
        tips = (
            tr("The name that is typed"),
            tr("The first file of that name on PATH, and what it is a link to"),
            tr("The line that put its directory there; Enter opens it"),
            tr("What would run in its place where it is typed"),
        )
        self.table = RowTree(columns, name=tr("Commands in the chosen launch context"), parent=self, theme=theme, tips=tips)
        self.table.share_width("golangci-lint", 36, 34, 30)
        self.body.addWidget(self.matrix, 3)
        self.body.addWidget(self.title)
        self.body.addWidget(self.table, 2)
        for view in (self.matrix, self.table):
            self.watch_focus(view)
        self.matrix.chosen.connect(self._choose)
        self.table.offer_places(place_of, self.opened.emit)
        store.answered.connect(self._answer)
        self.retint()

    def ask(self, names: tuple[str, ...]) -> None:
        """Look these names up in every context from now on."""
        self._names = tuple(dict.fromkeys(name for name in names if name and "/" not in name))[:_NAMES]
        self.refresh()

    def refresh(self) -> None:
        """Ask for what the snapshot on screen does not answer yet, and show the answers there are."""
        snapshot = self._store.snapshot
        if snapshot is None:
            return
        self._names = self._names or tools_of(snapshot)[:_NAMES] or ("go",)
        wanted = (self._store.generation, self._names)
        if wanted != self._asked_of and not self._store.pending:
            self._asked_of = wanted
            if self._store.banner:
                self._found = _kept(snapshot, self._names)
            else:
                self._asked = self._store.ask(AskWhich(id=0, names=self._names))
        self._show(snapshot)

    def _show(self, snapshot: Snapshot) -> None:
        columns = (tr("Launch context"), *self._names)
        if self.matrix.rows_model.columns != columns:
            self.matrix.rows_model.set_columns(columns)
            self.matrix.header().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self.matrix.show_rows(matching(which_rows(snapshot, self._names, self._found), self._needle))
        context = snapshot.environment.context(self._context)
        rows = answer_rows(self._names, self._context, self._found, open_eyes(snapshot))
        self.table.show_rows(rows)
        self.title.show_text(tr("In full: {context}", context=tr(context.title)) if context else "")
        shadowing = sum(1 for row in rows if row.children)
        self.subtitle.show_text(tr("{n} with a shadowed file", n=shadowing) if shadowing else "")

    def focus_view(self) -> None:
        """Put the keyboard where names are typed."""
        self.field.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def set_needle(self, needle: str) -> None:
        """Show only contexts that contain this text."""
        self._needle = needle
        self.refresh()

    def _ask_for_field(self) -> None:
        self.ask(tuple(self.field.text().replace(",", " ").split()))

    def _answer(self, message: Answer) -> None:
        if message.id == self._asked and isinstance(message, WhichReady):
            self._asked = 0
            self._found = {(found.context, found.name): found for found in message.found}
            if self._store.snapshot is not None:
                self._show(self._store.snapshot)

    def _choose(self, row: Row | None) -> None:
        if row is not None and self._store.snapshot is not None:
            self._context = row.ref[1]
            self._show(self._store.snapshot)


def _kept(snapshot: Snapshot, names: tuple[str, ...]) -> dict[tuple[str, str], Found]:
    """What an opened report itself knows: its own commands; of others it cannot be told."""
    known = set(tools_of(snapshot))
    return {
        (context.id, name): Found(
            context=context.id, name=name, tool=context.tool(name), why="" if name in known else tr("the report does not say")
        )
        for context in snapshot.environment.contexts
        for name in names
    }  # fmt: skip
