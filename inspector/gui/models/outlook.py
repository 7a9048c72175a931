"""What does a rehearsal say will come of it? Findings that go, come and stay, in sentences."""

from collections.abc import Iterator

from inspector.gui import words
from inspector.i18n import tr, trn
from inspector.model.plan import Rehearsal
from inspector.model.snapshot import Snapshot


def comes_of(rehearsal: Rehearsal, snapshot: Snapshot | None, home: str) -> Iterator[str]:
    """What goes, what comes, what stays, and what else is to be known about the files."""
    if rehearsal.vanish:
        yield "\n".join([_gone(rehearsal), *_besides(rehearsal, snapshot, home)])
    if rehearsal.appear:
        yield tr("Rehearsed: new findings: {ids}", ids=", ".join(rehearsal.appear))
    if rehearsal.vanish and rehearsal.stay:
        yield trn("{n} other finding stays as it is.", "{n} other findings stay as they are.", len(rehearsal.stay))
    yield from (words.spoken(note.render()) for edit in rehearsal.edits for note in edit.notes)


def _gone(rehearsal: Rehearsal) -> str:
    return trn("Rehearsed: {n} of the findings goes away.", "Rehearsed: {n} of the findings go away.", len(rehearsal.vanish))


def _besides(rehearsal: Rehearsal, snapshot: Snapshot | None, home: str) -> Iterator[str]:
    """Findings that go away though the fix was not asked for them."""
    for name in rehearsal.vanish:
        found = snapshot.finding(name) if snapshot else None
        if found and name not in rehearsal.plan.findings:
            yield f"– {words.tidy_all(words.spoken(found.text.render()), home)}"


def in_short(rehearsal: Rehearsal, changed: int) -> str:
    """One sentence for a rehearsal in which so many launch contexts change."""
    if not rehearsal.edits:
        return tr("This one is done by hand.")
    if changed:
        return trn(
            "Rehearsed: {n} launch context changes. Nothing has been changed yet.",
            "Rehearsed: {n} launch contexts change. Nothing has been changed yet.",
            changed,
        )
    return trn(
        "Rehearsed: {n} of the findings goes away. Nothing has been changed yet.",
        "Rehearsed: {n} of the findings go away. Nothing has been changed yet.",
        len(rehearsal.vanish),
    )
