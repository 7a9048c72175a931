"""Is the limit on locked memory too low for the Go installed here, on this kernel?

What it does: reads the limit that whatever is started from here inherits, and whether Go 1.14 or 1.15 is installed on a kernel whose signal
delivery corrupts vector registers.
Why is this bad: these versions lock the signal stack of every thread in memory on such kernels; where the limit is used up they run with the
corruption, or (1.14.0) die.
Symptom: `runtime: mlock of signal stack failed: 12`, `runtime: note: your Linux kernel may be buggy` (golang/go#37436).
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

ID = "locked-memory-limit"
_ISSUE = "go-signal-avx-corruption"
_TITLE = mark("only {limit} of memory may be locked, and the Go installed here locks a page for every thread on this kernel")
_WHY = mark("Better a kernel with the fix (5.3.15, 5.4.2, 5.5) or a newer Go; until then, raise the limit where it is set.")


def judge(snapshot: Snapshot) -> Iterator[Finding]:
    """At most one finding."""
    if not any(issue.id == _ISSUE and issue.applies == "yes" for issue in snapshot.kernel.known_issues):
        return
    for problem in snapshot.golang.problems:
        if problem.id == ID:
            cause = Origin(kind="kernel", file="/proc/self/limits", text=problem.detail)
            yield report(ID, "warning", text(_TITLE, limit=problem.detail), cause, key="here", fix=advised(ID))


def plans(_snapshot: Snapshot, finding: Finding) -> Iterator[Plan]:
    """ulimit."""
    yield advice(finding, _WHY, "ulimit -l unlimited")


CHECK = Check(id=ID, judge=judge, plans=plans)
