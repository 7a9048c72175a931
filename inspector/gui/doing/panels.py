"""What do the actions that arrange a page's panels do?"""

from PySide6.QtCore import Qt

from inspector.gui.docks import can_float
from inspector.gui.doing.base import Doing
from inspector.i18n import tr


class PanelsDoing(Doing):
    """Each works on the panel the keyboard is in."""

    def panel_left(self) -> None:
        """One place to the left."""
        self._move(Qt.Key.Key_Left)

    def panel_right(self) -> None:
        """One place to the right."""
        self._move(Qt.Key.Key_Right)

    def panel_up(self) -> None:
        """One place up."""
        self._move(Qt.Key.Key_Up)

    def panel_down(self) -> None:
        """One place down."""
        self._move(Qt.Key.Key_Down)

    def panel_float(self) -> None:
        """A window of its own, or back into the page."""
        docks = self.desk.docks()
        dock = docks.in_focus() if docks else None
        if not can_float():
            self.desk.banner.notice(tr("This desktop lets no program place windows of its own; the panel can be moved within the page."))
        elif dock is not None:
            dock.setFloating(not dock.isFloating())
            dock.activateWindow()
            dock.focus_inside()

    def panel_close(self) -> None:
        """Close it, and go on in the next one."""
        docks = self.desk.docks()
        dock = docks.in_focus() if docks else None
        if docks is not None and dock is not None:
            docks.next_panel()
            dock.close()

    def reset_layout(self) -> None:
        """As it was at first."""
        docks = self.desk.docks()
        if docks is not None:
            docks.reset()

    def _move(self, towards: Qt.Key) -> None:
        docks = self.desk.docks()
        dock = docks.in_focus() if docks else None
        if docks is not None and dock is not None:
            docks.move_panel(dock, towards)
