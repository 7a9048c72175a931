"""Does GOTOOLCHAIN pin an older Go than the one installed?

What it does: looks for a context whose go hands over to an older version because GOTOOLCHAIN names it without `+auto`.
Why is this bad: a silent downgrade that survives every update of the installed Go (`go env -w GOTOOLCHAIN=go1.24.11`, forgotten).
Symptom: none; `go version` prints the older one.
"""

from collections.abc import Iterator

from inspector.checks.golang_rules import held, of_setting, plans_dropping, was_set
from inspector.checks.registry import Check
from inspector.golang import versions
from inspector.i18n import mark
from inspector.model.finding import Finding
from inspector.model.snapshot import Snapshot

ID = "toolchain-pinned-older"
_TITLE = mark("GOTOOLCHAIN={value} makes go {version} run as an older Go")


def judge(snapshot: Snapshot) -> Iterator[Finding]:
    """One finding for each place that pins."""
    for found in held(snapshot, "GOTOOLCHAIN"):
        pinned = versions.of_toolchain(found.row.value)
        if was_set(found.row) and pinned and found.go and versions.compare(pinned, found.go) < 0:
            symptom = mark(f"go version prints go{pinned}, installed is {found.go}")
            yield of_setting(ID, "error", _TITLE, found, snapshot, symptom=symptom, version=found.go)


CHECK = Check(id=ID, judge=judge, plans=plans_dropping)
