"""Does nothing hostile get in? Every bad bundle in the real worker, each within its memory, with a sentence, and without a file written."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from support.hostile_bundles import heavy, hostile

TOP = Path(__file__).resolve().parents[2]
MOST_MB = 256
MEASURE = """
import json, os, subprocess, sys, time
for file in sys.argv[1:]:
    began = time.monotonic()
    with open(file, "rb") as source, open(file + ".said", "wb") as said, open(file + ".err", "wb") as errors:
        child = subprocess.Popen([sys.executable, "-m", "inspector.report.worker"], stdin=source, stdout=subprocess.PIPE, stderr=errors)
        said.write(child.stdout.read())
    _, status, used = os.wait4(child.pid, 0)
    code = os.waitstatus_to_exitcode(status)
    print(json.dumps({"peak_mb": used.ru_maxrss // 1024, "s": time.monotonic() - began, "code": code}), flush=True)
"""


def measured(files: list[Path], cwd: Path) -> list[dict]:
    """What the worker made of each file; its parent is small, so that the peak is the worker's own."""
    child = subprocess.run(
        [sys.executable, "-c", MEASURE, *map(str, files)], cwd=cwd, capture_output=True, text=True, check=True, timeout=250,
        env=dict(os.environ, PYTHONPATH=str(TOP)),
    )  # fmt: skip
    return [json.loads(line) for line in child.stdout.splitlines()]


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["hostile", "heavy"])
def test_every_bad_bundle(tmp_path: Path, kind: str, capsys: pytest.CaptureFixture[str]) -> None:
    cases = hostile() if kind == "hostile" else heavy()
    inside = tmp_path / "inside"
    inside.mkdir()
    files = [tmp_path / f"{n}.zip" for n in range(len(cases))]
    for file, data in zip(files, cases.values(), strict=True):
        file.write_bytes(data)
    found = dict(zip(cases, measured(files, inside), strict=True))
    assert list(inside.iterdir()) == []
    assert len(list(tmp_path.iterdir())) == 3 * len(cases) + 1
    for (name, got), file in zip(found.items(), files, strict=True):
        said, errors = (Path(f"{file}.{end}").read_bytes() for end in ("said", "err"))
        assert got["peak_mb"] <= MOST_MB, (name, got)
        assert got["code"] == 0 or (kind == "heavy" and b"MemoryError" in errors), (name, got, errors[-300:])
        if kind == "hostile":
            assert 5 < len(json.loads(said)["unreadable"]) < 300, (name, said[:300])
    slowest = max(found, key=lambda name: found[name]["s"])
    largest = max(found, key=lambda name: found[name]["peak_mb"])
    with capsys.disabled():
        print(f"\n{kind}: {len(found)} bundles, 0 files written, 0 crashes; most memory {found[largest]['peak_mb']} MB ({largest}), "
              f"slowest {found[slowest]['s']:.2f} s ({slowest})")  # fmt: skip
