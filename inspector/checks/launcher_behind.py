"""Is a version manager's launcher behind another go on PATH?

What it does: looks for contexts that run a plain go while a launcher (asdf, goenv, mise, goup, …) stands further down.
Why is this bad: `.tool-versions`, `.go-version` and `goenv global` have no effect there. goenv appends its launchers by default; goup-rs appends its
bin directory and exports GOROOT, so that the first go meets a foreign tree.
Symptom: `goenv: WARNING: System 'go' found at …`; the chosen version is never used.
"""

from collections.abc import Iterator

from inspector.checks import path_plans
from inspector.checks.golang_rules import advice, effects_of, install_of, report
from inspector.checks.registry import Check
from inspector.i18n import mark
from inspector.model.base import text
from inspector.model.finding import Finding, FixRef
from inspector.model.plan import Plan
from inspector.model.snapshot import Snapshot

ID = "launcher-behind"
_TITLE = mark("{manager}'s go ({launcher}) is behind {go}: its choice of version has no effect")
_WHY = mark("Put {directory} in front of {other} in PATH.")
_PLAN = mark("Put {directory} first in PATH in {files}")
_MANAGED = frozenset(("asdf", "goenv", "mise", "goup-rs", "goup-owenthereal", "gvm", "g-voidint", "g-stefanmaric", "gobrew"))


def judge(snapshot: Snapshot) -> Iterator[Finding]:
    """One finding for each launcher, anchored at what put the other go first."""
    seen: set[str] = set()
    for context in snapshot.environment.contexts:
        tool = context.tool("go")
        first = install_of(snapshot, tool.path) if tool else None
        if tool is None or (first and first.manager in _MANAGED):
            continue
        for shadow in tool.shadows:
            install = install_of(snapshot, shadow.path)
            if not install or install.manager not in _MANAGED or shadow.path in seen:
                continue
            seen.add(shadow.path)
            same = [c for c in snapshot.environment.contexts if (t := c.tool("go")) and t.path == tool.path]
            with_it = [c for c in same if (t := c.tool("go")) and any(s.path == shadow.path for s in t.shadows)]
            sentence = text(_TITLE, manager=install.manager, launcher=shadow.path, go=tool.path)
            yield report(
                ID, "warning", sentence, tool.origin, key=shadow.path, effects=effects_of(with_it, sentence.said()),
                fix=FixRef(plan=ID, safety="careful" if path_plans.first_steps(with_it, "", snapshot.host.home) else "manual"),
                manager=install.manager, directory=shadow.path.rpartition("/")[0], other=tool.path.rpartition("/")[0],
            )  # fmt: skip




def plans(snapshot: Snapshot, finding: Finding) -> Iterator[Plan]:
    """Reorder PATH; goenv has a setting for it."""
    facts = finding.facts
    contexts = [context for effect in finding.effects if (context := snapshot.environment.context(effect.where))]
    steps = path_plans.first_steps(contexts, str(facts["directory"]), snapshot.host.home)
    if steps:
        why = text(_WHY, directory=facts["directory"], other=facts["other"])
        title = text(_PLAN, directory=facts["directory"], files=", ".join(step.file for step in steps))
        yield Plan(id=f"{ID}:first", finding=finding.id, safety="careful", title=title, reason=why, steps=steps)
    commands = ["echo 'export GOENV_PATH_ORDER=front' >> ~/.goenvrc"] if facts["manager"] == "goenv" else []
    yield advice(finding, _WHY, *commands, f'export PATH="{facts["directory"]}:$PATH"', directory=facts["directory"], other=facts["other"])


CHECK = Check(id=ID, judge=judge, plans=plans)
