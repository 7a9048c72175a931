"""May programs be run from the temporary directory?

What it does: looks at the mount options of GOTMPDIR, else TMPDIR, else /tmp.
Why is this bad: `go run` and `go test` run what they built there; `go build` does not.
Symptom: `fork/exec /tmp/go-build…/b001/exe/x: permission denied`, always for `go test`, for `go run` until Go 1.24 finds it cached.
"""

from collections.abc import Iterator

from inspector.checks.golang_rules import Held, held, of_setting, plans_dropping
from inspector.checks.registry import Check
from inspector.i18n import mark
from inspector.model.base import text
from inspector.model.finding import Finding
from inspector.model.plan import Plan, SetLine
from inspector.model.snapshot import Snapshot

ID = "tmpdir-noexec"
_ELSEWHERE = mark("Let GOTMPDIR be {directory} in {file}")
_ELSEWHERE_WHY = mark("The build cache lies where programs may be run; Go makes and removes its temporary directories there.")
_TITLE = mark("go run and go test fail: {why}")


def judge(snapshot: Snapshot) -> Iterator[Finding]:
    """One finding for each place that sets it so."""
    for found in held(snapshot, "GOTMPDIR"):
        if _wrong(found):
            symptom = "fork/exec /tmp/go-build…/b001/x.test: permission denied"
            yield of_setting(ID, "warning", _TITLE, found, snapshot, symptom=symptom, why=found.row.why)


def _wrong(found: Held) -> bool:
    return found.row.state == "noexec"


def plans(snapshot: Snapshot, finding: Finding) -> Iterator[Plan]:
    """The line that names it taken out; else another directory named in Go's own file."""
    yield from plans_dropping(snapshot, finding)
    file, cache = snapshot.golang.setting("GOENV"), snapshot.golang.setting("GOCACHE")
    if file and cache and file.value.startswith(snapshot.host.home + "/") and cache.value.startswith("/") and not cache.state:
        yield Plan(
            id=f"{ID}:elsewhere", finding=finding.id, safety="careful", title=text(_ELSEWHERE, directory=cache.value, file=file.value),
            reason=text(_ELSEWHERE_WHY), steps=(SetLine(file=file.value, name="GOTMPDIR", syntax="go-env", value=cache.value),),
        )  # fmt: skip


CHECK = Check(id=ID, judge=judge, plans=plans)
