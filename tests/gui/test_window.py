"""Does the window show what the agent says, keep its place when that changes, and obey mouse and keyboard alike?"""

import functools
import json
import os
import subprocess
import sys
import time
from pathlib import Path

import fixtures as invented
import pytest
from conftest import speak
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QAbstractItemModelTester, QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLineEdit, QPlainTextEdit, QTreeView, QWidget
from support.tongue import english

from inspector.gui.desk import Desk
from inspector.gui.view import RowTree
from inspector.i18n import tr
from inspector.model import messages as m
from inspector.model import wire

CAUSE_KEY = ("contexts", "interactive-terminal", "path", "/usr/bin#1")
TESTER = QAbstractItemModelTester.FailureReportingMode.Fatal


def click_row(view: RowTree, key: tuple[str, ...]) -> None:
    """A real click on a row."""
    view.choose(key)
    view.setCurrentIndex(view.rows_model.index_of(()))
    rect = view.visualRect(view.rows_model.index_of(key))
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(rect.left() + 20, rect.center().y()))


def test_structure_stands_before_anything_is_known(open_desk) -> None:
    desk = open_desk()
    assert [row.key for row in map(desk.environment.tree.rows_model.row_of, roots(desk))] == ["contexts", "programs", "installs", "builds"]
    assert "Looking" in english(desk.verdict.accessibleName())
    assert desk.faults.readout.full_text()


def roots(desk: Desk) -> list:
    model = desk.environment.tree.rows_model
    return [model.index(n, 0) for n in range(model.rowCount())]


def test_the_verdict_says_what_is_wrong_and_the_cause_is_already_selected(desk: Desk, qtbot) -> None:
    assert "4 of 9" in english(desk.verdict.accessibleName())
    assert desk.environment.tree.current_key() == CAUSE_KEY
    qtbot.waitUntil(lambda: "line 118" in english(desk.detail.sentence.text()))
    shown = [(number.text(), line.text(), line.property("current")) for number, line in desk.detail.source.rows if line.isVisible()]
    assert ("118", 'export PATH="/usr/bin:$PATH"', "true") in shown
    assert "tmux" in english(desk.detail.also.text())
    assert desk.detail.fix_button.isVisible()


def test_all_well_is_quiet_and_green(open_desk, voice, qtbot) -> None:
    desk = open_desk()
    speak(voice, broken=False)
    assert desk.verdict.property("tone") == "ok"
    assert not desk.verdict.fix_button.isVisible()
    assert not desk.verdict.why_button.isVisible()


def test_a_click_on_a_row_fills_the_detail_pane(desk: Desk, qtbot) -> None:
    click_row(desk.environment.tree, ("contexts", "login-terminal"))
    assert english(desk.detail.heading.full_text()) == "Login terminal"
    click_row(desk.environment.tree, ("installs", "/usr/local/go"))
    assert desk.detail.heading.full_text() == f"go {invented.NEW}"
    click_row(desk.kernel.tree, ("memory-tracking", "perf-faults"))
    assert "restricted" in english(desk.detail.heading.full_text())
    assert "perf_event_paranoid=2" in english(desk.detail.also.text())


@pytest.mark.parametrize(
    "key",
    [
        ("contexts", "login-terminal", "path"),
        ("contexts", "login-terminal", "tools", "go"),
        ("contexts", "login-terminal", "init", "/home/alice/.bashrc#2"),
        ("contexts", "login-terminal", "variables", "GOFLAGS"),
        ("contexts", "login-terminal", "settings", "GOTOOLCHAIN"),
        ("contexts", "script", "variables", "LC_TIME"),
        ("contexts", "goland"),
        ("contexts", "systemd-user"),
        ("programs", "4121:2026-11-23T05:10:00Z"),
        ("builds", "project"),
        ("builds", "project", "set:GOEXPERIMENT#0"),
        ("builds", "project", "in:cron"),
        ("builds", "settings", "GOBIN"),
        ("builds", "editors", "VS Code:go.goroot#0"),
        ("builds", "/home/alice/go/bin/gopls"),
    ],
)
def test_every_kind_of_row_has_something_to_say(desk: Desk, key: tuple[str, ...]) -> None:
    click_row(desk.environment.tree, key)
    assert desk.environment.tree.current_key() == key
    assert desk.detail.heading.full_text() != ""
    assert "Select a row" not in english(desk.detail.heading.full_text())


