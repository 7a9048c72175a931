"""Which picture leaves, and what is pointed at in it? Taken of the redacted report off screen, annotated here, copied or saved."""

from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QDoubleSpinBox,
    QFileDialog,
    QHBoxLayout,
    QVBoxLayout,
    QWidget,
)  # fmt: skip

from inspector.gui.boxes import ComboBox
from inspector.gui.pages.registry import OVERVIEW, PAGES
from inspector.gui.reporting.canvas import Canvas
from inspector.gui.reporting.files import image_as_png, write
from inspector.gui.reporting.tools import StrokeTools
from inspector.gui.store import Answer, Store
from inspector.gui.theme import GRID, Theme, Tone
from inspector.gui.widgets import Label, Panel, push_button, tint
from inspector.i18n import mark, tr
from inspector.model.messages import Failed
from inspector.model.reports import AskDraft, AskPictures, PicturesTaken, PictureWish, ReportDrafted

_PANELS = (
    ("all", mark("The whole window")), ("environment", mark("Environment")), ("detail", mark("Detail")), ("kernel", mark("Kernel")),
    ("faults", mark("Page faults")), ("plot", mark("A stretch of the plot")),
)  # fmt: skip
_THEMES = (("light", mark("Light")), ("dark", mark("Dark")), ("contrast", mark("High contrast")))
_LONGEST_S = 300.0


