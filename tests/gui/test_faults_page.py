"""The page of page faults, by mouse and keyboard: map, lanes, curves, zoom, isolation, pause, instructions, saving, recordings."""

import csv
import math
import operator
from collections.abc import Callable
from pathlib import Path

import fixtures as invented
import msgspec
import pytest
from conftest import Voice
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPixmap
from PySide6.QtWidgets import QFileDialog, QToolButton
from support.tongue import english

from inspector.gui.desk import Desk
from inspector.gui.faulting.runbox import RunDialog
from inspector.gui.pages.faults import FaultsPage
from inspector.gui.rows import Row
from inspector.gui.view import RowTree
from inspector.i18n import tr
from inspector.model import messages as m
from inspector.model.base import text
from inspector.model.faults import (
    DirtyReport,
    GcCycle,
    GcReport,
    Heap,
    Instruction,
    Listing,
    Marker,
    ProcessRates,
    SampleBatch,
    Sign,
    Stack,
    SystemRates,
    ThreadRates,
    TlbReport,
    Where,
)
from inspector.model.kernel import Capability

START = 5000.0
LEFT = Qt.MouseButton.LeftButton


def process(n: int, rate: float) -> ProcessRates:
    return ProcessRates(pid=1000 + n, name=f"p{n}", started_at=n, go=n == 0, minor_per_s=rate, major_per_s=0.0, minor=10, major=0)


def tick(second: int, count: int = 8, *, gap: bool = False, markers: tuple[Marker, ...] = ()) -> SampleBatch:
    rows = tuple(process(n, 100.0 * (n + 1) + second) for n in range(count))
    system = None if gap else SystemRates(minor_per_s=sum(r.minor_per_s for r in rows), major_per_s=1.0, huge_per_s=2.0, memory_wait=0.1)
    return SampleBatch(
        time_s=START + second, interval_s=1.0, system=system, processes=rows, process_count=count, unattributed_per_s=3.0, cost_ms=0.3,
        markers=markers,
    )  # fmt: skip


def rows_of(table: RowTree) -> list[Row]:
    model = table.rows_model
    return [row for n in range(model.rowCount()) if (row := model.row_of(model.index(n, 0)))]


def words_of(table: RowTree) -> str:
    return "\n".join(cell.text for row in rows_of(table) for cell in row.cells)


def observed(pid: int, request: int) -> m.Observed:
    hot = Instruction(address=0x401000, text="mov byte ptr [rax], 1", hits=90, source="/src/main.c:7")
    calm = Instruction(address=0x401004, text="ret", hits=0, source="/src/main.c:8")
    return m.Observed(
        id=request,
        pid=pid,
        seconds=4.0,
        rows=(Where(function="touch", object="/bin/p", mapping="[heap]", kind="first-touch", share=0.9, samples=90, source="/src/main.c:7"),),
        code=Listing(function="touch", object="/bin/p", instructions=(hot, calm), touched_low=0x1000, touched_high=0x9000),
        stacks=(Stack(frames=("main", "touch"), samples=90), Stack(frames=("main", "other"), samples=10)),
        threads=(ThreadRates(tid=7, name="worker", minor_per_s=5.0, major_per_s=0.0),),
        gc=GcReport(cycles=3, per_s=0.5, marking=0.2, recent=0.4, trace=(GcCycle(number=1, at_s=0.1, cpu=0.02, start_mb=4, live_mb=2, goal_mb=4),)),
        tlb=TlbReport(why="no counters here"),
    )


@pytest.fixture
def page(desk: Desk, voice: Voice, qtbot) -> FaultsPage:
    voice.received.emit(m.SamplingStatus(sampled=8, cpu_percent=0.3, fault_ns=1000.0, huge_fault_ns=200_000.0))
    made = desk.book.turn_to("faults")
    assert isinstance(made, FaultsPage)
    qtbot.waitUntil(made.isVisible)
    for second in range(40):
        marker = (Marker(kind="start", time_s=START + second, pid=1000, name="p0"),) if second == 30 else ()
        voice.received.emit(m.Samples(batches=(tick(second, gap=20 <= second < 23, markers=marker),)))
    return made


