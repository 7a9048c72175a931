"""Does a click on a place open the user's editor at that line, and its menu any other? With real programs and desktop entries of the test's own."""

import itertools
from pathlib import Path

import pytest
from conftest import Voice
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu
from support.tongue import english

from inspector import i18n
from inspector.gui import editor
from inspector.gui.desk import Desk

ROW = ("contexts", "interactive-terminal", "path", "/usr/bin#1")
GEDIT = {"en": "Text Editor", "zh_CN": "文本编辑器"}
"""What its entry calls itself."""
ENTRIES = {
    "gedit": "Name=Text Editor\nName[zh_CN]=文本编辑器\nExec=gedit --wait %U\nCategories=GNOME;TextEditor;",
    "notes": "Name=Notes\nExec=notes --at \"a {b} %%\" @@ %F @@\nCategories=TextEditor;",
    "words": "Name=Words\nExec=notes %f\nCategories=Office;",
    "hidden": "Name=Hidden\nExec=notes %f\nCategories=TextEditor;\nNoDisplay=true",
    "shell": "Name=Shell\nExec=notes %f\nCategories=TextEditor;\nTerminal=true",
    "absent": "Name=Absent\nExec=no-such-program %f\nCategories=TextEditor;",
    "taken": "Name=Taken\nExec=notes --taken %f\nCategories=TextEditor;",
    "damaged": "Name=[Damaged\nExec=\"notes\nCategories=TextEditor;",
}


