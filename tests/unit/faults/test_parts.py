"""Faults of control groups, version 1 and 2, and of threads."""

import threading
import time
from pathlib import Path

import pytest
from support.touchers import Running, build_c

from inspector.faults.parts import Parts


def put(root: Path, group: str, text: str) -> None:
    (root / group).mkdir(parents=True, exist_ok=True)
    (root / group / "memory.stat").write_text(text)


@pytest.mark.parametrize("version", [1, 2])
def test_groups_that_grew_the_fastest_first(tmp_path: Path, version: int) -> None:
    top, prefix = (tmp_path, "") if version == 2 else (tmp_path / "memory", "total_")
    if version == 2:
        (tmp_path / "cgroup.controllers").write_text("memory\n")
    other = "pgfault 999999\npgmajfault 0\n" if version == 1 else ""

    def stat(faults: int, major: int) -> str:
        return f"anon 5\n{other}{prefix}pgfault {faults}\n{prefix}pgmajfault {major}\n"

    put(top, "a", stat(100, 1))
    put(top, "a/deep", stat(50, 0))
    put(top, "idle", stat(7, 7))
    put(top, "empty", "")
    parts = Parts(None, root=str(tmp_path))
    put(top, "a", stat(500, 11))
    put(top, "a/deep", stat(150, 0))
    put(top, "new", stat(30, 0))
    found = [(g.path, g.minor_per_s, g.major_per_s) for g in parts.groups(10, 20)]
    assert found == [("/a", 39, 1), ("/a/deep", 10, 0), ("/new", 3, 0)]
    assert len(parts.groups(10, 1)) == 1
    assert parts.threads(10, 20) == ()


def test_no_memory_accounting_is_no_groups(tmp_path: Path) -> None:
    assert Parts(None, root=str(tmp_path / "nowhere")).groups(1, 5) == ()


def test_threads_of_a_process_are_told_apart(tmp_path: Path) -> None:
    program = Running(build_c(tmp_path), 2000, tmp_path / "file")
    parts = Parts(program.pid)
    seen: dict[int, float] = {}
    worker = threading.Thread(target=program.go)
    worker.start()
    while worker.is_alive():
        seen |= {t.tid: max(t.minor_per_s, seen.get(t.tid, 0)) for t in parts.threads(1, 99)}
        time.sleep(0.001)
    program.end()
    assert seen[program.pid] == pytest.approx(7 * 2000, rel=0.02)
    assert parts.groups(1, 5) == ()


def test_a_process_that_is_gone_has_no_threads() -> None:
    assert Parts(2**22 - 1).threads(1, 5) == ()
