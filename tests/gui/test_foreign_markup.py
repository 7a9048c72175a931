"""A stranger's report with markup and control characters in every string: is it text everywhere, on every page?"""

import typing

import fixtures as invented
import msgspec
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtWidgets import QApplication, QLabel, QTextBrowser, QTreeView, QWidget

from inspector.gui.desk import Desk
from inspector.gui.pages.registry import PAGES
from inspector.model.base import Doc
from inspector.model.opened import Opened

EVIL = "<img src='/x'><a href='https://x.invalid'>\x1b[2J\u202e&amp;\n"
KEPT = {"id", "check", "template", "taken_at", "context", "parent", "symbol", "relation", "name"}
"""Words that rows are found by, and our own sentences."""


def poisoned(value: object) -> object:
    """The same document with EVIL in front of every free string."""
    if isinstance(value, Doc):
        hints = typing.get_type_hints(type(value))
        changed = {}
        for name in value.__struct_fields__:
            old = getattr(value, name)
            free = isinstance(old, str) and hints[name] is str and name not in KEPT
            changed[name] = EVIL + old if free else poisoned(old)
        return msgspec.structs.replace(value, **changed)
    return tuple(map(poisoned, value)) if isinstance(value, tuple) else value


def rich(widget: QWidget) -> list[str]:
    """What in this widget would be read as markup."""
    found = []
    if isinstance(widget, QLabel) and widget.textFormat() != Qt.TextFormat.PlainText and "<img" in widget.text():
        found.append(widget.text())
    if isinstance(widget, QTextBrowser) and "<img" in widget.toHtml():
        found.append(widget.toHtml())
    if "<img" in widget.toolTip():
        found.append(widget.toolTip())
    if isinstance(widget, QTreeView) and widget.model() is not None:
        found += [tip for tip in tips(widget, QModelIndex()) if "<img" in tip]
    return found


def tips(view: QTreeView, parent: QModelIndex, depth: int = 0) -> list[str]:
    model = view.model()
    made = []
    for row in range(min(model.rowCount(parent), 60)):
        made += [str(model.index(row, column, parent).data(Qt.ItemDataRole.ToolTipRole) or "") for column in range(model.columnCount(parent))]
        if depth < 3:
            made += tips(view, model.index(row, 0, parent), depth + 1)
    return made


def test_every_string_is_text_on_every_page(desk: Desk, qtbot) -> None:
    snapshot = poisoned(invented.snapshot(broken=True))
    assert isinstance(snapshot, type(invented.snapshot()))
    desk.store.show_document(Opened(snapshot=snapshot, samples=(invented.batch(1),)), f"Report of {EVIL}", word="/tmp/x.zip")
    seen = 0
    for row in PAGES:
        desk.book.turn_to(row.id)
        QApplication.processEvents()
        for widget in QApplication.allWidgets():
            assert rich(widget) == [], (row.id, widget)
            seen += isinstance(widget, QLabel) and "<img" in widget.text()
    desk.overview.show_cause(snapshot.findings[0].id)
    QApplication.processEvents()
    assert all(rich(widget) == [] for widget in QApplication.allWidgets())
    assert seen > 5, "the strings were really shown"
