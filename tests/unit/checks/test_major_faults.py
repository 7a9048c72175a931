"""Are processes that wait for storage found, and told apart by where they wait?"""

import msgspec
from support.snapshots import snapshot

from inspector.checks import registry
from inspector.checks.major_faults import ID, judge, plans
from inspector.model.faults import FaultReport, ProcessRates, SystemRates


def report(rate: float, *, go: bool = True, swap: float | None = None) -> FaultReport:
    process = ProcessRates(pid=7, name="erigon", started_at=3, go=go, minor_per_s=0, major_per_s=rate, minor=1, major=0)
    return FaultReport(duration_s=1, hz=1, system=SystemRates(minor_per_s=1, major_per_s=rate, swap_in_per_s=swap), processes=(process,))


def test_silent_without_a_measurement_and_below_the_limit() -> None:
    assert list(judge(snapshot())) == []
    assert list(judge(msgspec.structs.replace(snapshot(), faults=report(19)))) == []


def test_files_and_swap_are_told_apart_and_go_weighs_more() -> None:
    [files] = judge(msgspec.structs.replace(snapshot(), faults=report(50)))
    [swap] = judge(msgspec.structs.replace(snapshot(), faults=report(50, go=False, swap=500)))
    assert "mapped files" in files.title
    assert files.severity == "warning"
    assert "swapped-out" in swap.title
    assert swap.severity == "info"
    [plan] = plans(snapshot(), swap)
    assert plan.commands


def test_it_is_registered() -> None:
    assert ID in {check.id for check in registry.all_checks()}