@pytest.fixture
def editors(monkeypatch, tmp_path: Path) -> Path:
    """Editors that write down how they were called."""
    said, folder, applications = tmp_path / "said", tmp_path / "bin", tmp_path / "data/applications"
    folder.mkdir()
    applications.mkdir(parents=True)
    for name in ("gedit", "code", "goland", "notes", "vim", "xterm"):
        (folder / name).write_text(f'#!/bin/sh\necho "{name} $*" >>"{said}"\n')
        (folder / name).chmod(0o755)
    for name, text in ENTRIES.items():
        (applications / f"{name}.desktop").write_text(f"[Desktop Entry]\nType=Application\nMimeType=text/plain;\n{text}\n")
    (tmp_path / "config").mkdir()
    (tmp_path / "config/mimeapps.list").write_text(
        "[Added Associations]\ntext/plain=words.desktop;taken.desktop\n[Removed Associations]\ntext/plain=taken.desktop\n"
    )
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("XDG_CONFIG_DIRS", str(tmp_path / "config"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("XDG_DATA_DIRS", str(tmp_path / "nothing"))
    monkeypatch.setenv("PATH", str(folder))
    monkeypatch.delenv("VISUAL", raising=False)
    monkeypatch.delenv("EDITOR", raising=False)
    return said


def words_of(name: str) -> list[str]:
    return next(one for one in editor.offered() if one.id == name).command("/a b", 7)[1:]


def test_the_user_s_own_the_known_ones_and_what_the_desktop_has_for_text(editors: Path, monkeypatch) -> None:
    assert [one.id for one in editor.offered()] == ["code", "goland", "gedit", "words.desktop", "notes.desktop"]
    assert words_of("code") == ["--goto", "/a b:7"]
    assert words_of("goland") == ["--line", "7", "/a b"]
    assert words_of("gedit") == ["+7", "/a b"], "the program on PATH, without the words its entry adds"
    assert words_of("notes.desktop") == ["--at", "a {b} %", "@@", "/a b", "@@"]
    monkeypatch.setenv("VISUAL", "gedit --new-window")
    monkeypatch.setenv("EDITOR", "vim")
    there = editor.offered()
    assert [one.name for one in there[:3]] == [f"{GEDIT[i18n.language()]} ($VISUAL)", "vim ($EDITOR)", "code"]
    assert there[0].command("/a", 0)[1:] == ["--new-window", "+1", "/a"]
    assert there[1].command("/a", 7)[1:] == ["-e", str(editors.parent / "bin/vim"), "+7", "/a"], "one without a window gets a terminal"
    assert [one.takes_line for one in there if one.id.endswith(".desktop")] == [False, False]
    monkeypatch.setenv("VISUAL", "gedit 'never closed")
    assert [one.id for one in editor.offered()][:2] == ["$EDITOR", "code"]


def test_entries_speak_the_reader_s_language(editors: Path) -> None:
    before = i18n.language()
    i18n.use_language("zh_CN")
    try:
        assert [one.name for one in editor.offered() if one.id == "gedit"] == [GEDIT["zh_CN"]]
    finally:
        i18n.use_language(before)


def test_one_of_toolbox_is_known_by_its_program(editors: Path, tmp_path: Path) -> None:
    (tmp_path / "bin/goland").rename(tmp_path / "goland")
    (tmp_path / "data/applications/jetbrains.desktop").write_text(
        f'[Desktop Entry]\nType=Application\nName=GoLand\nExec="{tmp_path}/goland" %u\nCategories=Development;IDE;\n'
    )
    (found,) = (one for one in editor.offered() if one.id == "goland")
    assert (found.name, found.command("/a", 7)) == ("GoLand", [f"{tmp_path}/goland", "--line", "7", "/a"])


def test_enter_on_a_row_opens_its_line(desk: Desk, voice: Voice, editors: Path, qtbot) -> None:
    desk.prefs.change(editor="goland")
    desk.environment.tree.choose(ROW)
    QTest.keyClick(desk.environment.tree, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: editors.exists() and editors.read_text() == "goland --line 118 /home/alice/.bashrc\n")


def open_menu() -> QMenu:
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    return menu


def test_the_keyboard_opens_a_line_in_another_editor_which_is_the_usual_one_then(desk: Desk, voice: Voice, editors: Path, qtbot) -> None:
    tree = desk.environment.tree
    tree.setFocus()
    tree.choose(ROW)
    QTest.keyClick(tree, Qt.Key.Key_F10, Qt.KeyboardModifier.ShiftModifier)
    menu = open_menu()
    assert [english(action.text()) for action in menu.actions()[:2]] == ["Open in editor", "Open with"]
    QTest.keyClick(menu, Qt.Key.Key_Down)
    QTest.keyClick(menu, Qt.Key.Key_Down)
    QTest.keyClick(menu, Qt.Key.Key_Right)
    others = open_menu()
    assert [action.text() for action in others.actions()] == ["code", "goland", GEDIT[i18n.language()], "Words", "Notes"]
    for _ in itertools.repeat(None, 2):
        QTest.keyClick(others, Qt.Key.Key_Down)
    QTest.keyClick(others, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: editors.exists() and editors.read_text() == "gedit +118 /home/alice/.bashrc\n")
    assert desk.prefs.now.editor == "gedit"
    QTest.keyClick(tree, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: editors.read_text() == "gedit +118 /home/alice/.bashrc\n" * 2)


def test_every_link_of_a_chain_has_the_menu(desk: Desk, voice: Voice, editors: Path, qtbot) -> None:
    desk.environment.tree.choose(ROW)
    link = desk.detail.chain.links[0]
    QApplication.sendEvent(link, QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, QPoint(2, 2), link.mapToGlobal(QPoint(2, 2))))
    menu = open_menu()
    others = menu.actions()[1].menu()
    assert isinstance(others, QMenu)
    others.actions()[3].trigger()
    qtbot.waitUntil(lambda: editors.exists() and editors.read_text() == "notes /home/alice/.bashrc\n")
    menu.close()


def test_where_no_line_decides_nothing_can_be_opened(desk: Desk, voice: Voice, editors: Path) -> None:
    tree = desk.environment.tree
    row = tree.rows_model.row_of(tree.rows_model.index_of(("contexts",)))
    assert row is not None
    usual, others = tree.menu_of(row).actions()[:2]
    assert not usual.isEnabled()
    assert not others.isEnabled()
    assert english(usual.text()).startswith("Open in editor (")
