"""Does GOROOT point a new go at a tree from before 1.21?

What it does: looks for a set GOROOT whose tree is older than 1.21 while the go that runs is not.
Why is this bad: such a tree has no go.env, so GOTOOLCHAIN, GOPROXY and GOSUMDB are empty: no switching, no downloads, no checksums.
Symptom: `go: go.mod requires go >= 1.26.6 (running go 1.24.11)`, `GOPROXY list is not the empty string, but contains no entries`.
"""

from collections.abc import Iterator

from inspector.checks.golang_rules import Held, held, install_for_goroot, of_setting, plans_dropping, was_set
from inspector.checks.registry import Check
from inspector.golang import versions
from inspector.i18n import mark
from inspector.model.finding import Finding
from inspector.model.snapshot import Snapshot

ID = "goroot-pre-switching"
_TITLE = mark("GOROOT={value} is go {theirs}, which has no go.env: go {ours} has no toolchain switching, proxy or checksum database")


def judge(snapshot: Snapshot) -> Iterator[Finding]:
    """One finding for each place that sets such a GOROOT."""
    for found in held(snapshot, "GOROOT"):
        install = install_for_goroot(snapshot, found.row.value) if was_set(found.row) else None
        if not install or not 0 <= versions.minor(install.version) < 21:
            continue
        newer = tuple(c for c in found.contexts if (tool := c.tool("go")) and versions.minor(tool.version) >= 21)
        if newer:
            bad = Held(found.row, newer)
            symptom = "GOPROXY list is not the empty string, but contains no entries"
            yield of_setting(ID, "error", _TITLE, bad, snapshot, symptom=symptom, theirs=install.version, ours=bad.go)


CHECK = Check(id=ID, judge=judge, plans=plans_dropping)