def test_a_name_whose_value_is_not_kept_says_how_to_see_it(desk: Desk, qtbot) -> None:
    click_row(desk.environment.tree, ("contexts", "script", "variables", "LC_TIME"))
    assert desk.detail.heading.full_text() == "LC_TIME"
    assert "Also follow variables" in english(desk.detail.sentence.text())


@pytest.mark.skipif("DISPLAY" not in os.environ, reason="no display")
def test_the_agent_gets_exactly_what_the_window_was_started_with(tmp_path) -> None:
    given = {name: os.environ[name] for name in ("DISPLAY", "XAUTHORITY", "QT_QPA_PLATFORM") if name in os.environ}
    given |= {"A": "1", "HOME": str(tmp_path), "XDG_RUNTIME_DIR": str(tmp_path)}
    window = subprocess.Popen([sys.executable, "-I", "-m", "inspector"], env=given)
    try:
        agents: list[str] = []
        until = time.monotonic() + 60
        while not agents and time.monotonic() < until:
            children = Path(f"/proc/{window.pid}/task/{window.pid}/children").read_text().split()
            agents = [child for child in children if b"\0agent\0" in Path(f"/proc/{child}/cmdline").read_bytes()]
            time.sleep(0.05)
        pairs = Path(f"/proc/{agents[0]}/environ").read_bytes().rstrip(b"\0").split(b"\0")
    finally:
        window.kill()
        window.wait()
    assert dict(os.fsdecode(pair).split("=", 1) for pair in pairs) == given


def test_a_new_snapshot_keeps_selection_expansion_and_place(desk: Desk, voice, qtbot) -> None:
    tree = desk.environment.tree
    QAbstractItemModelTester(tree.rows_model, TESTER, desk)
    QAbstractItemModelTester(desk.kernel.tree.rows_model, TESTER, desk)
    QAbstractItemModelTester(desk.faults.table.rows_model, TESTER, desk)
    QAbstractItemModelTester(desk.environment.matrix.rows_model, TESTER, desk)
    click_row(tree, ("contexts", "interactive-terminal", "path", "/usr/local/go/bin#1"))
    tree.open_keys({("installs",), ("contexts", "login-terminal")})
    opened = tree.opened()
    for generation in range(2, 8):
        speak(voice, broken=generation % 2 == 1, generation=generation)
        assert tree.current_key() == ("contexts", "interactive-terminal", "path", "/usr/local/go/bin#1")
        assert tree.opened() == opened
    for tick in range(30):
        voice.received.emit(m.Samples(batches=(invented.batch(tick),)))
    assert desk.faults.table.rows_model.rowCount() == 5


def test_an_older_generation_does_not_replace_a_newer_one(desk: Desk, voice) -> None:
    voice.received.emit(m.SnapshotReady(generation=5, snapshot=invented.snapshot(broken=False)))
    voice.received.emit(m.SnapshotReady(generation=4, snapshot=invented.snapshot(broken=True)))
    assert desk.verdict.property("tone") == "ok"


