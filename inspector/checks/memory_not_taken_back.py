"""Does a Go program look as if it leaked memory that it gave back long ago?

What it does: looks at measured memory (only `faults` measures); a process built with Go 1.12 to 1.15 at least a fifth of whose resident memory was
given back with MADV_FREE is a finding.
Why is this bad: the kernel takes such memory only when it runs short, so RSS stays at its peak, limits and alarms count it, and people look for a
leak that is not there (golang/go#42330); Go 1.16 went back to MADV_DONTNEED.
Symptom: resident memory far above HeapInuse that shrinks under memory pressure only.
"""

from collections.abc import Iterator

from inspector.checks.golang_rules import advice, advised, measured, report
from inspector.checks.registry import Check
from inspector.golang import known_issues
from inspector.i18n import mark
from inspector.model.base import text
from inspector.model.faults import FaultReport
from inspector.model.finding import Finding
from inspector.model.origin import Origin
from inspector.model.plan import Plan
from inspector.model.snapshot import Snapshot

ID = "memory-not-taken-back"
_VERSIONS = ("1.12..1.15.999",)
_LEAST_KB, _LEAST_SHARE = 64 << 10, 0.2

_TITLE = mark("{name} (process {pid}, go {version}) gave back {free} MB of its {resident} MB, which the kernel has not taken yet")
_WHY = mark("It is no leak. With this setting, or built with Go 1.16 or later, memory is given back at once and RSS tells what is in use.")


def judge(snapshot: Snapshot) -> Iterator[Finding]:
    """One finding for each such process."""
    if snapshot.faults is not None:
        yield from judge_report(snapshot.faults)


def judge_report(faults: FaultReport) -> Iterator[Finding]:
    """The same from a report alone."""
    for row, name in measured(faults):
        free, resident = row.lazy_free_kb or 0, row.resident_kb or 0
        if free < max(_LEAST_KB, resident * _LEAST_SHARE) or not known_issues.in_ranges(row.version, _VERSIONS):
            continue
        title = text(_TITLE, name=name, pid=row.pid, version=row.version, free=str(free >> 10), resident=str(resident >> 10))
        cause = Origin(kind="kernel", file=f"/proc/{row.pid}/smaps_rollup", text=f"LazyFree: {free} kB")
        yield report(ID, "info", title, cause, key=f"{row.pid}:{row.started_at}", fix=advised(ID), name=name)


def plans(_snapshot: Snapshot, finding: Finding) -> Iterator[Plan]:
    """The runtime's setting."""
    yield advice(finding, _WHY, f"GODEBUG=madvdontneed=1 {finding.facts.get('name', 'PROGRAM')}")


CHECK = Check(id=ID, judge=judge, plans=plans)
