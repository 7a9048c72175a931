"""Does an init file with Windows line ends spoil PATH?

What it does: looks for entries that end in a carriage return.
Why is this bad: the last word of each line gets an invisible character, so the directory is never found.
Symptom: `command not found`, and `echo $PATH` looks right.
"""

from collections.abc import Iterator

from inspector.checks import path_rules
from inspector.checks.registry import Check
from inspector.i18n import mark
from inspector.model.environment import PathEntry
from inspector.model.finding import Finding
from inspector.model.snapshot import Snapshot

ID = "path-carriage-return"
_TITLE = mark("PATH has {entry} with a carriage return at its end: the file has Windows line ends ({place})")


def judge(snapshot: Snapshot) -> Iterator[Finding]:
    """One finding for each such entry and the place that adds it."""
    return path_rules.findings(snapshot, ID, "error", _TITLE, _is_wanted)


def _is_wanted(entry: PathEntry) -> bool:
    return entry.entry.endswith("\r")


CHECK = Check(id=ID, judge=judge, plans=path_rules.plans)
