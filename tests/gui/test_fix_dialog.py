"""Is a fix shown before it is done, proven after, and taken back? By real clicks, against an agent's voice."""

import fixtures as invented
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester, QTest
from PySide6.QtWidgets import QApplication
from support.tongue import english

from inspector.gui.desk import Desk
from inspector.gui.dialogs.fix import FixDialog
from inspector.model import messages as m


@pytest.fixture
def dialog(desk: Desk, qtbot) -> FixDialog:
    QTest.mouseClick(desk.verdict.fix_button, Qt.MouseButton.LeftButton)
    found = QApplication.activeModalWidget()
    assert isinstance(found, FixDialog)
    QAbstractItemModelTester(found.matrix.rows_model, QAbstractItemModelTester.FailureReportingMode.Fatal, found)
    return found


def test_a_rehearsal_shows_what_why_and_what_comes_of_it(dialog: FixDialog, qtbot) -> None:
    qtbot.waitUntil(lambda: dialog.phase == "ready")
    assert "~/.bashrc" in english(dialog.title.text())
    assert english(dialog.safety.text()) == "Safe"
    assert '+# go-inspector: export PATH="/usr/bin:$PATH"' in english(dialog.diff.toPlainText())
    assert len(dialog.diff.extraSelections()) == 2
    row = dialog.matrix.rows_model.row_of(dialog.matrix.rows_model.index(0, 0))
    assert [english(cell.text) for cell in row.cells] == ["Interactive terminal", invented.OLD, invented.NEW]
    assert dialog.apply_button.isEnabled()
    assert dialog.apply_button.hasFocus()
    assert "Nothing has been changed yet" in english(dialog.progress.text())


def test_apply_verify_and_undo(dialog: FixDialog, voice, qtbot) -> None:
    qtbot.waitUntil(lambda: dialog.phase == "ready")
    QTest.mouseClick(dialog.apply_button, Qt.MouseButton.LeftButton)
    assert not dialog.close_button.isEnabled(), "nothing closes while something is written"
    qtbot.waitUntil(lambda: dialog.phase == "done")
    assert "Verified" in english(dialog.progress.text())
    assert "1 running program keeps the old environment" in english(dialog.progress.text())
    assert "code (4121): start it again" in english(dialog.removes.text())
    assert voice.asked[-1].rehearsal == invented.rehearsal(), "exactly what was rehearsed"
    QTest.mouseClick(dialog.undo_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: dialog.phase == "undone")
    assert voice.undone == "r1"
    QTest.mouseClick(dialog.close_button, Qt.MouseButton.LeftButton)
    assert QApplication.activeModalWidget() is None


def test_escape_closes_and_changes_nothing(dialog: FixDialog, voice, qtbot) -> None:
    qtbot.waitUntil(lambda: dialog.phase == "ready")
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert QApplication.activeModalWidget() is None
    assert not any(isinstance(request, m.Apply) for request in voice.asked)


def test_by_keyboard_alone(desk: Desk, qtbot) -> None:
    QTest.keyClick(desk, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    dialog = QApplication.activeModalWidget()
    qtbot.waitUntil(lambda: dialog.phase == "ready")
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: dialog.phase == "done")
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Escape)
    assert QApplication.activeModalWidget() is None


def test_a_refusal_is_told_and_nothing_can_be_applied(desk: Desk, voice, qtbot) -> None:
    voice.outcome = m.Failed(id=0, reason="~/.bashrc was changed by somebody else since it was rehearsed")
    QTest.mouseClick(desk.verdict.fix_button, Qt.MouseButton.LeftButton)
    dialog = QApplication.activeModalWidget()
    qtbot.waitUntil(lambda: dialog.phase == "failed")
    assert "somebody else" in english(dialog.progress.text())
    assert not dialog.apply_button.isVisible()
    dialog.reject()


def test_commands_can_be_copied_instead(dialog: FixDialog, qtbot) -> None:
    qtbot.waitUntil(lambda: dialog.phase == "ready")
    QTest.mouseClick(dialog.copy_button, Qt.MouseButton.LeftButton)
    assert QApplication.clipboard().text()== dialog.rehearsal.by_hand
    dialog.reject()


