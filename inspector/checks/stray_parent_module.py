"""Does a go.mod or go.work further up govern this project?

What it does: looks for a governing file in the home directory, above the project's repository, or a go.work that does not use the project's module.
Why is this bad: it decides toolchain and module for everything below; a stray go.work beats the module's own go.mod.
Symptom: an unexpected toolchain; `no modules were found in the current workspace`, `directory prefix . does not contain modules listed in go.work`.
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

ID = "stray-parent-module"
_TITLE = mark("{file} governs {directory}, which is not a part of it")
_WHY = mark("Move it away, or switch workspaces off for this project.")


def judge(snapshot: Snapshot) -> Iterator[Finding]:
    """One finding for each stray file."""
    project = snapshot.golang.project
    for problem in project.problems if project else ():
        if project and problem.id == "stray-parent":
            cause = Origin(kind="file", file=problem.detail)
            key = short(problem.detail, snapshot.host.home)
            sentence = text(_TITLE, file=problem.detail, directory=project.dir)
            yield report(ID, "warning", sentence, cause, key=key, fix=advised(ID), file=problem.detail)


def plans(snapshot: Snapshot, finding: Finding) -> Iterator[Plan]:
    """Move it, or GOWORK=off."""
    del snapshot
    file = str(finding.facts["file"])
    commands = ["GOWORK=off go version"] if file.endswith("go.work") else []
    yield advice(finding, _WHY, *commands, f"mv {file} {file}.away")


CHECK = Check(id=ID, judge=judge, plans=plans)
