"""What does this program read, what does it run, and what leaves the machine? The first page, shown once; and again whenever it is asked for."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QDialog, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from inspector.gui import icons
from inspector.gui.boxes import CheckBox
from inspector.gui.prefs import Preferences
from inspector.gui.theme import GRID, Theme
from inspector.gui.widgets import Label, Panel, fit, push_button, tint
from inspector.i18n import mark, tr

_POINTS = (
    ("search", mark("It looks, and changes nothing"), mark(
        "It reads your shells' startup files, PATH and its directories, Go installations and settings, the environments of your running "
        "programs, the kernel's configuration, and counters of page faults. A file is only ever changed when you press Apply, after you have "
        "seen the change.")),
    ("shield", mark("Nothing leaves this machine"), mark(
        "It opens no network connection by itself, sends no statistics and looks for no updates. A report is a file you save yourself, with names, "
        "addresses and secrets replaced, and shown to you before it is written.")),
    ("undo", mark("What it changes can be taken back"), mark(
        "Before a file is changed its exact bytes are kept. History lists every change with its undo.")),
)  # fmt: skip


class WelcomeDialog(QDialog):
    """Three promises and one choice. Closing it in any way counts as read."""

    def __init__(self, prefs: Preferences, *, parent: QWidget, theme: Theme) -> None:
        super().__init__(parent)
        self.setObjectName("show_welcome")
        self.setWindowTitle(tr("Welcome to Go Inspector"))
        self.setModal(True)
        self._prefs, self._theme = prefs, theme
        title = Label(tr("Welcome to Go Inspector"), parent=self, name="app-title")
        lead = Label(
            tr("Which go runs where and which line made it so, what this kernel can do, and who is page-faulting: on one screen."),
            parent=self, tone="dim",
        )  # fmt: skip
        lead.setWordWrap(True)
        self.trace = CheckBox(tr("Run my shells' startup files in a sandbox to see what they really do"), self)
        self.trace.setChecked(prefs.now.trace_shells)
        self.trace.setAccessibleDescription(self._consequence())
        self.said = Label(self._consequence(), parent=self, tone="dim")
        self.said.setWordWrap(True)
        start = push_button(tr("Start"), tooltip=tr("Close this page (Esc). It stays in the menu under Help."), parent=self, clicked=self.accept,
                            kind="primary")  # fmt: skip
        start.setDefault(True)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(start)
        column = QVBoxLayout(self)
        column.setContentsMargins(GRID * 3, GRID * 3, GRID * 3, GRID * 2)
        column.setSpacing(GRID * 2)
        for widget in (title, lead, self._points(), self._choice()):
            column.addWidget(widget)
        column.addStretch(1)
        column.addLayout(row)
        tint(self, theme)
        fit(self, GRID * 84, GRID * 66)
        self.trace.toggled.connect(self._choose)
        self.finished.connect(self._read)
        start.setFocus()

    def _points(self) -> QWidget:
        holder = QWidget(self)
        grid = QGridLayout(holder)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(GRID * 2)
        grid.setVerticalSpacing(GRID // 2)
        grid.setColumnStretch(1, 1)
        for n, (icon, title, text) in enumerate(_POINTS):
            drawing = Label(parent=holder)
            drawing.setPixmap(icons.icon(icon, self._theme.tokens.accent, self._theme.tokens.background).pixmap(icons.edge()))
            heading = Label(tr(title), parent=holder, name="detail-heading")
            body = Label(tr(text), parent=holder)
            body.setWordWrap(True)
            grid.addWidget(drawing, 3 * n, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(heading, 3 * n, 1)
            grid.addWidget(body, 3 * n + 1, 1)
            grid.setRowMinimumHeight(3 * n + 2, GRID)
        return holder

    def _choice(self) -> QWidget:
        panel = Panel(tr("Your choice"), parent=self, theme=self._theme)
        panel.body.setContentsMargins(GRID * 2, 0, GRID * 2, GRID * 3 // 2)
        panel.body.setSpacing(GRID // 2)
        font = QFont(self._theme.ui_font)
        font.setWeight(QFont.Weight.DemiBold)
        self.trace.setFont(font)
        panel.body.addWidget(self.trace)
        self.said.setContentsMargins(icons.edge() + GRID, 0, 0, 0)
        panel.body.addWidget(self.said)
        return panel

    def _consequence(self) -> str:
        if self._prefs.now.trace_shells:
            return tr(
                "They run without network, in a process of their own, and what they write is thrown away: values are then observed, "
                "with the line that set them."
            )
        return tr("No startup file runs. Values are foretold from the text of the files and marked as predicted.")

    def _choose(self, on: bool) -> None:
        self._prefs.change(trace_shells=on)
        self.said.setText(self._consequence())
        self.trace.setAccessibleDescription(self._consequence())

    def _read(self, _result: int) -> None:
        self._prefs.change(greeted=True)
