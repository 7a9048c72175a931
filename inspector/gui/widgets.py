"""Which small parts are all panels made of? Labels that never read markup, buttons with names, panels with a header."""

import html
from collections.abc import Callable
from typing import cast

from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtGui import QAction, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QApplication, QFrame, QHBoxLayout, QLabel, QLineEdit, QPushButton, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from inspector.gui import icons
from inspector.gui.theme import GRID, Theme, Tone
from inspector.i18n import tr

_ONE_LINE = " "
_USUAL_LINE = 17
"""Pixels of a line of text where nobody enlarged it."""


def tip(text: str) -> str:
    """A tooltip that shows `text` as it is, whatever markup a file name may pretend to be."""
    return f"<p style='white-space:pre-wrap'>{html.escape(text)}</p>" if text else ""


def restyle(widget: QWidget, name: str, value: str) -> None:
    """Set a property the stylesheet selects by, and let it take effect."""
    if widget.property(name) == value:
        return
    widget.setProperty(name, value)
    widget.style().unpolish(widget)
    widget.style().polish(widget)


class Label(QLabel):
    """A label of plain text: what a file or a process says is never read as markup."""

    def __init__(self, text: str = "", *, parent: QWidget | None = None, name: str = "", tone: Tone = "", mono: bool = False) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setObjectName(name)
        self.setProperty("tone", tone)
        if mono:
            self.setProperty("mono", "true")
        self.setText(text)

    def set_tone(self, tone: Tone) -> None:
        """Draw the text in this tone from now on."""
        restyle(self, "tone", tone)


