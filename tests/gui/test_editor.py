"""Does a click on a place open the user's editor at that line? With real programs on a PATH of the test's own."""

from pathlib import Path

import pytest
from conftest import Voice
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from inspector.gui import editor
from inspector.gui.desk import Desk


@pytest.fixture
def editors(monkeypatch, tmp_path: Path) -> Path:
    """Editors that write down how they were called."""
    said, folder = tmp_path / "said", tmp_path / "bin"
    folder.mkdir()
    for name in ("gedit", "code", "goland"):
        (folder / name).write_text(f'#!/bin/sh\necho "{name} $*" >>"{said}"\n')
        (folder / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")
    monkeypatch.delenv("VISUAL", raising=False)
    monkeypatch.delenv("EDITOR", raising=False)
    return said


def test_the_one_that_was_chosen_then_visual_then_the_first_installed(editors: Path, monkeypatch) -> None:
    assert [name for name in editor.installed() if name in ("gedit", "code", "goland")] == ["code", "goland", "gedit"]
    assert editor.command("/a b", 7)[1:] == ["--goto", "/a b:7"]
    monkeypatch.setenv("VISUAL", "gedit --new-window")
    assert editor.command("/a", 0)[1:] == ["--new-window", "+1", "/a"]
    assert editor.command("/a", 7, first="goland")[1:] == ["--line", "7", "/a"]
    assert editor.command("/a", 7, first="kate")[1:] == ["--new-window", "+7", "/a"], "one that is not installed is passed over"


def test_enter_on_a_row_opens_its_line(desk: Desk, voice: Voice, editors: Path, qtbot) -> None:
    desk.prefs.change(editor="goland")
    desk.environment.tree.choose(("contexts", "interactive-terminal", "path", "/usr/bin#1"))
    QTest.keyClick(desk.environment.tree, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: editors.exists() and editors.read_text() == "goland --line 118 /home/alice/.bashrc\n")
