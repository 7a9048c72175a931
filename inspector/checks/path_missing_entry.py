"""Does PATH name a directory that is not there?

What it does: looks for entries that do not exist.
Why is this bad: mostly harmless, but it often is a path that was mistyped or a tool that was removed.
Symptom: `command not found` for a tool that was installed somewhere else.
"""

from collections.abc import Iterator

from inspector.checks import path_rules
from inspector.checks.registry import Check
from inspector.i18n import mark
from inspector.model.environment import PathEntry
from inspector.model.finding import Finding
from inspector.model.snapshot import Snapshot

ID = "path-missing-entry"
_TITLE = mark("PATH has {entry}, which is no directory ({place})")


def judge(snapshot: Snapshot) -> Iterator[Finding]:
    """One finding for each such entry and the place that adds it."""
    return path_rules.findings(snapshot, ID, "info", _TITLE, _is_wanted)


def _is_wanted(entry: PathEntry) -> bool:
    return entry.state == "missing" and not entry.entry.endswith("\r") and _is_own(entry)


def _is_own(entry: PathEntry) -> bool:
    """Whether a line put it there: the lists that programs are built with name directories that many machines do not have."""
    return entry.origin.kind == "file" and not entry.origin.file.startswith("/etc/")


CHECK = Check(id=ID, judge=judge, plans=path_rules.plans)
