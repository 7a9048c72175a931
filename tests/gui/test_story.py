"""Does the whole story work by real clicks, against the real agent and real shells? The downgrade is seen, explained, fixed, proven and undone."""

import functools
import os

import pytest
from conftest import StallWatch
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from support.homes import Home
from support.live_window import LOOK_MS, keep_picture, live_desk
from support.tongue import english

from inspector.gui.desk import Desk
from inspector.gui.dialogs.fix import FixDialog

NEW, OLD = "1.27.3", "1.19.8"


@pytest.fixture
def live(home: Home, qapp: QApplication, qtbot, monkeypatch):
    """The program as it is run, on a scratch home with the downgrade."""
    home.write(".profile", 'if [ -n "$BASH_VERSION" ]; then\n  PATH="{good}:$PATH"\n  . "$HOME/.bashrc"\nfi\n')
    home.write(".bashrc", "# cuda\n" + 'export PATH="/usr/bin:$PATH"\n' + "alias ll='ls -l'\n")
    with live_desk(home, qapp, qtbot, monkeypatch) as desk:
        yield desk


def go_of(desk: Desk, context: str) -> str:
    row = desk.environment.tree.rows_model.row_of(desk.environment.tree.rows_model.index_of(("contexts", context)))
    return row.cells[1].text


def test_seen_explained_fixed_proven_and_undone(live: Desk, home: Home, qtbot) -> None:
    before = home.bytes_of_all()
    assert go_of(live, "login-terminal") == OLD
    assert live.verdict.property("tone") in ("warn", "bad")
    QTest.mouseClick(live.verdict.why_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: "line 2" in english(live.detail.sentence.text()))
    qtbot.waitUntil(lambda: any(line.property("current") == "true" and "/usr/bin" in english(line.text()) for _, line in live.detail.source.rows))
    tree = live.environment.tree
    opened, chosen = tree.opened(), tree.current_key()

    QTest.mouseClick(live.verdict.fix_button, Qt.MouseButton.LeftButton)
    dialog = QApplication.activeModalWidget()
    assert isinstance(dialog, FixDialog)
    qtbot.waitUntil(lambda: dialog.phase == "ready", timeout=LOOK_MS)
    assert home.bytes_of_all() == before, "a rehearsal changes nothing"
    keep_picture(dialog, "fix-1-rehearsed")
    assert "/usr/bin" in english(dialog.diff.toPlainText())
    QTest.mouseClick(dialog.apply_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: dialog.phase == "done", timeout=LOOK_MS)
    assert dialog.receipt.verified, dialog.progress.text()
    keep_picture(dialog, "fix-2-verified")
    assert home.shell("/bin/bash", "-lc", "go version").split()[2] == f"go{NEW}"
    qtbot.waitUntil(lambda: go_of(live, "login-terminal") == NEW, timeout=LOOK_MS)
    assert opened <= tree.opened() | {chosen}

    QTest.mouseClick(dialog.undo_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: dialog.phase == "undone", timeout=LOOK_MS)
    keep_picture(dialog, "fix-3-undone")
    assert home.bytes_of_all() == before
    QTest.mouseClick(dialog.close_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: go_of(live, "login-terminal") == OLD, timeout=LOOK_MS)


def test_a_saved_bashrc_changes_the_tree_and_keeps_selection(live: Desk, home: Home, stalls: StallWatch, qtbot) -> None:
    tree = live.environment.tree
    tree.choose(("contexts", "login-terminal"))
    tree.open_keys({("contexts", "login-terminal"), ("installs",)})
    opened = tree.opened()
    qtbot.waitUntil(live.faults.plotted, timeout=LOOK_MS)
    qtbot.wait(500)
    rc = home.path / ".bashrc"
    broken = rc.read_text()

    def save(text: str, version: str) -> None:
        rc.write_text(text)
        qtbot.waitUntil(lambda: go_of(live, "login-terminal") == version, timeout=LOOK_MS)
        assert tree.current_key() == ("contexts", "login-terminal")
        assert opened <= tree.opened()
        qtbot.wait(300)

    turns = (("# nothing\n", NEW), (broken, OLD))
    stalls.check(functools.partial(save, *turn) for turn in turns * 2)


def test_page_faults_are_live(live: Desk, qtbot) -> None:
    qtbot.waitUntil(lambda: live.store.series.count >= 3, timeout=LOOK_MS)
    assert live.faults.table.rows_model.rowCount() > 0
    assert "System" in english(live.faults.readout.full_text())


def test_an_agent_that_is_killed_is_started_again(live: Desk, qtbot) -> None:
    os.kill(live.store.hello.pid, 9)
    qtbot.waitUntil(lambda: bool(live.store.trouble), timeout=LOOK_MS)
    qtbot.waitUntil(lambda: live.store.hello is not None and not live.store.trouble and not live.store.pending, timeout=LOOK_MS)
    assert go_of(live, "login-terminal") == OLD
