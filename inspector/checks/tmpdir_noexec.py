"""May programs be run from the temporary directory?

What it does: looks at the mount options of GOTMPDIR, else TMPDIR, else /tmp.
Why is this bad: `go run` and `go test` run what they built there; `go build` does not.
Symptom: `fork/exec /tmp/go-build…/b001/exe/x: permission denied`, always for `go test`, for `go run` until Go 1.24 finds it cached.
"""

from collections.abc import Iterator

import msgspec

from inspector.checks.golang_rules import Held, held, of_setting, plans_dropping, set_steps
from inspector.checks.registry import Check
from inspector.i18n import mark
from inspector.model.base import text
from inspector.model.finding import Finding, FixRef
from inspector.model.plan import Plan, SetLine
from inspector.model.snapshot import Snapshot

ID = "tmpdir-noexec"
_SAFE = FixRef(plan=ID, safety="safe")
_ELSEWHERE = mark("Let GOTMPDIR be {directory} in {file}")
_ELSEWHERE_WHY = mark("The build cache lies where programs may be run; Go makes and removes its temporary directories there.")
_EXPORT = mark("Export GOTMPDIR={directory} in {files}")
_TITLE = mark("go run and go test fail: {why}")


def judge(snapshot: Snapshot) -> Iterator[Finding]:
    """One finding for each place that sets it so."""
    for found in held(snapshot, "GOTMPDIR"):
        if _wrong(found):
            symptom = "fork/exec /tmp/go-build…/b001/x.test: permission denied"
            finding = of_setting(ID, "warning", _TITLE, found, snapshot, symptom=symptom, why=found.row.why)
            better = any(plan.steps for plan in _elsewhere(snapshot, finding))
            yield msgspec.structs.replace(finding, fix=FixRef(plan=ID, safety="careful")) if better and finding.fix != _SAFE else finding


def _wrong(found: Held) -> bool:
    return found.row.state == "noexec"


def plans(snapshot: Snapshot, finding: Finding) -> Iterator[Plan]:
    """The line that names it taken out; else another directory named in Go's own file, or exported where GOENV=off keeps Go from reading that."""
    yield from plans_dropping(snapshot, finding)
    yield from _elsewhere(snapshot, finding)


def _elsewhere(snapshot: Snapshot, finding: Finding) -> Iterator[Plan]:
    contexts = [context for effect in finding.effects if (context := snapshot.environment.context(effect.where))]
    first = contexts[0].id if contexts else ""
    file, cache = snapshot.golang.setting("GOENV", first), snapshot.golang.setting("GOCACHE", first)
    if not file or not cache or not cache.value.startswith("/") or cache.state:
        return
    why = text(_ELSEWHERE_WHY)
    if file.value.startswith(snapshot.host.home + "/"):
        title = text(_ELSEWHERE, directory=cache.value, file=file.value)
        line = SetLine(file=file.value, name="GOTMPDIR", syntax="go-env", value=cache.value)
        yield Plan(id=f"{ID}:elsewhere", finding=finding.id, safety="careful", title=title, reason=why, steps=(line,))
    elif not file.value and (steps := set_steps(snapshot, "GOTMPDIR", contexts, cache.value)):
        title = text(_EXPORT, directory=cache.value, files=", ".join(step.file for step in steps))
        yield Plan(id=f"{ID}:export", finding=finding.id, safety="careful", title=title, reason=why, steps=steps)


CHECK = Check(id=ID, judge=judge, plans=plans)
