"""Is `go` gccgo's?

What it does: looks for contexts whose go carries no build info and is linked with libgo.
Why is this bad: gccgo 12 to 15 is Go 1.18; it has no toolchain switching, and go.mod files of today are errors to it.
Symptom: `go version go1.18 gccgo (GCC) 15.1.1`, `invalid go version`.
"""

from collections.abc import Iterator

from inspector.checks.golang_rules import advice, advised, report, short, users_of
from inspector.checks.registry import Check
from inspector.i18n import mark
from inspector.model.base import text
from inspector.model.finding import Finding
from inspector.model.plan import Plan
from inspector.model.snapshot import Snapshot

ID = "gccgo-as-go"
_TITLE = mark("`go` is gccgo's ({go}), a Go 1.18 at most")
_WHY = mark("Install the Go distribution itself and let `go` mean it.")


def judge(snapshot: Snapshot) -> Iterator[Finding]:
    """One finding for each gccgo that a context runs as go."""
    for install in snapshot.golang.installs:
        effects = users_of(snapshot, install, "go version go1.18 gccgo (GCC) …")
        if install.manager == "gccgo" and effects:
            key = short(install.go, snapshot.host.home)
            yield report(ID, "warning", text(_TITLE, go=install.go), install.origin, key=key, effects=effects, fix=advised(ID))


def plans(snapshot: Snapshot, finding: Finding) -> Iterator[Plan]:
    """A package or the alternatives."""
    del snapshot
    yield advice(finding, _WHY, "sudo apt install golang-go", "sudo update-alternatives --config go")


CHECK = Check(id=ID, judge=judge, plans=plans)
