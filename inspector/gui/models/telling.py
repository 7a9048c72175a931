"""What is the shape of what there is to say? A subject for the detail pane, and how sentences are put."""

from dataclasses import dataclass

from inspector.gui.rows import Rows
from inspector.i18n import tr
from inspector.model.origin import Origin

Ref = tuple[str, ...]
SHOWN = 12
"""How many places a sentence names before it says how many more there are."""


@dataclass(frozen=True, slots=True)
class Subject:
    """What the detail pane shows. `origin` is where to look in the source; `finding` is what Fix would remove."""

    title: str
    where: str = ""
    sentence: str = ""
    known: str = ""
    known_tip: str = ""
    origin: Origin | None = None
    steps: Rows = ()
    steps_title: str = ""
    steps_columns: tuple[str, ...] = ()
    also: tuple[str, ...] = ()
    finding: str = ""

    def place(self) -> tuple[str, int] | None:
        """File and line where to look, None if it comes from no file."""
        return (self.origin.file, self.origin.line) if self.origin and self.origin.kind == "file" and self.origin.file else None


def sentence_of(origin: Origin, home: str) -> str:
    """An origin as a whole sentence with the home written `~`."""
    told = origin.describe()
    told = told.replace(home + "/", "~/") if home not in ("", "/") else told
    return told[:1].upper() + told[1:] + ("" if told.endswith((".", "…")) else ".")


def some(names: list[str]) -> str:
    """Names in a row, not more than a sentence bears."""
    if len(names) <= SHOWN:
        return ", ".join(names)
    return tr("{names} and {n} more", names=", ".join(names[:SHOWN]), n=len(names) - SHOWN)
