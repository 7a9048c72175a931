"""Does a choice hold at once, is it kept, and does the window stay as it was when it is made again in another language or size?"""

import stat
from collections.abc import Iterator
from pathlib import Path

import fixtures as invented
import pytest
from conftest import Voice, speak
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QCheckBox, QComboBox
from support.tongue import english

from inspector import i18n, settings
from inspector.gui.desk import Desk
from inspector.gui.dialogs.preferences import PreferencesDialog
from inspector.gui.dialogs.welcome import WelcomeDialog
from inspector.gui.prefs import Preferences
from inspector.gui.window import Window
from inspector.model import messages as m
from inspector.model import wire
from inspector.model.reports import AskDraft, Speak

GOPLS = ("contexts", "login-terminal", "tools", "gopls")


@pytest.fixture(autouse=True)
def own_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    spoken = i18n.language()
    yield
    i18n.use_language(spoken)


@pytest.fixture
def in_english() -> None:
    """What changes the language begins with this one."""
    i18n.use_language("en")


@pytest.fixture(autouse=True)
def usual_text(theme) -> Iterator[None]:
    yield
    theme.rescale(1.0)
    theme.keep_still(False)


def window_of(desk: Desk) -> Window:
    window = desk.window()
    assert isinstance(window, Window)
    return window


def dialog(kind: type) -> object:
    found = QApplication.activeModalWidget()
    assert isinstance(found, kind)
    return found


def pick(box: QComboBox, value: object) -> None:
    """Choose by keyboard, as a person who has reached the box does."""
    box.setFocus()
    while box.currentData() != value:
        before = box.currentIndex()
        QTest.keyClick(box, Qt.Key.Key_Down if box.findData(value) > before else Qt.Key.Key_Up)
        assert box.currentIndex() != before


def test_settings_survive_and_a_damaged_file_means_defaults(qapp: QApplication) -> None:
    prefs = Preferences(settings.load(), parent=qapp, kept=True)
    prefs.change(theme="dark", text_percent=150, watched=("JAVA_HOME",))
    assert settings.load().settings == prefs.now
    assert stat.S_IMODE(Path(settings.path()).parent.stat().st_mode) == 0o700
    Path(settings.path()).write_text('{"text_percent": 9000}')
    loaded = settings.load()
    assert loaded.settings == settings.Settings()
    assert "text_percent" in loaded.why


def test_what_cannot_be_kept_is_said_and_holds_until_the_window_closes(qapp: QApplication, tmp_path: Path) -> None:
    (tmp_path / "config").write_text("a file where a folder is wanted")
    prefs = Preferences(settings.Loaded(settings=settings.Settings()), parent=qapp, kept=True)
    prefs.change(still=True)
    assert prefs.now.still
    assert "settings.json" in prefs.trouble


def test_every_choice_holds_at_once(desk: Desk, voice: Voice, qtbot) -> None:
    desk.named["show_preferences"].trigger()
    shown = dialog(PreferencesDialog)
    pick(shown.theme_box, "dark")
    assert desk.theme.name == "dark"
    pick(shown.theme_box, "light")
    shown.watched.setText("java home, JAVA_HOME 2x LD_LIBRARY_PATH JAVA_HOME")
    shown.watched.editingFinished.emit()
    assert desk.prefs.now.watched == ("java", "home", "JAVA_HOME", "LD_LIBRARY_PATH")
    assert voice.asked[-1] == m.Look()
    QTest.mouseClick(shown.findChild(QCheckBox, "still"), Qt.MouseButton.LeftButton, pos=shown.findChild(QCheckBox, "still").rect().center() * 0.1)
    assert desk.theme.still
    assert not QApplication.isEffectEnabled(Qt.UIEffect.UI_AnimateMenu)
    pick(shown.findChild(QComboBox, "sample_every_s"), 5)
    assert voice.asked[-1] == m.Sampling(hz=0.2)
    shown.accept()


def test_where_stillness_is_wanted_pictures_move_on_every_fifth_sample(desk: Desk, voice: Voice) -> None:
    desk.prefs.change(still=True)
    seen = set()
    for tick in range(10):
        voice.received.emit(m.Samples(batches=(invented.batch(tick),)))
        seen.add(desk.faults.readout.full_text())
    assert len(seen) <= 3


def test_the_language_changes_live_and_everything_else_stays(in_english: None, desk: Desk, voice: Voice, qtbot) -> None:
    window = window_of(desk)
    desk.environment.problems_button.setChecked(True)
    desk.environment.tree.choose(("contexts", "cron"))
    docks = desk.overview.docks.by_name
    desk.overview.docks.resizeDocks([docks["environment"], docks["kernel"]], [420, 800], Qt.Orientation.Horizontal)
    QApplication.processEvents()
    boxes = {name: dock.geometry() for name, dock in docks.items()}
    desk.book.turn_to("golang")
    desk.app_bar.search.setText("go")
    asked = len(voice.asked)
    desk.named["show_preferences"].trigger()
    pick(dialog(PreferencesDialog).language_box, "zh_CN")
    qtbot.waitUntil(lambda: window.desk is not desk)
    now = window.desk
    assert now.app_bar.report_button.text() == "报告…"
    assert "启动上下文" in now.verdict.accessibleName()
    assert now.book.current_id == "golang"
    assert english(now.app_bar.search.text()) == "go"
    assert now.environment.tree.current_key() == ("contexts", "cron")
    assert now.environment.problems_button.isChecked()
    again = dialog(PreferencesDialog)
    assert again.parent() is now
    assert again.focusWidget() is again.language_box
    assert not voice.stopped
    told = [request for request in voice.asked[asked:] if isinstance(request, m.Look | Speak)]
    assert told == [Speak(language="zh_CN")], "the agent speaks it too; what is shown is worded anew without another look"
    pick(again.language_box, "en")
    qtbot.waitUntil(lambda: window.desk is not now)
    assert "Report…" in english(window.desk.app_bar.report_button.text())
    dialog(PreferencesDialog).accept()
    window.desk.book.turn_to("overview")
    qtbot.waitUntil(lambda: {name: dock.geometry() for name, dock in window.desk.overview.docks.by_name.items()} == boxes)


