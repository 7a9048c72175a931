"""Is every page and dialog whole? In Chinese, with text as usual and half as large again: nothing cut off, nothing left in English, all named."""

import os
from collections.abc import Iterator

import audit
import gallery
import pytest
from conftest import Voice, speak
from PySide6.QtWidgets import QApplication, QWidget

from inspector import i18n
from inspector.gui.desk import Desk
from inspector.gui.pages.registry import PAGES
from inspector.gui.store import Store
from inspector.gui.window import Window

SAME = {"searched", "picture"}
"""What shows nothing that another one does not show, and takes seconds."""
NAMES = [name for name, (state, _) in gallery.PAGES.items() if state == "broken" and name not in SAME]
SETTLED_MS = 1500


@pytest.fixture(scope="module", params=[1.0, 1.5], ids=["100", "150"])
def room(request, theme, tmp_path_factory) -> Iterator[tuple[Desk, Voice]]:
    """One window for all pages of a size, because opening one takes longer than looking at it."""
    before, spoken = os.environ.get("XDG_CONFIG_HOME"), i18n.language()
    os.environ["XDG_CONFIG_HOME"] = str(tmp_path_factory.mktemp("config"))
    i18n.use_language("zh_CN")
    theme.rescale(request.param)
    window, voice = Window(theme), Voice()
    window.resize(1440, 900)
    window.show()
    desk = window.furnish(Store(voice, parent=voice))  # type: ignore[arg-type]
    speak(voice, broken=True)
    desk.faults.load_plot()
    yield desk, voice
    window.close()
    window.deleteLater()
    QApplication.processEvents()
    theme.rescale(1.0)
    i18n.use_language(spoken)
    os.environ.pop("XDG_CONFIG_HOME")
    if before is not None:
        os.environ["XDG_CONFIG_HOME"] = before


def come_back(desk: Desk, voice: Voice) -> None:
    while (dialog := QApplication.activeModalWidget()) is not None:
        dialog.close()
        gallery.wait(1)
    voice.outcome = None
    if desk.store.banner:
        desk.store.leave_document()
    desk.app_bar.search.setText("")
    desk.environment.matrix_button.setChecked(False)
    desk.environment.problems_button.setChecked(False)
    desk.show_overview()


@pytest.mark.parametrize("name", NAMES)
def test_it_is_whole(room: tuple[Desk, Voice], name: str) -> None:
    desk, voice = room
    (gallery.act("save_report") if name == "leaving" else gallery.PAGES[name][1])(desk)
    for _ in range(SETTLED_MS // 50):
        gallery.wait(50)
        root: QWidget = QApplication.activeModalWidget() or desk
        found = audit.cut_off(root) + audit.left_in_english(root) + audit.unnamed(root)
        if not found:
            break
    come_back(desk, voice)
    assert found == []


def test_no_page_is_left_out() -> None:
    assert {f"page-{row.id}" for row in PAGES} - set(NAMES) == {"page-overview"}


def test_the_audit_sees_what_it_is_to_see(room: tuple[Desk, Voice]) -> None:
    desk, _ = room
    button = desk.app_bar.report_button
    text, policy = button.text(), button.maximumWidth()
    button.setText("Matrix of tools and launch contexts")
    button.setFixedWidth(30)
    button.setAccessibleName("")
    button.setText("")
    button.setIcon(desk.app_bar.menu_button.icon())
    assert any("no name" in line for line in audit.unnamed(desk))
    button.setText("Matrix of tools and launch contexts")
    assert any("needs" in line for line in audit.cut_off(desk))
    assert any("Matrix of tools" in line for line in audit.left_in_english(desk))
    button.setMinimumWidth(0)
    button.setMaximumWidth(policy)
    button.setText(text)
    button.setAccessibleName(text)
