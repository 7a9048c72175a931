"""Are fault rates kept aligned, with gaps as gaps?"""

import math

from inspector.gui.series import CAPACITY, Series
from inspector.model.faults import ProcessRates, SampleBatch, SystemRates


def batch(time_s: float, *rates: tuple[int, float], system: bool = True) -> SampleBatch:
    processes = tuple(
        ProcessRates(pid=pid, name=f"p{pid}", started_at=1, go=pid < 10, minor_per_s=rate, major_per_s=0.0, minor=0, major=0) for pid, rate in rates
    )
    return SampleBatch(
        time_s=time_s, interval_s=1.0, system=SystemRates(minor_per_s=5.0, major_per_s=0.0) if system else None, processes=processes,
        process_count=3, unattributed_per_s=0.0, cost_ms=1.0,
    )  # fmt: skip


def test_a_process_that_comes_late_and_pauses_has_gaps_not_zeros() -> None:
    series = Series()
    for moment, rates in enumerate([[], [(20, 7.0)], [], [(20, 9.0)]]):
        series.add(batch(float(moment), *rates))
    values = list(series.values((20, 1), major=False, last=4))
    assert [None if math.isnan(v) else v for v in values] == [None, 7.0, None, 9.0]
    assert all(math.isnan(value) for value in series.values((99, 1), major=False, last=2))


def test_go_programs_stand_first_then_the_fastest() -> None:
    series = Series()
    for moment in range(5):
        series.add(batch(float(moment), (20, 900.0), (5, 10.0), (30, 100.0)))
    assert [key[0] for key, _ in series.fastest(3)] == [5, 20, 30]


def test_who_is_gone_is_not_listed_and_is_forgotten_in_the_end() -> None:
    series = Series()
    series.add(batch(0.0, (20, 900.0)))
    series.add(batch(1.0))
    assert series.fastest(5) == []
    for moment in range(2, 1000):
        series.add(batch(float(moment)))
    assert not series.tracks


def test_the_ring_is_bounded_and_the_window_counts_by_time() -> None:
    series = Series()
    for moment in range(CAPACITY + 50):
        series.add(batch(moment * 2.0, system=moment % 7 > 0))
    assert len(series.times) == CAPACITY
    assert series.window(60) == 31
