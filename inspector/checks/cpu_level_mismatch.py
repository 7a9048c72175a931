"""Is GOAMD64 (GOARM, GO386) set to a level this CPU lacks, or to none at all?

What it does: compares the effective level with the flags of /proc/cpuinfo and with the values Go takes.
Why is this bad: programs built here do not start here; Go 1.23 to 1.27.3 take an invalid level without a word and build the lowest.
Symptom: `This program can only be run on AMD64 processors with v3 microarchitecture support.`
"""

from collections.abc import Iterator

from inspector.checks.golang_rules import Held, held, of_setting, plans_dropping
from inspector.checks.registry import Check
from inspector.i18n import mark
from inspector.model.finding import Finding
from inspector.model.snapshot import Snapshot

ID = "cpu-level-mismatch"
_TITLE = mark("{name}={value} does not fit: {why}")


def _symptom(found: Held) -> str:
    level = found.row.value
    if found.row.state == "invalid":
        return f"go: invalid {found.row.name}: {level} (Go 1.23 to 1.27.3 say nothing and build the lowest level)"
    return f"This program can only be run on AMD64 processors with {level} microarchitecture support."


def judge(snapshot: Snapshot) -> Iterator[Finding]:
    """One finding for each place that sets it so."""
    for found in held(snapshot, "GOAMD64", "GOARM", "GO386"):
        if _wrong(found):
            yield of_setting(ID, "warning", _TITLE, found, snapshot, symptom=_symptom(found), why=found.row.why)


def _wrong(found: Held) -> bool:
    return found.row.state in ("above-cpu", "invalid")


CHECK = Check(id=ID, judge=judge, plans=plans_dropping)
