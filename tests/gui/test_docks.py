"""Can a person arrange the panels of a page with mouse or keys alone, and find them again as they were left, whatever the file says?"""

import subprocess
from collections.abc import Callable

import pytest
from conftest import Voice, speak
from PySide6.QtCore import QByteArray, QPoint, QRect, QSettings, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from inspector.gui.desk import Desk
from inspector.gui.dialogs.palette import CommandPalette
from inspector.gui.docks import Docks

HELD = Qt.KeyboardModifier
CTRL, MOVE, NONE = HELD.ControlModifier, HELD.AltModifier | HELD.ShiftModifier, HELD.NoModifier


def boxes(docks: Docks) -> dict[str, QRect]:
    QApplication.processEvents()
    return {name: dock.geometry() for name, dock in docks.by_name.items()}


def alike(found: dict[str, QRect], wanted: dict[str, QRect]) -> bool:
    """To the pixel or two that shares are rounded by."""
    pairs = ((found[name].getRect(), wanted[name].getRect()) for name in wanted)
    return found.keys() == wanted.keys() and all(abs(a - b) <= 2 for one, other in pairs for a, b in zip(one, other, strict=True))


def shown(docks: Docks) -> set[str]:
    return {name for name, dock in docks.by_name.items() if dock.isVisible()}


def press(key: Qt.Key, held: Qt.KeyboardModifier = NONE) -> None:
    """A key where the keyboard is."""
    target = QApplication.focusWidget() or QApplication.activeWindow()
    assert isinstance(target, QWidget)
    QTest.keyClick(target, key, held)


def drag(start: QPoint, end: QPoint, qtbot) -> None:
    """With the real pointer, in steps, as a hand does."""
    steps = [start + (end - start) * part / 8 for part in range(1, 9)]
    subprocess.run(["xdotool", "mousemove", str(start.x()), str(start.y()), "mousedown", "1"], check=True)
    for step in (*steps, end + QPoint(1, 1), end):
        qtbot.wait(30)
        subprocess.run(["xdotool", "mousemove", str(step.x()), str(step.y())], check=True)
    qtbot.wait(100)
    subprocess.run(["xdotool", "mouseup", "1"], check=True)
    qtbot.wait(100)


def middle(widget: QWidget) -> QPoint:
    return widget.mapToGlobal(widget.rect().center())


@pytest.fixture
def docks(desk: Desk, qtbot) -> Docks:
    found = desk.docks()
    assert found is not None
    qtbot.waitUntil(lambda: desk.window().geometry().topLeft() == QPoint(0, 0))
    return found


