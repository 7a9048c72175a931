"""Why was nothing changed? Each refusal is a stable word, the file it concerns and a sentence."""

import os
from typing import Literal

from inspector.i18n import mark, say
from inspector.model.base import shown

Reason = Literal[
    "append-only", "as-root", "binary", "busy", "disk-full", "immutable", "in-use", "io-error", "link-loop", "lost-bytes", "managed",
    "metadata", "moved-on", "no-such-line", "not-editable", "not-ours", "not-regular", "nothing-to-do", "read-only", "stale", "state-dir",
    "too-large", "twice", "unasked", "undone-already", "unknown-transaction", "unreadable", "unsupported", "verification", "writable-by-others",
]  # fmt: skip

_SENTENCES: dict[Reason, str] = {
    "append-only": mark("{path} is append-only (lsattr shows `a`)"),
    "as-root": mark("{detail}"),
    "binary": mark("{path} holds NUL bytes, it is no text file"),
    "busy": mark("another Go Inspector is changing files right now"),
    "disk-full": mark("less than {detail} are free where {path} lies"),
    "immutable": mark("{path} is immutable (lsattr shows `i`)"),
    "in-use": mark("another program holds {path} open for writing"),
    "io-error": mark("{path}: {detail}; every file is as it was"),
    "link-loop": mark("{path} is a loop of symbolic links"),
    "lost-bytes": mark("{path}: the bytes to put back are not in the store any more"),
    "managed": mark("{detail}"),
    "metadata": mark("{path}: owner, access list or attributes could not be carried over ({detail})"),
    "moved-on": mark("{path} was changed after that transaction"),
    "no-such-line": mark("{path}: the line to change is not there any more ({detail})"),
    "not-editable": mark("{path} cannot be edited: {detail}"),
    "not-ours": mark("{path} belongs to someone else ({detail})"),
    "not-regular": mark("{path} is no regular file ({detail})"),
    "nothing-to-do": mark("nothing to change: every file already reads as planned"),
    "read-only": mark("{path} lies on a read-only file system"),
    "stale": mark("{path} changed since it was previewed ({detail})"),
    "state-dir": mark("the state directory {path} cannot be used ({detail})"),
    "too-large": mark("{path} is larger than {detail}"),
    "twice": mark("{path} is named twice in one change"),
    "unasked": mark("{path} would be written in place, and nobody agreed to that"),
    "undone-already": mark("{path} was undone before"),
    "unknown-transaction": mark("no transaction {path} is known"),
    "unreadable": mark("{path} cannot be read ({detail})"),
    "unsupported": mark("{path}: {detail}"),
    "verification": mark("rolled back, every file is as it was: {detail}"),
    "writable-by-others": mark("others may write in {path}, so what is changed there could be exchanged meanwhile"),
}


class PenError(Exception):
    """A change that did not happen as asked; the text is one sentence for the user."""


class Refused(PenError):  # noqa: N818  a refusal is an answer, not an error
    """Nothing changed, or everything was put back: every file is as it was before. `notes` tell of other programs' writes met on the way."""

    def __init__(self, reason: Reason, path: str | bytes = "", detail: str = "", notes: tuple[str, ...] = ()) -> None:
        self.reason: Reason = reason
        self.notes = notes
        self.path = shown(os.fsdecode(path))
        self.detail = detail
        super().__init__(say(_SENTENCES[reason], path=self.path, detail=detail))


class Undecided(PenError):  # noqa: N818  not a failure of ours: the disk refused the way back too
    """The change failed and the way back failed too; the journal stands and `Pen.recover` finishes the way back."""

    def __init__(self, cause: str, back: str) -> None:
        template = mark("{cause}; putting the files back failed too ({back}) and is tried again at the next start")
        super().__init__(say(template, cause=cause, back=back))
