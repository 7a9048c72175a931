"""What do the actions around reports do?"""

from PySide6.QtWidgets import QFileDialog

from inspector.gui.doing.base import Doing
from inspector.gui.store import Answer
from inspector.gui.widgets import copy_text
from inspector.i18n import tr
from inspector.model.messages import Failed
from inspector.model.reports import AskDraft, ReportDrafted


class ReportDoing(Doing):
    """Hand something to a colleague, and open what one handed over."""

    _asked = 0

    def open_report(self) -> None:
        """Ask for a report file and show it."""
        path, _ = QFileDialog.getOpenFileName(self.desk, tr("Open a report"), "", tr("Reports (*.zip *.json)"))
        if path:
            self.desk.opener.open(path)

    def live_again(self) -> None:
        """Leave the report and look at this machine again."""
        if self.desk.store.banner:
            self.desk.store.leave_document()

    def save_report(self) -> None:
        """Show what would leave the machine, and offer to save it."""
        from inspector.gui.dialogs.report import ReportDialog

        self.desk.open_dialog(ReportDialog(self.desk.store, parent=self.desk, theme=self.desk.theme))

    def copy_summary(self) -> None:
        """Put the redacted summary on the clipboard as Markdown, once it is made."""
        store = self.desk.store
        if not self._asked:
            store.answered.connect(self._answer)
        self._asked = store.ask(AskDraft(id=0, shown=store.original if store.banner else None))

    def _answer(self, message: Answer) -> None:
        if message.id != self._asked or not self._asked:
            return
        if isinstance(message, ReportDrafted):
            copy_text(next(part.text for part in message.draft.parts if part.name == "summary.md"))
            self.desk.banner.notice(tr("The redacted summary is on the clipboard."))
        elif isinstance(message, Failed):
            self.desk.banner.complain(tr("Nothing can leave: {reason}", reason=message.reason))

    def save_picture(self) -> None:
        """Take a picture of the redacted snapshot."""
        self.desk.open_pictures("all", 60.0, 0.0)
