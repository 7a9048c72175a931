"""What would a careful reader find wrong with what is on screen? Text that is cut off, a sentence left in English, a control without name or role."""

import re
from collections.abc import Iterator
from functools import lru_cache

from PySide6.QtCore import QModelIndex, QRect, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractScrollArea,
    QComboBox,
    QHeaderView,
    QLabel,
    QLineEdit,
    QScrollArea,
    QStyle,
    QStyleOptionComboBox,
    QTabBar,
    QWidget,
)

from inspector.gui.view import RowTree
from inspector.gui.widgets import ElidedLabel

_SLACK = 2
"""Pixels a hint may be larger than what is drawn: a hint counts frames nobody sees."""
_COMMANDS = {"version"}
"""Subcommands of go that are also words of ours."""
_SPEAKING = 12
"""Letters of a template beside its fields from which a text that fits it is taken for it."""


def shown(root: QWidget) -> list[QWidget]:
    """The widgets on screen at or below this one; what lies scrolled out of sight counts as on screen."""
    return [widget for widget in [root, *root.findChildren(QWidget)] if widget.isVisibleTo(root)]


def name_of(widget: QWidget) -> str:
    """Something by which a person finds the widget."""
    text = widget.text() if isinstance(widget, QLabel | QAbstractButton) else ""
    return f"{type(widget).__name__} {widget.objectName() or widget.accessibleName()!r} {text!r}"


# ---- cut off


def cut_off(root: QWidget) -> list[str]:
    """Texts that are not drawn whole. What gives way on purpose says so with an ellipsis and is whole in its tooltip."""
    found = []
    for widget in shown(root):
        why = _label(widget) or _button(widget) or _box(widget) or _beyond(widget)
        if why:
            found.append(f"{name_of(widget)}: {why}")
        if isinstance(widget, QHeaderView):
            found += _sections(widget)
    return found


def _label(widget: QWidget) -> str:
    if not isinstance(widget, QLabel) or not widget.text():
        return ""
    if isinstance(widget, ElidedLabel):
        if widget.text() != widget.full_text() and (widget.objectName() == "panel-title" or not widget.toolTip()):
            return f"elided from {widget.full_text()!r}"
        return ""
    if widget.wordWrap():
        need = widget.heightForWidth(widget.width())
        return f"{need} pixels of lines in {widget.height()}" if need > widget.height() + _SLACK else ""
    need = widget.sizeHint()
    if need.width() > widget.width() + _SLACK or need.height() > widget.height() + _SLACK:
        return f"needs {need.toTuple()}, has {widget.size().toTuple()}"
    return ""


def _button(widget: QWidget) -> str:
    if not isinstance(widget, QAbstractButton) or not widget.text() or isinstance(widget.parent(), QLineEdit):
        return ""  # the picture at the edge of a line of text is only named by its text
    need = widget.sizeHint()
    if need.width() > widget.width() + _SLACK or need.height() > widget.height() + _SLACK:
        return f"needs {need.toTuple()}, has {widget.size().toTuple()}"
    return ""


def _box(widget: QWidget) -> str:
    if not isinstance(widget, QComboBox):
        return ""
    option = QStyleOptionComboBox()
    widget.initStyleOption(option)
    room = widget.style().subControlRect(QStyle.ComplexControl.CC_ComboBox, option, QStyle.SubControl.SC_ComboBoxEditField, widget).width()
    need = widget.fontMetrics().horizontalAdvance(widget.currentText())
    return f"needs {need}, has {room}" if need > room + _SLACK and not widget.toolTip() else ""


def _beyond(widget: QWidget) -> str:
    """Part of it lies outside its parent, where nothing can scroll to it."""
    parent = widget.parentWidget()
    if not isinstance(widget, QLabel | QAbstractButton | QLineEdit) or parent is None or _scrolls(widget) or widget.isWindow():
        return ""
    inside = parent.rect().intersected(QRect(widget.pos(), widget.size()))
    return f"only {inside.size().toTuple()} of {widget.size().toTuple()} lies in its parent" if inside.size() != widget.size() else ""


def _scrolls(widget: QWidget) -> bool:
    parent = widget.parentWidget()
    while parent is not None:
        if isinstance(parent, QScrollArea | QAbstractScrollArea | QTabBar):
            return True
        parent = parent.parentWidget()
    return False


def _sections(header: QHeaderView) -> list[str]:
    """Titles of columns that end in an ellipsis without a tooltip that has them whole."""
    model, found = header.model(), []
    for section in range(header.count()) if header.isVisible() and header.orientation() == Qt.Orientation.Horizontal else ():
        title = str(model.headerData(section, Qt.Orientation.Horizontal) or "")
        need = header.fontMetrics().horizontalAdvance(title) + 16
        seen = not header.isSectionHidden(section) and header.sectionViewportPosition(section) < header.viewport().width()
        if seen and header.sectionSize(section) + _SLACK < need:
            found.append(f"column {title!r} of {header.parent().accessibleName()!r}: needs {need}, has {header.sectionSize(section)}")
    return found


