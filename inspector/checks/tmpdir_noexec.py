"""May programs be run from the temporary directory?

What it does: looks at the mount options of GOTMPDIR, else TMPDIR, else /tmp.
Why is this bad: `go run` and `go test` run what they built there; `go build` does not.
Symptom: `fork/exec /tmp/go-build…/b001/exe/x: permission denied`, always for `go test`, for `go run` until Go 1.24 finds it cached.
"""

from collections.abc import Iterator

from inspector.checks.golang_rules import Held, held, of_setting, plans_dropping
from inspector.checks.registry import Check
from inspector.i18n import mark
from inspector.model.finding import Finding
from inspector.model.snapshot import Snapshot

ID = "tmpdir-noexec"
_TITLE = mark("go run and go test fail: {why}")


def judge(snapshot: Snapshot) -> Iterator[Finding]:
    """One finding for each place that sets it so."""
    for found in held(snapshot, "GOTMPDIR"):
        if _wrong(found):
            symptom = "fork/exec /tmp/go-build…/b001/x.test: permission denied"
            yield of_setting(ID, "warning", _TITLE, found, snapshot, symptom=symptom, why=found.row.why)


def _wrong(found: Held) -> bool:
    return found.row.state == "noexec"


CHECK = Check(id=ID, judge=judge, plans=plans_dropping)
