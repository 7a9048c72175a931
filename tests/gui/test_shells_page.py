"""Does the page about shells show contexts as a tree, what a start reads and does not, each step of a variable, and any command in any context?"""

import fixtures as invented
import msgspec
import pytest
from conftest import Voice
from fixtures import BASHRC, HOME
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester, QTest
from support.tongue import english

from inspector.gui.desk import Desk
from inspector.gui.pages.shells import ShellsPage
from inspector.gui.rows import walk
from inspector.gui.view import RowTree
from inspector.i18n import tr
from inspector.model import messages as m
from inspector.model.environment import Environment
from inspector.model.which import AskWhich


@pytest.fixture
def page(desk: Desk) -> ShellsPage:
    """The page, turned to by its keys."""
    QTest.keyClick(desk, Qt.Key.Key_2, Qt.KeyboardModifier.AltModifier)
    turned = desk.book.page("shells")
    assert isinstance(turned, ShellsPage)
    assert turned.isVisible()
    return turned


def rows(view: RowTree) -> dict[str, list[str]]:
    """Every row by its first cell, with the texts of the others."""
    model = view.rows_model
    shown = tuple(row for n in range(model.rowCount()) if (row := model.row_of(model.index(n, 0))))
    return {english(row.cells[0].text.strip()): [english(cell.text) for cell in row.cells[1:]] for _, row in walk(shown)}


def test_contexts_stand_below_their_parents_and_the_worst_is_chosen(page: ShellsPage) -> None:
    QAbstractItemModelTester(page.contexts.tree.rows_model, page)
    assert page.contexts.tree.current_key() == ("interactive-terminal",)
    assert page.contexts.tree.rows_model.index_of(("login-terminal", "tmux")).isValid()
    assert page.contexts.tree.rows_model.index_of(("desktop", "vscode")).isValid()
    assert rows(page.contexts.tree)["GoLand"][2] == "GoLand is not installed"
    assert "takes 38 ms to start, 20 of them in ~/.nvm/nvm.sh" in english(page.startup.subtitle.full_text())


def test_what_is_not_read_and_not_executed_says_why(page: ShellsPage) -> None:
    QAbstractItemModelTester(page.startup.files.rows_model, page)
    shown = rows(page.startup.files)
    assert shown["4  ~/.nvm/nvm.sh"] == ["22.5", "22.5", "read by line 77"]
    assert shown["~/.bash_login"][2] == "absent"
    assert shown["~/.bash_aliases"][2].startswith("no file that was read sources it")
    assert [cells[2] for name, cells in shown.items() if name.startswith("line ")] == [
        "that branch is not taken here", "the function use_old_go is not called here",
    ]  # fmt: skip
    assert rows(page.startup.slow)["12.4"] == ["1", "~/.nvm/nvm.sh:4211", "nvm"]


def test_each_step_of_a_variable_with_what_it_did_and_how_sure(page: ShellsPage) -> None:
    QAbstractItemModelTester(page.variable.tree.rows_model, page)
    shown = rows(page.variable.tree)
    assert shown["1  /usr/bin"][1:] == ["~/.bashrc:118 ← ~/.profile:9", "exact line"]
    assert shown["3  + /usr/bin again"][0] == "puts first"
    page.variable.tree.choose(("steps", "step2"))
    assert english(page.detail.heading.full_text()) == "PATH, step 3 of 3: puts first"
    assert "line 118" in english(page.detail.sentence.text())
    assert "Before: /usr/local/go/bin:~/go/bin:/usr/local/bin:/usr/bin:/bin" in english(page.detail.also.text())
    page.variable.show_variable("GOFLAGS")
    assert "nothing in this start changes it" in rows(page.variable.tree)["Step by step"]


def test_enter_opens_the_line(page: ShellsPage, qtbot) -> None:
    page.open_place.disconnect()  # nobody is to start an editor
    page.variable.tree.choose(("now", "entry1"))
    page.variable.tree.setFocus()
    with qtbot.waitSignal(page.open_place) as opened:
        QTest.keyClick(page.variable.tree, Qt.Key.Key_Return)
    assert opened.args == [BASHRC, 118, ""]


def test_any_command_is_looked_up_in_every_context(page: ShellsPage, voice: Voice, qtbot) -> None:
    page.show_view(1)
    page.which.field.setFocus()
    QTest.keyClicks(page.which.field, "go node, ../evil")
    QTest.keyClick(page.which.field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: "–" in rows(page.which.matrix)["Cron"])
    assert [request.names for request in voice.asked if isinstance(request, AskWhich)][-1] == ("go", "node")
    assert rows(page.which.matrix)["Cron"] == ["1.19.8", "–"]
    assert rows(page.which.matrix)["systemd user service"] == ["?", "?"]
    page.which.matrix.choose(("interactive-terminal",))
    told = rows(page.which.table)
    assert english(told["node"][0]).startswith("~/.nvm/")
    assert english(told["go"][2]) == "an alias of this name in ~/.bashrc:90 comes first"
    assert page.which.table.rows_model.row_of(page.which.table.rows_model.index_of(("go", "/usr/local/go/bin/go"))) is not None
    assert HOME not in " ".join(told["node"])


def test_a_search_narrows_contexts_files_and_entries(page: ShellsPage) -> None:
    page.set_needle("nvm")
    assert "1  /etc/profile" not in rows(page.startup.files)
    page.set_needle("")
    assert "1  /etc/profile" in rows(page.startup.files)


def test_what_is_not_known_yet_or_failed_is_said(open_desk, voice: Voice, qtbot) -> None:
    page = open_desk().book.turn_to("shells")
    assert page.contexts.subtitle.full_text() == tr("looking…")
    made = invented.snapshot(broken=False)
    look = msgspec.structs.replace(made.look, failed={"environment": "timed-out: it took too long"})
    voice.received.emit(m.Hello(version="0", pid=1, root=False))
    broken = msgspec.structs.replace(made, environment=Environment(), look=look)
    voice.received.emit(m.SnapshotReady(generation=1, snapshot=broken))
    assert english(page.contexts.subtitle.full_text()) == "timed-out: it took too long"
    voice.received.emit(m.SnapshotReady(generation=2, snapshot=made))
    qtbot.waitUntil(lambda: page.contexts.tree.current_key() == ("login-terminal",))
    assert page.contexts.subtitle.full_text() == ""
