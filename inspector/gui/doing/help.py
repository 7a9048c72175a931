"""What do the actions that help do?"""

from inspector.gui.doing.base import Doing
from inspector.gui.doing.move import open_palette
from inspector.i18n import tr


class HelpDoing(Doing):
    """Help, and the way out."""

    def show_help(self) -> None:
        """Open the help at the selected capability, else at the verdict's check."""
        from inspector.gui.dialogs.help import HelpDialog

        self.desk.open_dialog(HelpDialog(self.desk.store, parent=self.desk, theme=self.desk.theme, wanted=self._subject()))

    def _subject(self) -> str:
        if self.desk.overview.panel_in_focus() is self.desk.kernel:
            row = self.desk.kernel.tree.current_row()
            if row is not None:
                return row.key
        found = self.desk.store.findings()
        return found[0].check if found else ""

    def show_keys(self) -> None:
        """Open the cheat sheet: the palette of what has keys."""
        open_palette(self.desk, tr("Keyboard"), [action for action in self.desk.named.values() if not action.shortcut().isEmpty()])

    def show_menu(self) -> None:
        """Offer the entry in the desktop's menu."""
        from inspector.gui.dialogs.menu import MenuDialog

        self.desk.open_dialog(MenuDialog(self.desk.store, parent=self.desk, theme=self.desk.theme))

    def show_welcome(self) -> None:
        """Open the first page again."""
        from inspector.gui.dialogs.welcome import WelcomeDialog

        self.desk.open_dialog(WelcomeDialog(self.desk.prefs, parent=self.desk, theme=self.desk.theme))

    def collect_logs(self) -> None:
        """Show what those who mend this program need."""
        from inspector.gui.dialogs.telling import TellingDialog

        lead = tr("Versions, defects, what the agent said last, and how the last look went: for those who mend this program.")
        desk = self.desk
        desk.open_dialog(TellingDialog(tr("Logs"), lead, desk.journal(), name="go-inspector-logs.txt", parent=desk, theme=desk.theme))

    def close_window(self) -> None:
        """Close."""
        self.desk.window().close()
