"""What is wrong by a measurement of page faults alone? The rules that need nothing else of a snapshot, in the order people read them."""

from collections.abc import Iterator

from inspector.checks import fault_storm, huge_page_stalls, huge_pages_fill, major_faults, memory_not_taken_back, swap_thrash
from inspector.model.environment import Environment
from inspector.model.faults import FaultReport
from inspector.model.finding import Finding
from inspector.model.golang import Golang
from inspector.model.kernel import Kernel
from inspector.model.plan import Plan
from inspector.model.snapshot import HostInfo, Snapshot

_RULES = (fault_storm, major_faults, swap_thrash, huge_page_stalls, huge_pages_fill, memory_not_taken_back)


_UNKNOWN = HostInfo(
    hostname="unknown", user="unknown", uid=-1, home="unknown", login_shell="unknown", distribution="unknown", kernel_release="unknown",
    architecture="unknown", container="unknown", virtualization="unknown",
)  # fmt: skip
_ANYWHERE = Snapshot(
    taken_at="", host=_UNKNOWN, environment=Environment(), golang=Golang(), kernel=Kernel(release="unknown", version="", config_source="")
)
"""These rules' remedies need nothing of a snapshot either."""


def judge(report: FaultReport) -> Iterator[Finding]:
    """Every finding."""
    for rule in _RULES:
        yield from rule.judge_report(report)


def advice(finding: Finding) -> Plan | None:
    """The best remedy of one of these findings."""
    rule = next(rule for rule in _RULES if finding.check == rule.ID)
    return next(iter(rule.plans(_ANYWHERE, finding)), None)
