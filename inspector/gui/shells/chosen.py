"""What do the panels share that tell of the launch context which is chosen on the page? Which one it is, and what the rows are narrowed to."""

from PySide6.QtWidgets import QWidget

from inspector.gui.store import Store
from inspector.gui.theme import Theme
from inspector.gui.widgets import Panel
from inspector.model.environment import LaunchContext
from inspector.model.snapshot import Snapshot


class ChosenPanel(Panel):
    """A panel about the chosen context; what it shows of it is its `draw`."""

    def __init__(self, title: str, store: Store, *, parent: QWidget, theme: Theme) -> None:
        super().__init__(title, parent=parent, theme=theme)
        self._store, self._needle, self._context = store, "", ""

    def show_context(self, context_id: str) -> None:
        """Tell of this context from now on."""
        self._context = context_id
        self.refresh()

    def set_needle(self, needle: str) -> None:
        """Show only rows that contain this text."""
        self._needle = needle
        self.refresh()

    def refresh(self) -> None:
        """Show the store's snapshot, if the context is in it."""
        snapshot = self._store.snapshot
        context = snapshot.environment.context(self._context) if snapshot else None
        if snapshot is not None and context is not None:
            self.draw(snapshot, context)

    def draw(self, snapshot: Snapshot, context: LaunchContext) -> None:
        """Show what this panel tells of the context."""
        raise NotImplementedError
