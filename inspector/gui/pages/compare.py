"""Why does it work here and not there? Two reports, a report and this machine, or two moments of it, side by side."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QMenu, QToolButton, QVBoxLayout, QWidget

from inspector.gui import words
from inspector.gui.boxes import ComboBox
from inspector.gui.comparing import telling
from inspector.gui.docks import Berth, Column, Docks
from inspector.gui.models import comparing
from inspector.gui.pages.base import Page
from inspector.gui.rows import matching
from inspector.gui.store import Answer, Store
from inspector.gui.theme import GRID, Theme
from inspector.gui.view import RowTree
from inspector.gui.widgets import ElidedLabel, Label, Panel, copy_text, push_button, tint, tool_button
from inspector.i18n import tr
from inspector.model import wire
from inspector.model.comparison import SideBySide
from inspector.model.kept import Timeline
from inspector.model.messages import Failed
from inspector.model.report_messages import AskTimeline, CompareReports, ReportsCompared, TimelineReady

_LIVE = "live"
_ABOVE, _BELOW = 1, 5
"""Where in the column the room above and below an empty page's sentences is."""
_TOOL = "1.25.12 ≠ 1.25.12"


class ComparePage(Page):
    """Two pickers, a sentence, the matrix and everything else. What leaves the page is compared again as it may leave the machine."""

    def __init__(self, store: Store, *, parent: QWidget, theme: Theme) -> None:
        super().__init__(store, parent=parent, theme=theme)
        self.found: SideBySide | None = None
        self._asked = self._leaving = 0
        self._asked_for: tuple[object, ...] = ()
        self._leaves: Callable[[SideBySide], None] = self._take_text
        self._needle = ""
        self.left, self.right = self._picker(tr("Left side")), self._picker(tr("Right side"))
        self.said = Label(parent=self, name="heading")
        self.said.setWordWrap(True)
        self.about = ElidedLabel(parent=self, tone="dim")
        self.matrix = RowTree((tr("Launch context"), ""), name=tr("Tools by launch context, both sides"), parent=self, theme=theme, flat=True)
        self.tree = RowTree((tr("What"), tr("State"), tr("Left"), tr("Right")), name=tr("Everything compared"), parent=self, theme=theme)
        self._lay_out()
        self._wire()
        self.retint()
        self._tell()

    def _picker(self, name: str) -> ComboBox:
        box = ComboBox(self)
        box.setAccessibleName(name)
        box.setSizeAdjustPolicy(ComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        box.setMinimumContentsLength(22)
        box.addItem(tr("This machine, now"), _LIVE)
        return box

    def _lay_out(self) -> None:
        self.only_button = tool_button(
            tr("Differences only"), name=tr("Differences only"), tooltip=tr("Leave out what is the same."), parent=self, checkable=True
        )
        self.only_button.setChecked(True)
        self.file_button = push_button(
            tr("A report…"), tooltip=tr("Compare with a report or a snapshot; it can be dropped here too."), parent=self, clicked=self.choose_file,
            icon="open", kind="quiet",
        )  # fmt: skip
        self.swap_button = push_button("⇄", tooltip=tr("Exchange left and right."), parent=self, clicked=self.swap, kind="quiet")
        self.swap_button.setAccessibleName(tr("Exchange left and right"))
        self.save_button = tool_button(
            tr("Hand over"), name=tr("Hand over"), parent=self, icon="report",
            tooltip=tr("As a picture or as text, with names replaced as in a report."),
        )  # fmt: skip
        self.save_button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.save_button.setMenu(self._menu())
        bar = QHBoxLayout()
        bar.setSpacing(GRID // 2)
        for widget in (self.left, self.swap_button, self.right, self.file_button):
            bar.addWidget(widget)
        bar.addStretch(1)
        bar.addWidget(self.only_button)
        bar.addWidget(self.save_button)
        upper, lower = Panel(tr("Tools"), parent=self, theme=self.theme), Panel(tr("Everything"), parent=self, theme=self.theme)
        for panel, view in ((upper, self.matrix), (lower, self.tree)):
            panel.body.addWidget(view)
            panel.watch_focus(view)
        self.tree.share_width(30, comparing.word("only-right") + "  ", 35, 35)
        self.docks: Docks = Docks(Column(1, (Berth(36, "tools", upper), Berth(64, "everything", lower))), parent=self, theme=self.theme)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GRID)
        column.addLayout(bar)
        column.addStretch(0)
        column.addWidget(self.said)
        column.addWidget(self.about)
        column.addWidget(self.docks, 1)
        column.addStretch(0)
        self._column = column

    def _menu(self) -> QMenu:
        menu = QMenu(self)
        for text, act in (
            (tr("Save a picture…"), self.save_picture),
            (tr("Copy as text"), self.copy_text),
            (tr("Copy as Markdown"), self.copy_markdown),
            (tr("Copy as JSON"), self.copy_json),
        ):
            action = QAction(text, menu)
            action.triggered.connect(act)
            menu.addAction(action)
        return menu

    def _wire(self) -> None:
        self.setAcceptDrops(True)
        self.left.currentIndexChanged.connect(self._picked)
        self.right.currentIndexChanged.connect(self._picked)
        self.only_button.toggled.connect(self._filtered)
        self.store.answered.connect(self._answer)
        self.store.replaced.connect(self._follow)
        self.store.changed.connect(self._follow)
        self.theme.changed.connect(self.retint)

    def retint(self) -> None:
        """Redraw icons after a change of theme."""
        tint(self, self.theme)

    # ---- being a page

    def enter(self) -> None:
        self.store.ask(AskTimeline(id=0))
        self._follow()

    def focus_view(self) -> None:
        self.right.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def set_needle(self, text: str) -> None:
        self._needle = text
        self._show()

    # ---- which two

    def compare_words(self, left: str, right: str) -> None:
        """Compare two snapshots by their words in a CompareReports."""
        for box, word in ((self.left, left), (self.right, right)):
            self._offer(self._named(word), word)
            box.setCurrentIndex(box.findData(word))

    def choose_file(self) -> None:
        """Ask for a report and put it at the right."""
        path, _ = QFileDialog.getOpenFileName(self, tr("Compare with a report"), "", tr("Reports (*.zip *.json)"))
        if path:
            self.compare_words(str(self.left.currentData()), path)

    def swap(self) -> None:
        """Left becomes right."""
        self.compare_words(str(self.right.currentData()), str(self.left.currentData()))

    def _named(self, word: str) -> str:
        if word == _LIVE:
            return tr("This machine, now")
        return tr("This machine, earlier") if words.is_moment(word) else word.rpartition("/")[2]

    def _offer(self, name: str, word: str) -> None:
        for box in (self.left, self.right):
            if box.findData(word) < 0:
                box.addItem(name, word)

    def _offer_moments(self, timeline: Timeline) -> None:
        for point in timeline.points:
            name = tr("This machine, {when}", when=words.moment(point.taken_at))
            self._offer(name, f"kept:{point.id}")
            for box in (self.left, self.right):
                box.setItemText(box.findData(f"kept:{point.id}"), name)

    def _picked(self, _index: int) -> None:
        self._follow()

    def _follow(self) -> None:
        """What is opened in the window is offered, and compared with this machine where nothing else was chosen yet."""
        if not self.isVisible():
            return
        opened = self.store.document
        if opened and self.right.findData(opened) < 0:
            self._offer(self._named(opened), opened)
            if self.right.currentData() == _LIVE:
                self.right.setCurrentIndex(self.right.findData(opened))
        left, right = str(self.left.currentData()), str(self.right.currentData())
        live = self.store.generation if _LIVE in (left, right) else 0
        if left != right and (left, right, live) != self._asked_for and not self.store.pending:
            self._asked_for = (left, right, live)
            self._asked = self.store.ask(CompareReports(id=0, left=left, right=right))
        elif left == right:
            self.found, self._asked_for = None, ()
            self._show()

    # ---- answers

    def _answer(self, message: Answer) -> None:
        if isinstance(message, TimelineReady):
            self._offer_moments(message.timeline)
        elif isinstance(message, ReportsCompared) and message.id == self._asked:
            self.found = message.comparison
            self._show()
            if message.notes:
                self.complain.emit(" · ".join(message.notes))
        elif isinstance(message, ReportsCompared) and message.id == self._leaving:
            self._leaves(message.comparison)
        elif isinstance(message, Failed) and message.id and message.id in (self._asked, self._leaving):
            self.complain.emit(message.reason)

    def _titles(self) -> dict[str, str]:
        return {context.id: tr(context.title) for context in self.store.snapshot.environment.contexts} if self.store.snapshot else {}

    def _filtered(self, _on: bool) -> None:
        self._show()

    def _show(self) -> None:
        self._tell()
        if self.found is None:
            self.matrix.show_rows(())
            self.tree.show_rows(())
            return
        only, titles = self.only_button.isChecked(), self._titles()
        columns = (tr("Launch context"), *comparing.tools_of(self.found), "")
        if self.matrix.rows_model.columns != columns:
            self.matrix.rows_model.set_columns(columns)
            self.matrix.share_width(1, *(_TOOL for _ in columns[2:]), 1)
        self.matrix.show_rows(matching(comparing.matrix_rows(self.found, titles, only=only), self._needle))
        rows = comparing.section_rows(self.found, titles, only=only)
        self.tree.open_keys({(row.key,) for row in rows if row.problem})
        self.tree.show_rows(matching(rows, self._needle))

    def _tell(self) -> None:
        self.save_button.setEnabled(self.found is not None)
        empty = self.found is None
        self.docks.setVisible(not empty)
        self._column.setStretch(_ABOVE, 2 if empty else 0)
        self._column.setStretch(_BELOW, 3 if empty else 0)
        for label in (self.said, self.about):
            label.setAlignment(Qt.AlignmentFlag.AlignHCenter if empty else Qt.AlignmentFlag.AlignLeft)
        if self.found is None:
            self.said.setText(tr("Choose what to compare this machine with."))
            self.said.set_tone("")
            self.about.show_text(tr("A colleague's report, or a moment of this machine: pick it above, or drop the file here."))
            return
        said, tone = comparing.verdict(self.found)
        self.said.setText(said)
        self.said.set_tone(tone)
        told = [tr("{host}, {when}", host=side.host, when=words.moment(side.taken_at)) for side in (self.found.left, self.found.right)]
        if self.found.redacted:
            told[1] += " · " + tr("names are replaced, on both sides alike")
        self.about.show_text("  ⇄  ".join(told))

    # ---- what leaves

    def _ask_leaving(self, leaves: Callable[[SideBySide], None]) -> None:
        self._leaves = leaves
        self._leaving = self.store.ask(CompareReports(id=0, left=str(self.left.currentData()), right=str(self.right.currentData()), redacted=True))

    def save_picture(self) -> None:
        """Both machines in one picture."""
        self._ask_leaving(self._take_picture)

    def copy_text(self) -> None:
        """What differs, as lines."""
        self._ask_leaving(self._take_text)

    def copy_markdown(self) -> None:
        """What differs, as tables for a ticket."""
        self._ask_leaving(self._take_markdown)

    def copy_json(self) -> None:
        """The whole comparison as a document."""
        self._ask_leaving(self._take_json)

    def _take_text(self, found: SideBySide) -> None:
        copy_text(telling.as_text(found, self._titles()))

    def _take_markdown(self, found: SideBySide) -> None:
        copy_text(telling.as_markdown(found, self._titles()))

    def _take_json(self, found: SideBySide) -> None:
        copy_text(wire.encode_pretty(found).decode())

    def _take_picture(self, found: SideBySide) -> None:
        from inspector.gui.comparing import picture

        path, _ = QFileDialog.getSaveFileName(self, tr("Save a picture"), "comparison.png", tr("Pictures (*.png)"))
        if path and not picture.draw(found, self._titles(), self.theme).save(path, "PNG"):
            self.complain.emit(tr("{path} could not be written.", path=path))

    # ---- files dropped on it

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        event.acceptProposedAction()
        self.take_paths(tuple(url.toLocalFile() for url in event.mimeData().urls() if url.isLocalFile()))

    def take_paths(self, paths: tuple[str, ...]) -> None:
        """Two files are compared with each other, one with what is at the left."""
        if paths:
            self.compare_words(paths[-2] if len(paths) > 1 else str(self.left.currentData()), paths[-1])
