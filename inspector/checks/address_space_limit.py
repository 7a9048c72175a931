"""Is the limit on address space too low for Go programs?

What it does: reads the limit that whatever is started from here inherits.
Why is this bad: Go reserves address space generously; below about 800 MB a program does not start or cannot allocate (measured with 1.27.3).
Symptom: `fatal error: failed to reserve page summary memory`, `runtime: out of memory: cannot allocate 4194304-byte block`.
"""

from collections.abc import Iterator

from inspector.checks.golang_rules import advice, advised, report
from inspector.checks.registry import Check
from inspector.i18n import mark
from inspector.model.base import text
from inspector.model.finding import Finding
from inspector.model.origin import Origin
from inspector.model.plan import Plan
from inspector.model.snapshot import Snapshot

ID = "address-space-limit"
_TITLE = mark("the address space is limited to {limit}: Go programs die with `failed to reserve page summary memory`")
_WHY = mark("Raise the limit where it is set: ulimit -v in an init file, limits.conf, or LimitAS= of a unit.")


def judge(snapshot: Snapshot) -> Iterator[Finding]:
    """At most one finding."""
    for problem in snapshot.golang.problems:
        if problem.id == ID:
            cause = Origin(kind="kernel", file="/proc/self/limits", text=problem.detail)
            yield report(ID, "error", text(_TITLE, limit=problem.detail), cause, key="here", fix=advised(ID))


def plans(snapshot: Snapshot, finding: Finding) -> Iterator[Plan]:
    """ulimit."""
    del snapshot
    yield advice(finding, _WHY, "ulimit -v unlimited")


CHECK = Check(id=ID, judge=judge, plans=plans)
