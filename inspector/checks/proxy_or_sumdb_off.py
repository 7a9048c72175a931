"""Is the module proxy off, or the checksum database unasked?

What it does: looks for GOPROXY=off, GOSUMDB=off, GOINSECURE, and GOPRIVATE, GONOSUMDB or GONOPROXY that cover everything.
Why is this bad: GOPROXY=off downloads nothing; without the checksum database a changed module goes unnoticed, and toolchains cannot be downloaded.
Symptom: `module lookup disabled by GOPROXY=off`, `checksum database disabled by GOSUMDB=off`.
"""

from collections.abc import Iterator

from inspector.checks.golang_rules import Held, held, of_setting, plans_dropping, was_set
from inspector.checks.registry import Check
from inspector.i18n import mark
from inspector.model.finding import Finding
from inspector.model.snapshot import Snapshot

ID = "proxy-or-sumdb-off"
_TITLE = mark("{name}={value}: {meaning}")
_MEANINGS = {
    "GOPROXY": "module lookup disabled by GOPROXY=off",
    "GOSUMDB": "checksum database disabled by GOSUMDB=off",
    "GONOSUMDB": mark("no module is checked against the checksum database"),
    "GOPRIVATE": mark("every module counts as private: no proxy, no checksum database"),
    "GONOPROXY": mark("no module comes through the proxy"),
    "GOINSECURE": mark("every module may come over plain HTTP"),
}


def judge(snapshot: Snapshot) -> Iterator[Finding]:
    """One finding for each place that sets it so."""
    for found in held(snapshot, "GOPROXY", "GOSUMDB", "GONOSUMDB", "GOPRIVATE", "GONOPROXY", "GOINSECURE"):
        if _wrong(found):
            yield of_setting(ID, "info", _TITLE, found, snapshot, symptom=_MEANINGS[found.row.name], meaning=_MEANINGS[found.row.name])


def _wrong(found: Held) -> bool:
    name, value = found.row.name, found.row.value
    if not was_set(found.row):
        return False
    return value == "off" if name in ("GOPROXY", "GOSUMDB") else value in ("*", "*/*", "**")


CHECK = Check(id=ID, judge=judge, plans=plans_dropping)
