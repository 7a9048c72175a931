"""Does the story of a PATH entry work by real clicks: its sentence, its line, the line edited elsewhere, the row changed with the choice kept?

The time from the save to the changed row is printed, not asserted.
"""

import time

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from support.homes import Home
from support.live_window import LOOK_MS, keep_picture, live_desk
from support.tongue import english

from inspector.gui.desk import Desk
from inspector.gui.pages.shells import ShellsPage
from inspector.gui.rows import Row, walk
from inspector.gui.view import RowTree


@pytest.fixture
def live(home: Home, qapp: QApplication, qtbot, monkeypatch):
    """The program as it is run, on a scratch home in which one file reads another."""
    home.write(".profile", '. "$HOME/.bashrc"\n')
    home.write(".bashrc", 'alias zz="ls"\n. "$HOME/tools.sh"\nunused() { PATH="/opt/never:$PATH"; }\nexport PATH="{good}:$PATH"\n')
    home.write("tools.sh", '# tools\nexport PATH="/usr/lib:$PATH"\n')
    with live_desk(home, qapp, qtbot, monkeypatch) as desk:
        yield desk


def shown(view: RowTree) -> tuple[Row, ...]:
    """The topmost rows."""
    model = view.rows_model
    return tuple(row for n in range(model.rowCount()) if (row := model.row_of(model.index(n, 0))))


def row_of(view: RowTree, text: str) -> tuple[tuple[str, ...], Row]:
    """The first row whose first cell contains a text."""
    return next((key, row) for key, row in walk(shown(view)) if text in english(row.cells[0].text))


def click(view: RowTree, key: tuple[str, ...]) -> None:
    """A real click on a row."""
    view.scrollTo(view.rows_model.index_of(key))
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=view.visualRect(view.rows_model.index_of(key)).center())


def test_entry_sentence_line_edit_and_changed_row(live: Desk, home: Home, qtbot) -> None:
    QTest.keyClick(live, Qt.Key.Key_2, Qt.KeyboardModifier.AltModifier)
    page = live.book.page("shells")
    assert isinstance(page, ShellsPage)
    click(page.contexts.tree, row_of(page.contexts.tree, "Login terminal")[0])
    assert any("the function unused is not called" in english(row.cells[3].text) for _, row in walk(shown(page.startup.files)))
    entry, _ = row_of(page.variable.tree, "/usr/lib")
    click(page.variable.tree, entry)
    assert "et by ~/tools.sh line 2, which ~/.bashrc:2" in english(page.detail.sentence.text())
    qtbot.waitUntil(lambda: any(line.property("current") == "true" and "/usr/lib" in english(line.text()) for _, line in page.detail.source.rows))
    keep_picture(live, "shells-1-entry")
    page.open_place.disconnect()  # nobody is to start an editor
    with qtbot.waitSignal(page.open_place) as opened:
        QTest.mouseClick(page.detail.chain.links[0], Qt.MouseButton.LeftButton)
    assert opened.args == [str(home.path / "tools.sh"), 2, ""]

    for directory in ("/usr/libexec", "/usr/share", "/usr/lib"):
        saved = time.monotonic()
        (home.path / "tools.sh").write_text(f'# tools\n\nexport PATH="{directory}:$PATH"\n')
        qtbot.waitUntil(lambda wanted=directory: f"{wanted}" == page.detail.heading.full_text(), timeout=LOOK_MS)
        print(f"save to changed row: {(time.monotonic() - saved) * 1000:.0f} ms")
        assert page.variable.tree.current_key() == entry
        assert english(page.contexts.tree.current_row().cells[0].text) == "Login terminal"
        assert "line 3" in english(page.detail.sentence.text())
    keep_picture(live, "shells-2-edited")

    QTest.mouseClick(page._group.button(1), Qt.MouseButton.LeftButton)
    QTest.keyClicks(page.which.field, "go zz")
    QTest.keyClick(page.which.field, Qt.Key.Key_Return)
    told = "an alias of this name in ~/.bashrc:1 comes first"
    qtbot.waitUntil(lambda: any(english(row.cells[3].text) == told for _, row in walk(shown(page.which.table))), timeout=LOOK_MS)
    keep_picture(live, "shells-3-which")
