"""What do the actions that change something do?"""

from inspector.gui.doing.base import Doing


class ChangeDoing(Doing):
    """Fix, and the way back."""

    def show_fix(self) -> None:
        """Open the fix of the verdict."""
        self.desk.verdict.fix_button.click()

    def fix_all_safe(self) -> None:
        """Open the review of everything that is safe to fix."""
        from inspector.gui.dialogs.batch import BatchDialog

        if not self.desk.store.read_only():
            self.desk.open_dialog(BatchDialog(self.desk.store, parent=self.desk, theme=self.desk.theme))

    def show_history(self) -> None:
        """Turn to the list of what changed."""
        self.desk.book.turn_to("history").focus_view()
