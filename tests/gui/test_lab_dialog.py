"""Does the lab run only when told to, grow its table as toolchains are done, stop, and export what it shows?"""

import csv
import json
from pathlib import Path

import pytest
from conftest import Voice
from fixtures import HOME
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester, QTest
from PySide6.QtWidgets import QApplication, QFileDialog
from support.tongue import english

from inspector.gui.desk import Desk
from inspector.gui.dialogs.lab import LabDialog
from inspector.model import messages as m
from inspector.model.lab_messages import HoldLab


@pytest.fixture
def lab(desk: Desk, qtbot) -> LabDialog:
    """Opened by its key."""
    QTest.keyClick(desk.window(), Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: isinstance(QApplication.activeModalWidget(), LabDialog))
    dialog = QApplication.activeModalWidget()
    assert isinstance(dialog, LabDialog)
    QAbstractItemModelTester(dialog.table.rows_model, dialog)
    return dialog


def cells(dialog: LabDialog, column: int) -> list[str]:
    model = dialog.table.rows_model
    return [english(model.index(row, column).data()) for row in range(model.rowCount())]


def test_nothing_runs_before_it_is_told_to(lab: LabDialog, voice: Voice) -> None:
    assert not [request for request in voice.asked if isinstance(request, HoldLab)]
    assert lab.project.itemData(0) == f"{HOME}/src/api"
    assert "example:loop-variable" in [lab.project.itemData(n) for n in range(lab.project.count())]
    assert not lab.export_button.isEnabled()
    lab.reject()


def test_a_command_on_every_go_is_a_table_that_leaves_as_csv_and_json(
    lab: LabDialog, voice: Voice, qtbot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lab.command.setText(" go run . ")
    QTest.keyClick(lab.command, Qt.Key.Key_Return)
    qtbot.waitUntil(lab.export_button.isEnabled)
    (asked,) = [request for request in voice.asked if isinstance(request, HoldLab)]
    assert (asked.project, asked.run) == (f"{HOME}/src/api", "go run .")
    assert cells(lab, 0) == ["1.19.8", "", "", "1.24.11", "", "", "1.27.3", "", ""]
    assert cells(lab, 2)[4] == "exit 1"
    assert cells(lab, 4)[2::3] == ["3 3 3", "0 1 2", "0 1 2"]
    assert "not the same everywhere: vet, run" in english(lab.said.text())
    for name in ("lab.csv", "lab.json"):
        monkeypatch.setattr(QFileDialog, "getSaveFileName", staticmethod(lambda *_, file=tmp_path / name: (str(file), "")))
        lab.export_button.click()
    rows = list(csv.reader((tmp_path / "lab.csv").read_text().splitlines()))
    assert rows[5][:4] == ["1.24.11", "vet", "ended", "1"]
    assert len(json.loads((tmp_path / "lab.json").read_text())["rows"]) == 3
    lab.reject()


def test_it_is_stopped_and_what_is_done_stays(lab: LabDialog, voice: Voice, qtbot) -> None:
    voice.slow = True
    lab.run_button.click()
    qtbot.waitUntil(lambda: len(cells(lab, 0)) == 3)
    assert not lab.command.isEnabled()
    lab.stop_button.click()
    (asked,) = [request for request in voice.asked if isinstance(request, HoldLab)]
    assert [request.id for request in voice.asked if isinstance(request, m.Cancel)] == [asked.id]
    assert (lab.run_button.isVisible(), lab.export_button.isEnabled(), len(cells(lab, 0))) == (True, True, 3)
    voice.received.emit(m.Failed(id=asked.id, reason="too late"))
    assert english(lab.said.text()) == "stopped"
    lab.reject()
