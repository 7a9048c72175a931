"""What exactly will leave this machine? The redacted report, part by part, before it is saved; what is not shown here is not in the file."""

from datetime import UTC, datetime
from typing import Literal

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QCloseEvent, QPixmap
from PySide6.QtWidgets import QApplication, QDialog, QFileDialog, QHBoxLayout, QLineEdit, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from inspector.gui.reporting.canvas import Canvas, Stroke, drawn
from inspector.gui.reporting.contents import ContentsPanel
from inspector.gui.reporting.preview import PreviewText
from inspector.gui.reporting.replaced import hits_in, part_row, replaced_rows
from inspector.gui.reporting.tools import StrokeTools
from inspector.gui.rows import Row
from inspector.gui.store import Answer, Store
from inspector.gui.theme import GRID, Theme, Tone
from inspector.gui.view import RowTree
from inspector.gui.widgets import Label, Panel, copy_text, let_clear, push_button, tint
from inspector.i18n import language, tr
from inspector.model.messages import Failed
from inspector.model.reports import (
    AskDraft,
    AskPictures,
    BundleSaved,
    DraftReport,
    Picture,
    PicturesTaken,
    PictureWish,
    ReportDrafted,
    SaveBundle,
)  # fmt: skip

Phase = Literal["drafting", "picturing", "ready", "saving", "saved", "refused"]
_FIRST = "summary.md"
_SHORTEST = 2


