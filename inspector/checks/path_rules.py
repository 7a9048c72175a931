"""What do the rules about PATH entries share? One finding for each bad entry and the line that adds it, and the plan that takes that line out."""

from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from inspector.checks import path_plans
from inspector.i18n import mark
from inspector.model.base import Safety, Severity, text
from inspector.model.environment import Change, LaunchContext, PathEntry
from inspector.model.finding import Effect, Finding, FixRef
from inspector.model.origin import Origin
from inspector.model.plan import CommentOutLine, DropPathEntry, Plan
from inspector.model.snapshot import Snapshot

_MANY = 8
_AND_MORE = mark("{first}, and {count} more like it")
_EFFECT = mark("{context}: entry {rank} of PATH is {entry}")
_REMOVE = mark("Turn line {line} of {file} into a comment")
_REMOVE_WHY = mark("All that line does is to add {entry} to PATH.")
_DROP = mark("Take {entry} out of line {line} of {file}")
_DROP_WHY = mark("That line adds other entries too, which stay as they are.")
_OUT = mark("Keep {entry} out of PATH")
_OUT_WHY = mark("{place} is not yours to change; a managed block in {files} takes the entry out again for your own shells.")
_DO = mark("Do it yourself")
_ADVISE = mark("Change {entry} where it is added")
_ADVISE_WHY = mark("{place} does more than add this entry, or is not yours to change, so it is not changed from here.")

Wanted = Callable[[PathEntry], bool]
_Group = list[tuple[LaunchContext, PathEntry]]


class _Rule(NamedTuple):
    check: str
    severity: Severity
    template: str


def findings(snapshot: Snapshot, check: str, severity: Severity, template: str, wanted: Wanted) -> Iterator[Finding]:
    """One finding for each entry that `wanted` picks and each place that adds it, with an effect for each context.

    A place that adds more than _MANY of them gets one finding in all.
    """
    rule = _Rule(check, severity, template)
    places: dict[str, dict[str, _Group]] = {}
    for context in snapshot.environment.contexts:
        for entry in context.path:
            if wanted(entry):
                places.setdefault(entry.origin.place(), {}).setdefault(entry.entry, []).append((context, entry))
    for place, entries in places.items():
        if len(entries) > _MANY:
            yield _many(snapshot, rule, place, list(entries.values()))
            continue
        yield from (_one(snapshot, rule, place, group) for group in entries.values())


def _one(snapshot: Snapshot, rule: _Rule, place: str, group: _Group) -> Finding:
    entry = group[0][1]
    name = entry.entry
    sentence = text(rule.template, entry=name or "''", place=place, why=entry.why)
    return Finding(
        id=f"{rule.check}:{_short(place, snapshot.host.home)}:{name}", check=rule.check, severity=rule.severity,
        title=sentence.said(), text=sentence, cause=entry.origin, effects=tuple(_effect(context, found) for context, found in group),
        fix=FixRef(plan=rule.check, safety=_safety(snapshot, entry.origin, name)), facts={"entry": name},
    )  # fmt: skip


def _many(snapshot: Snapshot, rule: _Rule, place: str, groups: list[_Group]) -> Finding:
    entry = groups[0][0][1]
    first = text(rule.template, entry=entry.entry or "''", place=place, why=entry.why)
    sentence = text(_AND_MORE, first=first.said(), count=len(groups) - 1)
    return Finding(
        id=f"{rule.check}:{_short(place, snapshot.host.home)}", check=rule.check, severity=rule.severity, title=sentence.said(), text=sentence,
        cause=entry.origin, effects=tuple(_effect(context, found) for context, found in groups[0]),
        fix=FixRef(plan=rule.check, safety="manual"), facts={"entry": entry.entry, "count": len(groups)},
    )  # fmt: skip


def _short(place: str, home: str) -> str:
    return "~" + place[len(home) :] if home != "/" and place.startswith(home + "/") else place


def _effect(context: LaunchContext, entry: PathEntry) -> Effect:
    sentence = text(_EFFECT, context=context.title, rank=entry.rank, entry=entry.entry or "''")
    return Effect(where=context.id, title=sentence.said(), text=sentence)


def _safety(snapshot: Snapshot, origin: Origin, entry: str) -> Safety:
    return "safe" if adds_only(snapshot, origin, entry) or names_entry(snapshot, origin, entry) else "manual"


