"""Would the project be compiled with the old meaning of loop variables, silently?

What it does: looks for contexts whose go is 1.20 or older in a project with `go 1.22` or later in go.mod (without a patch level or toolchain line).
Why is this bad: up to Go 1.20 the go line is advice; since 1.22 it decides what a loop variable is. The build succeeds, vet is clean, results differ.
Symptom: none. This program prints `0 1 2` with Go 1.22 and `3 3 3` with 1.19:
`for i := 0; i < 3; i++ { fs = append(fs, func() int { return i }) }` and `for _, f := range fs { fmt.Print(f(), " ") }`.
"""

from collections.abc import Iterator

from inspector.checks.golang_rules import advice, advised, effects_of, report, short
from inspector.checks.registry import Check
from inspector.i18n import mark
from inspector.model.base import text
from inspector.model.finding import Effect, Finding
from inspector.model.golang import Project
from inspector.model.plan import Plan
from inspector.model.snapshot import Snapshot

ID = "go-line-ignored"
_TITLE = mark("go {version} ignores `go {directive}` in {file}: loop variables keep their old meaning, silently")
_WHY = mark("A go of 1.21 or later refuses or switches instead of ignoring the line.")
_LINES = mark("{use} ({use_place}) captures {variable} of `{loop}` ({loop_place}): one variable for all turns instead of one for each")
_SHOWN = 5
_SYMPTOM = "for i := 0; i < 3; i++ { fs = append(fs, func() int { return i }) } gives 3 3 3 instead of 0 1 2"


def judge(snapshot: Snapshot) -> Iterator[Finding]:
    """One finding for the project, with an effect for each context."""
    project = snapshot.golang.project
    silent = [selection for selection in project.selections if selection.silent_loops] if project else []
    if not project or not silent:
        return
    contexts = [context for selection in silent if (context := snapshot.environment.context(selection.context))]
    sentence = text(_TITLE, version=silent[0].version, directive=project.go_directive, file=project.governed_by)
    effects = (*effects_of(contexts, _SYMPTOM), *_in_source(project, snapshot.host.home))
    yield report(
        ID, "error", sentence, project.origin, key=short(project.governed_by, snapshot.host.home), effects=effects,
        fix=advised(ID), version=silent[0].version, directive=project.go_directive,
    )  # fmt: skip


def _in_source(project: Project, home: str) -> Iterator[Effect]:
    """The lines of the project that behave differently."""
    for use in project.loops[:_SHOWN]:
        sentence = text(
            _LINES, variable=use.variable, loop=use.loop.text, loop_place=short(use.loop.place(), home), use=use.use.text,
            use_place=short(use.use.place(), home),
        )  # fmt: skip
        yield Effect(where=use.use.place(), title=sentence.said(), text=sentence)


def plans(snapshot: Snapshot, finding: Finding) -> Iterator[Plan]:
    """A newer go for those contexts, or a line this go refuses."""
    newer = [install for install in snapshot.golang.installs if install.goroot and not install.version.startswith(("1.19", "1.20", "1.1"))]
    commands = [f"{install.goroot}/bin/go run ." for install in newer[:2]]
    yield advice(finding, _WHY, *commands, f"go mod edit -go={finding.facts['directive']}.0  # go 1.20 and older refuse this line")


CHECK = Check(id=ID, judge=judge, plans=plans)
