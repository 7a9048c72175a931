"""Is what leaves exactly what was shown, and nothing else? By real clicks: the dialog of the report, with the real desk behind the voice."""

import zipfile
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QAbstractItemModelTester, QTest
from PySide6.QtWidgets import QApplication, QFileDialog
from support.tongue import english

from inspector.gui.desk import Desk
from inspector.gui.dialogs.picture import PictureDialog
from inspector.gui.dialogs.report import ReportDialog
from inspector.model import messages as m
from inspector.model.reports import AskPictures, PicturesTaken, SaveBundle

NAMES = (b"alice", b"build-7")


@pytest.fixture
def dialog(desk: Desk, qtbot) -> ReportDialog:
    """The dialog as Ctrl+S opens it, with its first draft; without pictures, which take a second."""
    QTest.keyClick(desk, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    found = QApplication.activeModalWidget()
    assert isinstance(found, ReportDialog)
    click_box(found.with_pictures)
    for view in (found.parts, found.replaced):
        QAbstractItemModelTester(view.rows_model, QAbstractItemModelTester.FailureReportingMode.Fatal, found)
    qtbot.waitUntil(lambda: found.phase == "ready")
    return found


def click_box(box) -> None:
    QTest.mouseClick(box, Qt.MouseButton.LeftButton, pos=QPoint(8, box.height() // 2))


def click(button) -> None:
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def saved(dialog: ReportDialog, target: Path, monkeypatch, qtbot) -> bytes:
    """Everything in the file that Save… writes, names included."""
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(target), ""))
    click(dialog.save_button)
    qtbot.waitUntil(lambda: dialog.phase == "saved")
    with zipfile.ZipFile(target) as bundle:
        return b"\n".join(bundle.read(name) + name.encode() for name in bundle.namelist())


def texts(dialog: ReportDialog) -> str:
    return "\n".join(part.text for part in dialog.draft.parts)


def test_what_is_shown_is_what_is_saved(dialog: ReportDialog, tmp_path: Path, monkeypatch, qtbot) -> None:
    assert "user1@host1" in english(dialog.text.toPlainText())
    data = saved(dialog, tmp_path / "r.zip", monkeypatch, qtbot)
    assert [name for name in NAMES if name in data.lower()] == []
    assert all(part.text.encode() in data for part in dialog.draft.parts)
    assert {"manifest.json", "snapshot.json", "summary.md", "report.html", "samples.json"} == {part.name for part in dialog.draft.parts}
    assert "r.zip" in english(dialog.said.text())


def test_a_word_is_found_hidden_everywhere_and_can_be_let_go_again(dialog: ReportDialog, tmp_path: Path, monkeypatch, qtbot) -> None:
    QTest.keyClicks(dialog.word, "postgres")
    assert "samples.json" in english(dialog.found.text())
    click(dialog.hide_button)
    qtbot.waitUntil(lambda: dialog.phase == "ready" and "postgres" not in texts(dialog))
    assert "word1 stands for it" in english(dialog.found.text())
    assert b"postgres" not in saved(dialog, tmp_path / "r.zip", monkeypatch, qtbot).lower()
    word = next(item for item in dialog.draft.replaced if item.kind == "word")
    assert dialog.replaced.choose(("word", word.key))
    click(dialog.toggle_button)
    qtbot.waitUntil(lambda: dialog.phase == "ready" and "postgres" in texts(dialog))


def test_a_value_can_leave_after_all_and_be_hidden_again(dialog: ReportDialog, qtbot) -> None:
    host = next(item for item in dialog.draft.replaced if item.kind == "host")
    assert (host.was, host.token, host.kept) == ("build-7", "host1", False)
    assert dialog.replaced.choose(("host", host.key))
    QTest.keyClick(dialog.replaced, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: dialog.phase == "ready" and "user1@build-7" in texts(dialog))
    assert "alice" not in texts(dialog)
    click(dialog.toggle_button)
    qtbot.waitUntil(lambda: dialog.phase == "ready" and "build-7" not in texts(dialog))


def test_what_cannot_be_hidden_is_said_and_the_draft_stays(dialog: ReportDialog, qtbot) -> None:
    before = texts(dialog)
    QTest.keyClicks(dialog.word, "schema")
    click(dialog.hide_button)
    qtbot.waitUntil(lambda: dialog.phase == "ready")
    assert "cannot be hidden everywhere" in english(dialog.said.text())
    assert texts(dialog) == before
    assert dialog.save_button.isEnabled()


def test_nothing_is_saved_when_the_draft_is_refused(desk: Desk, voice, qtbot) -> None:
    voice.reports = Refusing()
    QTest.keyClick(desk, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    dialog = QApplication.activeModalWidget()
    qtbot.waitUntil(lambda: dialog.phase == "refused")
    assert "Nothing can leave" in english(dialog.said.text())
    assert not dialog.save_button.isEnabled()
    assert not dialog.summary_button.isEnabled()
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert not any(isinstance(request, SaveBundle) for request in voice.asked)


class Refusing:
    """A desk that lets nothing leave."""

    def answer(self, request: m.Request, _looked: object) -> m.Message:
        return m.Failed(id=request.id, reason="a redacted value is still in the report")


def test_pictures_are_of_the_redacted_report_and_can_be_copied(dialog: ReportDialog, voice, tmp_path: Path, monkeypatch, qtbot) -> None:
    click_box(dialog.with_pictures)
    qtbot.waitUntil(lambda: dialog.phase == "ready" and len(dialog.pictures) == 2)
    assert dialog.parts.choose(("pictures/all.png",))
    assert dialog.picture.has_picture()
    click(dialog.picture_button)
    assert QApplication.clipboard().image().size().width() == 1440
    plain = dialog.pictures["all"].png
    QTest.mousePress(dialog.picture, Qt.MouseButton.LeftButton, pos=dialog.picture.rect().center())
    QTest.mouseRelease(dialog.picture, Qt.MouseButton.LeftButton, pos=dialog.picture.rect().center() + QPoint(90, 40))
    data = saved(dialog, tmp_path / "r.zip", monkeypatch, qtbot)
    assert data.count(b"\x89PNG") == 2
    assert plain not in data, "the arrow is in the file"
    assert dialog.pictures["plot"].png[100:-20] in data
    assert [name for name in (*NAMES, b"tEXt", b"iTXt", b"zTXt") if name in data] == []
    assert next(request for request in voice.asked if isinstance(request, AskPictures)).wish.panels == ("all", "plot")


def test_the_summary_is_redacted(dialog: ReportDialog) -> None:
    click(dialog.summary_button)
    assert english(QApplication.clipboard().text()).startswith("### Go Inspector")
    assert "alice" not in english(QApplication.clipboard().text())


def test_the_summary_without_the_dialog(desk: Desk, qtbot) -> None:
    QApplication.clipboard().clear()
    desk.named["copy_summary"].trigger()
    qtbot.waitUntil(lambda: "user1@" in english(QApplication.clipboard().text()))
    assert "alice" not in english(QApplication.clipboard().text())
    assert "clipboard" in english(desk.banner.said.text())


# ---- one picture


@pytest.fixture
def picture(desk: Desk, qtbot) -> PictureDialog:
    QTest.keyClick(desk, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    found = QApplication.activeModalWidget()
    assert isinstance(found, PictureDialog)
    qtbot.waitUntil(found.canvas.has_picture)
    return found


def test_a_picture_is_annotated_by_mouse_and_keyboard_and_saved(picture: PictureDialog, voice, tmp_path: Path, monkeypatch, qtbot) -> None:
    plain = picture.canvas.result()
    canvas = picture.canvas
    QTest.mousePress(canvas, Qt.MouseButton.LeftButton, pos=canvas.rect().center())
    QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=canvas.rect().center() + QPoint(120, 60))
    canvas.setFocus()
    click(picture.tools.group.button(1))
    QTest.keyClick(canvas, Qt.Key.Key_Space)
    for _ in range(5):
        QTest.keyClick(canvas, Qt.Key.Key_Left)
        QTest.keyClick(canvas, Qt.Key.Key_Up)
    QTest.keyClick(canvas, Qt.Key.Key_Space)
    QTest.keyClicks(picture.tools.words, "here")
    QTest.mouseClick(canvas, Qt.MouseButton.LeftButton, pos=canvas.rect().center())
    assert [stroke.tool for stroke in canvas.strokes] == ["arrow", "box", "text"]
    target = tmp_path / "p.png"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(target), ""))
    click(picture.save_button)
    written = QImage(str(target))
    assert written.size() == plain.size()
    assert written != plain
    assert written.textKeys() == []
    for _ in range(3):
        click(picture.tools.undo_button)
    assert canvas.result() == plain
    picture.what.setCurrentIndex(picture.what.findData("plot"))
    assert picture.since.isVisible()
    qtbot.waitUntil(canvas.has_picture)
    wish = voice.asked[-1].wish
    assert (wish.panels, wish.scale, wish.ago) == (("plot",), 1, (60.0, 0.0))
    assert canvas.result().size().width() == 1440
    voice.received.emit(PicturesTaken(id=999, pictures=()))
    assert canvas.has_picture(), "an answer to somebody else's question"
