"""Which two snapshots are meant, and what differs between them? `live`, a moment kept on this machine, or a stranger's file read by the worker."""

from inspector.engine.kept import Keeper
from inspector.i18n import mark
from inspector.model.comparison import SideBySide
from inspector.model.opened import Opened
from inspector.model.snapshot import Snapshot
from inspector.report.compare import compare
from inspector.report.opening import open_report
from inspector.report.reading import UnreadableError

LIVE = "live"
KEPT = "kept:"


class UnusableSideError(Exception):
    """One of the two cannot be had; the message says which and why."""


def side(word: str, live: Snapshot | None, keeper: Keeper) -> Opened:
    """The snapshot a word stands for; raises UnusableSideError."""
    if word.startswith(KEPT):
        kept = keeper.snapshot(word.removeprefix(KEPT))
        if kept is None:
            raise UnusableSideError(mark(f"{word}: no such moment is kept"))
        return Opened(snapshot=kept)
    if word == LIVE:
        if live is None:
            raise UnusableSideError(mark("the first look is not complete yet"))
        return Opened(snapshot=live)
    try:
        return open_report(word)
    except UnreadableError as reason:
        raise UnusableSideError(f"{word}: {reason}") from None


def beside(left: Opened, right: Opened, *, redacted: bool = False) -> SideBySide:
    """Two sides compared. Where one was redacted, or both are to be, the other is too: names are compared with names of the same sort."""
    redacted = redacted or left.redacted or right.redacted
    return compare(_as_it_leaves(left, redacted), _as_it_leaves(right, redacted), redacted=redacted)


def _as_it_leaves(one: Opened, redacted: bool) -> Snapshot:
    if one.redacted or not redacted:
        return one.snapshot
    from inspector.report.redact import redact

    return redact(one.snapshot)[0]
