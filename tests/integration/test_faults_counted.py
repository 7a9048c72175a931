"""Counts made in the kernel against a program that faults a known number of times in known functions."""

import os
import time
from pathlib import Path

import pytest
from support.forked import become_nobody, in_child
from support.touchers import Running, build_c

from inspector.faults.bpf import CannotCountError, KernelCounts
from inspector.faults.counting import CountedTrace

PAGES = 2000


@pytest.fixture(scope="module", autouse=True)
def _allowed() -> None:
    try:
        KernelCounts().close()
    except CannotCountError as reason:
        pytest.skip(str(reason))


def test_functions_and_files_of_all_processes(tmp_path: Path) -> None:
    program = Running(build_c(tmp_path), PAGES, tmp_path / "file")
    trace = CountedTrace()
    assert trace.attach(), trace.why
    try:
        program.go()
        time.sleep(0.3)
        trace.finish()
    finally:
        trace.close()
        program.end()
    rows = [row for row in trace.rows(10_000) if row.object.endswith("/touchers")]
    found = {name: sum(row.samples for row in rows if row.function == name) for name in {row.function for row in rows}}
    assert trace.lost == 0
    assert found["touch_anonymous"] == PAGES
    assert found["touch_again"] == 3 * PAGES
    assert found["touch_read_then_write"] == 2 * PAGES
    assert found["touch_in_thread"] == 4 * PAGES
    files = [row for row in rows if row.function == "touch_private_file"]
    assert sum(row.samples for row in files) == PAGES
    assert max(files, key=lambda row: row.samples).kind == "file"
    assert trace.listing("touch_anonymous")


def test_counts_begin_again_when_they_are_taken() -> None:
    counts = KernelCounts()
    try:
        memory = bytearray(64 << 20)
        for at in range(0, len(memory), 4096):
            memory[at] = 1
        taken = counts.take()
        mine = int(taken.counts[taken.pids == os.getpid()].sum())
        assert mine >= (64 << 20) // 4096
        assert int(counts.take().counts.sum()) < int(taken.counts.sum())
    finally:
        counts.close()


@pytest.mark.skipif(os.geteuid() != 0, reason="changes its user, needs uid 0")
def test_without_the_right_the_reason_is_said() -> None:
    def act() -> str:
        become_nobody()
        trace = CountedTrace()
        return "" if trace.attach() else trace.why

    assert "root" in in_child(act)