def test_all_processes_lanes_and_curves_are_there(page: FaultsPage) -> None:
    assert [key[0] for key in page.time.heat.rows] == [1007, 1006, 1005, 1004, 1003, 1002, 1001, 1000]
    assert {"minor", "major", "cost", "huge", "waiting", "unattributed"} <= set(page.time.lanes.shown())
    last = page.time.span.right
    assert page.time.lanes.value_at("cost", last) == pytest.approx((sum(100 * (n + 1) + 39 for n in range(8)) * 1e3 + 2 * 2e5) / 1e7, rel=1e-3)
    assert math.isnan(page.time.lanes.value_at("minor", START + 21)), "a gap stays a gap"
    assert len(rows_of(page.processes.table)) == 8
    assert page.time.heat.grab().toImage().pixelColor(page.time.heat.plot_rect().right() - 3, 4) != QColor(page.theme.tokens.panel)


def test_what_the_map_keeps_between_frames_is_what_is_drawn_anew(page: FaultsPage, voice: Voice) -> None:
    heat, span, theme = page.time.heat, page.time.span, page.theme

    def drawn() -> QImage:
        picture = QPixmap(heat.size())
        painter = QPainter(picture)
        heat.draw(painter)
        painter.end()
        return picture.toImage().convertToFormat(QImage.Format.Format_RGB32)

    try:
        for second in range(40, 45):
            voice.received.emit(m.Samples(batches=(tick(second),)))
            assert heat.grab().toImage().convertToFormat(QImage.Format.Format_RGB32) == drawn()
        for change in (lambda: span.zoom(START + 10, START + 30), lambda: theme.choose("dark"), span.follow, lambda: span.show_last(600.0)):
            before = drawn()
            change()
            now = heat.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
            assert now == drawn() != before
    finally:
        theme.choose("light")


def test_strips_that_were_moved_are_those_that_would_be_drawn_anew(page: FaultsPage, voice: Voice) -> None:
    lanes = page.time.lanes
    for second in range(40, 60):
        lower = msgspec.structs.replace(tick(10 + second % 7, gap=second in (50, 51)), time_s=START + second)  # the scale stays
        voice.received.emit(m.Samples(batches=(lower,)))
        kept = lanes.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
        anew = QImage(kept.size(), QImage.Format.Format_RGB32)
        painter = QPainter(anew)
        lanes.draw(painter)
        painter.end()
        differ = sum(map(operator.ne, memoryview(kept.constBits()).cast("I"), memoryview(anew.constBits()).cast("I")))
        assert differ < 60, f"second {second}: more than the joints of the curves"


def test_a_click_in_the_map_observes_and_the_code_comes_on_enter(page: FaultsPage, voice: Voice, qtbot) -> None:
    heat = page.time.heat
    qtbot.mouseClick(heat, LEFT, pos=QPoint(heat.plot_rect().right() - 20, 4))
    asked = next(request for request in reversed(voice.asked) if isinstance(request, m.Observe))
    assert asked.pid == 1007
    assert page.processes.table.current_key() == ("1007:7",)
    voice.received.emit(observed(1007, asked.id))
    places = page.where._tables["places"]
    assert english(rows_of(places)[0].cells[0].text) == "touch"
    places.choose(("touch|/bin/p|[heap]|first-touch",))
    places.setFocus()
    qtbot.keyClick(places, Qt.Key.Key_Return)
    asked = next(request for request in reversed(voice.asked) if isinstance(request, m.Observe))
    assert (asked.pid, asked.code, page.where.tab()) == (1007, "touch", "code")
    voice.received.emit(observed(1007, asked.id))
    code = rows_of(page.where._tables["code"])
    assert [row.cells[1].text for row in code] == ["", "90", ""]
    assert "0x1000" in code[0].cells[2].text
    opened: list[tuple[str, int]] = []
    page.open_place.disconnect()
    page.open_place.connect(lambda file, line, _editor: opened.append((file, line)))
    page.where._tables["code"].acted.emit(code[1])
    assert opened == [("/src/main.c", 7)]


