"""Where exactly is it? The chain of files that led to a value as links, and the lines of a file around one line."""

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QMenu, QSizePolicy, QWidget

from inspector.gui import words
from inspector.gui.openwith import OpenWith
from inspector.gui.theme import GRID
from inspector.gui.widgets import Label, push_button, restyle, tip
from inspector.i18n import tr
from inspector.model.messages import Source
from inspector.model.origin import Origin

AROUND = 2
_LINES = AROUND * 2 + 1
_LINKS = 4
_LONGEST = 400
_FITS = 80


class ChainLine(QWidget):
    """The files an origin leads through, nearest first; each opens at its line. `opened` carries file and line, and in which editor."""

    opened = Signal(str, int, str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        row = QHBoxLayout(self)
        row.setSpacing(0)
        row.setContentsMargins(0, 0, 0, 0)
        self._places: list[tuple[str, int]] = []
        self._arrows = [Label("←" if n else "", parent=self, tone="dim") for n in range(_LINKS)]
        self.links = [
            push_button("", tooltip=tr("Open this line in your editor."), parent=self, clicked=self._open, kind="link") for _ in range(_LINKS)
        ]
        for arrow, link in zip(self._arrows, self.links, strict=True):
            link.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
            link.customContextMenuRequested.connect(self._show_menu)
            row.addWidget(arrow)
            row.addWidget(link)
        row.addStretch(1)

    def show_origin(self, origin: Origin | None, home: str) -> None:
        """Show this origin's files; nothing if it leads through none."""
        chain = [part for part in (origin, *origin.via) if part.kind == "file" and part.file] if origin else []
        self._places = [(part.file, part.line) for part in chain]
        for n, (arrow, link) in enumerate(zip(self._arrows, self.links, strict=True)):
            shown = n < len(chain)
            arrow.setVisible(shown and n > 0)
            link.setVisible(shown)
            if shown:
                link.setText(words.place(chain[n], home))
                link.setAccessibleName(tr("Open {place}", place=link.text()))
        self.setVisible(bool(chain))

    def _open(self) -> None:
        place = self._place()
        if place:
            self.opened.emit(*place, "")

    def _place(self) -> tuple[str, int] | None:
        """That of the link whose signal is being handled."""
        sender = self.sender()
        return next((place for link, place in zip(self.links, self._places, strict=False) if link is sender), None)

    def _show_menu(self, position: QPoint) -> None:
        link = self.sender()
        if isinstance(link, QWidget):
            menu = QMenu(self)
            menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            OpenWith(menu, self._place(), self.opened.emit)
            menu.popup(link.mapToGlobal(position))


class SourceView(QFrame):
    """A few lines of a file with their numbers, one of them marked."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("source")
        grid = QGridLayout(self)
        grid.setContentsMargins(1, GRID // 2, 1, GRID // 2)
        grid.setSpacing(0)
        grid.setColumnStretch(1, 1)
        self.rows = [(Label(parent=self, name="line-number"), Label(parent=self, name="line")) for _ in range(_LINES)]
        for n, (number, line) in enumerate(self.rows):
            number.setAlignment(Qt.AlignmentFlag.AlignRight)
            line.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
            line.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            grid.addWidget(number, n, 0)
            grid.addWidget(line, n, 1)
        self._why = Label(parent=self, tone="dim")
        self._why.setContentsMargins(GRID, 0, GRID, 0)
        grid.addWidget(self._why, _LINES, 0, 1, 2)

    def show_source(self, source: Source, current: int) -> None:
        """Show these lines, marking the one with number `current`."""
        self.setAccessibleName(tr("Lines of {file}", file=source.file))
        for n, (number, line) in enumerate(self.rows):
            shown = n < len(source.lines)
            number.setVisible(shown)
            line.setVisible(shown)
            if shown:
                marked = "true" if source.first + n == current else "false"
                number.setText(str(source.first + n))
                line.setText(source.lines[n].expandtabs(4)[:_LONGEST])
                line.setToolTip(tip(source.lines[n] if len(source.lines[n]) > _FITS else ""))
                restyle(number, "current", marked)
                restyle(line, "current", marked)
        self._why.setText(source.why)
        self._why.setVisible(bool(source.why))
        self.setVisible(bool(source.lines or source.why))
