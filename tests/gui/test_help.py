"""Does F1 open the help at what is meant, can a page be found by a few letters; and does the menu entry come and go as shown?"""

from pathlib import Path

import msgspec
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from inspector.engine import explaining
from inspector.gui.app import APP_ID
from inspector.gui.desk import Desk
from inspector.gui.dialogs.help import HelpDialog
from inspector.gui.dialogs.helppage import HelpPage
from inspector.gui.dialogs.menu import MenuDialog


def opened(desk: Desk, qtbot) -> HelpDialog:
    QTest.keyClick(desk.window(), Qt.Key.Key_F1)
    qtbot.waitUntil(lambda: isinstance(QApplication.activeModalWidget(), HelpDialog))
    dialog = QApplication.activeModalWidget()
    assert isinstance(dialog, HelpDialog)
    qtbot.waitUntil(lambda: dialog.page.toPlainText() != "")
    return dialog


def test_f1_explains_the_verdict(desk: Desk, qtbot) -> None:
    dialog = opened(desk, qtbot)
    page = explaining.topic(desk.store.findings()[0].check)
    assert page is not None
    assert dialog.page.toPlainText().startswith(f"{page.title}\n{page.id}\n")
    assert page.sections[0].paragraphs[0].replace("`", "") in dialog.page.toPlainText()
    dialog.reject()


def test_f1_in_the_kernel_panel_explains_the_capability(desk: Desk, qtbot) -> None:
    desk.kernel.reveal("perf-faults")
    desk.kernel.focus_view()
    dialog = opened(desk, qtbot)
    current = dialog.list.current_key()
    assert current[-1] == ("perf-faults" if explaining.topic("perf-faults") else current[-1])
    dialog.reject()


def test_a_page_is_found_by_words_of_its_text_without_the_mouse(desk: Desk, qtbot) -> None:
    dialog = opened(desk, qtbot)
    QTest.keyClicks(dialog.line, "tilde expands quotes")
    assert dialog.list.current_key() == ("checks", "path-literal-tilde")
    assert "path-literal-tilde" in dialog.page.toPlainText()
    dialog.line.clear()
    before = dialog.list.current_key()
    QTest.keyClick(dialog.line, Qt.Key.Key_Down)
    assert dialog.list.current_key() != before
    dialog.reject()


def test_markup_in_a_text_is_shown_and_code_is_code(desk: Desk) -> None:
    page = HelpPage(parent=desk, theme=desk.theme)
    topic = explaining.topics()[0]
    section = msgspec.structs.replace(topic.sections[0], paragraphs=("<b>bold</b> & `go env`",))
    page.show_topic(msgspec.structs.replace(topic, sections=(section,)))
    assert "<b>bold</b> & go env" in page.toPlainText()
    cursor = page.document().find("go env")
    assert cursor.charFormat().font().families() == desk.theme.mono_font.families()


def test_the_menu_entry_is_shown_before_it_is_written_and_can_be_taken_back(desk: Desk, qtbot, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("XDG_DATA_DIRS", str(tmp_path / "system"))
    desk.named["show_menu"].trigger()
    dialog = QApplication.activeModalWidget()
    assert isinstance(dialog, MenuDialog)
    qtbot.waitUntil(dialog.install_button.isEnabled)
    assert not (tmp_path / "data").exists()
    assert not dialog.remove_button.isEnabled()
    QTest.mouseClick(dialog.install_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(dialog.remove_button.isEnabled)
    assert (tmp_path / f"data/applications/{APP_ID}.desktop").is_file()
    assert not dialog.install_button.isEnabled()
    QTest.mouseClick(dialog.remove_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(dialog.install_button.isEnabled)
    assert not (tmp_path / f"data/applications/{APP_ID}.desktop").exists()
    dialog.reject()
