"""Can the three main stories be done without a mouse, and is everything on the way told to a screen reader? Keys go to what has the keyboard only."""

import zipfile
from pathlib import Path

import fixtures as invented
import pytest
from conftest import Voice
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtGui import QAccessible, QAccessibleInterface
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QTreeView, QWidget
from support.tongue import english

from inspector.gui.desk import Desk
from inspector.gui.dialogs.fix import FixDialog
from inspector.gui.dialogs.report import ReportDialog
from inspector.i18n import tr
from inspector.model import messages as m

IN_EVERY_LANGUAGE = True
CTRL, SHIFT, NONE = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.NoModifier
ROLE, NAME = QAccessible.Role, QAccessible.Text.Name


class Hands:
    """Somebody with a keyboard and a screen reader, and nothing else."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def place(self) -> QWidget:
        """What has the keyboard: in the dialog over the window if there is one."""
        top = QApplication.activeModalWidget() or self._desk.window()
        return top.focusWidget() or top

    def press(self, key: Qt.Key, *, held: Qt.KeyboardModifier = NONE) -> None:
        """Press a key where the keyboard is."""
        QTest.keyClick(self.place(), key, held)

    def heard(self) -> tuple[str, QAccessible.Role]:
        """Name and role of what is announced: the control with the keyboard, in a tree its current cell."""
        widget = self.place()
        interface = QAccessible.queryAccessibleInterface(widget)
        assert interface is not None, widget
        if isinstance(widget, QTreeView) and widget.currentIndex().isValid():
            return english(f"{interface.text(NAME)}: {cell(interface, widget, widget.currentIndex())}"), ROLE.TreeItem
        return english(interface.text(NAME)), interface.role()

    def tab_to(self, name: str) -> QAccessible.Role:
        """Go on with Tab until this is announced; its role."""
        for _ in range(60):
            said, role = self.heard()
            if name in said:
                return role
            self.press(Qt.Key.Key_Tab)
        raise AssertionError(f"Tab never comes to {name!r}")


@pytest.fixture
def hands(desk: Desk) -> Hands:
    return Hands(desk)


def cell(view: QAccessibleInterface, widget: QTreeView, index: QModelIndex) -> str:
    """The name of a cell as the accessibility tree has it: found where it is drawn, as a screen reader's review does."""
    centre = widget.viewport().mapToGlobal(widget.visualRect(index.siblingAtColumn(0)).center())
    found = view.childAt(centre.x(), centre.y())
    return found.text(NAME) if found is not None else ""


def test_the_cause_is_found_mended_and_taken_back(desk: Desk, voice: Voice, hands: Hands, qtbot) -> None:
    hands.press(Qt.Key.Key_W, held=CTRL | SHIFT)
    assert hands.place() is desk.environment.tree
    assert "/usr/bin" in hands.heard()[0]
    qtbot.waitUntil(lambda: "line 118" in english(desk.detail.sentence.text()))
    hands.press(Qt.Key.Key_F, held=CTRL | SHIFT)
    dialog = QApplication.activeModalWidget()
    assert isinstance(dialog, FixDialog)
    qtbot.waitUntil(lambda: dialog.phase == "ready")
    assert hands.tab_to("What would be changed") == ROLE.EditableText
    hands.tab_to("Before and after")
    assert hands.tab_to("Apply") == ROLE.PushButton
    hands.press(Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: dialog.phase == "done")
    hands.tab_to("Undo")
    hands.press(Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: dialog.phase == "undone")
    assert voice.undone
    hands.press(Qt.Key.Key_Escape)
    assert QApplication.activeModalWidget() is None


def test_a_report_is_looked_through_and_saved(hands: Hands, tmp_path: Path, monkeypatch, qtbot) -> None:
    """The dialog that asks for a file is the desktop's own."""
    target = tmp_path / "ticket.zip"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(target), ""))
    hands.press(Qt.Key.Key_S, held=CTRL)
    dialog = QApplication.activeModalWidget()
    assert isinstance(dialog, ReportDialog)
    qtbot.waitUntil(lambda: dialog.phase in ("picturing", "ready"))
    assert hands.tab_to("Pictures of the window") == ROLE.CheckBox
    hands.press(Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: dialog.phase == "ready")
    assert hands.tab_to("word for word") == ROLE.EditableText
    hands.tab_to("What was replaced")
    assert hands.tab_to("Search for a word in everything") == ROLE.EditableText
    assert hands.tab_to("Save…") == ROLE.PushButton
    hands.press(Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: dialog.phase == "saved")
    assert zipfile.is_zipfile(target)
    hands.press(Qt.Key.Key_Escape)
    assert QApplication.activeModalWidget() is None


def test_the_faults_of_a_process_are_read(desk: Desk, voice: Voice, hands: Hands, qtbot) -> None:
    for tick in range(3):
        voice.received.emit(m.Samples(batches=(invented.batch(tick),)))
    hands.press(Qt.Key.Key_3, held=CTRL)
    assert hands.place() is desk.faults.table
    hands.press(Qt.Key.Key_Home)
    for _ in range(5):
        if "api" in hands.heard()[0]:
            break
        hands.press(Qt.Key.Key_Down)
    qtbot.waitUntil(lambda: "61 %" in desk.detail.sentence.text())
    hands.press(Qt.Key.Key_5, held=Qt.KeyboardModifier.AltModifier)
    page = desk.book.turn_to("faults")
    assert hands.place() is page.processes.table
    for tick in range(3, 30):
        voice.received.emit(m.Samples(batches=(invented.batch(tick),)))
    hands.tab_to("Values as a table")
    hands.press(Qt.Key.Key_Space)
    hands.tab_to("Rates over time")
    hands.press(Qt.Key.Key_Down)
    assert hands.heard()[0].partition(": ")[2], "the twin of the plot is read cell by cell"


def test_the_tree_a_screen_reader_walks_has_panels_and_their_lists(desk: Desk) -> None:
    seen: dict[str, QAccessible.Role] = {}

    def walk(interface: QAccessibleInterface, depth: int) -> None:
        for n in range(interface.childCount() if depth < 14 else 0):
            child = interface.child(n)
            if child is None or not child.isValid() or child.state().invisible:
                continue
            if name := child.text(NAME):
                seen.setdefault(english(name), child.role())
            if child.role() not in (ROLE.Tree, ROLE.Table):
                walk(child, depth + 1)

    root = QAccessible.queryAccessibleInterface(desk.window())
    walk(root, 0)
    assert seen["Environment tree"] == ROLE.Tree
    assert seen["Processes by page faults"] in (ROLE.Tree, ROLE.Table)
    assert seen["Why"] == ROLE.PushButton
    assert seen["Search in the panel"] == ROLE.EditableText
    assert seen["Menu"] == ROLE.ButtonMenu
    assert seen[english(tr("Show problems only"))] == ROLE.CheckBox
    assert any("4 of 9" in name for name in seen)
    assert len(seen) > 40
