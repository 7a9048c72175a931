"""Is there a `$PATH` where nothing expands it?

What it does: looks for PATH values of /etc/environment and crontabs that still contain a `$`.
Why is this bad: pam_env and cron take the text literally, so the old PATH is lost (crontab(5): no variable substitution).
Symptom: `/bin/sh: 1: env: not found` from cron; commands missing after login.
"""

from collections.abc import Iterator

from inspector.checks import path_rules
from inspector.checks.registry import Check
from inspector.i18n import mark
from inspector.model.environment import PathEntry
from inspector.model.finding import Finding
from inspector.model.snapshot import Snapshot

ID = "dollar-not-expanded"
_TITLE = mark("PATH has the literal entry {entry}: {place} is not read by a shell, so nothing expands it")


def judge(snapshot: Snapshot) -> Iterator[Finding]:
    """One finding for each such entry."""
    return path_rules.findings(snapshot, ID, "error", _TITLE, _is_wanted)


def _is_wanted(entry: PathEntry) -> bool:
    return "$" in entry.entry and entry.origin.kind == "file"


CHECK = Check(id=ID, judge=judge, plans=path_rules.plans)