def test_problems_only_and_search_narrow_and_come_back(desk: Desk, qtbot) -> None:
    tree = desk.environment.tree
    whole = tree.rows_model.rowCount(tree.rows_model.index_of(("contexts",)))
    QTest.mouseClick(desk.environment.problems_button, Qt.MouseButton.LeftButton)
    assert 0 < tree.rows_model.rowCount(tree.rows_model.index_of(("contexts",))) < whole
    assert tree.current_key() == CAUSE_KEY
    QTest.mouseClick(desk.environment.problems_button, Qt.MouseButton.LeftButton)
    QTest.mouseClick(desk.app_bar.search, Qt.MouseButton.LeftButton)
    QTest.keyClicks(desk.app_bar.search, "no such thing")
    assert tree.rows_model.rowCount() == 0
    assert "nothing matches" in english(desk.environment.subtitle.full_text())
    desk.app_bar.search.clear()
    assert tree.rows_model.rowCount(tree.rows_model.index_of(("contexts",))) == whole


def test_search_narrows_the_panel_that_has_the_keyboard(desk: Desk, qtbot) -> None:
    QTest.keyClick(desk, Qt.Key.Key_2, Qt.KeyboardModifier.ControlModifier)
    assert desk.kernel.tree.hasFocus()
    QTest.keyClick(desk.kernel.tree, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    assert desk.app_bar.search.hasFocus()
    QTest.keyClicks(desk.app_bar.search, "perf")
    assert desk.kernel.tree.rows_model.rowCount() == 1
    assert desk.environment.tree.rows_model.rowCount() == 4


def test_why_finds_the_cause_even_behind_filters(desk: Desk, qtbot) -> None:
    desk.app_bar.search.insert(tr("Go installs"))
    desk.environment.matrix_button.setChecked(True)
    QTest.mouseClick(desk.verdict.why_button, Qt.MouseButton.LeftButton)
    assert desk.environment.tree.current_key() == CAUSE_KEY
    assert desk.environment.tree.isVisible()


def test_the_other_findings_are_one_click_away(desk: Desk, qtbot) -> None:
    assert desk.verdict.more_button.isVisible()
    QTest.mouseClick(desk.verdict.more_button, Qt.MouseButton.LeftButton)
    menu = QApplication.activePopupWidget()
    menu.actions()[0].trigger()
    menu.close()
    assert "cron and sudo" in english(desk.verdict.accessibleName())
    assert not desk.verdict.fix_button.isVisible(), "this one has no fix"


def test_the_matrix_shows_tools_against_contexts(desk: Desk, qtbot) -> None:
    QTest.keyClick(desk, Qt.Key.Key_M, Qt.KeyboardModifier.ControlModifier)
    matrix = desk.environment.matrix
    assert matrix.isVisible()
    assert matrix.rows_model.columns[1:] == ("go", "gofmt", "gopls")
    row = matrix.rows_model.row_of(matrix.rows_model.index_of(("tmux",)))
    assert [cell.text for cell in row.cells] == ["tmux", invented.OLD, invented.OLD, "0.21.0"]
    assert row.cells[1].icon == "warn", "not by colour alone"


def test_copy_as_text_and_as_json(desk: Desk, qtbot) -> None:
    tree = desk.environment.tree
    click_row(tree, CAUSE_KEY)
    QTest.keyClick(tree, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert "/usr/bin" in english(QApplication.clipboard().text())
    assert "~/.bashrc:118" in english(QApplication.clipboard().text())
    QTest.keyClick(tree, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    assert json.loads(QApplication.clipboard().text())[tr("Value")] == invented.OLD


def test_the_agent_that_dies_is_told_and_comes_back(desk: Desk, voice, qtbot) -> None:
    voice.lost.emit("killed by signal 9")
    assert "killed by signal 9" in english(desk.verdict.accessibleName())
    speak(voice, broken=True, generation=1)
    assert "4 of 9" in english(desk.verdict.accessibleName())


def test_part_of_the_look_that_failed_is_not_called_well(open_desk, voice, qtbot) -> None:
    import msgspec

    desk = open_desk()
    snapshot = invented.snapshot(broken=False)
    snapshot = msgspec.structs.replace(snapshot, look=msgspec.structs.replace(snapshot.look, failed={"environment": "timed out"}))
    voice.received.emit(m.SnapshotReady(generation=1, snapshot=snapshot))
    assert desk.verdict.property("tone") == "warn"
    assert "timed out" in english(desk.verdict.accessibleName())


def places(desk: Desk) -> dict[str, tuple[int, ...]]:
    return {name: dock.geometry().getRect() for name, dock in desk.overview.docks.by_name.items()}


def test_layout_filters_and_range_are_remembered(open_desk, voice, settings, qtbot) -> None:
    desk = open_desk(settings, size=(1200, 700))
    speak(voice, broken=True)
    desk.environment.problems_button.setChecked(True)
    desk.environment.tree.open_keys({("installs",)})
    docks = desk.overview.docks
    docks.resizeDocks([docks.by_name["environment"], docks.by_name["kernel"]], [380, 720], Qt.Orientation.Horizontal)
    QApplication.processEvents()
    boxes = places(desk)
    desk.faults._ranges.button(600).click()
    desk.faults.log_button.setChecked(True)
    desk.window().close()
    again = open_desk(settings, size=None)
    assert again.window().size().toTuple() == (1200, 700)
    assert again.environment.problems_button.isChecked()
    assert ("installs",) in again.environment.tree.opened()
    assert places(again) == boxes
    assert again.faults._ranges.checkedId() == 600
    assert again.faults.log_button.isChecked()


def said(widget: QWidget) -> str:
    """Its name, as a screen reader says it."""
    return QAccessible.queryAccessibleInterface(widget).text(QAccessible.Text.Name)


def test_every_control_has_a_name_and_can_be_reached_by_keyboard(desk: Desk, qtbot) -> None:
    controls = [w for w in desk.findChildren(QWidget) if isinstance(w, QAbstractButton | QLineEdit | QTreeView | QPlainTextEdit) and w.isVisible()]
    own = [w for w in controls if w.focusPolicy() != Qt.FocusPolicy.NoFocus]
    assert len(own) > 15
    for control in own:
        assert said(control), control
        if isinstance(control, QAbstractButton):
            assert control.toolTip(), control.text()
    reached = set()
    desk.environment.tree.setFocus()
    for _ in range(60):
        QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
        reached.add(QApplication.focusWidget())
    grouped = set(desk.faults._ranges.buttons())  # one of them is reached, arrows go on
    missed = {said(control) for control in own if control.isEnabled() and control not in grouped} - {said(widget) for widget in reached}
    assert not missed


def test_keyboard_alone_from_verdict_to_detail(desk: Desk, qtbot) -> None:
    QTest.keyClick(desk, Qt.Key.Key_1, Qt.KeyboardModifier.ControlModifier)
    tree = desk.environment.tree
    assert tree.hasFocus()
    QTest.keyClick(tree, Qt.Key.Key_Home)
    assert tree.current_key() == ("contexts",)
    QTest.keyClick(tree, Qt.Key.Key_Down)
    QTest.keyClick(tree, Qt.Key.Key_Right)
    assert ("contexts", "login-terminal") in tree.opened()
    assert english(desk.detail.heading.full_text()) == "Login terminal"


def test_commands_run_by_name(desk: Desk, qtbot) -> None:
    QTest.keyClick(desk, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    palette = QApplication.activeModalWidget()
    palette.line.insert(tr("Matrix of tools and launch contexts"))
    QTest.keyClick(palette.line, Qt.Key.Key_Return)
    assert desk.environment.matrix_button.isChecked()


def test_theme_changes_while_running(desk: Desk, qtbot) -> None:
    for name in ("dark", "contrast", "light"):
        desk.named[f"theme_{name}"].trigger()
        assert desk.theme.name == name
        assert desk.palette().window().color().name() == desk.theme.tokens.background


def test_markup_in_names_is_shown_not_obeyed(desk: Desk, voice, qtbot) -> None:
    import msgspec

    evil = "<img src=x onerror=1><b>bold</b>"
    snapshot = invented.snapshot()
    context = msgspec.structs.replace(snapshot.environment.contexts[0], title=evil)
    others = snapshot.environment.contexts[1:]
    snapshot = msgspec.structs.replace(snapshot, environment=msgspec.structs.replace(snapshot.environment, contexts=(context, *others)))
    voice.received.emit(m.SnapshotReady(generation=9, snapshot=snapshot))
    click_row(desk.environment.tree, ("contexts", context.id))
    assert desk.detail.heading.full_text() == evil
    assert desk.detail.heading.textFormat() == Qt.TextFormat.PlainText
    model = desk.environment.tree.rows_model
    assert "&lt;img" in model.data(model.index_of(("contexts", context.id)), Qt.ItemDataRole.ToolTipRole) or "<img" not in model.data(
        model.index_of(("contexts", context.id)), Qt.ItemDataRole.ToolTipRole
    )


def test_a_report_opens_read_only_and_the_way_back(desk: Desk, voice, tmp_path, qtbot) -> None:
    from inspector.report.bundle import Draft

    file = tmp_path / "report.zip"
    draft = Draft(invented.snapshot(broken=True))
    draft.add_samples([invented.batch(1), invented.batch(2)])
    file.write_bytes(draft.pack())
    desk.take_dropped([str(file)])
    qtbot.waitUntil(lambda: "host1" in english(desk.banner.said.text()))
    assert desk.banner.isVisible()
    assert not desk.verdict.fix_button.isEnabled()
    assert not desk.detail.fix_button.isVisible()
    faults = desk.book.turn_to("faults")
    assert faults.processes.table.rows_model.rowCount() > 0, "the samples in the report are shown"  # type: ignore[attr-defined]
    voice.received.emit(m.Samples(batches=(invented.batch(9),)))
    assert {row.pid for row in faults.processes._series.latest.processes} == {row.pid for row in desk.store.samples[-1].processes}  # type: ignore[attr-defined]
    speak(voice, broken=False, generation=3)
    assert desk.verdict.property("tone") == "bad", "a live look does not paint over an opened report"
    QTest.mouseClick(desk.banner.back_button, Qt.MouseButton.LeftButton)
    assert not desk.banner.isVisible()
    assert desk.verdict.property("tone") == "ok"
    assert desk.store.samples == ()


def test_a_damaged_part_is_named_and_the_rest_is_shown(desk: Desk, tmp_path, qtbot) -> None:
    from support.hostile_bundles import good, packed

    file = tmp_path / "report.zip"
    file.write_bytes(packed({**good(), "samples.json": b"[]", "pictures/window-light.png": b"x"}))
    desk.opener.open(str(file))
    qtbot.waitUntil(lambda: "host1" in english(desk.banner.said.text()))
    assert "samples.json is damaged" in english(desk.banner.said.text())
    assert "window-light.png is damaged" in english(desk.banner.said.text())
    assert desk.environment.tree.rows_model.rowCount() > 0


def test_a_report_without_samples_shows_no_page_faults_of_this_machine(desk: Desk, voice, tmp_path, qtbot) -> None:
    file = tmp_path / "report.json"
    file.write_bytes(wire.encode_pretty(invented.snapshot(broken=True)))
    desk.opener.open(str(file))
    qtbot.waitUntil(lambda: "build-7" in english(desk.banner.said.text()))
    voice.received.emit(m.Samples(batches=(invented.batch(1),)))
    assert desk.faults.table.rows_model.rowCount() == 0, "another machine's report does not show this one's page faults"


def test_a_file_that_a_report_names_is_not_opened_without_asking(desk: Desk, tmp_path, qtbot, monkeypatch) -> None:
    from inspector.gui import editor

    opened = []

    def open_at(file: str, line: int, first: str = "") -> str:
        opened.append((file, line))
        return ""

    monkeypatch.setattr(editor, "open_at", open_at)
    file = tmp_path / "report.json"
    file.write_bytes(wire.encode_pretty(invented.snapshot(broken=True)))
    desk.opener.open(str(file))
    qtbot.waitUntil(desk.banner.isVisible)
    desk.overview.open_place.emit("/etc/profile", 3, "")
    dialog = QApplication.activeModalWidget()
    assert "/etc/profile" in english(dialog.said.text())
    dialog.reject()
    assert opened == []
    desk.overview.open_place.emit("/etc/profile", 3, "")
    QTest.mouseClick(QApplication.activeModalWidget().yes_button, Qt.MouseButton.LeftButton)
    assert opened == [("/etc/profile", 3)]


def test_what_is_no_report_is_named_with_its_reason(desk: Desk, tmp_path, qtbot) -> None:
    file = tmp_path / "notes.txt"
    file.write_text("milk, eggs")
    desk.opener.open(str(file))
    qtbot.waitUntil(lambda: "notes.txt" in english(desk.banner.said.text()))
    assert "neither a report" in english(desk.banner.said.text())
    assert desk.verdict.property("tone") == "bad", "the live machine is still shown"


def test_the_event_loop_never_stalls(desk: Desk, voice, stalls, qtbot) -> None:
    desk.faults.load_plot()
    qtbot.waitUntil(desk.faults.plotted)
    for tick in range(120):
        voice.received.emit(m.Samples(batches=(invented.batch(tick),)))
    qtbot.wait(300)

    def changes(first: int) -> None:
        for tick in range(first, first + 40):
            voice.received.emit(m.Samples(batches=(invented.batch(tick),)))
            qtbot.wait(20)
            speak(voice, broken=tick % 2 == 0, generation=tick)
            qtbot.wait(20)

    stalls.check(functools.partial(changes, first) for first in (120, 160, 200, 240))


def test_six_thousand_path_entries_are_shown_without_a_stall(open_desk, voice, stalls, qtbot) -> None:
    import msgspec

    from inspector.model.environment import PathEntry

    desk = open_desk()
    snapshot = invented.snapshot()
    context = snapshot.environment.contexts[0]
    entries = tuple(PathEntry(entry=f"/opt/tool-{n}/bin", rank=n + 1, state="missing", origin=invented.CAUSE) for n in range(6000))
    context = msgspec.structs.replace(context, path=entries)
    snapshot = msgspec.structs.replace(snapshot, environment=msgspec.structs.replace(snapshot.environment, contexts=(context,)))
    voice.received.emit(m.SnapshotReady(generation=1, snapshot=snapshot))
    tree = desk.environment.tree
    assert tree.rows_model.rowCount(tree.rows_model.index_of(("contexts", context.id, "path"))) == 6000


def test_a_chosen_process_says_where_it_faults_until_something_else_is_chosen(desk: Desk, voice, qtbot) -> None:
    for tick in range(3):
        voice.received.emit(m.Samples(batches=(invented.batch(tick),)))
    click_row(desk.faults.table, ("5210:36470",))
    qtbot.waitUntil(lambda: "61 %" in desk.detail.sentence.text())
    assert english(desk.detail.heading.full_text()) == "api, pid 5210"
    assert "12 %" in desk.detail.also.text()
    first = desk.detail.steps.rows_model.row_of(desk.detail.steps.rows_model.index(0, 0))
    assert [english(cell.text) for cell in first.cells] == ["runtime.mallocgc", "61 %", "first touch · Go heap"]
    desk.faults._track_writes()
    qtbot.waitUntil(lambda: "0.41 ms" in english(desk.detail.sentence.text()))
    click_row(desk.environment.tree, ("contexts", "login-terminal"))
    assert voice.asked[-2] == m.Observe(id=0, pid=0)
    voice.received.emit(invented.observed(len(voice.asked), 5210))
    assert english(desk.detail.heading.full_text()) == "Login terminal"


def test_a_process_that_ends_does_not_make_another_one_chosen(desk: Desk, voice, qtbot) -> None:
    import msgspec

    voice.received.emit(m.Samples(batches=(invented.batch(0),)))
    click_row(desk.faults.table, ("5210:36470",))
    asked = len(voice.asked)
    batch = invented.batch(1)
    left = tuple(process for process in batch.processes if process.pid != 5210)
    voice.received.emit(m.Samples(batches=(msgspec.structs.replace(batch, processes=left),)))
    assert desk.faults.table.rows_model.rowCount() == 4
    assert len(voice.asked) == asked
    assert desk.faults.table.current_row() is None


def test_what_a_filter_hides_is_chosen_again_when_it_comes_back(desk: Desk, qtbot) -> None:
    desk.app_bar.search.setText("no such thing")
    assert desk.environment.tree.current_row() is None
    desk.app_bar.search.setText("")
    assert desk.environment.tree.current_key() == CAUSE_KEY


def test_hovering_reads_every_curve_and_zooming_holds_the_picture(desk: Desk, voice, qtbot) -> None:
    desk.faults.load_plot()
    for tick in range(90):
        voice.received.emit(m.Samples(batches=(invented.batch(tick),)))
    plot = desk.faults._plot
    plot.hovered.emit(80.0)
    assert "9 s ago" in english(desk.faults.readout.full_text())
    assert "gopls" in english(desk.faults.readout.full_text())
    plot.hovered.emit(float("nan"))
    assert "212 processes" in english(desk.faults.readout.full_text())
    plot.getViewBox().sigRangeChangedManually.emit([True, False])
    assert not plot.following()
    desk.faults._ranges.button(600).click()
    assert plot.following()


def test_a_spike_survives_thinning_and_a_gap_stays_a_gap(qapp) -> None:
    import numpy as np

    from inspector.gui.panels.plot import thin

    times = np.arange(3600.0)
    values = np.ones(3600)
    values[1234] = 9000.0
    values[2000:2100] = np.nan
    _, drawn = thin(times, values)
    assert len(drawn) <= 1200
    assert np.nanmax(drawn) == 9000.0
    assert np.isnan(drawn).sum() >= 30


def test_a_day_is_one_click_away_and_hovering_reads_it(desk: Desk, voice, qtbot) -> None:
    desk.faults.load_plot()
    for tick in range(0, 9000, 30):
        voice.received.emit(m.Samples(batches=(invented.batch(tick),)))
    QTest.mouseClick(desk.faults._ranges.button(86_400), Qt.MouseButton.LeftButton)
    desk.faults._plot.hovered.emit(900.0)
    assert "gopls" in english(desk.faults.readout.full_text())
    assert "no data" not in english(desk.faults.readout.full_text())
    low, high = desk.faults._plot.getViewBox().viewRange()[0]
    assert high - low == pytest.approx(86_400)


def test_go_itself_says_what_is_wrong_with_it(desk: Desk, qtbot) -> None:
    tree = desk.environment.tree
    click_row(tree, ("builds", "settings", "GOBIN"))
    assert "does not expand" in english(desk.detail.also.text())
    assert "refuses" in english(desk.detail.also.text())
    click_row(tree, ("builds", "project"))
    assert "main.go:10" in english(desk.detail.also.text())
    row = tree.rows_model.row_of(tree.rows_model.index_of(("builds", "project", "in:cron")))
    assert row.problem
    assert english(row.cells[1].text) == "error"


def test_what_keeps_a_capability_out_of_the_kernel_is_a_tree(desk: Desk, qtbot) -> None:
    model = desk.kernel.tree.rows_model
    place = ("memory-tracking", "pagemap-scan", "gate:PROC_PAGE_MONITOR#0")
    assert english(model.row_of(model.index_of(place)).cells[0].text) == "PROC_PAGE_MONITOR=n"
    assert english(model.row_of(model.index_of((*place, "gate:PROC_FS#0"))).cells[1].text) == "depends on"