# ---- left in English


@lru_cache(maxsize=1)
def _sentences() -> tuple[frozenset[str], re.Pattern[str]]:
    import gettext

    from inspector import resources

    catalogue = gettext.translation("go-inspector", resources.path("translations"), languages=["zh_CN"])
    pairs = [(text, catalogue.gettext(text)) for text in catalogue._catalog if isinstance(text, str) and text]  # type: ignore[attr-defined]
    differ = [text for text, answer in pairs if answer != text]
    plain = frozenset(text for text in differ if "{" not in text)
    fields = re.compile(r"\{[a-z_][a-z0-9_]*\}")
    shapes = [
        ".+".join(re.escape(part) for part in fields.split(text))
        for text in differ
        if "{" in text and sum(letter.isalpha() for letter in fields.sub("", text)) >= _SPEAKING
    ]
    return plain, re.compile("|".join(f"(?:{shape})" for shape in shapes))


def in_english(text: str) -> bool:
    """Whether this is a sentence that the catalogue has in Chinese."""
    plain, shapes = _sentences()
    bare = text.replace("&", "").strip()
    if bare in _COMMANDS or not bare.isascii() or not any(letter.isalpha() for letter in bare):
        return False
    return bare in plain or shapes.fullmatch(bare) is not None


def left_in_english(root: QWidget) -> list[str]:
    """Texts on screen that should have been said in Chinese."""
    return sorted({f"{name_of(widget)}: {text!r}" for widget in shown(root) for text in _texts(widget) if in_english(text)})


def _texts(widget: QWidget) -> Iterator[str]:
    yield widget.accessibleName()
    yield widget.accessibleDescription()
    yield re.sub(r"<[^>]*>", "", widget.toolTip())
    if isinstance(widget, ElidedLabel):
        yield widget.full_text()
    elif isinstance(widget, QLabel | QAbstractButton):
        yield widget.text().removesuffix("▾").strip()
    elif isinstance(widget, QLineEdit):
        yield widget.placeholderText()
    elif isinstance(widget, QComboBox):
        yield from (widget.itemText(n) for n in range(widget.count()))
    elif isinstance(widget, RowTree):
        yield from (str(title) for title in widget.rows_model.columns)
        yield from _cells(widget, QModelIndex())


def _cells(tree: RowTree, parent: QModelIndex) -> Iterator[str]:
    model = tree.rows_model
    for n in range(min(model.rowCount(parent), 40)):
        for column in range(model.columnCount()):
            index = model.index(n, column, parent)
            yield str(index.data() or "")
        yield from _cells(tree, model.index(n, 0, parent))


# ---- unnamed

_ROLES = {
    QAccessible.Role.PushButton, QAccessible.Role.CheckBox, QAccessible.Role.RadioButton, QAccessible.Role.ButtonMenu, QAccessible.Role.ComboBox,
    QAccessible.Role.EditableText, QAccessible.Role.Tree, QAccessible.Role.Table, QAccessible.Role.List, QAccessible.Role.PageTabList,
    QAccessible.Role.Graphic, QAccessible.Role.Chart, QAccessible.Role.Canvas, QAccessible.Role.SpinBox, QAccessible.Role.Slider,
    QAccessible.Role.StaticText, QAccessible.Role.Document, QAccessible.Role.ButtonDropDown, QAccessible.Role.Link,
}  # fmt: skip

_PICTURES = {"FaultPlot", "HeatmapView", "LanesView", "FlameView", "GatesView", "Canvas", "QScrollArea"}
"""What Qt has no role for: a picture. Its name says what it shows, and the same is in a table."""


def unnamed(root: QWidget) -> list[str]:
    """What can have the keyboard and does not tell a screen reader what it is."""
    found = []
    for widget in shown(root):
        if not widget.focusPolicy() & Qt.FocusPolicy.TabFocus or widget.focusProxy() is not None or _inner(widget):
            continue
        interface = QAccessible.queryAccessibleInterface(widget)
        name = interface.text(QAccessible.Text.Name) if interface else ""
        if not name:
            found.append(f"{name_of(widget)}: no name")
        if not interface or not (interface.role() in _ROLES or type(widget).__name__ in _PICTURES):
            found.append(f"{name_of(widget)}: role {interface.role().name if interface else None}")
    return found


def _inner(widget: QWidget) -> bool:
    """Part of a control that speaks for it: the viewport of a view, a header, the line of a box, a splitter of a dialog."""
    inner = isinstance(widget, QHeaderView) or isinstance(widget.parent(), QComboBox) or widget.objectName().startswith("qt_")
    return inner or not widget.isEnabled()
