"""Was a versioned Go package installed that no PATH reaches?

What it does: looks for a distribution's versioned Go (Debian's golang-1.N-go) that no context has on PATH, newer than what the contexts run.
Why is this bad: golang-1.N-go alone puts nothing into /usr/bin: one installs 1.21 and still runs 1.18.
Symptom: "installed golang-1.21, `go version` still says 1.18".
"""

from collections.abc import Iterator

from inspector.checks.golang_rules import advice, advised, effects_of, report
from inspector.checks.registry import Check
from inspector.golang import versions
from inspector.i18n import mark
from inspector.model.base import text
from inspector.model.finding import Finding
from inspector.model.origin import Origin
from inspector.model.plan import Plan
from inspector.model.snapshot import Snapshot

ID = "versioned-package-unreachable"
_TITLE = mark("{package} (go {version}) is installed, but no PATH reaches {directory}")
_WHY = mark("Put {directory} first in PATH, or install the distribution's unversioned package of it.")


def judge(snapshot: Snapshot) -> Iterator[Finding]:
    """One finding for each package that is newer than every go the contexts run."""
    tools = [tool for context in snapshot.environment.contexts if (tool := context.tool("go"))]
    reached = {path for tool in tools for path in (tool.path, tool.real_path, *(shadow.path for shadow in tool.shadows))}
    newest = max((tool.version for tool in tools), key=versions.key, default="")
    for install in snapshot.golang.installs:
        packaged = install.manager == "debian" and install.package.startswith("golang-1.")
        if packaged and not reached & {install.go, *install.links} and versions.compare(install.version, newest) > 0:
            directory = f"{install.goroot}/bin"
            sentence = text(_TITLE, package=install.package, version=install.version, directory=directory)
            contexts = [context for context in snapshot.environment.contexts if context.tool("go")]
            yield report(
                ID, "warning", sentence, Origin(kind="package", file=install.package), key=install.package,
                effects=effects_of(contexts, mark(f"runs go {newest}")) if newest else (), fix=advised(ID), directory=directory,
            )  # fmt: skip


def plans(snapshot: Snapshot, finding: Finding) -> Iterator[Plan]:
    """A line for the init file."""
    del snapshot
    directory = str(finding.facts["directory"])
    yield advice(finding, _WHY, f'export PATH="{directory}:$PATH"', directory=directory)


CHECK = Check(id=ID, judge=judge, plans=plans)
