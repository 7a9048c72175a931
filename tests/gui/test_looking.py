"""Can whatever takes its time be ended: a look, of which what was seen stays, and each request that somebody waits for?"""

import time

import fixtures as invented
import msgspec
from conftest import Voice
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from inspector.gui.desk import Desk
from inspector.gui.underway import UnderWay
from inspector.model import messages as m
from inspector.model.report_messages import OpenReport


def begin(desk: Desk, voice: Voice, qtbot) -> None:
    voice.received.emit(m.Progress(id=0, stage="look"))
    assert not desk.status.cancel_button.isVisible(), "most looks are over before anybody reads of them"
    qtbot.waitUntil(desk.status.cancel_button.isVisible)


def cancelled(voice: Voice) -> int:
    return sum(1 for request in voice.asked if request == m.Cancel(id=0))


def test_a_slow_look_is_cancelled_by_mouse_and_by_key(desk: Desk, voice: Voice, qtbot) -> None:
    QTest.keyClick(desk, Qt.Key.Key_Escape)
    assert cancelled(voice) == 0, "there is nothing to cancel"
    begin(desk, voice, qtbot)
    QTest.mouseClick(desk.status.cancel_button, Qt.MouseButton.LeftButton)
    assert cancelled(voice) == 1
    desk.environment.tree.setFocus()
    QTest.keyClick(desk.environment.tree, Qt.Key.Key_Escape)
    assert cancelled(voice) == 2
    qtbot.waitUntil(lambda: desk.status.said.full_text().startswith("Looking… 1 s"))
    voice.received.emit(m.Progress(id=0, stage=""))
    assert not desk.status.cancel_button.isVisible()
    assert not desk.named["cancel"].isEnabled()
    assert desk.status.said.full_text().startswith("Looked ")


def test_what_is_unfinished_says_why(desk: Desk, voice: Voice, qtbot) -> None:
    begin(desk, voice, qtbot)
    whole = invented.snapshot(broken=True)
    why = "the look was cancelled; 3 of 11 launch contexts had been started"
    look = msgspec.structs.replace(whole.look, failed={"environment": why})
    voice.received.emit(m.SnapshotReady(generation=2, snapshot=msgspec.structs.replace(whole, look=look)))
    voice.received.emit(m.Progress(id=0, stage=""))
    assert desk.status.said.full_text().startswith(f"Unfinished: {why}")
    root = desk.environment.tree.rows_model.row_of(desk.environment.tree.rows_model.index_of(("contexts",)))
    assert root is not None
    assert root.cells[2].text == why
    assert len(root.children) == len(whole.environment.contexts), "what there is stays"


def test_an_agent_that_died_looks_no_more(desk: Desk, voice: Voice, qtbot) -> None:
    begin(desk, voice, qtbot)
    voice.lost.emit("killed")
    assert not desk.status.cancel_button.isVisible()


def test_a_look_behind_an_opened_report_is_not_shown(desk: Desk, voice: Voice) -> None:
    desk.store.banner = "Report of another machine"
    voice.received.emit(m.Progress(id=0, stage="look"))
    desk.store.looking_since = time.monotonic() - 5
    desk.status.refresh()
    assert not desk.status.cancel_button.isVisible()


def mute(voice: Voice, monkeypatch) -> None:
    """An agent that takes its time."""
    monkeypatch.setattr(voice, "_answer", lambda: None)


def test_a_slow_request_is_named_and_given_up(desk: Desk, voice: Voice, qtbot, monkeypatch) -> None:
    mute(voice, monkeypatch)
    refused: list[str] = []
    desk.opener.refused.connect(refused.append)
    begin(desk, voice, qtbot)
    desk.opener.open("/somewhere/slow.zip")
    (asked,) = (request for request in voice.asked if isinstance(request, OpenReport))
    qtbot.waitUntil(lambda: desk.status.said.full_text().startswith("Opening the report… "))
    QTest.keyClick(desk, Qt.Key.Key_Escape)
    assert voice.asked[-1] == m.Cancel(id=asked.id), "what was asked last goes first, the look goes on"
    assert desk.status.said.full_text().startswith("Looking…")
    assert refused == [], "nobody complains of the user's own wish"
    QTest.keyClick(desk, Qt.Key.Key_Escape)
    assert cancelled(voice) == 1


def test_an_answer_ends_the_wait_and_parts_of_one_do_not() -> None:
    under_way = UnderWay()
    assert under_way.asked(m.Replay(id=0, path="x"), 7)
    assert not under_way.asked(m.Undo(id=0, receipt="x"), 8), "a change is never given up half-way"
    assert not under_way.asked(m.Replay(id=0, path="x"), 0), "there was nobody to ask"
    time.sleep(0.55)
    assert [waiting.id for waiting in under_way.slow()] == [7]
    under_way.answered(m.Progress(id=7, stage="x"))
    under_way.answered(m.Replayed(id=7, batches=()))
    assert [waiting.id for waiting in under_way.slow()] == [7]
    under_way.answered(m.Replayed(id=7, batches=(), last=True))
    assert list(under_way.slow()) == []
