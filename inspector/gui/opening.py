"""How does a report get into the window? The agent has the capped worker read it; here it is shown with what is said about it, or refused."""

import os
from collections.abc import Callable

from PySide6.QtCore import QObject, Signal

from inspector.gui import words
from inspector.gui.store import CANCELLED, Answer, Store
from inspector.i18n import told, tr
from inspector.model.messages import Failed
from inspector.model.opened import Opened
from inspector.model.report_messages import OpenReport, ReportOpened

_NOTES = 3


class Opener(QObject):
    """Asks for one report at a time; `remember` is told which file is shown. `refused` says why one is not."""

    refused = Signal(str)

    def __init__(self, store: Store, *, parent: QObject, remember: Callable[[str], None]) -> None:
        super().__init__(parent)
        self._store, self._remember = store, remember
        self._asked, self._word = 0, ""
        store.answered.connect(self._answer)

    def open(self, word: str) -> None:
        """Show what is behind a file name, or behind the `kept:` name of a moment of this machine."""
        self._word = word if words.is_moment(word) else os.path.abspath(word)
        self._asked = self._store.ask(OpenReport(id=0, path=self._word))
        if not self._asked:
            self.refused.emit(tr("There is no agent that could read {name}.", name=os.path.basename(word)))

    def _answer(self, message: Answer) -> None:
        if not self._asked or message.id != self._asked:
            return
        if isinstance(message, ReportOpened):
            self._asked = 0
            self._store.show_document(message.opened, banner(message.opened, self._word), word=self._word)
            if not words.is_moment(self._word):
                self._remember(self._word)
        elif isinstance(message, Failed):
            self._asked = 0
            reason = message.reason.removeprefix(f"{self._word}: ")
            if reason == tr(CANCELLED):
                return
            self.refused.emit(tr("{name} is not a report: {reason}", name=os.path.basename(self._word), reason=reason))


def banner(opened: Opened, word: str) -> str:
    """Whose machine this is, of when, and what is missing."""
    when = words.moment(opened.snapshot.taken_at)
    if words.is_moment(word):
        return tr("This machine as it was on {when}, read-only", when=when)
    said = [tr("Report of {host}, taken {when}, read-only", host=opened.snapshot.host.hostname, when=when), *map(told, opened.notes[:_NOTES])]
    more = len(opened.notes) - _NOTES
    return " · ".join((*said, tr("{n} more notes", n=more))) if more > 0 else " · ".join(said)
