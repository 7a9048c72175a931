"""Does a Go program stall while the kernel makes huge pages for it?

What it does: looks at measured rates (only `faults` measures). While huge pages are handed out or collapsed, two things make that stall a Go
program that has some: a runtime that asks for them itself (1.21.0 by MADV_HUGEPAGE, 1.21.1 to 1.21.3 by MADV_COLLAPSE), and the kernel setting
`defrag` at `always`, which compacts memory inside the page fault.
Why is this bad: one such fault takes milliseconds, more than 100 under fragmentation, some of it with the heap's lock held (golang/go#61718, #63334);
Go's own advice for `defrag` is `defer` or `defer+madvise` (go.dev/doc/gc-guide).
Symptom: latency spikes that no CPU profile shows; `thp_fault_alloc`, `thp_collapse_alloc` and `compact_stall` of /proc/vmstat grow.
"""

from collections.abc import Iterator

from inspector.checks import kernel_plans
from inspector.checks.golang_rules import advice, measured, report
from inspector.checks.registry import Check
from inspector.golang import known_issues
from inspector.i18n import mark
from inspector.model.base import Param, text
from inspector.model.faults import FaultReport, GoMemory
from inspector.model.finding import Finding, FixRef
from inspector.model.origin import Origin
from inspector.model.plan import Plan
from inspector.model.snapshot import Snapshot

ID = "huge-page-stalls"
LIMIT_PER_S = 1.0
_SETTING, _FROM, _TO = "huge_pages.defrag", "always", "defer+madvise"
_RUNTIMES = ("1.21..1.21.3",)
_HUGE_KB = 2048

_RUNTIME = mark("{name} (process {pid}) runs go {version}, which stalls while it asks for huge pages; {rate} are made per second here")
_DEFRAG = mark("{name} (process {pid}) waits in page faults for memory to be compacted: {rate} huge pages are made per second, defrag is always")
_WHY = mark("Go 1.21.4 no longer asks for huge pages; until then, switch them off for this program.")


def judge(snapshot: Snapshot) -> Iterator[Finding]:
    """At most one finding for each Go process."""
    if snapshot.faults is not None:
        yield from judge_report(snapshot.faults)


def judge_report(faults: FaultReport) -> Iterator[Finding]:
    """The same from a report alone."""
    rate = (faults.system.huge_per_s or 0.0) + (faults.system.collapsed_per_s or 0.0)
    huge = faults.huge_pages
    if rate < LIMIT_PER_S or huge is None:
        return
    for row, name in measured(faults):
        if (row.huge_kb or 0) >= _HUGE_KB:
            yield from _of(row, name, rate, huge.enabled == "always" and huge.defrag == "always")


def _of(row: GoMemory, name: str, rate: float, compacts: bool) -> Iterator[Finding]:
    key = f"{row.pid}:{row.started_at}"
    told: dict[str, Param] = {"name": name, "pid": row.pid, "rate": f"{rate:.0f}"}
    if known_issues.in_ranges(row.version, _RUNTIMES):
        cause = Origin(kind="kernel", file=f"/proc/{row.pid}/exe", text=f"go{row.version}")
        yield report(
            ID, "warning", text(_RUNTIME, version=row.version, **told), cause, key=key, fix=FixRef(plan=ID, safety="manual"), name=name
        )
    elif compacts:
        cause = Origin(kind="kernel", file=kernel_plans.place(_SETTING), text=_FROM)
        yield report(ID, "info", text(_DEFRAG, **told), cause, key=key, fix=FixRef(plan=ID, safety="careful"), setting=_SETTING)


def plans(_snapshot: Snapshot, finding: Finding) -> Iterator[Plan]:
    """A newer Go, or the kernel's setting."""
    if finding.facts.get("setting"):
        yield from kernel_plans.plans(finding, _SETTING, _FROM, _TO)
    else:
        yield advice(finding, _WHY, "go version -m PROGRAM", "# in main, before anything else: unix.Prctl(unix.PR_SET_THP_DISABLE, 1, 0, 0, 0)")


CHECK = Check(id=ID, judge=judge, plans=plans)
