"""Can other users put programs into a directory of PATH?

What it does: looks for entries that everybody may write.
Why is this bad: whoever may write there decides what `go` does when you type it.
Symptom: none, until it is used.
"""

from collections.abc import Iterator

from inspector.checks import path_rules
from inspector.checks.registry import Check
from inspector.i18n import mark
from inspector.model.environment import PathEntry
from inspector.model.finding import Finding
from inspector.model.snapshot import Snapshot

ID = "path-writable-by-others"
_TITLE = mark("PATH has {entry}, where anybody can put a program ({place})")


def judge(snapshot: Snapshot) -> Iterator[Finding]:
    """One finding for each such entry and the place that adds it."""
    return path_rules.findings(snapshot, ID, "warning", _TITLE, _is_wanted)


def _is_wanted(entry: PathEntry) -> bool:
    return entry.state == "writable-by-others"


CHECK = Check(id=ID, judge=judge, plans=path_rules.plans)
