"""Does go hand over to a toolchain that cannot be had?

What it does: looks for contexts whose go, in this project, would run a toolchain that is neither on PATH nor in the module cache and may not be
downloaded (GOPROXY=off, or GOTOOLCHAIN ends in +path), or whose GOTOOLCHAIN go cannot read.
Why is this bad: every go command stops, `go env -u GOTOOLCHAIN` too. `GOTOOLCHAIN=local go env -u GOTOOLCHAIN` works.
Symptom: `go: download go1.19 for linux/amd64: toolchain not available`, `go: cannot find "go1.26.6" in PATH`, `go: invalid GOTOOLCHAIN "…"`.
"""

from collections.abc import Iterator

from inspector.checks.golang_rules import advice, advised, drop_step, effects_of, report, short
from inspector.checks.registry import Check
from inspector.i18n import mark
from inspector.model.base import text
from inspector.model.finding import Finding, FixRef
from inspector.model.plan import Plan
from inspector.model.snapshot import Snapshot

ID = "toolchain-unreachable"
_TITLE = mark("go {version} stops: {symptom}")
_DROP = mark("Turn line {line} of {file} into a comment")
_DROP_WHY = mark("Without it go {version} decides by the project alone.")
_WHY = mark("{reason}; it is neither on PATH nor in the module cache, and must not be downloaded.")


def judge(snapshot: Snapshot) -> Iterator[Finding]:
    """One finding for each different thing go would print, anchored at what sets GOTOOLCHAIN, else at the project's line."""
    project = snapshot.golang.project
    if project is None:
        return
    seen: set[str] = set()
    for selection in project.selections:
        if selection.found != "nowhere" or selection.prints in seen:
            continue
        seen.add(selection.prints)
        same = [s.context for s in project.selections if s.prints == selection.prints]
        contexts = [context for name in same if (context := snapshot.environment.context(name))]
        setting = snapshot.golang.setting("GOTOOLCHAIN", selection.context)
        pinned = setting and (selection.outcome == "error" or selection.wanted in setting.value)
        cause = setting.origin if setting and pinned else project.origin
        step = drop_step(snapshot, cause, contexts) if pinned else None
        yield report(
            ID, "error", text(_TITLE, version=selection.version, symptom=selection.prints), cause,
            key=f"{selection.wanted or 'invalid'}:{short(cause.place(), snapshot.host.home)}", effects=effects_of(contexts, selection.prints),
            fix=FixRef(plan=ID, safety="safe") if step else advised(ID), name="GOTOOLCHAIN", version=selection.version,
            reason=selection.reason.said(),
        )  # fmt: skip


def plans(snapshot: Snapshot, finding: Finding) -> Iterator[Plan]:
    """Take the pinning line out, else advice."""
    contexts = [context for effect in finding.effects if (context := snapshot.environment.context(effect.where))]
    project = snapshot.golang.project
    step = drop_step(snapshot, finding.cause, contexts) if not project or finding.cause != project.origin else None
    if step:
        yield Plan(
            id=f"{ID}:drop", finding=finding.id, safety="safe", title=text(_DROP, line=step.line, file=step.file),
            reason=text(_DROP_WHY, version=finding.facts["version"]), steps=(step,),
        )  # fmt: skip
    yield advice(finding, _WHY, "GOTOOLCHAIN=local go env -u GOTOOLCHAIN", "GOTOOLCHAIN=local go version", reason=finding.facts["reason"])


CHECK = Check(id=ID, judge=judge, plans=plans)
