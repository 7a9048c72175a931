"""Is a Go process above the limit found with the mechanism its faults show, and nothing else?"""

import msgspec
import pytest
from support.snapshots import snapshot

from inspector.checks import registry
from inspector.checks.fault_storm import ID, judge, plans
from inspector.model.faults import FaultReport, ProcessRates, SystemRates, Where


def process(rate: float, *, go: bool = True) -> ProcessRates:
    return ProcessRates(pid=7, name="hugo", started_at=3, go=go, minor_per_s=rate, major_per_s=0, minor=1, major=0)


def place(kind: str, share: float) -> Where:
    return Where(function="f", object="o", mapping="Go heap", kind=kind, share=share, samples=1)


def report(*processes: ProcessRates, where: tuple[Where, ...] = ()) -> FaultReport:
    return FaultReport(duration_s=1, hz=1, system=SystemRates(minor_per_s=1, major_per_s=0), processes=processes, where=where)


def found(of: FaultReport | None) -> list[str]:
    return [finding.title for finding in judge(msgspec.structs.replace(snapshot(), faults=of))]


def test_silent_without_a_measurement_below_the_limit_and_for_other_programs() -> None:
    assert found(None) == []
    assert found(report(process(19_999), process(90_000, go=False))) == []


def test_the_rate_alone_is_a_finding() -> None:
    assert found(report(process(30_000))) == ["hugo (process 7) takes 30000 page faults per second"]


@pytest.mark.parametrize(("kind", "word"), [("write-after-read", "twice per page"), ("again", "again and again"), ("first-touch", "fresh memory")])
def test_the_dominant_kind_names_the_mechanism_and_advice(kind: str, word: str) -> None:
    of = report(process(30_000), where=(place(kind, 0.2), place(kind, 0.2), place("unknown", 0.6)))
    host = msgspec.structs.replace(snapshot(), faults=of)
    [finding] = judge(host)
    assert word in finding.title
    [plan] = plans(host, finding)
    assert plan.commands
    assert plan.steps == ()


def test_it_is_registered() -> None:
    assert ID in {check.id for check in registry.all_checks()}