def test_the_remedy_stands_beside_the_reason_and_goes_with_it(desk: Desk, page: FaultsPage, voice: Voice, qtbot) -> None:
    page.where.watch(process(7, 100.0))
    asked = next(request for request in reversed(voice.asked) if isinstance(request, m.Observe))
    setting = "kernel.perf_event_paranoid"
    refused = m.Observed(id=asked.id, pid=1007, seconds=1.0, rows=(), why=f"{setting}=3 forbids fault sampling", refused_by=setting)
    voice.received.emit(refused)
    voice.received.emit(m.SnapshotReady(generation=2, snapshot=invented.snapshot(broken=False)))
    assert not page.where.fix_button.isVisible(), "nothing is offered that nobody has a plan for"
    voice.received.emit(m.SnapshotReady(generation=3, snapshot=invented.snapshot()))
    assert page.where.fix_button.isVisible()
    wanted: list[str] = []
    page.fix.disconnect()
    page.fix.connect(wanted.append)
    page.where.fix_button.setFocus()
    qtbot.keyClick(page.where.fix_button, Qt.Key.Key_Space)
    assert wanted == [f"kernel-setting:{setting}"]
    voice.received.emit(observed(1007, asked.id))
    assert not page.where.fix_button.isVisible()
    page.where._track_writes()
    asked = next(request for request in reversed(voice.asked) if isinstance(request, m.TrackWrites))
    forbidden = DirtyReport(duration_s=0.0, why="ptrace_scope", refused_by=setting)
    voice.received.emit(m.Written(id=asked.id, pid=1007, report=forbidden))
    assert page.where.fix_button.isVisible()
    page.where.turn_to("places")
    assert not page.where.fix_button.isVisible()


def test_what_is_wrong_stands_above_the_places_with_what_helps(page: FaultsPage, voice: Voice, qtbot) -> None:
    page.where.watch(process(7, 30_000.0))
    asked = next(request for request in reversed(voice.asked) if isinstance(request, m.Observe))
    storm = Sign(check="fault-storm", text=text("{name} faults", name="p7"), advice=text("Keep its memory"), commands=("GOGC=200 PROGRAM",))
    voice.received.emit(msgspec.structs.replace(observed(1007, asked.id), signs=(storm,)))
    assert english(page.where.wrong.text()) == "p7 faults"
    assert page.where.reason.text().splitlines() == ["Keep its memory", "GOGC=200 PROGRAM"]
    voice.received.emit(observed(1007, asked.id))
    assert not page.where.reason.isVisible()
    assert not page.where.wrong.isVisible()


def test_a_program_is_asked_for_its_heap_by_a_click_and_not_before(page: FaultsPage, voice: Voice, qtbot) -> None:
    page.where.watch(process(7, 100.0))
    page.where.turn_to("collector")
    asked = next(request for request in reversed(voice.asked) if isinstance(request, m.Observe))
    go = msgspec.structs.replace(observed(1007, asked.id), gc=GcReport(cycles=1))
    voice.received.emit(go)
    assert not page.where.heap_button.isVisible()
    assert "no port" in words_of(page.where._tables["collector"])
    voice.received.emit(msgspec.structs.replace(go, listens=("127.0.0.1:6060",)))
    button = page.where.heap_button
    assert (button.isVisible(), button.text()) == (True, "Ask 127.0.0.1:6060 for its heap")
    assert "GET /debug/vars" in button.toolTip()
    assert "not asked" in words_of(page.where._tables["collector"])
    assert not [request for request in voice.asked if isinstance(request, m.AskHeap)]
    qtbot.mouseClick(button, LEFT)
    [wanted] = [request for request in voice.asked if isinstance(request, m.AskHeap)]
    assert wanted.pid == 1007
    source = "http://127.0.0.1:6060/debug/vars"
    told = Heap(source=source, in_use=3 << 20, obtained=9 << 20, returned=1 << 20, next_collection=4 << 20, collections=17)
    voice.received.emit(m.HeapTold(id=wanted.id, pid=1007, heap=told))
    voice.received.emit(msgspec.structs.replace(go, listens=("127.0.0.1:6060",)))
    assert all(word in words_of(page.where._tables["collector"]) for word in ("3.0 MB", "9.0 MB", "17", source))
    voice.received.emit(m.HeapTold(id=wanted.id, pid=1007, heap=Heap(why="127.0.0.1:6060 does not speak HTTP")))
    assert "does not speak HTTP" in words_of(page.where._tables["collector"])
    page.where.turn_to("places")
    assert not button.isVisible()
    page.where.turn_to("collector")
    page.where.watch(process(8, 100.0))
    assert not button.isVisible()


