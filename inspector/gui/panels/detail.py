"""Why is the selected row as it is? Its origin as a sentence, the source around the line, each step that led there, and what else it decides."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from inspector.gui.models.subject import describe
from inspector.gui.models.telling import Subject
from inspector.gui.openwith import place_of
from inspector.gui.panels.places import AROUND, ChainLine, SourceView
from inspector.gui.store import Answer, Store
from inspector.gui.theme import GRID, Theme
from inspector.gui.view import RowTree
from inspector.gui.widgets import ElidedLabel, Label, Panel, push_button
from inspector.i18n import tr
from inspector.model.messages import AskSource, Source

_GIVEN = ("given",)


class DetailPanel(Panel):
    """The pane below the tree. `open_place` asks for a file and line, and in which editor, `fix` for the fix dialog."""

    open_place = Signal(str, int, str)
    fix = Signal(str)

    def __init__(self, store: Store, *, parent: QWidget, theme: Theme) -> None:
        super().__init__(tr("Detail"), parent=parent, theme=theme)
        self._store = store
        self._ref: tuple[str, ...] = ()
        self._subject: Subject | None = None
        self._banner = ""
        self._waiting = 0
        self.fix_button = push_button(tr("Fix…"), tooltip=tr("Rehearse the fix for this."), parent=self, clicked=self._ask_fix, kind="primary")
        self.header.addWidget(self.fix_button)
        self.heading = ElidedLabel(mode=Qt.TextElideMode.ElideMiddle, parent=self, name="detail-heading", snug=True)
        self.header.insertWidget(2, self.heading)
        self.header.insertSpacing(3, GRID)
        self.sentence = Label(parent=self)
        self.sentence.setWordWrap(True)
        self.sentence.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.chain = ChainLine(self)
        self.source = SourceView(self)
        self.also = Label(parent=self, tone="dim")
        self.also.setWordWrap(True)
        self.also.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.steps_title = Label(parent=self, name="section")
        self.steps = RowTree((tr("Where"), tr("Does"), tr("Change")), name=tr("Steps"), parent=self, theme=theme, flat=True)
        self._build()
        store.replaced.connect(self.refresh)
        store.answered.connect(self._answer)
        self.steps.offer_places(place_of, self.open_place.emit)
        self.chain.opened.connect(self.open_place)
        self.watch_focus(self.steps)
        self.retint()
        self._show(None)

    def _build(self) -> None:
        scrolled = QWidget(self)
        scrolled.setObjectName("scrolled")
        column = QVBoxLayout(scrolled)
        column.setContentsMargins(GRID * 2, 0, GRID * 2, GRID)
        column.setSpacing(GRID)
        for widget in (self.sentence, self.chain, self.source, self.also, self.steps_title, self.steps):
            column.addWidget(widget)
        column.addStretch(1)
        area = QScrollArea(self)
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(scrolled)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.body.addWidget(area, 1)
        self.steps.share_width(46, tr("puts first"), 54)
        self.steps.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)

    # ---- what it shows

    def show_ref(self, ref: tuple[str, ...]) -> None:
        """Show what is known about this row."""
        if ref and ref[0] not in ("root", "evidence"):
            self._ref = ref
            self.refresh()

    def refresh(self) -> None:
        """Show the same row in the snapshot there is now."""
        if self._ref == _GIVEN:
            return
        snapshot = self._store.snapshot
        subject = describe(snapshot, self._ref) if snapshot else None
        if subject is None or subject != self._subject or self._store.banner != self._banner:
            self._show(subject)

    def show_subject(self, subject: Subject) -> None:
        """Show something that is no row of a snapshot: a finding, an observed process."""
        self._ref = _GIVEN
        self._show(subject)

    def _show(self, subject: Subject | None) -> None:
        """Nothing is hidden only to be shown again: that would lay out the pane twice and flicker."""
        self._subject, self._banner = subject, self._store.banner
        self.chain.show_origin(subject.origin if subject else None, self._store.home())
        if subject is None:
            for widget in (self.sentence, self.also, self.steps, self.steps_title, self.source, self.fix_button):
                widget.setVisible(False)
            self.heading.show_text(tr("Select a row to see who decided it"))
            self.subtitle.show_text("")
            return
        self.heading.show_text(subject.title)
        self.subtitle.show_text(" · ".join(filter(None, (subject.where, subject.known))))
        self.sentence.setText(subject.sentence)
        self.sentence.setVisible(bool(subject.sentence))
        self.also.setText("\n".join(subject.also))
        self.also.setVisible(bool(subject.also))
        self.fix_button.setVisible(bool(subject.finding) and self._fixable(subject.finding))
        self._show_steps(subject)
        self._ask_source(subject)

    def _fixable(self, finding_id: str) -> bool:
        finding = self._store.snapshot.finding(finding_id) if self._store.snapshot else None
        return finding is not None and finding.fix is not None and not self._store.read_only()

    def _show_steps(self, subject: Subject) -> None:
        if self.steps.rows_model.columns != subject.steps_columns:
            self.steps.rows_model.set_columns(subject.steps_columns)
        self.steps.show_rows(subject.steps)
        self.steps_title.setText(subject.steps_title)
        self.steps.setVisible(bool(subject.steps))
        self.steps_title.setVisible(bool(subject.steps))
        if subject.steps:
            height = self.steps.sizeHintForRow(0)
            shown = min(len(subject.steps), 12)
            self.steps.setFixedHeight(height * shown + self.steps.header().sizeHint().height() + GRID)

    def _ask_source(self, subject: Subject) -> None:
        origin = subject.origin
        self._waiting = 0
        if origin is None or origin.kind != "file" or not origin.line:
            self.source.setVisible(False)
            return
        if self._store.banner:
            self._source_ready(Source(id=0, file=origin.file, first=origin.line, lines=(origin.text,) if origin.text else ()))
            return
        self._waiting = self._store.ask(AskSource(id=0, file=origin.file, line=origin.line, context=AROUND))

    def _answer(self, message: Answer) -> None:
        if isinstance(message, Source) and message.id == self._waiting:
            self._source_ready(message)

    def _source_ready(self, source: Source) -> None:
        if self._subject and self._subject.origin:
            self.source.show_source(source, self._subject.origin.line)

    # ---- what people do

    def _ask_fix(self) -> None:
        if self._subject:
            self.fix.emit(self._subject.finding)
