"""Is the temporary directory there?

What it does: looks for GOTMPDIR, else TMPDIR, else /tmp.
Why is this bad: nothing builds.
Symptom: `go: creating work dir: stat /nope: no such file or directory`.
"""

from collections.abc import Iterator

from inspector.checks.golang_rules import Held, held, of_setting, plans_dropping
from inspector.checks.registry import Check
from inspector.i18n import mark
from inspector.model.finding import Finding
from inspector.model.snapshot import Snapshot

ID = "tmpdir-missing"
_TITLE = mark("the temporary directory {why} does not exist")


def judge(snapshot: Snapshot) -> Iterator[Finding]:
    """One finding for each place that sets it so."""
    for found in held(snapshot, "GOTMPDIR"):
        if _wrong(found):
            symptom = f"go: creating work dir: stat {found.row.why}: no such file or directory"
            yield of_setting(ID, "error", _TITLE, found, snapshot, symptom=symptom, why=found.row.why)


def _wrong(found: Held) -> bool:
    return found.row.state == "missing"


CHECK = Check(id=ID, judge=judge, plans=plans_dropping)
