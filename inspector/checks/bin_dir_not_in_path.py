"""Is the directory `go install` fills missing from PATH?

What it does: where GOBIN, else GOPATH/bin, holds Go programs, looks for it in each context's PATH.
Why is this bad: installed tools are not found, or another copy is.
Symptom: `gopls: command not found` right after `go install`.
"""

from collections.abc import Iterator

from inspector.checks import path_plans
from inspector.checks.golang_rules import advice, effects_of, report, short
from inspector.checks.registry import Check
from inspector.i18n import mark
from inspector.model.base import text
from inspector.model.environment import LaunchContext
from inspector.model.finding import Finding, FixRef
from inspector.model.origin import Origin
from inspector.model.plan import Plan
from inspector.model.snapshot import Snapshot

ID = "bin-dir-not-in-path"
_TITLE_ONE = mark("{directory} holds {count} installed Go program, but is not on PATH")
_TITLE = mark("{directory} holds {count} installed Go programs, but is not on PATH")
_WHY = mark("Append {directory} to PATH; in front it would shadow programs of the system.")
_PLAN = mark("Append {directory} to PATH in {files}")
_INTERACTIVE = ("login-terminal", "interactive-terminal", "desktop", "vscode", "goland", "tmux")


def judge(snapshot: Snapshot) -> Iterator[Finding]:
    """One finding for each such directory, for contexts where people type."""
    holders: dict[str, list[LaunchContext]] = {}
    for context in snapshot.environment.contexts:
        directory = bin_dir(snapshot, context)
        entries = {entry.entry.rstrip("/") for entry in context.path}
        if context.id in _INTERACTIVE and context.tool("go") and directory and directory not in entries:
            holders.setdefault(directory, []).append(context)
    for directory, contexts in holders.items():
        programs = [b.path for b in snapshot.golang.binaries if b.path.rpartition("/")[0] == directory]
        if programs:
            symptom = f"{programs[0].rpartition('/')[2]}: command not found"
            steps = path_plans.last_steps(contexts, directory, snapshot.host.home)
            title = _TITLE_ONE if len(programs) == 1 else _TITLE
            yield report(
                ID, "warning", text(title, directory=directory, count=len(programs)), Origin(kind="file", file=directory),
                key=short(directory, snapshot.host.home), effects=effects_of(contexts, symptom),
                fix=FixRef(plan=ID, safety="safe" if steps else "manual"), directory=directory,
            )  # fmt: skip


def bin_dir(snapshot: Snapshot, context: LaunchContext) -> str:
    """Where `go install` puts programs in a context."""
    gobin, gopath = snapshot.golang.setting("GOBIN", context.id), snapshot.golang.setting("GOPATH", context.id)
    first = gopath.value.partition(":")[0] if gopath else ""
    return (gobin.value if gobin and gobin.value else f"{first}/bin" if first else "").rstrip("/")


def plans(snapshot: Snapshot, finding: Finding) -> Iterator[Plan]:
    """Managed blocks that append it; else a line for the init file."""
    directory = str(finding.facts["directory"])
    contexts = [context for effect in finding.effects if (context := snapshot.environment.context(effect.where))]
    steps = path_plans.last_steps(contexts, directory, snapshot.host.home)
    if steps:
        yield Plan(
            id=f"{ID}:last", finding=finding.id, safety="safe", title=text(_PLAN, directory=directory, files=", ".join(one.file for one in steps)),
            reason=text(_WHY, directory=directory), steps=steps,
        )  # fmt: skip
    yield advice(finding, _WHY, f'export PATH="$PATH:{directory}"', directory=directory)


CHECK = Check(id=ID, judge=judge, plans=plans)