def names_entry(snapshot: Snapshot, origin: Origin, entry: str) -> bool:
    """Whether a line of the user's own files spells this entry out, so that it can be taken out of the line."""
    home = snapshot.host.home
    tail = entry.removeprefix(home) if entry.startswith(home + "/") else entry
    return _is_own_line(snapshot, origin) and len(entry) > 1 and tail in origin.text


def _is_own_line(snapshot: Snapshot, origin: Origin) -> bool:
    own = origin.file.startswith(snapshot.host.home + "/")
    return origin.kind == "file" and own and bool(origin.line) and origin.confidence in ("exact", "statement")


def adds_only(snapshot: Snapshot, origin: Origin, entry: str) -> bool:
    """Whether a line of the user's own files does nothing to PATH in any context but add this one entry."""
    if not _is_own_line(snapshot, origin):
        return False
    if any(word in origin.text for word in ("eval", "&&", "||", ";", "source ", ". ")):
        return False
    changes = [change for context in snapshot.environment.contexts for change in _path_changes(context) if change.origin.place() == origin.place()]
    return bool(changes) and all(_added(change) == [entry] for change in changes)


def _path_changes(context: LaunchContext) -> Iterable[Change]:
    path = context.variable("PATH")
    return path.history if path else ()


def _added(change: Change) -> list[str]:
    before, after = change.before.split(":"), change.after.split(":")
    if change.kind in ("reset", "unset", "move") or len(after) <= len(before):
        return []
    if after[len(after) - len(before) :] == before:
        return after[: len(after) - len(before)]
    return after[len(before) :] if after[: len(before)] == before else []


def plans(snapshot: Snapshot, finding: Finding) -> Iterator[Plan]:
    """The line taken out where that is all it does; else advice."""
    cause, entry = finding.cause, str(finding.facts.get("entry", ""))
    if adds_only(snapshot, cause, entry):
        step = CommentOutLine(file=cause.file, line=cause.line, text=cause.text, shell=shell_of(snapshot, finding))
        yield Plan(
            id=f"{finding.check}:remove", finding=finding.id, safety="safe", title=text(_REMOVE, line=cause.line, file=cause.file),
            reason=text(_REMOVE_WHY, entry=entry or "''"), steps=(step,),
        )  # fmt: skip
    elif names_entry(snapshot, cause, entry) and "count" not in finding.facts:
        step_out = DropPathEntry(file=cause.file, line=cause.line, text=cause.text, entry=entry, shell=shell_of(snapshot, finding))
        yield Plan(
            id=f"{finding.check}:drop", finding=finding.id, safety="safe", title=text(_DROP, line=cause.line, file=cause.file, entry=entry),
            reason=text(_DROP_WHY), steps=(step_out,),
        )  # fmt: skip
    elif cause.kind == "file" and entry.startswith("/") and "count" not in finding.facts:
        contexts = [context for effect in finding.effects if (context := snapshot.environment.context(effect.where))]
        steps = path_plans.out_steps(contexts, entry, snapshot.host.home)
        if steps:
            yield Plan(
                id=f"{finding.check}:out", finding=finding.id, safety="careful", title=text(_OUT, entry=entry),
                reason=text(_OUT_WHY, place=cause.place(), files=", ".join(step.file for step in steps)), steps=steps,
            )  # fmt: skip
    yield Plan(
        id=f"{finding.check}:advice", finding=finding.id, safety="manual", title=text(_ADVISE, entry=entry or "''"),
        reason=text(_ADVISE_WHY, place=cause.place()), commands=(f"# {cause.place()}: {cause.text.splitlines()[0] if cause.text else entry}",),
    )  # fmt: skip


def shell_of(snapshot: Snapshot, finding: Finding) -> str:
    """The name of the shell whose start shows the finding."""
    contexts = [context for effect in finding.effects if (context := snapshot.environment.context(effect.where))]
    return next((context.shell.rpartition("/")[2] for context in contexts if context.shell), "sh")


def advise(finding: Finding, why: str, *commands: str) -> Plan:
    """A plan of commands to copy; `why` is a marked template."""
    return Plan(id=f"{finding.check}:advice", finding=finding.id, safety="manual", title=text(_DO), reason=text(why), commands=commands)
