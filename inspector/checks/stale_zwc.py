"""Does zsh run a compiled copy of an init file that no longer says what the file says?

What it does: compares every init file with the `.zwc` beside it that zsh runs in its place.
Why is this bad: zsh takes the copy wherever it is not older than the text; a file put back by git, rsync or a backup keeps an old date.
Symptom: what one edits in ~/.zshrc has no effect; the value comes from a line that is not in the file.
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

ID = "stale-zwc"
_TITLE = mark("zsh does not run {file} as it is written: {why}")
_EFFECT = mark("{context} runs the copy")
_WHY = mark("Compile the file again, or delete the copy: zsh then reads the text.")
_STALE = ".zwc runs in its place, compiled from another text"


def judge(snapshot: Snapshot) -> Iterator[Finding]:
    """One finding for each file with such a copy."""
    stale: dict[str, tuple[InitFile, list[Effect]]] = {}
    for context in snapshot.environment.contexts:
        for file in context.init_files:
            if file.state == "read" and _STALE in file.why:
                sentence = text(_EFFECT, context=context.title)
                stale.setdefault(file.path, (file, []))[1].append(Effect(where=context.id, title=sentence.said(), text=sentence))
    for path, (file, effects) in stale.items():
        sentence = text(_TITLE, file=path, why=file.why)
        yield Finding(
            id=f"{ID}:{path.rpartition('/')[2]}", check=ID, severity="warning", title=sentence.said(), text=sentence,
            cause=Origin(kind="file", file=f"{path}.zwc", text=file.why), effects=tuple(effects), fix=FixRef(plan=ID, safety="manual"),
            facts={"file": path},
        )  # fmt: skip


def plans(snapshot: Snapshot, finding: Finding) -> Iterator[Plan]:
    """The two commands, one of which is enough."""
    del snapshot
    file = str(finding.facts["file"]).replace("'", "'\\''")
    yield advise(finding, _WHY, f"zcompile '{file}'", f"rm '{file}.zwc'")


CHECK = Check(id=ID, judge=judge, plans=plans)