def test_a_panel_is_dragged_by_its_title_and_stays_there(open_desk: Callable[..., Desk], settings: QSettings, voice: Voice, qtbot) -> None:
    desk = open_desk(settings)
    speak(voice, broken=True)
    docks = desk.docks()
    before = boxes(docks)
    kernel, detail = docks.by_name["kernel"], docks.by_name["detail"]
    drag(middle(kernel.panel.title_label), detail.mapToGlobal(QPoint(detail.width() // 2, detail.height() - 20)), qtbot)
    after = boxes(docks)
    assert not kernel.isFloating()
    assert after["kernel"].left() == before["detail"].left(), "it lies in the other column"
    assert after["kernel"].top() > after["detail"].top()
    assert after["faults"].height() > before["faults"].height() + 100, "who is left there takes the room"
    desk.window().close()
    assert alike(boxes(open_desk(settings, size=None).docks()), after)


def test_a_border_between_panels_is_dragged(docks: Docks, qtbot) -> None:
    before = boxes(docks)
    border = docks.mapToGlobal(QPoint(before["environment"].right() + 5, before["environment"].center().y()))
    drag(border, border - QPoint(120, 0), qtbot)
    after = boxes(docks)
    assert after["environment"].width() == pytest.approx(before["environment"].width() - 120, abs=12)
    assert after["detail"].width() == after["environment"].width()


def test_a_panel_that_is_let_go_beside_the_window_floats_and_goes_with_its_page(desk: Desk, docks: Docks, qtbot) -> None:
    detail = docks.by_name["detail"]
    drag(middle(detail.panel.title_label), QPoint(1500, 950), qtbot)
    assert detail.isFloating()
    desk.book.turn_to("golang")
    assert not detail.isVisible()
    desk.book.turn_to("overview")
    assert detail.isVisible()
    QTest.mouseDClick(detail.head, Qt.MouseButton.LeftButton, pos=detail.panel.title_label.geometry().center())
    assert not detail.isFloating()


def test_keys_alone_go_from_panel_to_panel_and_move_them(desk: Desk, docks: Docks) -> None:
    before = boxes(docks)
    desk.environment.focus_view()
    order = []
    for _ in docks.by_name:
        order.append(docks.in_focus().objectName())
        press(Qt.Key.Key_F6)
    assert order == ["environment", "detail", "kernel", "faults"]
    assert docks.in_focus().objectName() == "environment"
    press(Qt.Key.Key_Right, MOVE)
    after = boxes(docks)
    assert (after["environment"], after["kernel"]) == (before["kernel"], before["environment"]), "they changed places, and sizes with them"
    assert QApplication.focusWidget() is desk.environment.tree, "who moves a panel stays in it"
    press(Qt.Key.Key_Down, MOVE)
    assert boxes(docks)["environment"] == before["faults"]
    press(Qt.Key.Key_Down, MOVE)
    wide = boxes(docks)["environment"]
    assert wide.width() == docks.width()
    assert wide.bottom() == docks.rect().bottom()
    desk.named["reset_layout"].trigger()
    assert alike(boxes(docks), before)
    for key, edge in ((Qt.Key.Key_Left, "left"), (Qt.Key.Key_Up, "top"), (Qt.Key.Key_Right, "right")):
        docks.reset()
        panel = docks.by_name["faults" if edge == "right" else "environment"]
        docks.move_panel(panel, key)
        box = boxes(docks)[panel.objectName()]
        assert getattr(box, edge)() == getattr(docks.rect(), edge)()
        assert docks.width() * docks.height() > box.width() * box.height() > 0.2 * docks.width() * docks.height()


def test_a_panel_is_closed_and_brought_back_by_keys_menu_and_palette(desk: Desk, docks: Docks, qtbot) -> None:
    desk.kernel.focus_view()
    press(Qt.Key.Key_W, MOVE)
    assert shown(docks) == {"environment", "detail", "faults"}
    assert docks.in_focus().objectName() == "faults", "the keyboard is somewhere"
    press(Qt.Key.Key_2, CTRL)
    assert "kernel" in shown(docks)
    menu = desk.app_bar.menu_button.menu()
    menu.panels.aboutToShow.emit()
    toggles = {action.text(): action for action in menu.panels.actions() if action.isCheckable()}
    assert list(toggles) == [dock.toggleViewAction().text() for dock in docks.by_name.values()]
    docks.by_name["detail"].toggleViewAction().trigger()
    assert "detail" not in shown(docks)
    press(Qt.Key.Key_K, CTRL)
    palette = QApplication.activeModalWidget()
    assert isinstance(palette, CommandPalette)
    palette.line.insert(docks.by_name["detail"].toggleViewAction().text())
    QTest.keyClick(palette.line, Qt.Key.Key_Return)
    assert "detail" in shown(docks)


def test_why_opens_what_it_needs(desk: Desk, docks: Docks) -> None:
    docks.by_name["environment"].close()
    docks.by_name["detail"].close()
    desk.named["show_why"].trigger()
    assert {"environment", "detail"} <= shown(docks)


def test_where_all_are_closed_the_page_says_how_to_go_on(docks: Docks) -> None:
    before = boxes(docks)
    for dock in docks.by_name.values():
        dock.close()
    button = next(one for one in docks.centralWidget().findChildren(QWidget) if one.focusPolicy() == Qt.FocusPolicy.StrongFocus)
    assert button.isVisible()
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert alike(boxes(docks), before)
    assert not docks.centralWidget().isVisible()


@pytest.mark.parametrize("left", ["torn", "foreign", "of another kind"])
def test_a_broken_or_older_layout_counts_as_none(open_desk: Callable[..., Desk], settings: QSettings, left: str) -> None:
    first = open_desk(settings)
    usual = boxes(first.docks())
    first.docks().move_panel(first.docks().by_name["kernel"], Qt.Key.Key_Left)
    moved = first.docks().saveState()
    whole = first.docks().state().data()
    first.window().close()
    was = {"torn": QByteArray(whole[: len(whole) // 2]), "foreign": moved, "of another kind": "columns"}
    settings.setValue("docks/overview", was[left])
    again = open_desk(settings)
    assert alike(boxes(again.docks()), usual)
    assert shown(again.docks()) == set(usual)


def test_a_floating_panel_that_no_screen_shows_is_brought_back(open_desk: Callable[..., Desk], settings: QSettings) -> None:
    desk = open_desk(settings)
    dock = desk.docks().by_name["faults"]
    dock.setFloating(True)
    QApplication.processEvents()
    dock.setGeometry(QRect(9000, 9000, 500, 300))
    QApplication.processEvents()
    desk.window().close()
    again = open_desk(settings, size=None).docks().by_name["faults"]
    assert again.isFloating()
    screen = QGuiApplication.primaryScreen().availableGeometry()
    assert screen.intersected(again.geometry()).width() >= 64


def test_every_page_with_panels_remembers_its_own_layout(open_desk: Callable[..., Desk], settings: QSettings, voice: Voice) -> None:
    desk, left = open_desk(settings), {}
    speak(voice, broken=True)
    for name in ("shells", "golang", "kernels", "faults"):
        desk.book.turn_to(name)
        docks = desk.docks()
        QApplication.processEvents()
        docks.move_panel(list(docks.by_name.values())[-1], Qt.Key.Key_Up)
        left[name] = boxes(docks)
    desk.window().close()
    again = open_desk(settings, size=None)
    for name, before in left.items():
        again.book.turn_to(name)
        assert alike(boxes(again.docks()), before)
