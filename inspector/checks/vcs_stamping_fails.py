"""Will `go build` fail to ask git about the project?

What it does: compares the owner of the project's repository with the user.
Why is this bad: git refuses repositories of other users, and go build stops because it wants to stamp the revision.
Symptom: `error obtaining VCS status: exit status 128`, `Use -buildvcs=false to disable VCS stamping.`
"""

from collections.abc import Iterator

from inspector.checks.golang_rules import advice, advised, report, short
from inspector.checks.registry import Check
from inspector.i18n import mark
from inspector.model.base import text
from inspector.model.finding import Finding
from inspector.model.origin import Origin
from inspector.model.plan import Plan
from inspector.model.snapshot import Snapshot

ID = "vcs-stamping-fails"
_TITLE = mark("go build cannot stamp the revision: {detail}")
_WHY = mark("Tell git that this repository is to be trusted, or build without the stamp.")


def judge(snapshot: Snapshot) -> Iterator[Finding]:
    """One finding for the project."""
    project = snapshot.golang.project
    for problem in project.problems if project else ():
        if project and problem.id == "vcs-owner":
            cause = Origin(kind="file", file=project.dir)
            key = short(project.dir, snapshot.host.home)
            yield report(ID, "warning", text(_TITLE, detail=problem.detail), cause, key=key, fix=advised(ID), directory=project.dir)


def plans(snapshot: Snapshot, finding: Finding) -> Iterator[Plan]:
    """Two ways."""
    del snapshot
    yield advice(finding, _WHY, f"git config --global --add safe.directory {finding.facts['directory']}", "go build -buildvcs=false ./...")


CHECK = Check(id=ID, judge=judge, plans=plans)
