"""In which ways does a program get started here? Every launch context, each below the one whose environment it begins with."""

from PySide6.QtWidgets import QWidget

from inspector.gui.models.shells_page import context_rows
from inspector.gui.rows import matching, walk
from inspector.gui.store import Store
from inspector.gui.theme import Theme
from inspector.gui.view import RowTree
from inspector.gui.widgets import Panel
from inspector.i18n import tr


class ContextsPanel(Panel):
    """The tree of contexts."""

    def __init__(self, store: Store, *, parent: QWidget, theme: Theme) -> None:
        super().__init__(tr("Launch contexts"), parent=parent, theme=theme)
        self._store, self._needle = store, ""
        columns = (tr("Launch context"), tr("Shell"), tr("go"), tr("Known"))
        tips = (
            tr("A way a program gets started; it begins with the environment of the one above it"),
            tr("The shell that starts"),
            tr("The version of go that runs here, or the value"),
            tr("How it is known: executed in a sandbox, computed, or foretold from files"),
        )
        self.tree = RowTree(columns, name=tr("Launch contexts as a tree"), parent=self, theme=theme, tips=tips)
        self.tree.share_width(66, "fish00", "1.27.3rc1", 34, optional=(1,))
        self.body.addWidget(self.tree)
        self.watch_focus(self.tree)
        self.subtitle.show_text(tr("looking…"))
        self.retint()

    def refresh(self) -> None:
        """Show the store's snapshot; what is chosen stays so."""
        snapshot = self._store.snapshot
        if snapshot is None:
            return
        rows = context_rows(snapshot)
        self.tree.show_rows(matching(rows, self._needle))
        self.tree.open_all(rows)
        failed = snapshot.look.failed.get("environment", "")
        self.subtitle.show_text(failed or (tr("looking…") if "environment" in self._store.pending else ""))
        self.subtitle.set_tone("warn" if failed else "dim")

    def show_context(self, context_id: str) -> bool:
        """Make this context the current one; False if there is none of this id."""
        snapshot = self._store.snapshot
        key = next((key for key, row in walk(context_rows(snapshot)) if row.key == context_id), None) if snapshot else None
        return key is not None and self.tree.choose(key)

    def set_needle(self, needle: str) -> None:
        """Show only rows that contain this text."""
        self._needle = needle
        self.refresh()
