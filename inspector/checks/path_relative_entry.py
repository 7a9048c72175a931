"""Does PATH have an entry that means another directory in every directory?

What it does: looks for empty and relative entries.
Why is this bad: whatever lies in the current directory runs in place of the command that is meant; Go's os/exec refuses such results (ErrDot).
Symptom: `exec: "go": cannot run executable found relative to current directory`.
"""

from collections.abc import Iterator

from inspector.checks import path_rules
from inspector.checks.registry import Check
from inspector.i18n import mark
from inspector.model.environment import PathEntry
from inspector.model.finding import Finding
from inspector.model.snapshot import Snapshot

ID = "path-relative-entry"
_TITLE = mark("PATH has the relative entry {entry}: {why} ({place})")


def judge(snapshot: Snapshot) -> Iterator[Finding]:
    """One finding for each such entry and the place that adds it."""
    return path_rules.findings(snapshot, ID, "warning", _TITLE, _is_wanted)


def _is_wanted(entry: PathEntry) -> bool:
    return entry.state == "relative" and not entry.entry.startswith("~")


CHECK = Check(id=ID, judge=judge, plans=path_rules.plans)
