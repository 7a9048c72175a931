"""Is go reached through snap's launcher?

What it does: looks for contexts whose go is /usr/bin/snap, and for a GOROOT below /snap/bin.
Why is this bad: the launcher does not start inside other snaps (VS Code), and its place is no GOROOT.
Symptom: `Failed to run '/snap/bin/go env'`, `go: cannot find GOROOT directory: /snap/bin/go`.
"""

from collections.abc import Iterator

from inspector.checks.golang_rules import advice, advised, held, of_setting, report, users_of, was_set
from inspector.checks.registry import Check
from inspector.i18n import mark
from inspector.model.base import text
from inspector.model.finding import Finding
from inspector.model.plan import Plan
from inspector.model.snapshot import Snapshot

ID = "snap-go"
_TITLE = mark("{path} starts go through snap's launcher, which editors in snaps cannot run")
_GOROOT = mark("GOROOT={value} is snap's launcher, not a Go tree")
_WHY = mark("Use the tree inside the snap, or an upstream archive.")


def judge(snapshot: Snapshot) -> Iterator[Finding]:
    """One finding for the launcher, one for each such GOROOT."""
    for install in snapshot.golang.installs:
        effects = users_of(snapshot, install, "Failed to run '/snap/bin/go env'")
        if install.manager == "snap" and not install.goroot and effects:
            yield report(ID, "warning", text(_TITLE, path=install.links[0]), install.origin, key="launcher", effects=effects, fix=advised(ID))
    for found in held(snapshot, "GOROOT"):
        if was_set(found.row) and found.row.value.startswith("/snap/bin"):
            symptom = f"go: cannot find GOROOT directory: {found.row.value}"
            yield of_setting(ID, "error", _GOROOT, found, snapshot, symptom=symptom)


def plans(snapshot: Snapshot, finding: Finding) -> Iterator[Plan]:
    """The path inside."""
    del snapshot
    yield advice(finding, _WHY, 'export PATH="/snap/go/current/bin:$PATH"', '"go.alternateTools": {"go": "/snap/go/current/bin/go"}')


CHECK = Check(id=ID, judge=judge, plans=plans)
