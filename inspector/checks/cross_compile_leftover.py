"""Is GOOS or GOARCH set for good?

What it does: looks for values that are not this machine's own, from an init file, a process or the env file.
Why is this bad: every build makes programs for another machine.
Symptom: `fork/exec /tmp/go-build…/exe/x: exec format error`, `go: unsupported GOOS/GOARCH pair linux/x86_64`.
"""

from collections.abc import Iterator

from inspector.checks.golang_rules import Held, held, of_setting, plans_dropping, was_set
from inspector.checks.registry import Check
from inspector.i18n import mark
from inspector.model.finding import Finding
from inspector.model.snapshot import Snapshot

ID = "cross-compile-leftover"
_TITLE = mark("{name}={value} is set for every build, not only for one")
def _symptom(found: Held) -> str:
    if found.row.value in ("x86_64", "aarch64", "x64"):
        return f"go: unsupported GOOS/GOARCH pair linux/{found.row.value}"
    return "fork/exec /tmp/go-build…/exe/x: exec format error"


def judge(snapshot: Snapshot) -> Iterator[Finding]:
    """One finding for each place that sets it so."""
    for found in held(snapshot, "GOOS", "GOARCH"):
        if _wrong(found, snapshot):
            yield of_setting(ID, "warning", _TITLE, found, snapshot, symptom=_symptom(found))


def _wrong(found: Held, snapshot: Snapshot) -> bool:
    own = snapshot.golang.setting("GOHOSTARCH" if found.row.name == "GOARCH" else "GOHOSTOS", found.contexts[0].id)
    return was_set(found.row) and found.row.value not in ("", own.value if own else "")


CHECK = Check(id=ID, judge=judge, plans=plans_dropping)
