"""Does the history put what changed and what was fixed into one list, and lead to a comparison, to the moment itself, and the way back?"""

import fixtures as invented
import pytest
from PySide6.QtCore import QItemSelectionModel, Qt
from PySide6.QtTest import QAbstractItemModelTester, QTest
from support.tongue import english

from inspector.gui.desk import Desk
from inspector.gui.pages.history import HistoryPage
from inspector.model import messages as m
from inspector.model.plan import History
from inspector.model.report_messages import CompareReports

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def page(desk: Desk, voice, qtbot) -> HistoryPage:
    """Two moments and a receipt."""
    invented.keep_moments(voice.session.keeper)
    QTest.keyClick(desk, Qt.Key.Key_H, Qt.KeyboardModifier.ControlModifier)
    shown = desk.book.page("history")
    assert isinstance(shown, HistoryPage)
    qtbot.waitUntil(lambda: shown.table.rows_model.rowCount() == 3)
    return shown


def moment(page: HistoryPage, place: int) -> tuple[str, ...]:
    return page.table.rows_model.key_of(page.table.rows_model.index(place, 0))


def test_one_list_newest_first_with_what_happened_meanwhile(page: HistoryPage) -> None:
    model = page.table.rows_model
    QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal, page)
    rows = [model.row_of(model.index(n, 0)) for n in range(3)]
    assert [row.ref[0] for row in rows] == ["receipt", "kept", "kept"]
    assert "go in Interactive terminal: 1.27.3 → 1.19.8" in english(rows[1].cells[1].text)
    assert "apt install golang-1.19" in english(rows[1].cells[2].text)
    assert "no proof" in english(rows[1].cells[2].tip)
    assert any("/var/log/apt/history.log:88" in english(child.cells[3].text) for child in rows[1].children)
    page.set_needle("golang-1.19")
    assert model.rowCount() == 1


def test_a_moment_is_compared_with_now_and_two_with_each_other(page: HistoryPage, desk: Desk, voice, qtbot) -> None:
    page.table.choose(moment(page, 2))
    assert not page.undo_button.isEnabled()
    QTest.mouseClick(page.compare_button, LEFT)
    compare = desk.book.page("compare")
    qtbot.waitUntil(lambda: compare.found is not None)  # type: ignore[attr-defined]
    assert [(r.left[:5], r.right) for r in voice.asked if isinstance(r, CompareReports)][-1] == ("kept:", "live")
    desk.book.turn_to("history")
    index = page.table.rows_model.index_of(moment(page, 1))
    page.table.selectionModel().select(index, QItemSelectionModel.SelectionFlag.Select | QItemSelectionModel.SelectionFlag.Rows)
    assert "two" in english(page.compare_button.text())
    QTest.mouseClick(page.compare_button, LEFT)
    qtbot.waitUntil(lambda: voice.asked[-1].right.startswith("kept:"))


def test_a_moment_is_shown_read_only(page: HistoryPage, desk: Desk, qtbot) -> None:
    page.table.choose(moment(page, 2))
    QTest.mouseClick(page.show_button, LEFT)
    qtbot.waitUntil(lambda: "This machine as it was on" in english(desk.banner.said.text()))
    assert not desk.verdict.fix_button.isEnabled()
    assert not desk.store.foreign()


def test_forgetting_takes_a_second_click_and_takes_all(page: HistoryPage, voice, qtbot) -> None:
    QTest.mouseClick(page.forget_button, LEFT)
    assert "can no longer be taken back" in english(page.said.text())
    assert not any(isinstance(request, m.Forget) for request in voice.asked)
    voice.outcome = m.HistoryReady(id=0, history=History())
    QTest.mouseClick(page.forget_button, LEFT)
    qtbot.waitUntil(lambda: page.table.rows_model.rowCount() == 0)
    assert "Nothing has changed yet" in english(page.said.text())
