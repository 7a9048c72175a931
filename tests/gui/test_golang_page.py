"""Does the page about Go answer its questions: which toolchain and why, which line set it, what fits, what ran, how large?"""

from pathlib import Path

import pytest
from conftest import Voice
from fixtures import HOME
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtTest import QAbstractItemModelTester
from support.tongue import english

from inspector.gui.desk import Desk
from inspector.gui.pages.golang import GolangPage
from inspector.gui.view import RowTree
from inspector.i18n import tr
from inspector.model import messages as m


@pytest.fixture
def page(desk: Desk) -> GolangPage:
    """The page, turned to."""
    turned = desk.book.turn_to("golang")
    assert isinstance(turned, GolangPage)
    return turned


def cells(table: RowTree, column: int) -> list[str]:
    model = table.rows_model
    return [english(model.index(row, column).data()) for row in range(model.rowCount())]


def test_each_context_says_what_it_would_run_and_why(page: GolangPage) -> None:
    QAbstractItemModelTester(page.project.table.rows_model, page)
    assert "go.mod says go 1.27" in english(page.project.subtitle.full_text())
    rows = dict(zip(cells(page.project.table, 0), cells(page.project.table, 2), strict=True))
    assert (rows["VS Code"], rows["Script"], rows["Cron"]) == ("1.27.0", "1.19.8", english(tr("stops")))
    whys = dict(zip(cells(page.project.table, 0), cells(page.project.table, 4), strict=True))
    assert "old meaning" in whys["Script"]
    assert "downloading go1.27.0" in whys["VS Code"]


def test_another_project_is_looked_at_by_the_same_agent_options(page: GolangPage, voice: Voice) -> None:
    voice.options = ["--home", "/x", "--project", "/old"]
    page.project.use("/new")
    assert voice.options == ["--home", "/x", "--project", "/new"]


def test_settings_are_those_of_the_chosen_context_and_name_their_line(page: GolangPage, qtbot) -> None:
    assert cells(page.env.table, 0) == ["GOBIN", "GOTOOLCHAIN"]
    page.env.show_context("desktop")
    assert cells(page.env.table, 0) == ["GOBIN"]
    page.env.opened.disconnect()  # nobody is to start an editor
    with qtbot.waitSignal(page.env.opened) as opened:
        page.env.table.choose(("GOBIN",))
        page.env.table.acted.emit(page.env.table.current_row())
    assert opened.args == [f"{HOME}/.config/go/env", 2, ""]
    page.env.show_context("login-terminal")
    page.env.set_button.setChecked(True)
    assert cells(page.env.table, 0) == ["GOBIN"]


def test_a_dropped_folder_is_read_and_sorted_by_any_column(page: GolangPage, voice: Voice, qtbot, tmp_path: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(tmp_path))])
    page.dropEvent(QDropEvent(QPointF(5, 5), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier))
    qtbot.waitUntil(lambda: len(cells(page.binaries.table, 0)) == 4)
    assert [request.paths for request in voice.asked if isinstance(request, m.ReadBinaries)] == [(str(tmp_path),)]
    assert cells(page.binaries.table, 0) == ["agent-arm", "api", "legacy", "worker"]
    page.binaries.table.header().setSortIndicator(1, Qt.SortOrder.DescendingOrder)
    assert cells(page.binaries.table, 1) == ["1.27.3", "1.26.6", "1.25.5", "1.9.7"]
    page.binaries.problems_button.setChecked(True)
    assert cells(page.binaries.table, 0) == ["agent-arm", "legacy"]
    page.binaries.problems_button.setChecked(False)
    page.binaries.show_tools()
    assert cells(page.binaries.table, 0) == ["gopls"]


def test_the_room_installs_take_is_asked_once_for_each_set_of_them(page: GolangPage, voice: Voice, qtbot) -> None:
    qtbot.waitUntil(lambda: "402" in cells(page.installs.table, 4))
    page.enter()
    assert sum(isinstance(request, m.MeasureInstalls) for request in voice.asked) == 1
    assert "921 MiB together" in english(page.installs.subtitle.full_text())


def test_the_timeline_has_a_dot_for_each_week_a_version_ran(page: GolangPage, qtbot) -> None:
    timeline = page.runs.timeline
    assert timeline.versions == ["1.28rc1", "1.27.3", "1.24.11"]
    assert len(timeline.weeks) == 11
    assert english(timeline.said_at(timeline.place_of("1.28rc1", "2026-11-16"))) == "go 1.28rc1, week of 2026-11-16: go"
    assert timeline.said_at(timeline.place_of("1.28rc1", "2026-10-05")) == ""