def test_before_writes_are_watched_the_kernels_ways_are_named(page: FaultsPage, voice: Voice, qtbot) -> None:
    ways = tuple(
        Capability(id=way, title=way, group="memory-tracking", verdict=verdict, known="observed", evidence=(), because=because)
        for way, verdict, because in (("page-idle", "absent", "no bitmap"), ("soft-dirty", "available", ""), ("kvm", "available", ""))
    )
    snapshot = invented.snapshot()
    kernel = msgspec.structs.replace(snapshot.kernel, capabilities=ways)
    page.where.watch(process(7, 100.0))
    voice.received.emit(m.SnapshotReady(generation=9, snapshot=msgspec.structs.replace(snapshot, kernel=kernel)))
    named = rows_of(page.where._tables["writes"])
    assert [row.key for row in named] == ["soft-dirty", "page-idle"]
    assert "no bitmap" in named[1].cells[0].text
    assert "not used" in named[1].cells[0].text
    page.where._track_writes()
    asked = next(request for request in reversed(voice.asked) if isinstance(request, m.TrackWrites))
    voice.received.emit(m.Written(id=asked.id, pid=1007, report=DirtyReport(duration_s=5.0, why="nothing")))
    voice.received.emit(m.SnapshotReady(generation=10, snapshot=snapshot))
    assert [row.key for row in rows_of(page.where._tables["writes"])] == ["note"]


def test_all_processes_are_observed_until_one_is_chosen(page: FaultsPage, voice: Voice, qtbot) -> None:
    qtbot.mouseClick(page.all_button, LEFT)
    asked = next(request for request in reversed(voice.asked) if isinstance(request, m.Observe))
    assert (asked.pid, asked.everyone) == (0, True)
    voice.received.emit(observed(0, asked.id))
    assert tr("all processes") in page.where.says.full_text()
    places = page.where._tables["places"]
    places.choose(("touch|/bin/p|[heap]|first-touch",))
    places.setFocus()
    qtbot.keyClick(places, Qt.Key.Key_Return)
    asked = next(request for request in reversed(voice.asked) if isinstance(request, m.Observe))
    assert (asked.everyone, asked.code) == (True, "touch")
    page.processes.table.choose(("1007:7",))
    asked = next(request for request in reversed(voice.asked) if isinstance(request, m.Observe))
    assert (asked.pid, asked.everyone) == (1007, False)