def test_what_only_root_may_do_is_a_script_and_another_way_can_be_chosen(desk: Desk, voice, qtbot) -> None:
    voice.outcome = m.Rehearsed(id=0, rehearsal=invented.by_hand())
    QTest.mouseClick(desk.verdict.fix_button, Qt.MouseButton.LeftButton)
    dialog = QApplication.activeModalWidget()
    qtbot.waitUntil(lambda: dialog.phase == "by-hand")
    assert english(dialog.diff.toPlainText()).startswith("#!/bin/sh")
    assert "not installed" in english(dialog.progress.text())
    assert not dialog.apply_button.isVisible()
    dialog.ways.setFocus()
    QTest.keyClick(dialog.ways, Qt.Key.Key_Down)
    qtbot.waitUntil(lambda: isinstance(voice.asked[-1], m.Simulate) and voice.asked[-1].plan == "go-shadowed:profile-d")
    qtbot.waitUntil(lambda: dialog.phase == "by-hand")
    QTest.mouseClick(dialog.install_button, Qt.MouseButton.LeftButton)
    assert english(dialog.diff.toPlainText()) == "#!/bin/sh\n# helper\n"
    QTest.mouseClick(dialog.copy_button, Qt.MouseButton.LeftButton)
    assert english(QApplication.clipboard().text()) == "#!/bin/sh\n# helper\n"
    QTest.mouseClick(dialog.look_button, Qt.MouseButton.LeftButton)
    voice.received.emit(m.SnapshotReady(generation=9, snapshot=invented.snapshot(broken=False)))
    qtbot.waitUntil(lambda: "the finding is gone" in english(dialog.progress.text()))
    dialog.reject()


def test_what_is_asked_is_answered_before_anything_is_written(desk: Desk, voice, qtbot) -> None:
    voice.outcome = m.Rehearsed(id=0, rehearsal=invented.asked())
    QTest.mouseClick(desk.verdict.fix_button, Qt.MouseButton.LeftButton)
    dialog = QApplication.activeModalWidget()
    qtbot.waitUntil(lambda: dialog.phase == "ready")
    assert "~/.bashrc has another name" in english(dialog.asks.text())
    assert not dialog.apply_button.isEnabled()
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Space)
    assert dialog.agree.isChecked()
    voice.outcome = None
    QTest.mouseClick(dialog.apply_button, Qt.MouseButton.LeftButton)
    assert isinstance(voice.asked[-1], m.Apply)
    assert voice.asked[-1].agreed
    qtbot.waitUntil(lambda: dialog.phase == "done")
    dialog.reject()


def test_a_kernel_setting_is_fixed_from_the_kernel_panel(desk: Desk, voice, qtbot) -> None:
    restricted = next(f for f in desk.store.snapshot.findings if f.check == "kernel-setting")
    desk.kernel.reveal(restricted.effects[0].where)
    assert desk.kernel.fix_button.isVisible()
    QTest.mouseClick(desk.kernel.fix_button, Qt.MouseButton.LeftButton)
    assert isinstance(QApplication.activeModalWidget(), FixDialog)
    qtbot.waitUntil(lambda: isinstance(voice.asked[-1], m.Simulate) and voice.asked[-1].finding == restricted.id)
    QApplication.activeModalWidget().reject()
    desk.kernel.reveal("nothing-of-that-name")


def test_a_setting_is_shown_with_its_value_now_and_then(desk: Desk, voice, qtbot) -> None:
    voice.outcome = m.Rehearsed(id=0, rehearsal=invented.setting())
    QTest.mouseClick(desk.verdict.fix_button, Qt.MouseButton.LeftButton)
    dialog = QApplication.activeModalWidget()
    qtbot.waitUntil(lambda: dialog.phase == "ready")
    row = dialog.matrix.rows_model.row_of(dialog.matrix.rows_model.index(0, 0))
    assert [cell.text for cell in row.cells] == ["kernel.perf_event_paranoid", "3", "2"]
    assert "Opens up" in english(dialog.reason.text())
    dialog.reject()


def test_a_terminal_is_opened_instead_of_writing(dialog: FixDialog, voice, qtbot) -> None:
    qtbot.waitUntil(lambda: dialog.phase == "ready")
    QTest.mouseClick(dialog.terminal_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: "xterm" in english(dialog.progress.text()))
    assert not any(isinstance(request, m.Apply) for request in voice.asked)
    assert dialog.apply_button.isEnabled()
    dialog.reject()


def test_history_lists_receipts_and_undoes(desk: Desk, voice, qtbot) -> None:
    QTest.mouseClick(desk.status.history_button, Qt.MouseButton.LeftButton)
    page = desk.book.page("history")
    assert page.isVisible()
    QAbstractItemModelTester(page.table.rows_model, QAbstractItemModelTester.FailureReportingMode.Fatal, page)
    qtbot.waitUntil(lambda: page.table.rows_model.rowCount() == 1)
    page.table.choose(("receipt:r1",))
    assert page.undo_button.isEnabled()
    QTest.mouseClick(page.undo_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: voice.undone == "r1" and "Undone" in english(page.said.text()))
    qtbot.waitUntil(lambda: not page.undo_button.isEnabled())
