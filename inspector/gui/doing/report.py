"""What do the actions around reports do?"""

from PySide6.QtWidgets import QFileDialog

from inspector.gui import summary
from inspector.gui.doing.base import Doing
from inspector.gui.widgets import copy_text
from inspector.i18n import tr


class ReportDoing(Doing):
    """Hand something to a colleague, and open what one handed over."""

    def open_report(self) -> None:
        """Ask for a report file and show it."""
        path, _ = QFileDialog.getOpenFileName(self.desk, tr("Open a report"), "", tr("Reports (*.json)"))
        if path:
            self.desk.open_file(path)

    def live_again(self) -> None:
        """Leave the report and look at this machine again."""
        if self.desk.store.banner:
            self.desk.store.leave_document()

    def save_report(self) -> None:
        """Offer what can leave the machine."""
        button = self.desk.app_bar.report_button
        self.desk.report_menu.popup(button.mapToGlobal(button.rect().bottomLeft()))

    def copy_summary(self) -> None:
        """Put the findings on the clipboard as Markdown."""
        if self.desk.store.snapshot:
            copy_text(summary.markdown(self.desk.store.snapshot))

    def save_picture(self) -> None:
        """Save what the window shows as PNG."""
        picture = self.desk.window().grab()
        path, _ = QFileDialog.getSaveFileName(self.desk, tr("Save a picture of the window"), "go-inspector.png", tr("Pictures (*.png)"))
        if path:
            picture.save(path, "PNG")
