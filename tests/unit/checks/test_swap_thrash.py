"""Swapping that hurts is a finding, a page now and then is not."""

import pytest

from inspector.checks import swap_thrash
from inspector.model.faults import FaultReport, SystemRates


@pytest.mark.parametrize(
    ("swapped", "waiting", "found"),
    [(0.0, 0.9, False), (150.0, 0.9, False), (300.0, 0.05, False), (300.0, 0.3, True), (3000.0, None, True), (None, None, False)],
)
def test_the_rates_decide(swapped: float | None, waiting: float | None, found: bool) -> None:
    system = SystemRates(minor_per_s=1.0, major_per_s=1.0, swap_in_per_s=swapped, memory_wait=waiting)
    findings = list(swap_thrash.judge_report(FaultReport(duration_s=2.0, hz=4.0, system=system, processes=())))
    assert bool(findings) == found
    if findings:
        assert "swap" in findings[0].title
