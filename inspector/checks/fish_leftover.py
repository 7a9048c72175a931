"""Does a universal variable of fish still put a directory into PATH that is gone?

What it does: looks for PATH entries from fish_user_paths that do not exist.
Why is this bad: universal variables outlive the configuration that made them and come back in every session (fish-shell#4014, #12092).
Symptom: an entry nobody can find in any file of the configuration.
"""

from collections.abc import Iterator

from inspector.checks import path_rules
from inspector.checks.registry import Check
from inspector.i18n import mark
from inspector.model.environment import PathEntry
from inspector.model.finding import Finding
from inspector.model.plan import Plan
from inspector.model.snapshot import Snapshot

ID = "fish-leftover"
_TITLE = mark("fish keeps {entry} in PATH through its universal variable fish_user_paths, and it is no directory")
_WHY = mark("Only fish itself may write its universal variables, so type this in fish.")


def judge(snapshot: Snapshot) -> Iterator[Finding]:
    """One finding for each such entry."""
    return path_rules.findings(snapshot, ID, "info", _TITLE, _is_wanted)


def _is_wanted(entry: PathEntry) -> bool:
    return entry.state == "missing" and entry.origin.file.endswith("/fish_variables")


def plans(snapshot: Snapshot, finding: Finding) -> Iterator[Plan]:
    """The command that erases the entry."""
    del snapshot
    entry = str(finding.facts["entry"])
    yield path_rules.advise(finding, _WHY, f"set -U fish_user_paths (string match -v -- '{entry}' $fish_user_paths)")


CHECK = Check(id=ID, judge=judge, plans=plans)
