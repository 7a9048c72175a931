"""Root's observer and who reads it: functions of all processes for a reader without rights, refusals in words, nothing left behind."""

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest
from support.touchers import Running, build_c

from inspector.changes import root
from inspector.faults.bpf import CannotCountError, KernelCounts
from inspector.faults.counting import COUNTED
from inspector.faults.lent import LentTrace

PAGES = 2000
OBSERVER = ["env", "PKEXEC_UID=0", sys.executable, "-IS", root.OBSERVER_SOURCE]


@pytest.fixture
def scratch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder in which temporary folders are made."""
    made = tmp_path / "scratch"
    made.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(made))
    return made


def until_counting(trace: LentTrace) -> None:
    """Wait for the first line."""
    end = time.monotonic() + 20
    while trace.why != COUNTED and time.monotonic() < end:
        trace.wait(0.1)
        trace.drain()
    assert trace.why == COUNTED


def test_functions_of_all_processes_come_from_the_observer(tmp_path: Path, scratch: Path) -> None:
    try:
        KernelCounts().close()
    except CannotCountError as reason:
        pytest.skip(str(reason))
    program = Running(build_c(tmp_path), PAGES, tmp_path / "file")
    trace = LentTrace(OBSERVER, explain=lambda _code, told: told.decode())
    assert trace.attach(), trace.why
    try:
        until_counting(trace)
        program.go()
        end = time.monotonic() + 20
        while not trace.listing("touch_private_file") and time.monotonic() < end:
            trace.wait(0.2)
            trace.drain()
        time.sleep(1.2)
        trace.finish()
        rows = [row for row in trace.rows(10_000) if row.object.endswith("/touchers")]
    finally:
        trace.close()
        program.end()
    found = {name: sum(row.samples for row in rows if row.function == name) for name in {row.function for row in rows}}
    assert trace.lost == 0
    assert (found["touch_anonymous"], found["touch_again"], found["touch_in_thread"]) == (PAGES, 3 * PAGES, 4 * PAGES)
    assert os.listdir(scratch) == []


def test_a_refusal_is_told_and_leaves_nothing(scratch: Path) -> None:
    trace = LentTrace(["sh", "-c", "echo Not authorized >&2; exit 127"], explain=lambda code, told: root.answer_of(code, b"", told).text)
    assert trace.attach()
    assert "password" in trace.why
    end = time.monotonic() + 20
    while "password that" in trace.why and time.monotonic() < end:
        trace.wait(0.1)
        trace.drain()
    assert "not authorised" in trace.why
    assert trace.rows(10) == ()
    missing = LentTrace(["/nonexistent/pkexec"], explain=lambda _code, _told: "")
    assert not missing.attach()
    missing.close()
    assert os.listdir(scratch) == []


@pytest.mark.parametrize(("environ", "words"), [({}, []), ({"PKEXEC_UID": "x"}, []), ({"PKEXEC_UID": "0"}, ["more"])])
def test_the_observer_starts_by_polkit_only_and_without_arguments(environ: dict[str, str], words: list[str]) -> None:
    done = subprocess.run([sys.executable, "-IS", root.OBSERVER_SOURCE, *words], env=environ, capture_output=True, check=False)
    assert done.returncode == 2
    assert json.loads(done.stdout)["ok"] is False


def test_without_rights_the_kernel_refuses_and_that_is_an_answer() -> None:
    if os.geteuid() != 0:
        pytest.skip("drops rights, needs uid 0")
    words = ["setpriv", "--bounding-set=-all", "--inh-caps=-all", "env", "PKEXEC_UID=0", sys.executable, "-IS", root.OBSERVER_SOURCE]
    done = subprocess.run(words, capture_output=True, check=False)
    assert done.returncode == 1, done.stderr
    assert "refuses" in json.loads(done.stdout)["text"]
