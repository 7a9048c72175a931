"""Does GOROOT name a directory that is no GOROOT?

What it does: looks at every GOROOT that an init file, a process or the user's env file sets.
Why is this bad: the go command believes it: nothing works, or only `go version` does (facts: go spec 3.3).
Symptom: `go: cannot find GOROOT directory: /gone`, or `package fmt is not in std (/usr/lib/src/fmt)`.
"""

from collections.abc import Iterator

from inspector.checks.golang_rules import Held, held, of_setting, plans_dropping
from inspector.checks.registry import Check
from inspector.i18n import mark
from inspector.model.finding import Finding
from inspector.model.snapshot import Snapshot

ID = "goroot-missing"
_TITLE = mark("GOROOT={value} is not a Go tree: {why}")


def _symptom(found: Held) -> str:
    root = found.row.value
    return f"go: cannot find GOROOT directory: {root}" if found.row.state == "missing" else f"package fmt is not in std ({root}/src/fmt)"


def judge(snapshot: Snapshot) -> Iterator[Finding]:
    """One finding for each place that sets it so."""
    for found in held(snapshot, "GOROOT"):
        if _wrong(found):
            yield of_setting(ID, "error", _TITLE, found, snapshot, symptom=_symptom(found), why=found.row.why)


def _wrong(found: Held) -> bool:
    return found.row.state in ("missing", "not-a-goroot")


CHECK = Check(id=ID, judge=judge, plans=plans_dropping)
