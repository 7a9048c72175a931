"""Does GOROOT name another release than the go that runs?

What it does: compares the version of the tree that a set GOROOT names with the version of the go command of each context.
Why is this bad: the go command takes compiler and standard library from there. `go version` and `go env GOROOT` both look healthy.
Symptom: `compile: version "go1.27.3" does not match go tool version "go1.19.8"`.
"""

from collections.abc import Iterator

from inspector.checks.golang_rules import Held, held, install_for_goroot, of_setting, plans_dropping, was_set
from inspector.checks.registry import Check
from inspector.i18n import mark
from inspector.model.base import UNKNOWN
from inspector.model.finding import Finding
from inspector.model.snapshot import Snapshot

ID = "goroot-mismatch"
_TITLE = mark("GOROOT={value} is go {theirs}, but the go that runs is {ours}")


def judge(snapshot: Snapshot) -> Iterator[Finding]:
    """One finding for each place that sets such a GOROOT; the contexts where it fits are left out."""
    for found in held(snapshot, "GOROOT"):
        install = install_for_goroot(snapshot, found.row.value) if was_set(found.row) else None
        if not install or install.version == UNKNOWN:
            continue
        wrong = tuple(c for c in found.contexts if (tool := c.tool("go")) and tool.version not in (install.version, UNKNOWN))
        if wrong:
            bad = Held(found.row, wrong)
            symptom = f'compile: version "go{install.version}" does not match go tool version "go{bad.go}"'
            yield of_setting(ID, "error", _TITLE, bad, snapshot, symptom=symptom, theirs=install.version, ours=bad.go)


CHECK = Check(id=ID, judge=judge, plans=plans_dropping)
