"""Do running shells still have the PATH of before?

What it does: looks for running programs whose `go` is not what the init files give now.
Why is this bad: a fix is not seen where it is looked for first. A shell also remembers where it found `go` (`type go` says `hashed`); that cannot be
seen from outside.
Symptom: `go version` still prints the old release; `bash: /usr/local/go/bin/go: No such file or directory`.
"""

from collections.abc import Iterator

from inspector.checks.golang_rules import advice, advised, report
from inspector.checks.registry import Check
from inspector.i18n import mark
from inspector.model.base import text
from inspector.model.environment import RunningProgram
from inspector.model.finding import Effect, Finding
from inspector.model.origin import Origin
from inspector.model.plan import Plan
from inspector.model.snapshot import Snapshot

ID = "stale-shell-hash"
_TITLE_ONE = mark("{count} running program still uses {go}")
_TITLE = mark("{count} running programs still use {go}")
_EFFECT = mark("{name} (pid {pid}): {why}")
_WHY = mark("Start them anew, or in a shell read the init file again and forget the remembered places.")


def judge(snapshot: Snapshot) -> Iterator[Finding]:
    """One finding for each go that stale programs would run."""
    groups: dict[str, list[RunningProgram]] = {}
    for program in snapshot.environment.processes:
        if program.stale is True and program.go:
            groups.setdefault(program.go, []).append(program)
    for go, programs in groups.items():
        effects = []
        for program in programs:
            sentence = text(_EFFECT, name=program.name, pid=program.pid, why=program.why)
            effects.append(Effect(where=f"pid {program.pid}", title=sentence.said(), text=sentence))
        cause = Origin(kind="process", file=f"{programs[0].name} (pid {programs[0].pid})")
        title = _TITLE_ONE if len(programs) == 1 else _TITLE
        yield report(ID, "info", text(title, count=len(programs), go=go), cause, key=go, effects=effects, fix=advised(ID))


def plans(snapshot: Snapshot, finding: Finding) -> Iterator[Plan]:
    """What to type in such a shell."""
    del snapshot
    yield advice(finding, _WHY, "exec $SHELL", "hash -r")


CHECK = Check(id=ID, judge=judge, plans=plans)
