"""What do the actions that help do?"""

from inspector.gui.doing.base import Doing
from inspector.gui.doing.move import open_palette
from inspector.i18n import tr


class HelpDoing(Doing):
    """Help, and the way out."""

    def show_keys(self) -> None:
        """Open the cheat sheet: the palette of what has keys."""
        open_palette(self.desk, tr("Keyboard"), [action for action in self.desk.named.values() if not action.shortcut().isEmpty()])

    def close_window(self) -> None:
        """Close."""
        self.desk.window().close()
