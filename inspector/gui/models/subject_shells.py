"""What is there to say about a row of a shell's start: one step of a variable, a slow line, a line that was not executed?"""

from inspector.gui import words
from inspector.gui.models.telling import Ref, Subject, sentence_of, some
from inspector.i18n import tr
from inspector.model.snapshot import Snapshot


def tell_step(snapshot: Snapshot, ref: Ref) -> Subject | None:
    """One change of a variable: what it was before and after, and what was lost."""
    context = snapshot.environment.context(ref[1])
    variable = context.variable(ref[2]) if context else None
    if context is None or variable is None or int(ref[3]) >= len(variable.history):
        return None
    change = variable.history[int(ref[3])]
    home = snapshot.host.home
    lost = [words.tidy(entry, home) for entry in change.lost]
    also = (
        tr("Lost: {entries}.", entries=some(lost)) if lost else "",
        tr("Before: {value}", value=words.tidy_list(change.before, home) or tr("(not set)")),
        tr("After: {value}", value=words.tidy_list(change.after, home) or tr("(not set)")),
    )
    return Subject(
        title=tr("{variable}, step {n} of {total}: {does}", variable=variable.name, n=int(ref[3]) + 1, total=len(variable.history),
                 does=words.change(change.kind)),
        where=context.title, sentence=sentence_of(change.origin, home), known=words.known(context.known), known_tip=context.why,
        origin=change.origin, also=tuple(filter(None, also)),
    )  # fmt: skip


def tell_slow(snapshot: Snapshot, ref: Ref) -> Subject | None:
    """One line that takes time."""
    context = snapshot.environment.context(ref[1])
    if context is None or int(ref[2]) >= len(context.slow_lines):
        return None
    slow = context.slow_lines[int(ref[2])]
    said = tr("{n} commands of this line took {ms} ms in all, without what they read or call.", n=slow.count, ms=f"{slow.duration_ms:.1f}")
    return Subject(title=words.place(slow.origin, snapshot.host.home), where=context.title, sentence=said, origin=slow.origin)


def tell_idle(snapshot: Snapshot, ref: Ref) -> Subject | None:
    """A line that would put a directory into PATH and was not executed here."""
    context = snapshot.environment.context(ref[1])
    if context is None or int(ref[2]) >= len(context.unread):
        return None
    entry = context.unread[int(ref[2])]
    home = snapshot.host.home
    why = words.tidy_all(entry.why, home)
    said = tr("It would put {entry} into PATH, but {why}.", entry=words.tidy(entry.entry, home), why=why)
    return Subject(title=words.place(entry.origin, home), where=context.title, sentence=said, origin=entry.origin)
