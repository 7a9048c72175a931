"""Does a `.bash_profile` keep bash from reading `.profile`?

What it does: looks for init files that are not read because an earlier one of the three is there, and that would change PATH.
Why is this bad: installers create `.bash_profile` without a word; from then on what `.profile` sets up is missing in login shells
(meteor/meteor#12172), while desktop sessions still have it.
Symptom: `go: command not found` in a new terminal or over ssh, though nothing was removed.
"""

from collections.abc import Iterator

from inspector.checks import path_rules
from inspector.checks.registry import Check
from inspector.i18n import mark
from inspector.model.base import text
from inspector.model.environment import LaunchContext, UnreadEntry
from inspector.model.finding import Effect, Finding, FixRef
from inspector.model.origin import Origin
from inspector.model.plan import Plan, SourceFile
from inspector.model.snapshot import Snapshot

ID = "profile-hidden"
_TITLE = mark("{hiding} keeps bash from reading {hidden}, which would add {entries} to PATH")
_EFFECT = mark("{context} does not have {entries}")
_PLAN = mark("Let {hiding} read {hidden}")
_WHY = mark("bash reads only the first of .bash_profile, .bash_login and .profile; the usual remedy is that the first reads the last.")


def judge(snapshot: Snapshot) -> Iterator[Finding]:
    """One finding for each pair of a hiding and a hidden file."""
    groups: dict[tuple[str, str], list[tuple[LaunchContext, UnreadEntry]]] = {}
    for context in snapshot.environment.contexts:
        for entry in context.unread:
            if entry.hidden_by:
                groups.setdefault((entry.hidden_by, entry.origin.file), []).append((context, entry))
    for (hiding, hidden), group in groups.items():
        entries = ", ".join(dict.fromkeys(entry.entry for _context, entry in group))
        sentence = text(_TITLE, hiding=hiding, hidden=hidden, entries=entries)
        contexts = {context.id: context for context, _entry in group}
        yield Finding(
            id=f"{ID}:{hiding.rpartition('/')[2]}:{hidden.rpartition('/')[2]}", check=ID, severity="warning", title=sentence.said(), text=sentence,
            cause=Origin(kind="file", file=hiding, text=group[0][1].why), effects=tuple(_effect(context, entries) for context in contexts.values()),
            fix=FixRef(plan=ID, safety="safe"), facts={"hiding": hiding, "hidden": hidden},
        )  # fmt: skip


def _effect(context: LaunchContext, entries: str) -> Effect:
    sentence = text(_EFFECT, context=context.title, entries=entries)
    return Effect(where=context.id, title=sentence.said(), text=sentence)


def plans(snapshot: Snapshot, finding: Finding) -> Iterator[Plan]:
    """A block in the hiding file that reads the hidden one."""
    shell = path_rules.shell_of(snapshot, finding)
    hiding, hidden = str(finding.facts["hiding"]), str(finding.facts["hidden"])
    yield Plan(
        id=f"{ID}:source", finding=finding.id, safety="safe", title=text(_PLAN, hiding=hiding, hidden=hidden), reason=text(_WHY),
        steps=(SourceFile(file=hiding, path=hidden, shell=shell),),
    )  # fmt: skip


CHECK = Check(id=ID, judge=judge, plans=plans)
