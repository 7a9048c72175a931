"""What does a check or a capability mean? The offline help: every page of the agent's, found by a few letters, read beside the list."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QDialog, QHBoxLayout, QHeaderView, QLineEdit, QSplitter, QVBoxLayout, QWidget

from inspector.gui.dialogs.helppage import HelpPage
from inspector.gui.rows import Cell, Row, Rows, keep
from inspector.gui.store import Answer, Store
from inspector.gui.theme import GRID, Theme
from inspector.gui.view import RowTree
from inspector.gui.widgets import Label, Panel, let_clear, push_button, tint
from inspector.i18n import mark, tr
from inspector.model.messages import Failed
from inspector.model.topic import AskTopics, Topic, TopicsReady

_GROUPS = {
    "checks": mark("What is looked for"),
    "memory-tracking": mark("Kernel: memory tracking"),
    "huge-pages": mark("Kernel: huge pages"),
    "perf": mark("Kernel: perf"),
    "tracing": mark("Kernel: tracing"),
    "virtualization": mark("Kernel: virtualization"),
    "security": mark("Kernel: security"),
    "pressure": mark("Kernel: pressure and control groups"),
    "syscall": mark("Kernel: system calls"),
    "cpu": mark("Kernel: processor"),
    "identity": mark("Kernel: identity"),
}
_MOVES = (Qt.Key.Key_Down, Qt.Key.Key_Up, Qt.Key.Key_PageDown, Qt.Key.Key_PageUp)


class HelpDialog(QDialog):
    """A list of pages and the page. `wanted` is the id of the page to open first: a check, a finding or a capability."""

    def __init__(self, store: Store, *, parent: QWidget, theme: Theme, wanted: str = "") -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Help"))
        self.setModal(True)
        self._wanted = wanted.partition(":")[0]
        self._topics: dict[str, Topic] = {}
        self._rows: Rows = ()
        self.line = QLineEdit(self)
        self.line.setPlaceholderText(tr("Type a few letters of what you look for"))
        self.line.setAccessibleName(tr("Search in the help"))
        let_clear(self.line)
        self.list = RowTree((tr("Page"),), name=tr("Pages of the help"), parent=self, theme=theme)
        self.list.setHeaderHidden(True)
        self.list.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.page = HelpPage(parent=self, theme=theme)
        self.said = Label(tr("These pages are made from the program's own texts. Nothing is fetched."), parent=self, tone="dim")
        self._lay_out(theme)
        self.line.installEventFilter(self)
        self.line.textChanged.connect(self._narrow)
        self.list.chosen.connect(self._choose)
        store.answered.connect(self._answer)
        self._asked = store.ask(AskTopics(id=0))
        if not self._asked:
            self.said.setText(tr("There is no agent to ask: this is a saved report."))

    def _lay_out(self, theme: Theme) -> None:
        left = Panel(tr("Pages"), parent=self, theme=theme)
        left.body.addWidget(self.list)
        right = Panel(tr("Page"), parent=self, theme=theme)
        right.body.addWidget(self.page)
        left.watch_focus(self.list)
        right.watch_focus(self.page)
        split = QSplitter(Qt.Orientation.Horizontal, self)
        split.setChildrenCollapsible(False)
        split.addWidget(left)
        split.addWidget(right)
        split.setStretchFactor(0, 4)
        split.setStretchFactor(1, 6)
        foot = QHBoxLayout()
        foot.addWidget(self.said, 1)
        foot.addWidget(push_button(tr("Close"), tooltip=tr("Close (Esc)."), parent=self, clicked=self.reject))
        column = QVBoxLayout(self)
        column.setContentsMargins(GRID * 2, GRID * 2, GRID * 2, GRID * 2)
        column.setSpacing(GRID)
        column.addWidget(self.line)
        column.addWidget(split, 1)
        column.addLayout(foot)
        tint(self, theme)
        self.resize(GRID * 124, GRID * 74)

    def _answer(self, message: Answer) -> None:
        if isinstance(message, TopicsReady):
            self._topics = {topic.id: topic for topic in message.topics}
            self._rows = _rows(message.topics)
            self._narrow(self.line.text())
        elif isinstance(message, Failed) and message.id == self._asked:
            self.said.setText(message.reason)
            self.said.set_tone("bad")

    def _narrow(self, text: str) -> None:
        words = text.casefold().split()
        shown = keep(self._rows, lambda row: bool(row.ref) and all(word in row.says.casefold() for word in words)) if words else self._rows
        self.list.show_rows(shown)
        self.list.open_all(shown)
        first = self._topics.get(self._wanted) if not words else None
        pages = [(group.key, row.key) for group in shown for row in group.children]
        key = next((key for key in pages if first and key[1] == first.id), pages[0] if pages else ())
        if key:
            self.list.choose(key)

    def _choose(self, row: Row | None) -> None:
        topic = self._topics.get(row.key) if row and row.ref else None
        if topic:
            self._wanted = topic.id
            self.page.show_topic(topic)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.line and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and event.key() in _MOVES:
            self.list.keyPressEvent(event)
            return True
        return super().eventFilter(watched, event)


def _rows(topics: Sequence[Topic]) -> Rows:
    """One row for each group, below it its pages; what a row says is what is searched."""
    return tuple(
        Row(group, (Cell(tr(title), bold=True),), children=tuple(_row(topic) for topic in topics if topic.group == group))
        for group, title in _GROUPS.items()
    )


def _row(topic: Topic) -> Row:
    searched = " ".join([topic.id, tr(topic.title), *(tr(said) for section in topic.sections for said in section.paragraphs)])
    title = tr(topic.title).replace("`", "")
    return Row(topic.id, (Cell(title, tip=f"{title}\n{topic.id}"),), ref=("topic", topic.id), says=searched)
