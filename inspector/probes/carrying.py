"""Which launch contexts of an earlier look still hold after these files were written? Those that neither read nor looked for any of them."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from inspector.model.environment import LaunchContext


@dataclass(frozen=True, slots=True)
class Earlier:
    """What an earlier look found, what each of its contexts read or looked for, and what was written, made or removed since.

    What a context hands to its children is not kept: it holds the values of variables that nobody follows. `terms` is what else was asked.
    """

    rows: tuple[LaunchContext, ...] = ()
    reads: Mapping[str, frozenset[str]] = field(default_factory=dict)
    changed: frozenset[str] = frozenset()
    terms: tuple[object, ...] = ()

    def row(self, context: str) -> LaunchContext | None:
        """The earlier row of a context that none of the changes reaches by itself, else None."""
        row = next((row for row in self.rows if row.id == context), None)
        reads = self.reads.get(context)
        if row is None or reads is None or row.known == "failed" or self._touches(reads):
            return None
        return row

    def _touches(self, reads: frozenset[str]) -> bool:
        """A directory that comes or goes takes what was looked for below it along."""
        if not self.changed.isdisjoint(reads):
            return True
        above = tuple(path.rstrip("/") + "/" for path in self.changed if not path.endswith("/"))
        return any(path.startswith(above) for path in reads)


NOTHING = Earlier()
"""No earlier look: every context is looked at."""


def carried(contexts: Collection[str], parents: Mapping[str, str], earlier: Earlier) -> dict[str, LaunchContext]:
    """The rows that need no new look: neither reached by a change nor below a context that is, nor asked again as the base of one below it."""
    kept = {context: row for context in contexts if (row := earlier.row(context)) is not None}
    for child, parent in parents.items():
        if child in contexts and parent not in kept:
            kept.pop(child, None)
    for child, parent in parents.items():
        if child in contexts and child not in kept:
            kept.pop(parent, None)
    return kept
