"""Can this user write the build cache?

What it does: looks at owner and mode of GOCACHE, or of its nearest parent that exists.
Why is this bad: nothing builds; it is what `sudo go` once leaves behind (openshift/release#9748).
Symptom: `failed to initialize build cache at …: mkdir …/00: permission denied`.
"""

from collections.abc import Iterator

from inspector.checks.golang_rules import Held, given_back, held, of_setting, plans_dropping
from inspector.checks.registry import Check
from inspector.i18n import mark
from inspector.model.finding import Finding
from inspector.model.plan import Plan
from inspector.model.snapshot import Snapshot

ID = "gocache-unwritable"
_TITLE = mark("the build cache {value} cannot be written: {why}")


def judge(snapshot: Snapshot) -> Iterator[Finding]:
    """One finding for each place that sets it so."""
    for found in held(snapshot, "GOCACHE"):
        if _wrong(found):
            place = found.row.value
            symptom = f"failed to initialize build cache at {place}: mkdir {place}/00: permission denied"
            yield of_setting(ID, "error", _TITLE, found, snapshot, symptom=symptom, why=found.row.why)


def _wrong(found: Held) -> bool:
    return found.row.state == "unwritable"


def plans(snapshot: Snapshot, finding: Finding) -> Iterator[Plan]:
    """What root left behind given back to the user; else as for any setting."""
    yield from given_back(snapshot, finding, "GOCACHE")
    yield from plans_dropping(snapshot, finding)


CHECK = Check(id=ID, judge=judge, plans=plans)
