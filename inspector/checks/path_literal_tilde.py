"""Is there a `~` in PATH that no shell expanded?

What it does: looks for entries that begin with a tilde.
Why is this bad: only a shell expands `~`, and not inside quotes; a program that searches PATH looks for a directory with that name.
Symptom: `command not found` although the directory is plainly in PATH; bash itself finds it, other programs do not.
"""

from collections.abc import Iterator

from inspector.checks import path_rules
from inspector.checks.registry import Check
from inspector.i18n import mark
from inspector.model.environment import PathEntry
from inspector.model.finding import Finding
from inspector.model.snapshot import Snapshot

ID = "path-literal-tilde"
_TITLE = mark("PATH has the literal entry {entry}: no program but bash finds anything there ({place})")


def judge(snapshot: Snapshot) -> Iterator[Finding]:
    """One finding for each such entry and the place that adds it."""
    return path_rules.findings(snapshot, ID, "warning", _TITLE, _is_wanted)


def _is_wanted(entry: PathEntry) -> bool:
    return entry.entry.startswith("~")


CHECK = Check(id=ID, judge=judge, plans=path_rules.plans)
