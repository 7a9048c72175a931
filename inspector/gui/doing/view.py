"""What do the actions that change the view do?"""

from inspector.gui.doing.base import Doing


class ViewDoing(Doing):
    """How things are shown."""

    def toggle_matrix(self) -> None:
        """Tree or matrix."""
        self.desk.show_overview().environment.matrix_button.toggle()

    def toggle_problems(self) -> None:
        """All rows or only those with a problem."""
        self.desk.show_overview().environment.problems_button.toggle()

    def toggle_pause(self) -> None:
        """Hold or release the picture."""
        self.desk.faults.pause_button.toggle()

    def theme_system(self) -> None:
        """Follow the desktop."""
        self.desk.prefs.change(theme="system")

    def theme_light(self) -> None:
        """Light, whatever the desktop says."""
        self.desk.prefs.change(theme="light")

    def theme_dark(self) -> None:
        """Dark, whatever the desktop says."""
        self.desk.prefs.change(theme="dark")

    def theme_contrast(self) -> None:
        """High contrast."""
        self.desk.prefs.change(theme="contrast")

    def show_preferences(self) -> None:
        """Open the settings."""
        from inspector.gui.dialogs.preferences import PreferencesDialog

        desk = self.desk
        desk.open_dialog(PreferencesDialog(desk.prefs, home=desk.store.home(), parent=desk, theme=desk.theme))
