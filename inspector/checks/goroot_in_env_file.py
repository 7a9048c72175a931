"""Does the user's Go env file set GOROOT?

What it does: looks for a GOROOT line in the file that `go env -w` writes.
Why is this bad: it holds for every go of this user although `env` shows nothing; Go 1.27 obeys it and refuses to remove it (golang/go#79648).
Symptom: `go: GOROOT cannot be modified` even for `go env -u GOROOT`.
"""

from collections.abc import Iterator

from inspector.checks.golang_rules import Held, held, of_setting, plans_dropping
from inspector.checks.registry import Check
from inspector.i18n import mark
from inspector.model.finding import Finding
from inspector.model.snapshot import Snapshot

ID = "goroot-in-env-file"
_TITLE = mark("{value} is set as GOROOT in the Go env file, for every go of this user")


def judge(snapshot: Snapshot) -> Iterator[Finding]:
    """One finding for each place that sets it so."""
    for found in held(snapshot, "GOROOT"):
        if _wrong(found):
            yield of_setting(ID, "warning", _TITLE, found, snapshot, symptom="go: GOROOT cannot be modified")


def _wrong(found: Held) -> bool:
    return found.row.origin.kind == "file" and found.row.origin.text.startswith("GOROOT=")


CHECK = Check(id=ID, judge=judge, plans=plans_dropping)
