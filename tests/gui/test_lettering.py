"""Is somebody who chose Chinese told, in letters that can be read, that no font here has it?"""

from PySide6.QtGui import QFontDatabase

from inspector import i18n
from inspector.gui import lettering
from inspector.gui.desk import Desk


def without_chinese(monkeypatch) -> None:
    there = [system for system in QFontDatabase.writingSystems() if system is not QFontDatabase.WritingSystem.SimplifiedChinese]
    monkeypatch.setattr(lettering.QFontDatabase, "writingSystems", lambda: there)


def test_it_is_said_once(desk: Desk, qtbot, monkeypatch) -> None:
    without_chinese(monkeypatch)
    notice = lettering.Lettering(desk.window())
    notice.check()
    i18n.use_language("zh_CN")
    try:
        notice.check()
        qtbot.waitUntil(lambda: "fonts-noto-cjk" in desk.banner.said.text())
        assert desk.banner.said.text().isascii()
        desk.banner.notice("…")
        notice.check()
        qtbot.wait(50)
        assert "fonts-noto-cjk" not in desk.banner.said.text()
    finally:
        i18n.use_language("en")


def test_a_font_is_not_missed_in_english(monkeypatch) -> None:
    without_chinese(monkeypatch)
    assert lettering.can_write("en")
    assert not lettering.can_write("zh_CN")