class PictureDialog(QDialog):
    """One picture at a time, of the redacted snapshot of now; the window itself is never grabbed."""

    def __init__(self, store: Store, *, parent: QWidget, theme: Theme, panel: str = "all", ago: tuple[float, float] | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Picture"))
        self.setModal(True)
        self.setSizeGripEnabled(True)
        self._store, self._theme = store, theme
        self._draft = self._waiting = 0
        self.canvas = Canvas(parent=self, theme=theme)
        self._build(panel, ago or (60.0, 0.0))
        store.answered.connect(self._answer)
        self.canvas.drawn.connect(self._drawn)
        size = parent.size()
        self.resize(min(GRID * 140, size.width() - GRID * 6), min(GRID * 100, size.height() - GRID * 8))
        self._drawn()
        self._say(tr("Redacting…"))
        shown = store.original if store.banner else None
        self._waiting = store.ask(AskDraft(id=0, shown=shown))
        if not self._waiting:
            self._say(tr("There is no agent to ask."), "bad")

    # ---- layout

    def _build(self, panel: str, ago: tuple[float, float]) -> None:
        self.what = self._combo(tr("What is pictured"), _PANELS, panel)
        for row in PAGES:
            if row.id != OVERVIEW:
                self.what.addItem(tr("Page: {title}", title=tr(row.title)), f"page-{row.id}")
        self.what.setCurrentIndex(max(0, self.what.findData(panel)))
        self.theme_choice = self._combo(tr("Theme of the picture"), _THEMES, "light" if self._theme.name == "light" else self._theme.name)
        self.scale = self._combo(tr("Size of the picture"), ((1, mark("1×")), (2, mark("2×"))), 1)
        self.since, self.until = self._seconds(tr("From so many seconds ago"), ago[0]), self._seconds(tr("To so many seconds ago"), ago[1])
        self.dash = Label(tr("s ago to"), parent=self, tone="dim")
        top = QHBoxLayout()
        top.setSpacing(GRID)
        for widget in (self.what, self.since, self.dash, self.until, self.theme_choice, self.scale):
            top.addWidget(widget)
        top.addStretch(1)
        frame = Panel(tr("Redacted picture"), parent=self, theme=self._theme)
        self.tools = StrokeTools(self.canvas, parent=frame)
        frame.header.addWidget(self.tools)
        frame.body.addWidget(self.canvas, 1)
        frame.watch_focus(self.canvas)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(GRID * 2, GRID * 2, GRID * 2, GRID * 2)
        outer.setSpacing(GRID * 3 // 2)
        outer.addLayout(top)
        outer.addWidget(frame, 1)
        outer.addLayout(self._buttons())
        self._show_span()
        for combo in (self.what, self.theme_choice, self.scale):
            combo.currentIndexChanged.connect(self._wanted_other)
        for box in (self.since, self.until):
            box.editingFinished.connect(self._take)
        tint(self, self._theme)

    def _combo(self, name: str, rows: tuple[tuple[object, str], ...], chosen: object) -> ComboBox:
        combo = ComboBox(self)
        combo.setAccessibleName(name)
        for value, title in rows:
            combo.addItem(tr(title), value)
        combo.setCurrentIndex(max(0, combo.findData(chosen)))
        return combo

    def _seconds(self, name: str, value: float) -> QDoubleSpinBox:
        box = QDoubleSpinBox(self)
        box.setAccessibleName(name)
        box.setDecimals(0)
        box.setRange(0, _LONGEST_S)
        box.setValue(value)
        return box

    def _buttons(self) -> QHBoxLayout:
        self.said = Label(parent=self, tone="dim")
        self.said.setWordWrap(True)
        self.copy_button = push_button(
            tr("Copy"), tooltip=tr("Put the picture with its strokes on the clipboard."), parent=self, clicked=self._copy, icon="copy"
        )
        self.close_button = push_button(tr("Close"), tooltip=tr("Close (Esc)."), parent=self, clicked=self.reject)
        self.save_button = push_button(
            tr("Save…"), tooltip=tr("Write the picture with its strokes into a file."), parent=self, clicked=self._save, kind="primary"
        )
        row = QHBoxLayout()
        row.setSpacing(GRID)
        row.addWidget(self.said, 1)
        for button in (self.copy_button, self.close_button, self.save_button):
            button.setAutoDefault(False)
            row.addWidget(button)
        return row

    # ---- taking it

    def _answer(self, message: Answer) -> None:
        if message.id != self._waiting or not self._waiting:
            return
        if isinstance(message, ReportDrafted):
            self._draft = message.id
            self._take()
        elif isinstance(message, PicturesTaken) and message.pictures:
            self.canvas.show_picture(message.pictures[0].png)
            self._say(tr("Every name in it is replaced as in a report. Draw on it, then copy or save it."))
        elif isinstance(message, Failed):
            self._say(tr("No picture: {reason}", reason=message.reason), "bad")

    def _take(self) -> None:
        if not self._draft:
            return
        panel = str(self.what.currentData())
        ago = (self.since.value(), self.until.value()) if panel == "plot" else None
        wish = PictureWish(panels=(panel,), theme=str(self.theme_choice.currentData()), scale=int(self.scale.currentData()), ago=ago)
        self.canvas.show_picture(b"")
        self._say(tr("Taking the picture…"))
        self._waiting = self._store.ask(AskPictures(id=0, draft=self._draft, wish=wish))

    def _wanted_other(self, _index: int) -> None:
        self._show_span()
        self._take()

    def _show_span(self) -> None:
        for widget in (self.since, self.dash, self.until):
            widget.setVisible(self.what.currentData() == "plot")

    # ---- what people do

    def _say(self, said: str, tone: Tone = "dim") -> None:
        self.said.setText(said)
        self.said.set_tone(tone)

    def _drawn(self) -> None:
        there = self.canvas.has_picture()
        for button in (self.copy_button, self.save_button):
            button.setEnabled(there)

    def _copy(self) -> None:
        QApplication.clipboard().setImage(self.canvas.result())
        self._say(tr("The picture is on the clipboard."), "ok")

    def _save(self) -> None:
        path, _ = QFileDialog.getSaveFileName(self, tr("Save the picture"), f"go-inspector-{self.what.currentData()}.png", tr("Pictures (*.png)"))
        if path:
            reason = write(path, image_as_png(self.canvas.result()))
            if reason:
                self._say(tr("{path} could not be written: {reason}", path=path, reason=reason), "bad")
            else:
                self._say(tr("Saved: {path}", path=path), "ok")

    def reject(self) -> None:
        """Close; what is still being taken is not wanted any more."""
        if self._waiting and not self.canvas.has_picture():
            self._store.cancel(self._waiting)
        super().reject()
