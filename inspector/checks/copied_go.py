"""Was the go command copied out of its tree?

What it does: looks for go commands without `pkg/tool` beside them.
Why is this bad: go finds its tree from its own place; a symlink is followed, a copy or hard link is not.
Symptom: `go: cannot find GOROOT directory: 'go' binary is trimmed and GOROOT is not set`.
"""

from collections.abc import Iterator

from inspector.checks.golang_rules import advice, advised, report, short, users_of
from inspector.checks.registry import Check
from inspector.i18n import mark
from inspector.model.base import text
from inspector.model.finding import Finding
from inspector.model.origin import Origin
from inspector.model.plan import Plan
from inspector.model.snapshot import Snapshot

ID = "copied-go"
_TITLE = mark("{go} is a copy of go {version} without the tree it needs")
_WHY = mark("Replace the copy by a symlink to the go command inside its tree.")
_SYMPTOM = "go: cannot find GOROOT directory: 'go' binary is trimmed and GOROOT is not set"


def judge(snapshot: Snapshot) -> Iterator[Finding]:
    """One finding for each copy, an error where a context runs it."""
    for install in snapshot.golang.installs:
        if any(problem.id == "no-goroot" for problem in install.problems):
            effects = users_of(snapshot, install, _SYMPTOM)
            sentence = text(_TITLE, go=install.go, version=install.version)
            cause = Origin(kind="file", file=install.go)
            key = short(install.go, snapshot.host.home)
            yield report(ID, "error" if effects else "warning", sentence, cause, key=key, effects=effects, fix=advised(ID), go=install.go)


def plans(snapshot: Snapshot, finding: Finding) -> Iterator[Plan]:
    """Link instead."""
    go = str(finding.facts["go"])
    trees = [i for i in snapshot.golang.installs if i.goroot]
    yield advice(finding, _WHY, *(f"ln -sfn {install.goroot}/bin/go {go}  # go {install.version}" for install in trees[:2]))


CHECK = Check(id=ID, judge=judge, plans=plans)
