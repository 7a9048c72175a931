"""What a fault costs, what the collector says of itself, and the TLB's counters where there are none."""

import mmap
import os

import pytest

from inspector.faults.cost import fault_cost
from inspector.faults.gctrace import GcTrace
from inspector.faults.perf_event import PAGE_FAULTS, SOFTWARE
from inspector.faults.tlb import TlbWatch


def test_a_fault_takes_time_and_a_huge_one_more() -> None:
    small, huge = fault_cost()
    assert 50 < small < 1e6
    assert huge is None or huge > 20 * small


def test_lines_of_gctrace() -> None:
    trace = GcTrace()
    line = b"gc 12 @3.456s 2%: 0.018+1.3+0.076 ms clock, 0.054+0.35/1.2/3.0+0.23 ms cpu, 4->5->1 MB, 5 MB goal, 0 MB stacks, 0 MB globals, 4 P\n"
    assert trace.take(line)
    assert not trace.take(b"gc failed\n")
    cycle = trace.cycles[0]
    assert (cycle.number, cycle.at_s, cycle.cpu, cycle.start_mb, cycle.live_mb, cycle.goal_mb) == (12, 3.456, 0.02, 4, 1, 5)


def test_counters_or_the_reason_why_not() -> None:
    watch = TlbWatch(os.getpid())
    report = watch.report()
    watch.close()
    assert report.load_misses_per_s is not None or report.why


def test_counters_count_all_threads_of_the_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """With an event that every machine has in the TLB's place."""
    monkeypatch.setattr("inspector.faults.tlb.CACHE", SOFTWARE)
    monkeypatch.setattr("inspector.faults.tlb._LOADS", PAGE_FAULTS)
    watch = TlbWatch(os.getpid())
    if "forbids" in watch.why:
        pytest.skip(watch.why)
    memory = mmap.mmap(-1, 8 << 20)  # pages that nobody had before
    memory.madvise(mmap.MADV_NOHUGEPAGE)
    for at in range(0, len(memory), 4096):
        memory[at] = 1
    report = watch.report()
    watch.close()
    memory.close()
    assert report.load_misses_per_s is not None
    assert report.load_misses_per_s > 100
