"""Is GO111MODULE still set?

What it does: looks for any value but `on` and none.
Why is this bad: `off` disables modules and toolchain switching with them; an unknown value stops every command.
Symptom: `go: modules disabled by GO111MODULE=off; see 'go help modules'`, `go: unknown environment setting GO111MODULE=yes`.
"""

from collections.abc import Iterator

from inspector.checks.golang_rules import Held, held, of_setting, plans_dropping, was_set
from inspector.checks.registry import Check
from inspector.i18n import mark
from inspector.model.finding import Finding
from inspector.model.snapshot import Snapshot

ID = "go111module-leftover"
_TITLE = mark("GO111MODULE={value} is a leftover: {meaning}")
_MEANINGS = {"off": mark("modules and toolchain switching are off"), "auto": mark("modules are off outside a module")}


def _symptom(found: Held) -> str:
    value = found.row.value
    if value == "off":
        return "go: modules disabled by GO111MODULE=off; see 'go help modules'"
    return f"go: unknown environment setting GO111MODULE={value}" if value != "auto" else mark("no toolchain switching outside a module")


def judge(snapshot: Snapshot) -> Iterator[Finding]:
    """One finding for each place that sets it so."""
    for found in held(snapshot, "GO111MODULE"):
        if _wrong(found):
            meaning = _MEANINGS.get(found.row.value, mark("no go command understands it"))
            yield of_setting(ID, "warning", _TITLE, found, snapshot, symptom=_symptom(found), meaning=meaning)


def _wrong(found: Held) -> bool:
    return was_set(found.row) and found.row.value not in ("", "on")


CHECK = Check(id=ID, judge=judge, plans=plans_dropping)
