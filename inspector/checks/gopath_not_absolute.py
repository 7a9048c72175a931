"""Is GOPATH, GOBIN or GOMODCACHE relative, or written with a tilde?

What it does: looks at the shape of the effective values; Go expands nothing.
Why is this bad: every build stops (GOPATH, GOMODCACHE), or `go install` does (GOBIN).
Symptom: `go: GOPATH entry is relative; must be absolute path: "rel".`, `GOPATH entry cannot start with shell metacharacter '~': "~/go"`.
"""

from collections.abc import Iterator

from inspector.checks.golang_rules import Held, held, of_setting, plans_dropping
from inspector.checks.registry import Check
from inspector.i18n import mark
from inspector.model.finding import Finding
from inspector.model.snapshot import Snapshot

ID = "gopath-not-absolute"
_TITLE = mark("{name}={value} is not an absolute path")


def _symptom(found: Held) -> str:
    name, value = found.row.name, found.row.value
    if name == "GOBIN":
        return "cannot install, GOBIN must be an absolute path"
    if found.row.state == "tilde":
        return f"go: {name} entry cannot start with shell metacharacter '~': \"{value}\""
    return f'go: {name} entry is relative; must be absolute path: "{value}".'


def judge(snapshot: Snapshot) -> Iterator[Finding]:
    """One finding for each place that sets it so."""
    for found in held(snapshot, "GOPATH", "GOBIN", "GOMODCACHE"):
        if _wrong(found):
            yield of_setting(ID, "error", _TITLE, found, snapshot, symptom=_symptom(found))


def _wrong(found: Held) -> bool:
    return found.row.state in ("relative", "tilde")


CHECK = Check(id=ID, judge=judge, plans=plans_dropping)