class ElidedLabel(Label):
    """A one-line label that gives way: what does not fit is elided and shown in the tooltip. A snug one takes no more room than its text.

    It paints its text itself: QLabel lays the whole panel out again for every new text, which is most of what a line that changes each second costs.
    """

    def __init__(
        self,
        text: str = "",
        *,
        mode: Qt.TextElideMode = Qt.TextElideMode.ElideRight,
        parent: QWidget | None = None,
        name: str = "",
        tone: Tone = "",
        snug: bool = False,
        mono: bool = False,
    ) -> None:
        self._full = self._shown = text
        self._mode = mode
        super().__init__(_ONE_LINE, parent=parent, name=name, tone=tone, mono=mono)
        self.setSizePolicy(QSizePolicy.Policy.Maximum if snug else QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)

    def show_text(self, text: str) -> None:
        """Show this text, elided to the width there is."""
        if text == self._full:
            return
        self._full = text
        self.setAccessibleName(text)
        if self.sizePolicy().horizontalPolicy() == QSizePolicy.Policy.Maximum:
            self.updateGeometry()
        self._elide()

    def full_text(self) -> str:
        """The text without elision."""
        return self._full

    def text(self) -> str:
        """The text as it is seen."""
        return self._shown

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        place, flags = self.contentsRect(), self.alignment().value
        self.style().drawItemText(painter, place, flags, self.palette(), self.isEnabled(), self._shown, self.foregroundRole())
        painter.end()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._elide()

    def sizeHint(self) -> QSize:
        return QSize(self.fontMetrics().horizontalAdvance(self._full) + 2, super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        return QSize(0, super().minimumSizeHint().height())

    def _elide(self) -> None:
        self._shown = self.fontMetrics().elidedText(self._full, self._mode, self.width())
        if self._shown != self._full or self.toolTip():
            self.setToolTip("" if self._shown == self._full else tip(self._full))
        self.update()


def _dress(button: QPushButton | QToolButton, tooltip: str, icon: str) -> None:
    button.setToolTip(tip(tooltip))
    button.setAccessibleDescription(tooltip)
    button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    if icon:
        button.setProperty("icon-name", icon)
        button.setIconSize(QSize(icons.edge(), icons.edge()))


def push_button(text: str, *, tooltip: str, parent: QWidget, clicked: Callable[[], None], icon: str = "", kind: str = "") -> QPushButton:
    """A button with its reason as tooltip; what it says is its name, also when that changes. `kind` is `primary`, `quiet` or `link`."""
    button = QPushButton(text, parent)
    _dress(button, tooltip, icon)
    if kind:
        button.setProperty(kind, "true")
    button.clicked.connect(clicked)
    return button


def tool_button(text: str, *, name: str, tooltip: str, parent: QWidget, icon: str = "", checkable: bool = False) -> QToolButton:
    """A quiet button of a panel's header; `name` is what a screen reader says."""
    button = QToolButton(parent)
    button.setText(text)
    _dress(button, tooltip, icon)
    button.setAccessibleName(name)
    button.setProperty("quiet", "true")
    button.setCheckable(checkable)
    if icon and text:
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
    return button


def let_clear(line: QLineEdit) -> None:
    """Offer to clear what was typed, with a button that says so to a screen reader."""
    line.setClearButtonEnabled(True)
    for button in line.findChildren(QToolButton):
        button.setAccessibleName(tr("Clear"))


def tint(root: QWidget, theme: Theme) -> None:
    """Give every button below `root` that names an icon this icon in the theme's colours."""
    for button in [*root.findChildren(QPushButton), *root.findChildren(QToolButton)]:
        name = cast("str | None", button.property("icon-name"))
        if name:
            primary = button.property("primary") == "true"
            button.setIcon(icons.icon(name, theme.tokens.on_accent if primary else theme.tokens.text, theme.tokens.raised))


def fit(dialog: QWidget, width: int, height: int) -> None:
    """Give a dialog this size where the text has its usual one, more where it is larger, and never more than the window behind it offers."""
    grown = max(1.0, dialog.fontMetrics().height() / _USUAL_LINE)
    wanted = QSize(round(width * grown), round(height * grown)).expandedTo(dialog.sizeHint() if not height else QSize())
    parent = dialog.parentWidget()
    if parent is not None:
        wanted = wanted.boundedTo(parent.window().size() - QSize(GRID * 6, GRID * 8))
    dialog.resize(wanted)


class Panel(QFrame):
    """A framed part of the window: a head with title, dim subtitle and controls at the right, and a body. Shows when the keyboard is in it."""

    def __init__(self, title: str, *, parent: QWidget, theme: Theme) -> None:
        super().__init__(parent)
        self.setObjectName("panel")
        self.setAccessibleName(title)
        self.theme = theme
        self.head = QFrame(self)
        self.head.setObjectName("panel-head")
        self.title_label = ElidedLabel(title.upper(), parent=self.head, name="panel-title", snug=True)
        self.subtitle = ElidedLabel(parent=self.head, tone="dim")
        self.header = QHBoxLayout(self.head)
        self.header.setContentsMargins(GRID * 2, GRID, GRID, GRID // 2)
        self.header.setSpacing(GRID // 2)
        self.header.addWidget(self.title_label)
        self.header.addSpacing(GRID)
        self.header.addWidget(self.subtitle, 1)
        self.body = QVBoxLayout()
        self.body.setContentsMargins(1, 0, 1, GRID // 2)
        self.body.setSpacing(0)
        self._outer = QVBoxLayout(self)
        self._outer.setContentsMargins(0, 0, 0, 0)
        self._outer.setSpacing(0)
        self._outer.addWidget(self.head)
        self._outer.addLayout(self.body, 1)
        theme.changed.connect(self.retint)

    def give_head(self) -> QFrame:
        """Part with the head, which stands above the panel from now on as what it is moved by."""
        self._outer.removeWidget(self.head)
        for part in (self, self.head):
            part.setProperty("docked", "true")
        return self.head

    def watch_focus(self, widget: QWidget) -> None:
        """Show the panel as the active one while `widget` has the keyboard."""
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.FocusIn, QEvent.Type.FocusOut):
            for part in (self, self.head):
                restyle(part, "focused", "true" if event.type() == QEvent.Type.FocusIn else "false")
        return super().eventFilter(watched, event)

    def retint(self) -> None:
        """Redraw icons after a change of theme."""
        tint(self, self.theme)


def allow(action: QAction, *, unless: str) -> None:
    """Let the action be chosen unless there is a reason against it, which it then says."""
    action.setEnabled(not unless)
    if unless:
        action.setText(tr("{action} ({reason})", action=action.text(), reason=unless))


def copy_text(text: str) -> None:
    """Put text on the clipboard."""
    QApplication.clipboard().setText(text)