def test_zoom_by_mouse_and_keyboard_and_back(page: FaultsPage, voice: Voice, qtbot) -> None:
    heat, span = page.time.heat, page.time.span
    rect = heat.plot_rect()
    a, b = QPoint(rect.left() + rect.width() // 2, 30), QPoint(rect.left() + rect.width() * 3 // 4, 30)
    qtbot.mousePress(heat, LEFT, pos=a)
    qtbot.mouseMove(heat, b)
    qtbot.mouseRelease(heat, LEFT, pos=b)
    assert not span.following
    assert (span.left, span.right) == (pytest.approx(START + 9, abs=1), pytest.approx(START + 24, abs=1))
    voice.received.emit(m.Samples(batches=(tick(40),)))
    assert span.right == pytest.approx(START + 24, abs=1), "a zoomed picture stands still"
    heat.setFocus()
    qtbot.keyClick(heat, Qt.Key.Key_Home)
    assert span.following
    assert span.right == START + 40, "what came meanwhile is there"
    span.point(math.nan)
    qtbot.keyClick(heat, Qt.Key.Key_Plus)
    assert span.right - span.left == pytest.approx(30)
    qtbot.keyClick(heat, Qt.Key.Key_Left)
    assert "p7" in page.time.readout.full_text()
    qtbot.keyClick(heat, Qt.Key.Key_Left, Qt.KeyboardModifier.ShiftModifier)
    assert span.right == pytest.approx(START + 40 - 7.5)
    qtbot.keyClick(heat, Qt.Key.Key_Minus)
    assert span.following


def test_pause_keeps_samples_and_markers_are_told(page: FaultsPage, voice: Voice, qtbot) -> None:
    qtbot.mouseClick(page.time.pause_button, LEFT)
    voice.received.emit(m.Samples(batches=(tick(41),)))
    assert page.time.span.right == START + 39
    page.time.span.point(START + 30)
    assert "p0 1000 started" in english(page.time.readout.full_text())
    qtbot.mouseClick(page.time.pause_button, LEFT)
    assert page.time.span.right == START + 41
    voice.received.emit(m.Done(id=1, receipt=invented.receipt()))
    assert page.time.span.day.markers[-1].kind == "fixed"


def test_the_legend_isolates_and_enter_pins_curves(page: FaultsPage, qtbot) -> None:
    assert len(page.time._lines()) == 2 * 5
    button = next(one for one in page.time.findChildren(QToolButton) if english(one.accessibleName()) == "Only p7 1007")
    button.click()
    assert len(page.time._lines()) == 2
    button = next(one for one in page.time.findChildren(QToolButton) if one.isChecked() and one.property("curve"))
    button.click()
    assert len(page.time._lines()) == 2 * 5
    for n in range(8):
        page.processes.table.choose((f"{1000 + n}:{n}",))
        page.processes._toggle_current()
    assert len(page.time._keys) <= 8
    page.processes._unpin()
    assert len(page.time._keys) == 4


def test_ten_times_a_second_only_while_asked_for(page: FaultsPage, voice: Voice, qtbot) -> None:
    page.fast_button.click()
    asked = next(request for request in reversed(voice.asked) if isinstance(request, m.Focus))
    assert (len(asked.pids), asked.hz) == (4, 10.0)
    for n in range(20):
        rows = (process(7, 1000.0 + n),)
        batch = SampleBatch(
            time_s=START + 37 + n / 10, interval_s=0.1, system=None, processes=rows, process_count=1, unattributed_per_s=0.0, cost_ms=0.1
        )
        voice.received.emit(m.Samples(batches=(batch,), focus=True))
    page.time.span.zoom(START + 37.2, START + 38.8)
    assert len(page.time._curve((1007, 7), major=False).age_s) > 10
    page.leave()
    assert next(request for request in reversed(voice.asked) if isinstance(request, m.Focus)).pids == ()


@pytest.mark.parametrize(("save", "name"), [("save_csv", "v.csv"), ("save_svg", "p.svg"), ("save_flame", "f.svg")])
def test_values_and_pictures_are_saved(save: str, name: str, page: FaultsPage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / name
    page.where.flame.show_stacks((Stack(frames=("main", "touch"), samples=3),))
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_args: (str(path), ""))
    getattr(page, save)()
    content = path.read_bytes()
    if name.endswith(".csv"):
        rows = list(csv.DictReader(content.decode().splitlines()))
        assert float(rows[-1]["p7 1007 minor"]) == 839
        assert rows[20][tr("minor faults")] == ""
        assert len(rows) == 40
    else:
        assert b"</svg>" in content
        assert (b"touch" if save == "save_flame" else tr("minor faults").encode()) in content
    complaints: list[str] = []
    page.complain.connect(complaints.append)
    path = tmp_path / "missing" / name
    getattr(page, save)()
    assert len(complaints) == 1


def test_a_recording_is_shown_in_the_same_views(page: FaultsPage, voice: Voice) -> None:
    page.replay("/tmp/x.faults")
    asked = next(request for request in reversed(voice.asked) if isinstance(request, m.Replay))
    voice.received.emit(m.Replayed(id=asked.id, batches=tuple(tick(second, 3) for second in range(10))))
    voice.received.emit(m.Replayed(id=asked.id, batches=(tick(10, 3),), last=True))
    assert len(page.time.heat.rows) == 3
    assert page.time.span.right == START + 10
    assert not page.record_button.isEnabled()
    voice.received.emit(m.Samples(batches=(tick(60),)))
    assert page.time.span.right == START + 10
    page.leave_replay()
    assert page.time.span.right == START + 60
    page.replay("/tmp/none")
    asked = next(request for request in reversed(voice.asked) if isinstance(request, m.Replay))
    complaints: list[str] = []
    page.complain.connect(complaints.append)
    voice.received.emit(m.Failed(id=asked.id, reason="not a recording of faults"))
    assert complaints == ["not a recording of faults"]
    assert page.record_button.isEnabled()


def test_recording_and_running_ask_the_agent(
    page: FaultsPage, voice: Voice, monkeypatch: pytest.MonkeyPatch, open_dialog: Callable[..., None]
) -> None:
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_args: ("/tmp/rec.faults", ""))
    page.record_button.click()
    asked = next(request for request in reversed(voice.asked) if isinstance(request, m.Record))
    assert asked.path == "/tmp/rec.faults"
    voice.received.emit(m.Recording(id=asked.id, path=asked.path, ticks=1200))
    assert "1,200" in page.record_button.text()
    page.record_button.click()
    assert next(request for request in reversed(voice.asked) if isinstance(request, m.Record)).path == ""
    open_dialog(page.run_program)
    asked_run = next(request for request in reversed(voice.asked) if isinstance(request, m.RunProgram))
    assert asked_run.argv == ("./api", "-listen", "a b")
    voice.received.emit(observed(4242, asked_run.id))
    assert "4242" in page.where.says.full_text()
    assert page._live.collecting == 40


