"""Which file does any command name run in each launch context, and what may run instead of it? A question beyond the look, and its answer."""

from typing import Literal

from inspector.model.base import Doc
from inspector.model.environment import Tool
from inspector.model.origin import Origin

HintKind = Literal["alias", "function", "abbreviation", "remembered"]


class Hint(Doc, frozen=True, kw_only=True):
    """Why typing the name may run something else than the file on PATH: where that is defined, or which program remembers another file."""

    kind: HintKind
    origin: Origin
    pid: int = 0


class Found(Doc, frozen=True, kw_only=True):
    """What one name runs in one context; no tool where no PATH entry has it, `why` says why that cannot be told."""

    context: str
    name: str
    tool: Tool | None = None
    hints: tuple[Hint, ...] = ()
    why: str = ""


class AskWhich(Doc, frozen=True, kw_only=True, tag="ask-which", tag_field="type"):
    """Look these names up along the PATH of every context of the last look, answered by WhichReady; nothing is run."""

    id: int
    names: tuple[str, ...]


class WhichReady(Doc, frozen=True, kw_only=True, tag="which", tag_field="type"):
    """The answer to AskWhich: a row per context that has a PATH, and name."""

    id: int
    found: tuple[Found, ...]
