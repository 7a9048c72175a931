"""Can every table be taken away in every form, and does a menu say why something in it cannot be done?"""

import csv
import io
import json

import fixtures as invented
import pytest
from conftest import Voice
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from support.tongue import english

from inspector.gui.desk import Desk
from inspector.gui.pages.registry import PAGES
from inspector.gui.rows import Cell, Row, as_csv, as_markdown
from inspector.gui.view import RowTree
from inspector.model import messages as m

ROWS = (Row("a", (Cell("/usr/bin"), Cell("=1+1")), (Row("b", (Cell("x|y"), Cell("-3.5"))),)), Row("c", (Cell("only one"),)))


def test_a_table_as_markdown_and_csv() -> None:
    assert as_markdown(ROWS, ("Name", "Value")).splitlines() == [
        "| Name | Value |", "| --- | --- |", "| /usr/bin | =1+1 |", "| \u2003x\\|y | -3.5 |", "| only one |  |",
    ]  # fmt: skip
    read = list(csv.reader(io.StringIO(as_csv(ROWS, ("Name", "Value")))))
    assert read == [["Name", "Value"], ["/usr/bin", "'=1+1"], ["  x|y", "-3.5"], ["only one", ""]]


@pytest.mark.parametrize("page", [row.id for row in PAGES])
def test_every_table_of_a_page_can_be_taken_away(desk: Desk, voice: Voice, page: str, qtbot) -> None:
    voice.received.emit(m.Samples(batches=(invented.batch(1),)))
    shown = desk.book.turn_to(page)
    qtbot.wait(30)
    tables = [tree for tree in shown.findChildren(RowTree) if tree.rows_model.rowCount()]
    for tree in tables:
        count = sum(1 for _ in tree.rows_model.rows())
        tree.copy_as_json()
        assert len(json.loads(QApplication.clipboard().text())) == count, tree.accessibleName()
        tree.copy_as_csv()
        assert len(list(csv.reader(io.StringIO(QApplication.clipboard().text())))) > count
        tree.copy_as_markdown()
        assert QApplication.clipboard().text().startswith("| ")
        tree.copy_as_text()
        assert QApplication.clipboard().text()
    assert tables or page == "compare"


def test_the_menu_of_a_row_opens_by_key_and_gives_reasons(desk: Desk) -> None:
    tree = desk.environment.tree
    tree.choose(("contexts",))
    tree.setFocus()
    QTest.keyClick(tree, Qt.Key.Key_F10, Qt.KeyboardModifier.ShiftModifier)
    menu = QApplication.activePopupWidget()
    texts = {english(action.text()): action.isEnabled() for action in menu.actions() if action.text()}  # type: ignore[union-attr]
    menu.close()  # type: ignore[union-attr]
    assert texts["Open in editor (no line of a file decides this)"] is False
    assert {"Copy as text", "Copy as JSON", "Copy the table as CSV", "Copy the table as Markdown"} <= texts.keys()
    tree.choose(("contexts", "login-terminal"))
    row = tree.current_row()
    assert row is not None
    assert tree.menu_of(row).actions()[0].isEnabled()
