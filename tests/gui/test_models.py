"""Do views follow changing rows? The keyed model under Qt's own tester, over random changes."""

import random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QPersistentModelIndex, Qt
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QWidget

from inspector.gui.models.tree import RowTreeModel
from inspector.gui.rows import Cell, Row, Rows, keep, matching, walk, with_problems
from inspector.gui.theme import Theme
from inspector.gui.view import RowTree

TESTER = QAbstractItemModelTester.FailureReportingMode.Fatal


def rows_of(draw: random.Random, depth: int = 0) -> Rows:
    keys = draw.sample("abcdef", draw.randint(0, 4))
    return tuple(Row(key, (Cell(key + draw.choice("123")), Cell("x")), rows_of(draw, depth + 1) if depth < 3 else ()) for key in keys)


def shown(model: RowTreeModel, parent=None) -> list:
    from PySide6.QtCore import QModelIndex

    parent = parent or QModelIndex()
    return [(model.data(model.index(n, 0, parent)), shown(model, model.index(n, 0, parent))) for n in range(model.rowCount(parent))]


def told(rows: Rows) -> list:
    return [(row.cells[0].text, told(row.children)) for row in rows]


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seeds=st.lists(st.integers(0, 10_000), min_size=2, max_size=5))
def test_any_rows_become_any_other_rows(theme: Theme, seeds: list[int]) -> None:
    parent = QWidget()
    model = RowTreeModel(("a", "b"), parent=parent, theme=theme)
    tester = QAbstractItemModelTester(model, TESTER)
    for seed in seeds:
        rows = rows_of(random.Random(seed))
        model.show(rows)
        assert shown(model) == told(rows)
        for key, row in walk(rows):
            assert model.row_of(model.index_of(key)) is row
            assert model.key_of(model.index_of(key)) == key
    tester.deleteLater()
    parent.deleteLater()


def test_a_row_that_moves_keeps_its_index_selection_and_children_open(qtbot, theme: Theme) -> None:
    def make(order: str, extra: str = "") -> Rows:
        return tuple(Row(key, (Cell(key + extra), Cell()), (Row("child", (Cell("c"), Cell())),)) for key in order)

    view = RowTree(("a", "b"), name="test", parent=None, theme=theme)
    qtbot.addWidget(view)
    QAbstractItemModelTester(view.rows_model, TESTER, view)
    view.show_rows(make("abc"))
    view.choose(("b", "child"))
    index = QPersistentModelIndex(view.rows_model.index_of(("b", "child")))
    view.show_rows(make("cxab", "!"))
    assert index.isValid()
    assert view.current_key() == ("b", "child")
    assert view.isExpanded(view.rows_model.index_of(("b",)))
    assert [row[0] for row in shown(view.rows_model)] == ["c!", "x!", "a!", "b!"]
    view.show_rows(make("a"))
    assert not index.isValid()
    view.show_rows(make("ab"))
    assert view.isExpanded(view.rows_model.index_of(("b",))), "what was open is open when it comes back"


def test_every_role_answers_and_what_is_not_there_is_none(theme: Theme) -> None:
    parent = QWidget()
    model = RowTreeModel(("a", "b"), parent=parent, theme=theme, tips=("what a is",), numeric=(1,))
    model.show(
        (Row("k", (Cell("text", tone="warn", icon="warn", tip="<b>why</b>", struck=True), Cell("7", right=True, swatch="#ff0000")), says="spoken"),)
    )
    index = model.index(0, 0)
    assert model.data(index, Qt.ItemDataRole.AccessibleTextRole) == "spoken"
    assert "&lt;b&gt;why" in model.data(index, Qt.ItemDataRole.ToolTipRole), "markup from outside is shown, not obeyed"
    assert model.data(index, Qt.ItemDataRole.FontRole).strikeOut()
    assert model.data(index, Qt.ItemDataRole.ForegroundRole).color().name() == theme.tokens.warn
    assert not model.data(index, Qt.ItemDataRole.DecorationRole).isNull()
    assert model.data(model.index(0, 1), Qt.ItemDataRole.TextAlignmentRole) & int(Qt.AlignmentFlag.AlignRight)
    assert model.headerData(1, Qt.Orientation.Horizontal, Qt.ItemDataRole.TextAlignmentRole) & int(Qt.AlignmentFlag.AlignRight)
    assert model.headerData(9, Qt.Orientation.Horizontal) is None
    assert model.data(index, Qt.ItemDataRole.EditRole) is None
    parent.deleteLater()


@pytest.mark.parametrize(("needle", "found"), [("", ["a", "b"]), ("GOPLS", ["b"]), ("nothing", [])])
def test_searching_keeps_the_way_to_what_was_found(needle: str, found: list[str]) -> None:
    rows = (Row("a", (Cell("cron"),)), Row("b", (Cell("login"),), (Row("c", (Cell("gopls 0.21"),)), Row("d", (Cell("dlv"),)))))
    assert [row.key for row in matching(rows, needle)] == found
    if needle == "GOPLS":
        assert [row.key for row in matching(rows, needle)[0].children] == ["c"]


def test_problems_only_keeps_what_leads_to_a_problem() -> None:
    rows = (Row("a", (), (Row("x", (), problem=True), Row("y", ())), problem=True), Row("b", (), (Row("z", ()),)))
    assert [key for key, _ in walk(with_problems(rows))] == [("a",), ("a", "x")]
    assert keep(rows, lambda row: row.key == "z")[0].children[0].key == "z"
