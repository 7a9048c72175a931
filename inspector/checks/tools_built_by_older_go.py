"""Were the tools that read this project's source built by a Go older than it asks for?

What it does: compares the build info of gopls, golangci-lint, dlv, staticcheck and their like with the project's go line.
Why is this bad: such a tool carries the parser and type checker of the Go that built it.
Symptom: `the Go language version (go1.23) used to build golangci-lint is lower than the targeted Go version (1.24.1)`, `Version of Delve is too old`.
"""

from collections.abc import Iterator

from inspector.checks.golang_rules import advice, advised, report, short
from inspector.checks.registry import Check
from inspector.golang import versions
from inspector.i18n import mark
from inspector.model.base import text
from inspector.model.finding import Effect, Finding
from inspector.model.origin import Origin
from inspector.model.plan import Plan
from inspector.model.snapshot import Snapshot

ID = "tools-built-by-older-go"
_TITLE_ONE = mark("{count} tool was built by a Go older than the project's {directive}: {names}")
_TITLE = mark("{count} tools were built by a Go older than the project's {directive}: {names}")
_EFFECT = mark("{name}: the Go language version ({built}) used to build it is lower than the targeted Go version ({directive})")
_WHY = mark("Build them again with the Go that the project uses.")
_READERS = frozenset(("gopls", "golangci-lint", "dlv", "staticcheck", "revive", "govulncheck", "goimports", "gomodifytags", "impl", "errcheck"))


def judge(snapshot: Snapshot) -> Iterator[Finding]:
    """One finding for the project."""
    project = snapshot.golang.project
    directive = versions.language(project.go_directive) if project else ""
    old = []
    for binary in snapshot.golang.binaries:
        built = versions.language(versions.release(binary.go_version))
        if directive and built and binary.path.rpartition("/")[2] in _READERS and versions.compare(built, directive) < 0:
            old.append((binary, built))
    if not project or not old:
        return
    names = ", ".join(binary.path.rpartition("/")[2] for binary, _ in old)
    effects = []
    for binary, built in old:
        sentence = text(_EFFECT, name=binary.path, built=built, directive=project.go_directive)
        effects.append(Effect(where=binary.path, title=sentence.said(), text=sentence))
    title = text(_TITLE_ONE if len(old) == 1 else _TITLE, count=len(old), directive=project.go_directive, names=names)
    cause = Origin(kind="file", file=old[0][0].path)
    packages = " ".join(binary.package or binary.module for binary, _ in old)
    yield report(ID, "warning", title, cause, key=short(project.dir, snapshot.host.home), effects=effects, fix=advised(ID), packages=packages)


def plans(snapshot: Snapshot, finding: Finding) -> Iterator[Plan]:
    """Install each again."""
    del snapshot
    yield advice(finding, _WHY, *(f"go install {package}@latest" for package in str(finding.facts["packages"]).split()))


CHECK = Check(id=ID, judge=judge, plans=plans)
