"""Is a GOROOT made of two releases?

What it does: compares the version of the go command with those of the tools beside it, and looks for files that its release removed.
Why is this bad: an archive unpacked over an older tree leaves files of the old one; `go version` and VERSION both name the new one, builds fail.
Symptom: `runtime/mbitmap_noallocheaders.go:53:2: mallocHeaderSize redeclared in this block`,
`compile: version "…" does not match go tool version "…"`.
"""

from collections.abc import Iterator

from inspector.checks.golang_rules import advice, advised, report, short, users_of
from inspector.checks.registry import Check
from inspector.i18n import mark
from inspector.model.base import text
from inspector.model.finding import Finding
from inspector.model.origin import Origin
from inspector.model.plan import Plan
from inspector.model.snapshot import Snapshot

ID = "mixed-tree"
_TITLE = mark("{goroot} is made of more than one release: {detail}")
_WHY = mark("A Go archive must never be unpacked over an older tree: remove {goroot} and unpack it anew.")
_DAMAGE = ("mixed-tree", "no-tools", "tools-missing", "version-file-differs")
_SYMPTOM = "redeclared in this block; compile: version does not match go tool version"


def judge(snapshot: Snapshot) -> Iterator[Finding]:
    """One finding for each damaged install, an error where a context runs it."""
    for install in snapshot.golang.installs:
        damage = [problem.detail for problem in install.problems if problem.id in _DAMAGE]
        if damage:
            effects = users_of(snapshot, install, _SYMPTOM)
            sentence = text(_TITLE, goroot=install.goroot, detail="; ".join(damage))
            cause = Origin(kind="file", file=install.goroot)
            key = short(install.goroot, snapshot.host.home)
            yield report(ID, "error" if effects else "warning", sentence, cause, key=key, effects=effects, fix=advised(ID), goroot=install.goroot)


def plans(snapshot: Snapshot, finding: Finding) -> Iterator[Plan]:
    """Remove and unpack anew."""
    del snapshot
    goroot = str(finding.facts["goroot"])
    parent = goroot.rpartition("/")[0]
    yield advice(finding, _WHY, f"sudo rm -rf {goroot}", f"sudo tar -C {parent} -xzf go1.N.M.linux-amd64.tar.gz", goroot=goroot)


CHECK = Check(id=ID, judge=judge, plans=plans)
