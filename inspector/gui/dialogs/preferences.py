"""How does the user want it? Every setting with what it does; each holds at once, and is kept."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QFormLayout, QHBoxLayout, QLineEdit, QScrollArea, QVBoxLayout, QWidget

from inspector import settings
from inspector.gui import editor, icons, words
from inspector.gui.boxes import CheckBox, ComboBox
from inspector.gui.prefs import Preferences
from inspector.gui.theme import GRID, Theme
from inspector.gui.widgets import ElidedLabel, Label, Panel, fit, push_button, tint
from inspector.i18n import LANGUAGES, mark, tr
from inspector.settings import TEXT_PERCENT, Settings

_THEMES = {"system": mark("As the system"), "light": mark("Light"), "dark": mark("Dark"), "contrast": mark("High contrast")}
_EVERY = {1: mark("every second"), 2: mark("every 2 seconds"), 5: mark("every 5 seconds"), 10: mark("every 10 seconds")}
_FLAGS = {
    "still": (mark("As little movement as possible"), mark("Live pictures move on every fifth sample, menus appear at once.")),
    "trace_shells": (
        mark("Run startup files in a sandbox"),
        mark("Without network, and nothing they write is kept. Otherwise values are foretold from the text of the files."),
    ),
    "notify": (mark("Notify me of new errors"), mark("A notification of the desktop when a look finds an error that was not there before.")),
}


_EXAMPLES = "LD_LIBRARY_PATH, JAVA_HOME"


class PreferencesDialog(QDialog):
    """The dialog of settings. It closes with Escape; there is nothing to confirm."""

    def __init__(self, prefs: Preferences, *, home: str, parent: QWidget, theme: Theme) -> None:
        super().__init__(parent)
        self.setObjectName("show_preferences")
        self.setWindowTitle(tr("Preferences"))
        self.setModal(True)
        self._prefs, self._theme, self._home = prefs, theme, home
        self._titles: list[Label] = []
        holder = QWidget(self)
        holder.setObjectName("scrolled")
        column = QVBoxLayout(holder)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GRID)
        for part in (self._appearance(), self._languages(), self._looking(), self._habits()):
            column.addWidget(part)
        column.addStretch(1)
        widest = max(label.sizeHint().width() for label in self._titles)
        for label in self._titles:
            label.setMinimumWidth(widest)
        area = QScrollArea(self)
        area.setWidgetResizable(True)
        area.setFrameShape(QScrollArea.Shape.NoFrame)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(holder)
        self.said = ElidedLabel(parent=self, mode=Qt.TextElideMode.ElideMiddle, tone="dim")
        defaults = push_button(tr("Restore defaults"), tooltip=tr("Choose everything as it is without a settings file."), parent=self,
                               clicked=self._reset, kind="quiet")  # fmt: skip
        close = push_button(tr("Close"), tooltip=tr("Close (Esc). Every choice already holds."), parent=self, clicked=self.accept)
        foot = QHBoxLayout()
        for button in (defaults, close):
            button.setAutoDefault(False)
        foot.addWidget(self.said, 1)
        foot.addWidget(defaults)
        foot.addWidget(close)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(GRID * 2, GRID * 2, GRID * 2, GRID * 2)
        outer.setSpacing(GRID * 2)
        outer.addWidget(area, 1)
        outer.addLayout(foot)
        tint(self, theme)
        fit(self, GRID * 80, GRID * 78)
        prefs.changed.connect(self._changed)
        self._tell()

    # ---- parts

    def _group(self, title: str) -> tuple[Panel, QFormLayout]:
        panel = Panel(title, parent=self, theme=self._theme)
        form = QFormLayout()
        form.setContentsMargins(GRID * 2, 0, GRID * 2, GRID)
        form.setHorizontalSpacing(GRID * 2)
        form.setVerticalSpacing(GRID)
        form.setLabelAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
        panel.body.addLayout(form)
        return panel, form

    def _appearance(self) -> Panel:
        panel, form = self._group(tr("Appearance"))
        self.theme_box = self._box(form, "theme", tr("Theme"), [(tr(text), word) for word, text in _THEMES.items()])
        now = self._prefs.now.text_percent
        sizes = sorted({*TEXT_PERCENT, now})
        self.text_box = self._box(form, "text_percent", tr("Size of text"), [(tr("{n} %", n=size), size) for size in sizes])
        self._flag(form, "still")
        return panel

    def _languages(self) -> Panel:
        panel, form = self._group(tr("Language"))
        own = list(LANGUAGES.items())
        spoken = [(name, code) for code, name in own]
        self.language_box = self._box(form, "language", tr("In the window"), [(tr("As the system"), ""), *spoken])
        self._box(form, "report_language", tr("In summaries for others"), [(tr("As in the window"), ""), *spoken])
        return panel

    def _looking(self) -> Panel:
        panel, form = self._group(tr("Looking"))
        self._flag(form, "trace_shells")
        self.watched = QLineEdit(", ".join(self._prefs.now.watched), self)
        self.watched.setObjectName("watched")
        self.watched.setPlaceholderText(_EXAMPLES)
        self.watched.setAccessibleName(tr("Variables to follow besides PATH and Go's own"))
        self.watched.editingFinished.connect(self._watch)
        form.addRow(self._title(tr("Also follow variables"), self.watched), self.watched)
        self._box(form, "sample_every_s", tr("Count page faults"), [(tr(text), seconds) for seconds, text in _EVERY.items()])
        return panel

    def _habits(self) -> Panel:
        panel, form = self._group(tr("Habits"))
        found = [(one.name, one.id) for one in editor.offered()]
        self._box(form, "editor", tr("Open files with"), [(tr("$VISUAL, else the first that is installed"), ""), *found])
        self._flag(form, "notify")
        return panel

    def _title(self, text: str, buddy: QWidget) -> Label:
        label = Label(text, parent=self)
        label.setBuddy(buddy)
        self._titles.append(label)
        return label

    def _box(self, form: QFormLayout, name: str, title: str, choices: list[tuple[str, object]]) -> ComboBox:
        box = ComboBox(self)
        box.setObjectName(name)
        box.setAccessibleName(title)
        for text, value in choices:
            box.addItem(text, value)
        box.setCurrentIndex(max(0, box.findData(getattr(self._prefs.now, name))))
        box.activated.connect(self._pick)
        form.addRow(self._title(title, box), box)
        return box

    def _flag(self, form: QFormLayout, name: str) -> None:
        text, why = _FLAGS[name]
        box = CheckBox(tr(text), self)
        box.setObjectName(name)
        box.setAccessibleDescription(tr(why))
        box.setChecked(bool(getattr(self._prefs.now, name)))
        box.toggled.connect(self._toggle)
        told = Label(tr(why), parent=self, tone="dim")
        told.setWordWrap(True)
        told.setContentsMargins(icons.edge() + GRID, 0, 0, 0)
        form.addRow(box)
        form.addRow(told)

    # ---- what people do

    def _pick(self, _index: int) -> None:
        box = self.sender()
        if isinstance(box, ComboBox):
            self._prefs.change(**{box.objectName(): box.currentData()})

    def _toggle(self, on: bool) -> None:
        box = self.sender()
        if isinstance(box, CheckBox):
            self._prefs.change(**{box.objectName(): on})

    def _watch(self) -> None:
        names = [word for word in self.watched.text().replace(",", " ").split() if word.isidentifier()]
        self._prefs.change(watched=tuple(dict.fromkeys(names)))
        self.watched.setText(", ".join(self._prefs.now.watched))

    def _reset(self) -> None:
        defaults = Settings(greeted=True)
        self._prefs.change(**{name: getattr(defaults, name) for name in Settings.__struct_fields__})

    def _changed(self, _before: Settings) -> None:
        for box in self.findChildren(ComboBox):
            box.setCurrentIndex(max(0, box.findData(getattr(self._prefs.now, box.objectName()))))
        for flag in self.findChildren(CheckBox):
            flag.setChecked(bool(getattr(self._prefs.now, flag.objectName())))
        self.watched.setText(", ".join(self._prefs.now.watched))
        self._tell()

    def _tell(self) -> None:
        trouble = self._prefs.trouble
        self.said.set_tone("bad" if trouble else "dim")
        kept = tr("Kept in {file}", file=words.tidy(settings.path(), self._home))
        self.said.show_text(tr("Not kept: {reason}", reason=trouble) if trouble else kept)
