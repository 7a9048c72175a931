"""What do the actions that look do?"""

from PySide6.QtWidgets import QFileDialog

from inspector.gui.doing.base import Doing
from inspector.i18n import tr


class LookDoing(Doing):
    """Look again, show why, choose what is looked at."""

    def look_again(self) -> None:
        """F5."""
        self.desk.store.look()

    def cancel(self) -> None:
        """Esc while something takes its time: what was asked for last, else the look."""
        store = self.desk.store
        asked = next(store.under_way.slow(), None)
        if asked:
            store.give_up(asked.id)
        else:
            store.cancel_look()

    def ask_again(self) -> None:
        """Ask the live question of the capability that is selected on the page."""
        self.desk.book.page(self.desk.book.current_id).ask_again()

    def show_why(self) -> None:
        """Show the cause of the verdict."""
        self.desk.verdict.why_button.click()

    def open_lab(self) -> None:
        """Try a project on every toolchain."""
        from inspector.gui.dialogs.lab import LabDialog

        self.desk.open_dialog(LabDialog(self.desk.store, parent=self.desk, theme=self.desk.theme))

    def choose_project(self) -> None:
        """Judge another directory's demands."""
        link = self.desk.store.link
        directory = QFileDialog.getExistingDirectory(self.desk, tr("Choose the project directory"))
        if directory and link is not None:
            link.restart_with("--project", directory)
