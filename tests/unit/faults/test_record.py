"""Recordings: what was written comes back; what is cut, damaged or something else is said."""

import gzip
import os
from pathlib import Path

import pytest

from inspector.faults.record import NoRecordingError, Recorder, replay, summary
from inspector.model.faults import ProcessRates, SampleBatch, SystemRates


def batch(time_s: float, rate: float, *, gap: bool = False) -> SampleBatch:
    row = ProcessRates(pid=5, name="x", started_at=1, go=True, minor_per_s=rate, major_per_s=1.0, minor=9, major=1)
    return SampleBatch(
        time_s=time_s,
        interval_s=0.0 if gap else 2.0,
        system=None if gap else SystemRates(minor_per_s=rate * 2, major_per_s=1.0),
        processes=(row,),
        process_count=1,
        unattributed_per_s=0.0,
        cost_ms=0.1,
        why="suspended for 9 s" if gap else "",
    )


def record(path: Path, batches: list[SampleBatch]) -> None:
    with Recorder(str(path)) as recorder:
        for one in batches:
            recorder.add(one)


def test_what_was_recorded_comes_back(tmp_path: Path) -> None:
    batches = [batch(float(i), 10.0 * i) for i in range(40)]
    record(tmp_path / "r", batches)
    assert list(replay(str(tmp_path / "r"))) == batches
    assert (tmp_path / "r").stat().st_mode & 0o777 == 0o600


def test_summary_is_the_mean_and_names_gaps(tmp_path: Path) -> None:
    record(tmp_path / "r", [batch(0, 0, gap=True), batch(2, 10), batch(3, 0, gap=True), batch(5, 30)])
    report = summary(str(tmp_path / "r"))
    assert report.duration_s == 4
    assert report.system == SystemRates(minor_per_s=40, major_per_s=1)
    assert report.processes[0].minor_per_s == 20
    assert report.why == "suspended for 9 s"


def test_a_recording_cut_short_ends_there(tmp_path: Path) -> None:
    path = tmp_path / "r"
    record(path, [batch(float(i), 10.0 * (i * 7919 % 1000)) for i in range(400)])
    whole = path.read_bytes()
    os.truncate(path, len(whole) // 2)
    assert 0 < len(list(replay(str(path)))) < 400


def test_a_running_recording_can_be_read(tmp_path: Path) -> None:
    recorder = Recorder(str(tmp_path / "r"))
    for i in range(20):
        recorder.add(batch(float(i), 1.0))
    assert len(list(replay(str(tmp_path / "r")))) == 16
    recorder.close()


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    (tmp_path / "r").write_text("mine")
    with pytest.raises(FileExistsError):
        Recorder(str(tmp_path / "r"))
    assert (tmp_path / "r").read_text() == "mine"


OTHERS = [b"", b"text", *(gzip.compress(text) for text in (b"", b"{}\n", b'{"kind":"other","schema":1}\n', b"[1]\n"))]


@pytest.mark.parametrize("data", OTHERS)
def test_other_files_are_refused_with_a_reason(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "r").write_bytes(data)
    with pytest.raises(NoRecordingError):
        list(replay(str(tmp_path / "r")))


def test_a_damaged_tick_is_said(tmp_path: Path) -> None:
    (tmp_path / "r").write_bytes(gzip.compress(b'{"kind":"go-inspector-faults","schema":1}\n{"time_s":"x"}\n'))
    with pytest.raises(NoRecordingError, match="damaged"):
        list(replay(str(tmp_path / "r")))
