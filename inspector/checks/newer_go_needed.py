"""Does a context's go refuse the project because it is too old and may not switch?

What it does: looks for contexts whose go stays itself in this project and would say that go.mod demands a newer one.
Why is this bad: every command in the project stops there.
Symptom: `go: go.mod requires go >= 1.26.6 (running go 1.24.11; GOTOOLCHAIN=local)`; up to Go 1.20 `invalid go version '1.22.0': must match format
1.23` and `unknown directive: toolchain`.
"""

from collections.abc import Iterator

from inspector.checks.golang_rules import advice, advised, effects_of, report, short
from inspector.checks.registry import Check
from inspector.i18n import mark
from inspector.model.base import text
from inspector.model.finding import Finding
from inspector.model.plan import Plan
from inspector.model.snapshot import Snapshot

ID = "newer-go-needed"
_TITLE = mark("go {version} refuses the project: {symptom}")
_WHY = mark("The project asks for a newer Go than {version}, and {reason}.")


def judge(snapshot: Snapshot) -> Iterator[Finding]:
    """One finding for each different thing go would print, anchored at the project's line."""
    project = snapshot.golang.project
    if project is None:
        return
    refusing = [s for s in project.selections if s.outcome == "local" and s.prints]
    for prints in dict.fromkeys(s.prints for s in refusing):
        group = [s for s in refusing if s.prints == prints]
        contexts = [context for s in group if (context := snapshot.environment.context(s.context))]
        yield report(
            ID, "warning", text(_TITLE, version=group[0].version, symptom=prints), project.origin,
            key=f"{group[0].version}:{short(project.governed_by, snapshot.host.home)}", effects=effects_of(contexts, prints), fix=advised(ID),
            version=group[0].version, reason=group[0].reason.said(),
        )  # fmt: skip


def plans(snapshot: Snapshot, finding: Finding) -> Iterator[Plan]:
    """Allow switching once, or use a newer install."""
    enough = [i for i in snapshot.golang.installs if i.goroot and i.version != finding.facts["version"]]
    commands = ["GOTOOLCHAIN=auto go version", *(f"{install.goroot}/bin/go version" for install in enough[:2])]
    yield advice(finding, _WHY, *commands, version=finding.facts["version"], reason=finding.facts["reason"])


CHECK = Check(id=ID, judge=judge, plans=plans)