def test_a_report_may_be_in_another_language_than_the_window(in_english: None, desk: Desk, voice: Voice) -> None:
    desk.prefs.change(report_language="zh_CN")
    desk.store.ask(AskDraft(id=0))
    assert voice.asked[-1].language == "zh_CN"
    desk.prefs.change(report_language="")
    desk.store.ask(AskDraft(id=0))
    assert voice.asked[-1].language == "en"


def test_text_grows_live(desk: Desk, qtbot) -> None:
    window = window_of(desk)
    before = desk.verdict.why_button.sizeHint()
    desk.prefs.change(text_percent=150)
    qtbot.waitUntil(lambda: window.desk is not desk)
    assert window.desk.verdict.why_button.sizeHint().height() > before.height() * 1.2
    desk_now = window.desk
    desk_now.prefs.change(text_percent=100)
    qtbot.waitUntil(lambda: window.desk is not desk_now)
    assert window.desk.verdict.why_button.sizeHint() == before


def test_many_languages_later_nothing_is_left_behind(in_english: None, desk: Desk, qtbot) -> None:
    window = window_of(desk)
    gone: list[bool] = []
    for language in ("zh_CN", "en", "zh_CN", "en"):
        old = window.desk
        old.destroyed.connect(lambda: gone.append(True))
        window.prefs.change(language=language)
        qtbot.waitUntil(lambda old=old: window.desk is not old)
    qtbot.waitUntil(lambda: len(gone) == 4)
    assert len(window.findChildren(Desk)) == 1


def test_the_first_page_says_what_is_read_and_asks_one_thing(desk: Desk, voice: Voice, qtbot) -> None:
    desk.named["show_welcome"].trigger()
    shown = dialog(WelcomeDialog)
    assert shown.trace.isChecked()
    QTest.keyClick(shown.trace, Qt.Key.Key_Space)
    assert not desk.prefs.now.trace_shells
    assert voice.asked[-1] == m.Look()
    assert "predicted" in english(shown.said.text())
    assert not desk.prefs.now.greeted
    QTest.keyClick(shown, Qt.Key.Key_Escape)
    assert desk.prefs.now.greeted


def test_the_menu_has_every_action_and_the_reports_of_late(desk: Desk, tmp_path: Path, qtbot) -> None:
    file = tmp_path / "build-7.json"
    file.write_bytes(wire.encode(invented.snapshot()))
    menu = desk.app_bar.menu_button.menu()
    menu.panels.aboutToShow.emit()
    groups = [group.menu() for group in menu.actions() if group.menu()]
    in_menu = {action for group in (*groups, menu.panels) for action in group.actions() if action.objectName()}
    assert {action.objectName() for action in in_menu} == set(desk.named)
    menu.lately.aboutToShow.emit()
    assert not menu.lately.actions()[0].isEnabled()
    desk.opener.open(str(file))
    qtbot.waitUntil(lambda: bool(desk.store.banner))
    desk.named["live_again"].trigger()
    menu.lately.aboutToShow.emit()
    offered: QAction = menu.lately.actions()[0]
    offered.trigger()
    qtbot.waitUntil(desk.banner.isVisible)
    file.unlink()
    menu.lately.aboutToShow.emit()
    assert not menu.lately.actions()[0].isEnabled(), "a report that is gone is not offered"


def test_a_session_goes_on_where_it_was_left_unless_there_is_news(open_desk, voice: Voice, settings, qtbot) -> None:
    first = open_desk(settings)
    speak(voice, broken=True)
    first.environment.tree.choose(GOPLS)
    first.kernel.tree.choose(("memory-tracking", "perf-faults"))
    first.book.turn_to("kernels")
    first.window().close()
    again = open_desk(settings)
    assert again.book.current_id == "kernels"
    again.book.turn_to("overview")
    again.store.replaced.emit()
    qtbot.wait(50)
    assert again.environment.tree.current_key() == GOPLS
    assert again.kernel.tree.current_key() == ("memory-tracking", "perf-faults")
    again.window().close()
    settings.setValue("overview/verdict", "another:finding")
    third = open_desk(settings)
    third.book.turn_to("overview")
    third.store.replaced.emit()
    qtbot.waitUntil(lambda: third.environment.tree.current_key() == ("contexts", "interactive-terminal", "path", "/usr/bin#1"))
