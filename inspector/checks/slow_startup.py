"""Does a shell take long to start, and in which file?

What it does: looks for interactive starts of half a second and more, and names the file with the largest share of its own.
Why is this bad: every new terminal waits for it; VS Code gives up after ten seconds and goes on without the environment.
Symptom: a prompt that comes late; "Unable to resolve your shell environment".
"""

from collections.abc import Iterator

from inspector.checks.path_rules import advise
from inspector.checks.registry import Check
from inspector.i18n import mark
from inspector.model.base import text
from inspector.model.environment import InitFile, LaunchContext
from inspector.model.finding import Effect, Finding, FixRef
from inspector.model.origin import Origin
from inspector.model.plan import Plan
from inspector.model.snapshot import Snapshot

ID = "slow-startup"
LIMIT_MS = 500.0
_TITLE = mark("{context} takes {total} ms to start, {share} of them in {file}")
_EFFECT = mark("{context}: {total} ms")
_WHY = mark("Time each part of the file, and load what is not needed at once on first use.")


def judge(snapshot: Snapshot) -> Iterator[Finding]:
    """One finding for each slow context."""
    for name in ("login-terminal", "interactive-terminal"):
        context = snapshot.environment.context(name)
        if context and context.known == "observed" and context.duration_ms >= LIMIT_MS:
            slowest = _slowest(context)
            if slowest:
                yield _finding(context, *slowest)


def _slowest(context: LaunchContext) -> tuple[InitFile, float] | None:
    """The file that took longest without what it sources."""
    own: dict[str, float] = {file.path: file.duration_ms for file in context.init_files}
    for file in context.init_files:
        if file.origin.kind == "file" and file.origin.file in own:
            own[file.origin.file] -= file.duration_ms
    path = max(own, key=lambda name: own[name], default="")
    found = next((file for file in context.init_files if file.path == path and own[path] > 0), None)
    return (found, own[path]) if found else None


def _finding(context: LaunchContext, file: InitFile, share: float) -> Finding:
    total = round(context.duration_ms)
    sentence = text(_TITLE, context=context.title, total=total, share=round(share), file=file.path)
    effect = text(_EFFECT, context=context.title, total=total)
    return Finding(
        id=f"{ID}:{context.id}", check=ID, severity="info", title=sentence.said(), text=sentence, cause=Origin(kind="file", file=file.path),
        effects=(Effect(where=context.id, title=effect.said(), text=effect),), fix=FixRef(plan=ID, safety="manual"),
    )  # fmt: skip


def plans(snapshot: Snapshot, finding: Finding) -> Iterator[Plan]:
    """How to find the slow lines."""
    del snapshot
    yield advise(finding, _WHY, f"PS4='+$EPOCHREALTIME ' bash -xic : 2>&1 | less   # {finding.cause.file}")


CHECK = Check(id=ID, judge=judge, plans=plans, momentary=True)