@pytest.fixture
def open_dialog(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Fills in the dialog and accepts it."""

    def answer(dialog: RunDialog) -> int:
        assert not dialog._buttons.button(dialog._buttons.StandardButton.Ok).isEnabled()
        dialog.command.setText("./api -listen 'a b'")
        assert dialog._buttons.button(dialog._buttons.StandardButton.Ok).isEnabled()
        return int(RunDialog.DialogCode.Accepted)

    monkeypatch.setattr(RunDialog, "exec", answer)
    return lambda act: act()


def test_the_table_twin_says_what_the_lanes_show(page: FaultsPage, qtbot) -> None:
    qtbot.mouseClick(page.time.table_button, LEFT)
    rows = rows_of(page.time.table)
    assert len(rows) == 40
    assert [cell.text for cell in rows[0].cells] == [tr("now"), "3.91k", "1.0", "0.4 %", "2.0", "10 %"]
    assert "–" in [cell.text for cell in rows[18].cells]


def test_the_flame_graph_zooms_into_a_function(page: FaultsPage, qtbot) -> None:
    page.where.turn_to("flame")
    flame = page.where.flame
    flame.show_stacks(observed(1, 1).stacks)
    flame.grab()
    box = next(box for box, path, _ in flame._boxes if path == ("main", "touch"))
    qtbot.mouseClick(flame, LEFT, pos=box.center().toPoint())
    flame.grab()
    assert next(box for box, path, _ in flame._boxes if path == ("main", "touch")).width() == pytest.approx(flame.width() - 8, abs=1)
    qtbot.keyClick(flame, Qt.Key.Key_Escape)
    flame.grab()
    assert next(box for box, path, _ in flame._boxes if path == ("main", "touch")).width() < flame.width() * 0.95
