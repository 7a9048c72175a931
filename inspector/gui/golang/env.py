"""What would `go env` say in a launch context, and which line of which file decides?"""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QWidget

from inspector.gui.models.eyes import open_eyes
from inspector.gui.models.golang_page import env_rows
from inspector.gui.rows import Row, matching
from inspector.gui.store import Store
from inspector.gui.theme import Theme
from inspector.gui.view import RowTree
from inspector.gui.widgets import Panel, tip, tool_button
from inspector.i18n import tr


class EnvPanel(Panel):
    """A row per variable of the chosen context. `opened` carries the file and line that set it."""

    opened = Signal(str, int)

    def __init__(self, store: Store, *, parent: QWidget, theme: Theme) -> None:
        super().__init__(tr("go env"), parent=parent, theme=theme)
        self._store, self._needle = store, ""
        self.contexts = QComboBox(self)
        self.contexts.setAccessibleName(tr("Launch context"))
        self.contexts.setToolTip(tip(tr("Whose settings are shown")))
        self.set_button = tool_button(
            tr("Set only"), name=tr("Show only what somebody set"), parent=self, checkable=True, icon="report",
            tooltip=tr("Hide what Go itself decides, as `go env -changed` does."),
        )  # fmt: skip
        self.header.addWidget(self.contexts)
        self.header.addWidget(self.set_button)
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
        self.contexts.currentIndexChanged.connect(self._changed)
        self.set_button.toggled.connect(self._changed)
        self.table.acted.connect(self._open)
        self.retint()

    def refresh(self) -> None:
        """Show the store's snapshot; the context that was chosen stays so."""
        snapshot = self._store.snapshot
        if snapshot is None:
            return
        with_go = [(context.id, context.title) for context in snapshot.environment.contexts if context.tool("go")]
        if [(self.contexts.itemData(n), self.contexts.itemText(n)) for n in range(self.contexts.count())] != with_go:
            self._offer(with_go)
        rows = env_rows(snapshot.golang, self.context(), open_eyes(snapshot), set_only=self.set_button.isChecked())
        self.table.show_rows(matching(rows, self._needle))
        self.subtitle.show_text(tr("{n} variables", n=len(rows)) if with_go else tr("no launch context has a go"))

    def _offer(self, contexts: list[tuple[str, str]]) -> None:
        chosen = self.context()
        self.contexts.blockSignals(True)
        self.contexts.clear()
        for context_id, title in contexts:
            self.contexts.addItem(title, context_id)
        self.contexts.setCurrentIndex(max(0, self.contexts.findData(chosen)))
        self.contexts.blockSignals(False)

    def context(self) -> str:
        """The id of the chosen context, empty without one."""
        return str(self.contexts.currentData() or "")

    def show_context(self, context_id: str) -> None:
        """Choose this context, if it has a go."""
        place = self.contexts.findData(context_id)
        if place >= 0:
            self.contexts.setCurrentIndex(place)

    def set_needle(self, needle: str) -> None:
        """Show only rows that contain this text."""
        self._needle = needle
        self.refresh()

    def _changed(self, _value: object) -> None:
        self.refresh()

    def _open(self, row: Row | None) -> None:
        snapshot = self._store.snapshot
        if row is None or snapshot is None:
            return
        setting = next((s for s in snapshot.golang.env if (s.context, s.name) == row.ref[1:]), None)
        if setting is not None and setting.origin.kind == "file":
            self.opened.emit(setting.origin.file, setting.origin.line)
