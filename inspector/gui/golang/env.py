"""What would `go env` say in a launch context, and which line of which file decides?"""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QToolButton, QWidget

from inspector.gui.models.eyes import open_eyes
from inspector.gui.models.golang_page import env_rows
from inspector.gui.openwith import Place
from inspector.gui.rows import Row, matching
from inspector.gui.store import Store
from inspector.gui.theme import Theme
from inspector.gui.view import RowTree
from inspector.gui.widgets import Panel, tool_button
from inspector.i18n import tr, trn


class EnvPanel(Panel):
    """A row per variable of the chosen context. `opened` carries the file and line (and the editor) that set it."""

    opened = Signal(str, int, str)

    def __init__(self, store: Store, *, parent: QWidget, theme: Theme) -> None:
        super().__init__(tr("go env"), parent=parent, theme=theme)
        self._store, self._needle = store, ""
        self._offered: dict[str, str] = {}
        self._context = ""
        self.context_button = tool_button("", name=tr("Launch context"), tooltip=tr("Whose settings are shown"), parent=self)
        self.context_button.setProperty("quiet", "false")
        self.context_button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.context_button.setMenu(QMenu(self.context_button))
        self.context_button.menu().triggered.connect(self._choose)
        self.set_button = tool_button(
            tr("Set only"), name=tr("Show only what somebody set"), parent=self, checkable=True, icon="report",
            tooltip=tr("Hide what Go itself decides, as `go env -changed` does."),
        )  # fmt: skip
        self.header.addWidget(self.set_button)
        self.header.addWidget(self.context_button)
        columns = (tr("Variable"), tr("Value"), tr("Set by"))
        tips = (
            tr("A variable that `go env` prints"),
            tr("The value that takes effect"),
            tr("The line that decides, what is wrong with it, and what it overrides; Enter opens the line"),
        )
        self.table = RowTree(columns, name=tr("Go settings of a launch context"), parent=self, theme=theme, flat=True, tips=tips)
        self.table.share_width("GOTELEMETRYDIR", 46, 54)
        self.table.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.body.addWidget(self.table)
        self.watch_focus(self.table)
        self.set_button.toggled.connect(self._changed)
        self.table.offer_places(self._place, self.opened.emit)
        self.retint()

    def refresh(self) -> None:
        """Show the store's snapshot; the context that was chosen stays so."""
        snapshot = self._store.snapshot
        if snapshot is None:
            return
        self._offer({context.id: tr(context.title) for context in snapshot.environment.contexts if context.tool("go")})
        rows = env_rows(snapshot.golang, self._context, open_eyes(snapshot), set_only=self.set_button.isChecked())
        self.table.show_rows(matching(rows, self._needle))
        self.subtitle.show_text(trn("{n} variable", "{n} variables", len(rows)) if self._offered else tr("no launch context has a go"))

    def _offer(self, contexts: dict[str, str]) -> None:
        """Offer these in the menu, and choose the first where the chosen one is not among them."""
        if contexts != self._offered:
            self._offered = contexts
            menu = self.context_button.menu()
            menu.clear()
            for context_id, title in contexts.items():
                menu.addAction(title).setData(context_id)
        if self._context not in contexts:
            self._context = next(iter(contexts), "")
        self.context_button.setText(f"{contexts.get(self._context, '')} ▾")
        self.context_button.setVisible(bool(contexts))

    def _choose(self, action: QAction) -> None:
        self.show_context(str(action.data()))

    def show_context(self, context_id: str) -> None:
        """Choose this context, if it has a go."""
        if context_id in self._offered:
            self._context = context_id
            self.refresh()

    def set_needle(self, needle: str) -> None:
        """Show only rows that contain this text."""
        self._needle = needle
        self.refresh()

    def _changed(self, _value: object) -> None:
        self.refresh()

    def _place(self, row: Row) -> Place | None:
        snapshot = self._store.snapshot
        setting = next((s for s in snapshot.golang.env if (s.context, s.name) == row.ref[1:]), None) if snapshot else None
        return (setting.origin.file, setting.origin.line) if setting is not None and setting.origin.kind == "file" else None
