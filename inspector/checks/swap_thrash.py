"""Does the machine spend its time moving memory to and from swap?

What it does: looks at measured rates (only `faults` measures); pages swapped in above 200 per second while tasks wait for memory at least a tenth
of the time is a finding, as is swapping in ten times that fast whatever the waiting says.
Why is this bad: each swapped page is a wait for a device in the middle of an instruction; a Go collector, which visits the whole heap, brings back
everything that was swapped out at every cycle.
Symptom: the machine is slow without CPU use; `si` of vmstat and `some` of /proc/pressure/memory are high.
"""

from collections.abc import Iterator

from inspector.checks.registry import Check
from inspector.i18n import mark
from inspector.model.base import text
from inspector.model.faults import FaultReport
from inspector.model.finding import Finding, FixRef
from inspector.model.origin import Origin
from inspector.model.plan import Plan
from inspector.model.snapshot import Snapshot

ID = "swap-thrash"
LIMIT_PER_S = 200.0
_WAITING = 0.1
_CERTAIN = 10

_TITLE = mark("{rate} pages per second are read back from swap; tasks wait for memory {share} % of the time")
_PLAN = mark("Use less memory than there is")
_PLAN_WHY = mark("A Go program returns memory when GOMEMLIMIT is below what it may use; the others are listed by what they hold in swap.")
_COMMANDS = (
    "free -m; cat /proc/pressure/memory",
    "grep -H VmSwap /proc/[0-9]*/status | sort -nk2 | tail",
    "GOMEMLIMIT=<less than the memory there is> PROGRAM",
)


def judge(snapshot: Snapshot) -> Iterator[Finding]:
    """One finding where the rates say so."""
    if snapshot.faults is not None:
        yield from judge_report(snapshot.faults)


def judge_report(report: FaultReport) -> Iterator[Finding]:
    """The same from a report alone."""
    rate, waiting = report.system.swap_in_per_s or 0.0, report.system.memory_wait or 0.0
    if rate < LIMIT_PER_S or (waiting < _WAITING and rate < LIMIT_PER_S * _CERTAIN):
        return
    sentence = text(_TITLE, rate=f"{rate:.0f}", share=f"{waiting * 100:.0f}")
    yield Finding(
        id=ID, check=ID, severity="warning", title=sentence.said(), text=sentence, cause=Origin(kind="kernel", file="/proc/vmstat"),
        fix=FixRef(plan=ID, safety="manual"),
    )  # fmt: skip


def plans(_snapshot: Snapshot, finding: Finding) -> Iterator[Plan]:
    """Advice."""
    yield Plan(id=ID, finding=finding.id, title=text(_PLAN), reason=text(_PLAN_WHY), safety="manual", commands=_COMMANDS)


CHECK = Check(id=ID, judge=judge, plans=plans)
