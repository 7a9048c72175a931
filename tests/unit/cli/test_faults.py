"""The faults command: its table, its JSON and its usage errors."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from support.allowed import require_fault_sampling

from inspector.cli.faults import lines
from inspector.cli.main import main
from inspector.cli.output import Style
from inspector.model.faults import FaultReport, Heap, ProcessRates, SystemRates


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


def test_a_program_is_observed_from_start_to_end(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    require_fault_sampling()
    touch = """if True:
        import mmap
        memory = mmap.mmap(-1, 8000 * mmap.PAGESIZE)
        memory.madvise(mmap.MADV_NOHUGEPAGE)
        for at in range(0, len(memory), mmap.PAGESIZE):
            memory[at] = 1
        print('own words')
    """
    assert main(["faults", "--json", "--run", sys.executable, "-c", touch]) == 0
    captured = capfdbinary.readouterr()
    assert b"own words" in captured.err
    faults = json.loads(captured.out)["faults"]
    assert sum(place["samples"] for place in faults["where"] if place["kind"] == "first-touch") >= 8000
    assert faults["processes"][0]["minor"] >= 8000 or faults["processes"][0]["minor_per_s"] > 0


def test_a_program_that_outlives_the_duration_is_ended(capfd: pytest.CaptureFixture[str]) -> None:
    started = time.monotonic()
    assert main(["faults", "--duration", "0.4", "--run", "sh", "-c", "trap '' TERM; sleep 60 & wait; sleep 60"]) == 0
    assert time.monotonic() - started < 20


def test_what_cannot_be_run_exits_3_and_what_cannot_be_written_74(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "there").write_text("x")
    assert main(["faults", "--run", "no-such-program-anywhere"]) == 3
    assert main(["faults", "--duration", "0.1", "--record", str(tmp_path / "there")]) == 74
    assert main(["faults", "--replay", str(tmp_path / "there")]) == 3
    assert "no-such-program-anywhere" in capfd.readouterr().err


def test_the_live_table_repaints_and_gives_the_cursor_back() -> None:
    command = ["env", "--default-signal", sys.executable, "-m", "inspector", "faults", "--live", "--hz", "5"]
    live = subprocess.Popen(command, stdout=subprocess.PIPE, cwd=Path(__file__).parents[3])
    time.sleep(1.5)
    live.send_signal(signal.SIGINT)
    out, _ = live.communicate(timeout=10)
    assert live.returncode == 0
    assert out.count(b"\x1b[H") >= 2
    assert out.endswith(b"\x1b[?25h")


def test_writing_needs_a_process_and_says_why_it_cannot(capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["faults", "--dirty"]) == 64
    assert main(["faults", "--dirty", "--pid", str(2**22 - 1)]) == 3
    captured = capfd.readouterr()
    assert "--pid" in captured.err
    assert "ended" in captured.out


@pytest.mark.parametrize("words", [("--pid", "1"), ("--run", "true")])
def test_counting_all_processes_is_of_all_processes(words: tuple[str, ...], capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["faults", "--light", *words]) == 64
    assert "leave out --pid" in capfd.readouterr().err


def test_a_heap_needs_a_process_and_its_absence_a_reason(capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["faults", "--heap"]) == 64
    assert "--pid" in capfd.readouterr().err
    assert main(["faults", "--heap", "--duration", "0.1", "--pid", str(os.getpid())]) == 0
    assert "heap: it listens on no TCP port" in capfd.readouterr().out
    told = Heap(source="http://[::1]:1/debug/vars", in_use=3 << 20, obtained=9 << 20, returned=0, next_collection=4 << 20, collections=17)
    report = FaultReport(duration_s=1, hz=1, system=SystemRates(minor_per_s=0, major_per_s=0), processes=(), heap=told)
    [line] = [line for line in lines(report, Style("never")) if line.startswith("heap")]
    assert line.startswith("heap: in use 3.0 MB, obtained 9.0 MB, given back 0.0 MB, next collection at 4.0 MB, 17 collections so far")
    assert told.source in line


def test_a_flame_graph_is_written_and_never_over_another_file(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    require_fault_sampling()
    assert main(["faults", "--flame", str(tmp_path / "f.svg"), "--run", "true"]) == 0
    assert (tmp_path / "f.svg").read_text().startswith("<svg")
    assert main(["faults", "--flame", str(tmp_path / "f.txt"), "--run", "true"]) == 0
    assert (tmp_path / "f.txt").read_text().rsplit(" ", 1)[1].strip().isdigit()
    assert main(["faults", "--flame", str(tmp_path / "f.svg"), "--run", "true"]) == 74