class ReportDialog(QDialog):
    """The report before it leaves. Every change of mind makes another draft; only the draft that is shown can be saved."""

    def __init__(self, store: Store, *, parent: QWidget, theme: Theme) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Report"))
        self.setModal(True)
        self.setSizeGripEnabled(True)
        self._store, self._theme = store, theme
        self.phase: Phase = "drafting"
        self.draft: DraftReport | None = None
        self.pictures: dict[str, Picture] = {}
        self._number = self._waiting = 0
        self._hide: tuple[str, ...] = ()
        self._keep: frozenset[str] = frozenset()
        self._decided: tuple[tuple[str, ...], frozenset[str], bool] = ((), frozenset(), False)
        self._part = _FIRST
        self._hits: dict[str, int] = {}
        self._strokes: dict[str, list[Stroke]] = {}
        self._build()
        store.answered.connect(self._answer)
        size = parent.size()
        self.resize(min(GRID * 176, size.width() - GRID * 6), min(GRID * 96, size.height() - GRID * 8))
        self._ask(again=False)

    # ---- layout

    def _build(self) -> None:
        contents = ContentsPanel(parent=self, theme=self._theme, own=not self._store.banner)
        self.parts, self.languages = contents.parts, contents.languages
        self.with_pictures, self.with_inputs = contents.with_pictures, contents.with_inputs
        self.languages.setCurrentIndex(max(0, self.languages.findData(self._store.report_language or language())))
        self.parts.chosen.connect(self._choose_part)
        self.with_pictures.toggled.connect(self._pictures_toggled)
        self.with_inputs.toggled.connect(self._inputs_toggled)
        self.languages.activated.connect(self._language_chosen)
        self.replaced = RowTree(
            (tr("Was"), tr("Leaves as"), tr("Times")), name=tr("What was replaced"), parent=self, theme=self._theme, numeric=(2,),
            tips=(tr("What it is here; of a secret only its beginning"), tr("What stands there instead"), tr("How often that is in the parts")),
        )  # fmt: skip
        self.replaced.share_width(50, 50, "00,000,000")
        self.replaced.chosen.connect(self._choose_item)
        self.replaced.acted.connect(self._toggle_item)
        self.text = PreviewText(tr("The part, word for word"), parent=self)
        self.picture = Canvas(parent=self, theme=self._theme)
        self.tools = StrokeTools(self.picture, parent=self)
        self._stack = QStackedWidget(self)
        self._stack.addWidget(self.text)
        self._stack.addWidget(self.picture)
        splitter = QSplitter(Qt.Orientation.Horizontal, self)
        splitter.setHandleWidth(GRID)
        splitter.setChildrenCollapsible(False)
        splitter.addWidget(contents)
        self._shown = self._panel(tr("As it will leave"), self._stack, self.text)
        self._shown.header.addWidget(self.tools)
        self._shown.watch_focus(self.picture)
        self.tools.hide()
        splitter.addWidget(self._shown)
        splitter.addWidget(self._replaced_panel())
        splitter.setSizes([GRID * 39, GRID * 70, GRID * 51])
        outer = QVBoxLayout(self)
        outer.setContentsMargins(GRID * 2, GRID * 2, GRID * 2, GRID * 2)
        outer.setSpacing(GRID * 3 // 2)
        outer.addWidget(splitter, 1)
        outer.addLayout(self._search_row())
        outer.addLayout(self._buttons())
        tint(self, self._theme)

    def _panel(self, title: str, body: QWidget, focus: QWidget) -> Panel:
        panel = Panel(title, parent=self, theme=self._theme)
        panel.body.addWidget(body, 1)
        panel.watch_focus(focus)
        return panel

    def _replaced_panel(self) -> Panel:
        panel = self._panel(tr("Replaced"), self.replaced, self.replaced)
        self.toggle_button = push_button(
            tr("Let it leave"), tooltip=tr("Let this value leave as it is, or hide it again (Enter)."), parent=panel, clicked=self._toggle_current
        )
        self.toggle_button.setEnabled(False)
        panel.header.addWidget(self.toggle_button)
        self._replaced = panel
        return panel

    def _search_row(self) -> QHBoxLayout:
        self.word = QLineEdit(self)
        self.word.setPlaceholderText(tr("Search for a word of yours: a customer, a project, a colleague"))
        self.word.setAccessibleName(tr("Search for a word in everything that will leave"))
        let_clear(self.word)
        self.word.textChanged.connect(self._typed)
        self.found = Label(parent=self, tone="dim")
        self.hide_button = push_button(
            tr("Hide it everywhere"), tooltip=tr("Replace this word in every part, in any case of letters."), parent=self, clicked=self._hide_word
        )
        self.hide_button.setAutoDefault(False)
        self.hide_button.setEnabled(False)
        row = QHBoxLayout()
        row.setSpacing(GRID)
        row.addWidget(self.word, 2)
        row.addWidget(self.found, 3)
        row.addWidget(self.hide_button)
        return row

    def _buttons(self) -> QHBoxLayout:
        self.said = Label(parent=self, tone="dim")
        self.said.setWordWrap(True)
        self.summary_button = push_button(
            tr("Copy summary"), tooltip=tr("Put the redacted summary on the clipboard, ready for a ticket."), parent=self, clicked=self._copy_summary,
            icon="copy",
        )  # fmt: skip
        self.picture_button = push_button(
            tr("Copy picture"), tooltip=tr("Put the picture of the redacted window on the clipboard."), parent=self, clicked=self._copy_picture,
            icon="copy",
        )  # fmt: skip
        self.close_button = push_button(tr("Cancel"), tooltip=tr("Close; nothing leaves (Esc)."), parent=self, clicked=self.reject)
        self.save_button = push_button(
            tr("Save…"), tooltip=tr("Write exactly what is shown here into one file."), parent=self, clicked=self._save, kind="primary"
        )
        row = QHBoxLayout()
        row.setSpacing(GRID)
        row.addWidget(self.said, 1)
        for button in (self.summary_button, self.picture_button, self.close_button, self.save_button):
            button.setAutoDefault(False)
            row.addWidget(button)
        return row

    # ---- phases

    def _enter(self, phase: Phase, said: str = "", tone: Tone = "dim") -> None:
        self.phase = phase
        settled = phase in ("ready", "saved")
        self.save_button.setEnabled(settled)
        self.summary_button.setEnabled(self.draft is not None and phase != "drafting")
        self.picture_button.setEnabled(bool(self.pictures))
        self.close_button.setEnabled(phase != "saving")
        self.close_button.setText(tr("Close") if phase in ("saved", "refused") else tr("Cancel"))
        self._choose_item(self.replaced.current_row())
        self._search(self.word.text())
        defaults = {
            "drafting": tr("Redacting…"), "picturing": tr("Taking pictures of the redacted report…"), "saving": tr("Saving…"),
            "ready": tr("Nothing has left yet. Look through the parts, then save."),
        }  # fmt: skip
        self.said.setText(said or defaults.get(phase, ""))
        self.said.set_tone(tone)

    def _ask(self, *, again: bool = True) -> None:
        self._enter("drafting")
        shown = self._store.original if self._store.banner else None
        hide, keep, inputs = self._hide, tuple(sorted(self._keep)), self.with_inputs.isChecked()
        spoken = str(self.languages.currentData())
        again = again and inputs == self._decided[2]
        self._waiting = self._store.ask(AskDraft(id=0, shown=shown, inputs=inputs, hide=hide, keep=keep, again=again, language=spoken))
        if not self._waiting:
            self._enter("refused", tr("There is no agent to ask."), "bad")

    def _answer(self, message: Answer) -> None:
        if message.id != self._waiting or not self._waiting:
            return
        if isinstance(message, ReportDrafted):
            self._drafted(message)
        elif isinstance(message, PicturesTaken):
            self.pictures = {picture.name: picture for picture in message.pictures}
            self._enter("ready")
        elif isinstance(message, BundleSaved):
            self._enter("saved", tr("Saved: {path}", path=message.path), "ok")
            self.close_button.setFocus(Qt.FocusReason.OtherFocusReason)
        elif isinstance(message, Failed):
            self._failed(message.reason)

    def _drafted(self, message: ReportDrafted) -> None:
        self.draft, self._number = message.draft, message.id
        self._decided = (self._hide, self._keep, self.with_inputs.isChecked())
        self.pictures = {}
        self._strokes.clear()
        first = not self.replaced.opened()
        rows = replaced_rows(self.draft.replaced)
        self.replaced.show_rows(rows)
        if first:
            self.replaced.open_all(rows)
        count = sum(item.times for item in self.draft.replaced if not item.kept)
        self._replaced.subtitle.show_text(tr("{n} · left out: {m}", n=f"{count:,}", m=f"{self.draft.withheld:,}"))
        self._take_pictures()

    def _failed(self, reason: str) -> None:
        if self.draft is None:
            self._enter("refused", tr("Nothing can leave: {reason}", reason=reason), "bad")
            return
        was_drafting = self.phase == "drafting"
        self._hide, self._keep, inputs = self._decided
        self.with_inputs.blockSignals(True)
        self.with_inputs.setChecked(inputs)
        self.with_inputs.blockSignals(False)
        self._enter("ready", tr("That did not work, what is shown stays as it was: {reason}", reason=reason) if was_drafting else reason, "bad")

    # ---- what it shows

    def _show_parts(self) -> None:
        if self.draft is None:
            return
        rows = [part_row(part.name, part.size, self._hits.get(part.name, 0)) for part in self.draft.parts]
        rows += [part_row(f"pictures/{name}.png", len(picture.png), 0) for name, picture in self.pictures.items()]
        self.parts.show_rows(tuple(rows))
        if not self.parts.choose((self._part,)):
            self.parts.choose((_FIRST,))
        self._choose_part(self.parts.current_row())

    def _choose_part(self, row: Row | None) -> None:
        if row is None or self.draft is None:
            return
        self._part = row.key
        self._shown.subtitle.show_text(row.says)
        picture = self.pictures.get(row.key.removeprefix("pictures/").removesuffix(".png"))
        self.tools.setVisible(picture is not None)
        self._shown.subtitle.setVisible(picture is None)
        if picture is not None:
            self.picture.show_picture(picture.png, self._strokes.setdefault(picture.name, []))
            self._stack.setCurrentWidget(self.picture)
            return
        self._stack.setCurrentWidget(self.text)
        self.text.show_text(next((part.text for part in self.draft.parts if part.name == row.key), ""))
        self.text.reveal(self._word())

    def _word(self) -> str:
        word = self.word.text().strip()
        return word if len(word) >= _SHORTEST else ""

    def _search(self, _text: str) -> None:
        word = self._word()
        if self.draft is None:
            return
        self._hits = {part.name: hits_in(part, word) for part in self.draft.parts} if word else {}
        where = [f"{name} ({count:,})" for name, count in self._hits.items() if count]
        self.hide_button.setEnabled(bool(where) and self.phase in ("ready", "saved"))
        if where:
            self.found.setText(tr("would leave in {places}", places=", ".join(where)))
        elif word:
            hidden = next((item for item in self.draft.replaced if item.was.casefold() == word.casefold() and not item.kept), None)
            self.found.setText(tr("does not leave: {token} stands for it", token=hidden.token) if hidden else tr("is in nothing that leaves"))
        else:
            self.found.setText("")
        self.found.set_tone("bad" if where else "ok" if word else "dim")
        self._show_parts()

    def _typed(self, word: str) -> None:
        self._search(word)
        self._part = next((name for name, count in self._hits.items() if count), self._part)
        self._show_parts()

    def _choose_item(self, row: Row | None) -> None:
        item = row is not None and row.ref[:1] == ("item",)
        self.toggle_button.setEnabled(item and self.phase in ("ready", "saved"))
        self.toggle_button.setText(tr("Hide it again") if row is not None and item and row.ref[2] else tr("Let it leave"))

    # ---- what people do

    def _toggle_current(self) -> None:
        self._toggle_item(self.replaced.current_row())

    def _toggle_item(self, row: Row | None) -> None:
        if row is None or row.ref[:1] != ("item",) or self.phase not in ("ready", "saved"):
            return
        key = row.ref[1]
        asked = next((item.was for item in self.draft.replaced if item.key == key), "") if self.draft else ""
        if any(word.casefold() == asked.casefold() for word in self._hide):
            self._hide = tuple(word for word in self._hide if word.casefold() != asked.casefold())
        else:
            self._keep = self._keep ^ {key}
        self._ask()

    def _hide_word(self) -> None:
        self._hide = (*self._hide, self._word())
        self._ask()

    def _inputs_toggled(self, _on: bool) -> None:
        self._ask()

    def _language_chosen(self, _index: int) -> None:
        self._ask()

    def _pictures_toggled(self, on: bool) -> None:
        if not on:
            self.pictures = {}
            self._enter("ready")
        elif self.phase in ("ready", "saved"):
            self._take_pictures()

    def _take_pictures(self) -> None:
        if not self.with_pictures.isChecked():
            self._enter("ready")
            return
        self._enter("picturing")
        samples = self.draft is not None and any(part.name == "samples.json" for part in self.draft.parts)
        panels = ("all", "plot") if samples else ("all",)
        theme = "dark" if self._theme.name == "dark" else "light"
        wish = PictureWish(panels=panels, theme=theme, language=str(self.languages.currentData()))
        self._waiting = self._store.ask(AskPictures(id=0, draft=self._number, wish=wish))

    def _save(self) -> None:
        name = datetime.now(UTC).strftime("go-inspector-%Y%m%d-%H%M%S.goreport.zip")
        path, _ = QFileDialog.getSaveFileName(self, tr("Save the report"), name, tr("Reports (*.zip)"))
        if path:
            self._enter("saving")
            pictures = tuple(map(self._drawn_on, self.pictures.values()))
            self._waiting = self._store.ask(SaveBundle(id=0, draft=self._number, path=path, pictures=pictures))

    def _drawn_on(self, picture: Picture) -> Picture:
        """The picture with its strokes."""
        strokes = self._strokes.get(picture.name)
        return Picture(name=picture.name, png=drawn(picture.png, strokes, self._theme)) if strokes else picture

    def _copy_summary(self) -> None:
        if self.draft is not None:
            copy_text(next(part.text for part in self.draft.parts if part.name == _FIRST))
            self._enter(self.phase, tr("The redacted summary is on the clipboard."), "ok")

    def _copy_picture(self) -> None:
        shown = self._part.removeprefix("pictures/").removesuffix(".png")
        picture = self.pictures.get(shown) or next(iter(self.pictures.values()))
        copied = QPixmap()
        copied.loadFromData(self._drawn_on(picture).png, "PNG")
        QApplication.clipboard().setPixmap(copied)
        self._enter(self.phase, tr("The picture of the redacted report is on the clipboard."), "ok")

    def reject(self) -> None:
        """Close, unless something is being written."""
        if self.phase == "saving":
            return
        if self.phase in ("drafting", "picturing") and self._waiting:
            self._store.cancel(self._waiting)
        super().reject()

    def closeEvent(self, event: QCloseEvent) -> None:
        if self.phase == "saving":
            event.ignore()
        else:
            super().closeEvent(event)

    def sizeHint(self) -> QSize:
        return QSize(GRID * 160, GRID * 96)
