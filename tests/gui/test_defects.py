"""Who is told when something of ours goes wrong, and who of a new error? A defect is told once, without names, and the window begins anew."""

import os
import stat
from pathlib import Path

import fixtures as invented
import msgspec
import pytest
from conftest import Voice, speak
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from support.tongue import english

from inspector.gui import defects
from inspector.gui.app import Fence
from inspector.gui.desk import Desk
from inspector.gui.dialogs.telling import TellingDialog
from inspector.gui.notify import Notifier, command
from inspector.model import messages as m


def fail(desk: Desk, error: Exception) -> None:
    """As the interpreter does with what nobody caught."""
    try:
        raise error  # noqa: TRY301  it is to have a traceback
    except Exception as caught:  # noqa: BLE001  any
        Fence(desk.window()).caught(type(caught), caught, caught.__traceback__)  # type: ignore[arg-type]


def telling(qtbot) -> TellingDialog:
    qtbot.waitUntil(lambda: isinstance(QApplication.activeModalWidget(), TellingDialog))
    found = QApplication.activeModalWidget()
    assert isinstance(found, TellingDialog)
    return found


def test_a_defect_is_told_once_and_the_window_goes_on(desk: Desk, capsys, qtbot) -> None:
    fail(desk, KeyError("/home/alice/.netrc of alice on build-7"))
    dialog = telling(qtbot)
    text = dialog.text.toPlainText()
    assert "KeyError" in text
    assert "test_defects.py" in text
    assert not [word for word in ("alice", "build-7", "netrc", os.path.expanduser("~")) if word in text]
    assert "netrc" in english(capsys.readouterr().err), "the terminal has it whole"
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    fail(desk, KeyError("again"))
    qtbot.wait(50)
    assert QApplication.activeModalWidget() is None, "the same one does not nag"
    assert "2 ×" in desk.journal()


def test_a_new_start_keeps_what_was_shown(desk: Desk, voice: Voice, qtbot) -> None:
    window = desk.window()
    desk.environment.tree.choose(("contexts", "cron"))
    fail(desk, ValueError("odd"))
    dialog = telling(qtbot)
    QTest.mouseClick(dialog.restart_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: window.desk is not desk)  # type: ignore[attr-defined]
    assert window.desk.environment.tree.current_key() == ("contexts", "cron")  # type: ignore[attr-defined]
    assert voice.restarts == 1


def test_logs_are_shown_before_they_are_saved(desk: Desk, tmp_path: Path, monkeypatch, qtbot) -> None:
    from PySide6.QtWidgets import QFileDialog

    desk.named["collect_logs"].trigger()
    dialog = telling(qtbot)
    assert not dialog.restart_button.isVisible()
    target = tmp_path / "logs.txt"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(target), ""))
    QTest.mouseClick(dialog.save_button, Qt.MouseButton.LeftButton)
    assert target.read_text() == dialog.text.toPlainText()
    assert "go-shadowed" in target.read_text()
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / "no" / "such"), ""))
    QTest.mouseClick(dialog.save_button, Qt.MouseButton.LeftButton)
    assert "No such file" in english(dialog.said.text())
    dialog.close()


def test_names_are_hidden_and_words_that_hold_them_are_not() -> None:
    text = defects.hidden("/home/bob/x al ally host build-7 /home/al/y", home="/home/al", user="al", host="build-7")
    assert text == "/home/…/x user ally host host ~/y"


@pytest.fixture
def desktop(monkeypatch, tmp_path: Path) -> Path:
    """A folder of programs with one that writes down what it was asked to show."""
    said = tmp_path / "said"
    program = tmp_path / "bin" / "notify-send"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nprintf "%s\\n" "$@" >>"{said}"\n')
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", f"{program.parent}:{os.environ['PATH']}")
    return said


def test_a_new_error_is_told_by_the_desktop_if_that_is_wanted(desk: Desk, voice: Voice, desktop: Path, qtbot) -> None:
    notifier = Notifier(desk.store, desk.prefs, icon="go-inspector", parent=desk)
    speak(voice, broken=False, generation=2)
    speak(voice, broken=True, generation=3)
    qtbot.wait(100)
    assert not desktop.exists(), "off by default"
    desk.prefs.change(notify=True)
    speak(voice, broken=True, generation=4)
    speak(voice, broken=False, generation=5)
    speak(voice, broken=True, generation=6)
    qtbot.waitUntil(lambda: desktop.exists() and "4 of 9" in english(desktop.read_text()))
    assert desktop.read_text().count("--app-name") == 1
    snapshot = msgspec.structs.replace(invented.snapshot(broken=False), findings=())
    voice.received.emit(m.SnapshotReady(generation=7, snapshot=snapshot))
    notifier.deleteLater()


def test_a_body_is_text_whatever_it_looks_like(desktop: Path, monkeypatch, tmp_path: Path) -> None:
    only = tmp_path / "only"
    only.mkdir()
    (only / "gdbus").write_text("#!/bin/sh\n")
    (only / "gdbus").chmod(0o755)
    monkeypatch.setenv("PATH", str(only))
    line = command("it's", "a\nb\\", icon="x")
    assert line[-6:-2] == ["'x'", "'it\\'s'", "'a\\nb\\\\'", "@as []"]
    monkeypatch.setenv("PATH", str(tmp_path / "nothing"))
    assert command("a", "b", icon="x") == []
