"""Do a batch and its history work by real clicks, against the real agent and real shells? Five at once, one undo; a file that moved on; forgotten."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from support.homes import Home
from support.live_window import LOOK_MS, keep_picture, live_desk
from support.tongue import english

from inspector.gui.desk import Desk
from inspector.gui.dialogs.batch import BatchDialog
from inspector.gui.dialogs.threeway import ThreeWayDialog

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def live(home: Home, qapp: QApplication, qtbot, monkeypatch):
    """The program on a home with five things that are safe to fix."""
    home.write(".bashrc", '# mine\nPATH="{good}:$PATH"\nexport PATH="$PATH:$HOME/gone:/usr/lib"\nexport PATH="$PATH:~/x"\n')
    home.write(".profile", ". ~/.bashrc\nexport GO111MODULE=off\n")
    (home.path / ".config/go").mkdir(parents=True)
    home.write(".config/go/env", "GOFLAGS=-ldflags -s\nGOVCS=*:git\nGOSUMDB=off\n")
    with live_desk(home, qapp, qtbot, monkeypatch) as desk:
        yield desk


def modal(kind: type) -> object:
    dialog = QApplication.activeModalWidget()
    assert isinstance(dialog, kind), dialog
    return dialog


def test_five_at_once_verified_and_undone(live: Desk, home: Home, qtbot) -> None:
    before = home.bytes_of_all()
    QTest.keyClick(live, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    dialog = modal(BatchDialog)
    qtbot.waitUntil(lambda: dialog.phase == "ready", timeout=LOOK_MS)
    assert len(dialog.rehearsal.plan.parts) >= 5
    assert home.bytes_of_all() == before
    keep_picture(dialog, "batch-1-rehearsed")

    parts = len(dialog.rehearsal.plan.parts)
    box = next(iter(dialog.boxes.values()))
    QTest.mouseClick(box, LEFT)
    qtbot.waitUntil(lambda: dialog.phase == "ready" and len(dialog.rehearsal.plan.parts) < parts, timeout=LOOK_MS)
    assert not box.isChecked()
    keep_picture(dialog, "batch-2-one-left-out")
    QTest.mouseClick(box, LEFT)
    qtbot.waitUntil(lambda: dialog.phase == "ready" and len(dialog.rehearsal.plan.parts) == parts, timeout=LOOK_MS)

    QTest.mouseClick(dialog.apply_button, LEFT)
    qtbot.waitUntil(lambda: dialog.phase == "done", timeout=LOOK_MS)
    assert dialog.receipt.verified, dialog.progress.text()
    keep_picture(dialog, "batch-3-verified")
    qtbot.waitUntil(lambda: not {f.id for f in live.store.snapshot.findings} & set(dialog.receipt.findings), timeout=LOOK_MS)
    QTest.mouseClick(dialog.undo_button, LEFT)
    qtbot.waitUntil(lambda: dialog.phase == "undone", timeout=LOOK_MS)
    assert home.bytes_of_all() == before
    QTest.mouseClick(dialog.close_button, LEFT)


def test_a_file_that_moved_on_is_compared_and_history_forgotten(live: Desk, home: Home, qtbot) -> None:
    QTest.keyClick(live, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    batch = modal(BatchDialog)
    qtbot.waitUntil(lambda: batch.phase == "ready", timeout=LOOK_MS)
    QTest.mouseClick(batch.apply_button, LEFT)
    qtbot.waitUntil(lambda: batch.phase == "done", timeout=LOOK_MS)
    QTest.mouseClick(batch.close_button, LEFT)
    rc = home.path / ".bashrc"
    rc.write_text("alias later=ls\n" + rc.read_text())

    QTest.mouseClick(live.status.history_button, LEFT)
    history = live.book.page("history")
    qtbot.waitUntil(lambda: history.table.rows_model.rowCount() == 1, timeout=LOOK_MS)
    keep_picture(history, "history-1")
    history.table.choose((f"receipt:{batch.receipt.id}",))
    QTest.mouseClick(history.undo_button, LEFT)
    qtbot.waitUntil(lambda: isinstance(QApplication.activeModalWidget(), ThreeWayDialog), timeout=LOOK_MS)
    sides = modal(ThreeWayDialog)
    assert sides.undo_button.isEnabled()
    keep_picture(sides, "history-2-three-sides")
    QTest.mouseClick(sides.undo_button, LEFT)
    qtbot.waitUntil(lambda: "Undone" in english(history.said.text()), timeout=LOOK_MS)
    assert rc.read_text().startswith("alias later=ls\n# mine\n")
    assert "$HOME/gone" in rc.read_text()

    qtbot.waitUntil(history.forget_button.isEnabled, timeout=LOOK_MS)
    QTest.mouseClick(history.forget_button, LEFT)
    assert "can no longer be taken back" in english(history.said.text())
    assert history.table.rows_model.rowCount() == 1
    keep_picture(history, "history-3-forget")
    QTest.mouseClick(history.forget_button, LEFT)
    qtbot.waitUntil(lambda: history.table.rows_model.rowCount() == 0, timeout=LOOK_MS)
