"""Is there a zsh init file at home that zsh no longer reads?

What it does: looks for files that are skipped because ZDOTDIR points elsewhere.
Why is this bad: one edits it, and nothing happens.
Symptom: a line added to ~/.zshrc has no effect.
"""

from collections.abc import Iterator

from inspector.checks.path_rules import advise
from inspector.checks.registry import Check
from inspector.i18n import mark
from inspector.model.base import text
from inspector.model.environment import InitFile
from inspector.model.finding import Effect, Finding, FixRef
from inspector.model.origin import Origin
from inspector.model.plan import Plan
from inspector.model.snapshot import Snapshot

ID = "zdotdir-dead-file"
_TITLE = mark("zsh does not read {file}: {why}")
_EFFECT = mark("{context} skips it")
_WHY = mark("Move what you still need into the directory that ZDOTDIR names, then put the old file away.")


def judge(snapshot: Snapshot) -> Iterator[Finding]:
    """One finding for each dead file."""
    dead: dict[str, tuple[InitFile, list[Effect]]] = {}
    for context in snapshot.environment.contexts:
        for file in context.init_files:
            if file.state == "skipped" and "ZDOTDIR" in file.why:
                sentence = text(_EFFECT, context=context.title)
                dead.setdefault(file.path, (file, []))[1].append(Effect(where=context.id, title=sentence.said(), text=sentence))
    for path, (file, effects) in dead.items():
        sentence = text(_TITLE, file=path, why=file.why)
        yield Finding(
            id=f"{ID}:{path.rpartition('/')[2]}", check=ID, severity="info", title=sentence.said(), text=sentence,
            cause=Origin(kind="file", file=path, text=file.why), effects=tuple(effects), fix=FixRef(plan=ID, safety="manual"),
        )  # fmt: skip


def plans(snapshot: Snapshot, finding: Finding) -> Iterator[Plan]:
    """Where to look."""
    del snapshot
    yield advise(finding, _WHY, f"diff {finding.cause.file} $ZDOTDIR/")


CHECK = Check(id=ID, judge=judge, plans=plans)
