"""Does khugepaged fill memory that a Go program gave back?

What it does: looks at measured memory (only `faults` measures); where huge pages are always on and khugepaged may merge ranges with a single used
page (max_ptes_none above 0, 511 by default), a process of Go 1.21.1 or later with half of its memory in huge pages is a finding.
Why is this bad: from 1.21.1 on the runtime no longer tells the kernel where huge pages are unwelcome; what the scavenger returned comes back as
zeroes, so the program takes more memory than it uses (golang/go#64332, go.dev/doc/gc-guide).
Symptom: resident memory above what the Go runtime says it holds; AnonHugePages of the process grows while it idles.
"""

from collections.abc import Iterator

from inspector.checks import kernel_plans
from inspector.checks.golang_rules import advice, measured, report
from inspector.checks.registry import Check
from inspector.golang import known_issues
from inspector.i18n import mark
from inspector.model.base import text
from inspector.model.faults import FaultReport
from inspector.model.finding import Finding, FixRef
from inspector.model.origin import Origin
from inspector.model.plan import Plan
from inspector.model.snapshot import Snapshot

ID = "huge-pages-fill"
_SETTING = "huge_pages.max_ptes_none"
_RUNTIMES = ("1.21.1..",)
_LEAST_KB, _LEAST_SHARE = 64 << 10, 0.5

_TITLE = mark("{huge} MB of the {resident} MB of {name} (process {pid}) are huge pages, which khugepaged may fill with memory that was given back")
_WHY = mark("Where the kernel's setting is not yours to change: this one (Go 1.21.13, 1.22 and later) keeps huge pages away from the heap.")


def judge(snapshot: Snapshot) -> Iterator[Finding]:
    """One finding for each such process."""
    if snapshot.faults is not None:
        yield from judge_report(snapshot.faults)


def judge_report(faults: FaultReport) -> Iterator[Finding]:
    """The same from a report alone."""
    setting = faults.huge_pages
    if setting is None or setting.enabled != "always" or not setting.max_ptes_none:
        return
    for row, name in measured(faults):
        huge, resident = row.huge_kb or 0, row.resident_kb or 0
        if huge < max(_LEAST_KB, resident * _LEAST_SHARE) or not known_issues.in_ranges(row.version, _RUNTIMES):
            continue
        title = text(_TITLE, huge=str(huge >> 10), resident=str(resident >> 10), name=name, pid=row.pid)
        cause = Origin(kind="kernel", file=kernel_plans.place(_SETTING), text=str(setting.max_ptes_none))
        yield report(
            ID, "info", title, cause, key=f"{row.pid}:{row.started_at}", fix=FixRef(plan=ID, safety="careful"), name=name,
            value=setting.max_ptes_none,
        )  # fmt: skip


def plans(_snapshot: Snapshot, finding: Finding) -> Iterator[Plan]:
    """The kernel's setting; where that cannot be had, the runtime's."""
    yield from kernel_plans.plans(finding, _SETTING, int(str(finding.facts["value"])), 0)
    yield advice(finding, _WHY, f"GODEBUG=disablethp=1 {finding.facts['name']}")


CHECK = Check(id=ID, judge=judge, plans=plans)
