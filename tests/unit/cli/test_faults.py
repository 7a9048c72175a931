"""The faults command: its table, its JSON and its usage errors."""

import json

import pytest

from inspector.cli.faults import lines
from inspector.cli.main import main
from inspector.cli.output import Style
from inspector.model.faults import FaultReport, ProcessRates, SystemRates


def test_json_is_one_document_in_the_contracts_shape(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    assert main(["faults", "--duration", "0.3", "--hz", "10", "--json"]) == 0
    faults = json.loads(capfdbinary.readouterr().out)["faults"]
    assert faults["hz"] == 10
    assert faults["system"].keys() >= {"minor_per_s", "major_per_s"}
    for process in faults["processes"]:
        assert {"pid", "name", "started_at", "go", "minor_per_s", "major_per_s", "minor", "major"} <= process.keys()


def test_hostile_names_do_not_reach_the_terminal() -> None:
    process = ProcessRates(
        pid=7, name="x\x1b[2J", started_at=1, go=True, minor_per_s=1234.4, major_per_s=0.5, minor=9, major=1, command="a\nb" + "c" * 200
    )
    report = FaultReport(duration_s=1, hz=4, system=SystemRates(minor_per_s=1234.4, major_per_s=0.5), processes=(process,), why="late\x07")
    text = "\n".join(lines(report, Style("never")))
    assert "\x1b" not in text
    assert "\x07" not in text
    assert "1234" in text
    assert "0.5" in text
    assert max(map(len, text.splitlines())) < 150


def test_a_process_that_is_not_there_is_said(capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["faults", "--pid", str(2**22 - 1), "--duration", "0.2"]) == 0
    assert "no process" in capfd.readouterr().out


@pytest.mark.parametrize("words", [["--pid", "x"], ["--pid", "0"], ["--hz", "0"], ["--hz", "1000"], ["--duration", "nan"], ["--top", "-1"]])
def test_usage_errors_exit_64(words: list[str], capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stop:
        main(["faults", *words])
    assert stop.value.code == 64
    assert capfd.readouterr().err
