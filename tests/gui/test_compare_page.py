"""Are two snapshots shown side by side, and does what leaves the page carry no name of this machine?"""

import fixtures as invented
import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent, QImage
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QApplication, QFileDialog
from support.tongue import english

from inspector.gui.comparing import picture, telling
from inspector.gui.desk import Desk
from inspector.gui.pages.compare import ComparePage
from inspector.model import wire
from inspector.report.compare import compare

WELL = invented.snapshot(broken=False)
BROKEN = invented.snapshot(broken=True)


@pytest.fixture
def page(desk: Desk, tmp_path, qtbot) -> ComparePage:
    """The page with the broken machine at the left and a colleague's snapshot at the right."""
    file = tmp_path / "colleague.json"
    file.write_bytes(wire.encode(WELL))
    shown = desk.book.turn_to("compare")
    assert isinstance(shown, ComparePage)
    shown.take_paths((str(file),))
    qtbot.waitUntil(lambda: shown.found is not None)
    return shown


def keys(page: ComparePage) -> list[str]:
    model = page.matrix.rows_model
    return [model.row_of(model.index(n, 0)).key for n in range(model.rowCount())]


def test_matrix_and_sections_tell_what_differs(page: ComparePage) -> None:
    for view in (page.matrix, page.tree):
        QAbstractItemModelTester(view.rows_model, QAbstractItemModelTester.FailureReportingMode.Fatal, view)
    assert "go differs in 4 of 9" in english(page.said.text())
    differing = keys(page)
    page.only_button.click()
    assert set(differing) < set(keys(page))
    cell = page.matrix.rows_model.row_of(page.matrix.rows_model.index_of((differing[0],))).cells[1]
    assert "1.19.8 ≠ 1.27.3" in cell.text
    assert "/usr/bin/go" in cell.tip
    page.set_needle("tmux")
    assert keys(page) == ["tmux"]


def test_the_same_on_both_sides_is_said(page: ComparePage, tmp_path, qtbot) -> None:
    right = str(page.right.currentData())
    page.compare_words(right, right)
    assert page.found is None
    assert not page.save_button.isEnabled()
    page.compare_words("live", right)
    qtbot.waitUntil(lambda: page.found is not None)
    page.swap()
    qtbot.waitUntil(lambda: page.found is not None and page.found.left.taken_at == WELL.taken_at)


def test_a_file_that_cannot_be_read_is_said(page: ComparePage, desk: Desk, tmp_path, qtbot) -> None:
    bad = tmp_path / "bad.zip"
    bad.write_bytes(b"PK\x03\x04")
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(bad))])
    page.dropEvent(QDropEvent(QPointF(QPoint(1, 1)), Qt.DropAction.CopyAction, mime, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier))
    qtbot.waitUntil(lambda: "damaged ZIP" in english(desk.banner.said.text()))


@pytest.mark.parametrize("copy", ["copy_text", "copy_markdown", "copy_json"])
def test_what_is_copied_is_redacted(page: ComparePage, qtbot, copy: str) -> None:
    QApplication.clipboard().setText("")
    getattr(page, copy)()
    qtbot.waitUntil(lambda: bool(QApplication.clipboard().text()))
    text = QApplication.clipboard().text()
    assert "1.19.8" in text
    assert "alice" not in text
    assert "build-7" not in text


def test_a_picture_is_saved(page: ComparePage, tmp_path, qtbot, monkeypatch) -> None:
    target = tmp_path / "comparison.png"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(target), ""))
    page.save_picture()
    qtbot.waitUntil(target.exists)
    image = QImage(str(target))
    assert image.width() == 2200
    assert image.height() > 600


def test_markup_and_control_characters_stay_text(page: ComparePage) -> None:
    evil = "<img src=/x>|`\x1b[2J\n# @all"
    rows = tuple(row.__class__(**{**{name: getattr(row, name) for name in row.__struct_fields__}, "left": evil}) for row in page.found.rows)
    found = page.found.__class__(left=page.found.left, right=page.found.right, same=False, rows=rows)
    for told in (telling.as_markdown(found, {}), telling.as_text(found, {})):
        assert "\x1b" not in told
    assert "<img" not in telling.as_markdown(found, {}).replace("\\<img", "")
    assert picture.draw(found, {}, page.theme).height() > 600


def test_an_opened_report_is_offered_at_once(desk: Desk, tmp_path, qtbot) -> None:
    file = tmp_path / "colleague.json"
    file.write_bytes(wire.encode(WELL))
    desk.opener.open(str(file))
    qtbot.waitUntil(lambda: bool(desk.store.document))
    page = desk.book.turn_to("compare")
    assert isinstance(page, ComparePage)
    qtbot.waitUntil(lambda: page.found is not None)
    assert page.right.currentData() == str(file)
    assert len(compare(BROKEN, WELL).differing()) == len(page.found.differing())
