"""Does an empty line of the Go env file switch a default off?

What it does: looks for `GOTOOLCHAIN=`, `GOPROXY=` or `GOSUMDB=` without a value, as `go env -w NAME=` leaves them.
Why is this bad: an empty value there beats the default of GOROOT/go.env: no toolchain switching, no proxy. Resetting is `go env -u NAME`.
Symptom: `GOPROXY list is not the empty string, but contains no entries`; `go.mod requires go >= 1.26.6 (running go 1.24.11)`.
"""

from collections.abc import Iterator

from inspector.checks.golang_rules import Held, held, of_setting, plans_dropping
from inspector.checks.registry import Check
from inspector.i18n import mark
from inspector.model.finding import Finding
from inspector.model.snapshot import Snapshot

ID = "empty-env-file-value"
_TITLE = mark("an empty {name} line in the Go env file switches its default off")
_SYMPTOMS = {
    "GOPROXY": "GOPROXY list is not the empty string, but contains no entries",
    "GOTOOLCHAIN": "go: go.mod requires go >= …",
    "GOSUMDB": mark("checksums of modules are not verified against the public database"),
}


def judge(snapshot: Snapshot) -> Iterator[Finding]:
    """One finding for each place that sets it so."""
    for found in held(snapshot, "GOTOOLCHAIN", "GOPROXY", "GOSUMDB"):
        if _wrong(found):
            yield of_setting(ID, "warning", _TITLE, found, snapshot, symptom=_SYMPTOMS[found.row.name])


def _wrong(found: Held) -> bool:
    return found.row.state == "empty-in-file"


CHECK = Check(id=ID, judge=judge, plans=plans_dropping)
