"""What changed on this machine, when, and what else happened at that time?"""

from typing import Literal

from inspector.model.base import Doc
from inspector.model.comparison import Row
from inspector.model.origin import Origin

Happening = Literal["ran", "installed", "upgraded", "removed", "edited"]


class Cause(Doc, frozen=True, kw_only=True):
    """Something that happened in the time in which a change was noticed: evidence, not proof. `origin` is where it was read.

    `name` is the command that `ran`, the package, or the file that was `edited`; `detail` a version, or both.
    """

    at: str
    what: Happening
    name: str
    detail: str = ""
    origin: Origin


class Point(Doc, frozen=True, kw_only=True):
    """A moment whose snapshot is kept: what had changed since the one before (nothing for the first), and what happened in between.

    The change fell between `since` (empty for the first), when the state before was last seen, and `taken_at`.
    """

    id: str
    taken_at: str
    since: str = ""
    changes: tuple[Row, ...] = ()
    causes: tuple[Cause, ...] = ()


class Timeline(Doc, frozen=True, kw_only=True):
    """Every kept moment, newest first; `why` says why none is kept of what is looked at."""

    points: tuple[Point, ...] = ()
    why: str = ""
