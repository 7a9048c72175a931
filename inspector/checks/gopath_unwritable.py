"""Can this user write GOPATH, GOBIN and the module cache?

What it does: looks at owner and mode of the directory, or of its nearest parent that exists.
Why is this bad: downloads and `go install` fail; it is what `sudo go` once leaves behind.
Symptom: `go: could not create module cache: mkdir …/pkg: permission denied`, `go install x: mkdir …/bin/: permission denied`.
"""

from collections.abc import Iterator

from inspector.checks.golang_rules import Held, given_back, held, of_setting, plans_dropping
from inspector.checks.registry import Check
from inspector.i18n import mark
from inspector.model.finding import Finding
from inspector.model.plan import Plan
from inspector.model.snapshot import Snapshot

ID = "gopath-unwritable"
_TITLE = mark("{name} {value} cannot be written: {why}")


def _symptom(found: Held) -> str:
    if found.row.name == "GOMODCACHE":
        return f"go: could not create module cache: mkdir {found.row.value}: permission denied"
    return f"go install: mkdir {found.row.value}: permission denied"


def judge(snapshot: Snapshot) -> Iterator[Finding]:
    """One finding for each place that sets it so."""
    for found in held(snapshot, "GOPATH", "GOMODCACHE", "GOBIN"):
        if _wrong(found):
            yield of_setting(ID, "error", _TITLE, found, snapshot, symptom=_symptom(found), why=found.row.why)


def _wrong(found: Held) -> bool:
    return found.row.state == "unwritable"


def plans(snapshot: Snapshot, finding: Finding) -> Iterator[Plan]:
    """What root left behind given back to the user; else as for any setting."""
    yield from given_back(snapshot, finding, "GOPATH", "GOMODCACHE", "GOBIN")
    yield from plans_dropping(snapshot, finding)


CHECK = Check(id=ID, judge=judge, plans=plans)
