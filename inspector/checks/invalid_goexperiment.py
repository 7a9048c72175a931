"""Does GOEXPERIMENT name something that the go that runs does not know?

What it does: takes the value apart by Go's grammar (`name` on, `noname` off) and looks each name up in the table of that release.
Why is this bad: every go command stops, `go version` and `go env -u` included; editors lose Go altogether. `-fieldtrack` is the classic: the right
spelling is `nofieldtrack`, and it is off anyway: fieldtrack is a linker audit of struct fields, it does nothing when a program runs, and the build
cache keeps builds with different experiments apart.
Symptom: `go: unknown GOEXPERIMENT -fieldtrack`.
"""

from collections.abc import Iterator

from inspector.checks.golang_rules import Held, held, of_setting, plans_dropping, was_set
from inspector.checks.registry import Check
from inspector.golang import experiments, versions
from inspector.i18n import mark, tr
from inspector.model.finding import Finding
from inspector.model.snapshot import Snapshot

ID = "invalid-goexperiment"
_TITLE = mark("GOEXPERIMENT={value}: go {version} knows no {bad}, so that every go command stops; {hint}")
_SPELLED = mark("the right spelling is {right}")
_RETIRED = mark("only Go 1.{first} to 1.{last} know it")
_NEVER = mark("no release knows it")


def judge(snapshot: Snapshot) -> Iterator[Finding]:
    """One finding for each place that sets such a value."""
    for found in held(snapshot, "GOEXPERIMENT"):
        if not was_set(found.row):
            continue
        wrong = tuple(c for c in found.contexts if (tool := c.tool("go")) and _refused(found.row.value, tool.version))
        if wrong:
            bad = Held(found.row, wrong)
            name = _refused(found.row.value, bad.go)
            symptom = f"go: unknown GOEXPERIMENT {name}"
            yield of_setting(ID, "error", _TITLE, bad, snapshot, symptom=symptom, version=bad.go, bad=name, hint=hint(name))


def _refused(value: str, version: str) -> str:
    minor = versions.minor(version)
    return experiments.unknown(value, minor) if minor >= 19 else ""


def hint(name: str) -> str:
    """What to write instead, or which releases knew the name."""
    right = experiments.suggestion(name)
    if right and right != name:
        return tr(_SPELLED, right=right)
    known = experiments.known_in(name)
    return tr(_RETIRED, first=known[0], last=known[1]) if known else tr(_NEVER)


CHECK = Check(id=ID, judge=judge, plans=plans_dropping)
