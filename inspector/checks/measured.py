"""What is wrong by a measurement of page faults alone? The rules that need nothing else of a snapshot, in the order people read them."""

from collections.abc import Iterator

from inspector.checks import fault_storm, huge_page_stalls, huge_pages_fill, major_faults, memory_not_taken_back, swap_thrash
from inspector.model.faults import FaultReport
from inspector.model.finding import Finding

_RULES = (fault_storm, major_faults, swap_thrash, huge_page_stalls, huge_pages_fill, memory_not_taken_back)


def judge(report: FaultReport) -> Iterator[Finding]:
    """Every finding."""
    for rule in _RULES:
        yield from rule.judge_report(report)
