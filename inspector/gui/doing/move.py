"""What do the actions that move the keyboard do?"""

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction

from inspector.gui.doing.base import Doing
from inspector.i18n import tr

if TYPE_CHECKING:
    from inspector.gui.desk import Desk


class MoveDoing(Doing):
    """Go somewhere, or find what to do."""

    def focus_search(self) -> None:
        """Put the keyboard into the search line."""
        search = self.desk.app_bar.search
        search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        search.selectAll()

    def show_commands(self) -> None:
        """Open the palette."""
        open_palette(self.desk, tr("Commands"), self._all())

    def _all(self) -> list[QAction]:
        """Every action, and the panels of the page as what they are: open or closed."""
        docks = self.desk.docks()
        return [action for name, action in self.desk.named.items() if name != "show_commands"] + (docks.toggles() if docks else [])

    def next_panel(self) -> None:
        """Go on to the next panel."""
        docks = self.desk.docks()
        if docks is not None:
            docks.next_panel()

    def focus_environment(self) -> None:
        """Go to the tree."""
        self.desk.show_overview().go_to(self.desk.environment)

    def focus_kernel(self) -> None:
        """Go to the kernel's list."""
        self.desk.show_overview().go_to(self.desk.kernel)

    def focus_faults(self) -> None:
        """Go to the table of processes."""
        self.desk.show_overview().go_to(self.desk.faults)


def open_palette(desk: "Desk", title: str, actions: list[QAction]) -> None:
    """Let one of these actions be chosen by name."""
    from inspector.gui.dialogs.palette import CommandPalette

    desk.open_dialog(CommandPalette(actions, parent=desk, theme=desk.theme, title=title))
