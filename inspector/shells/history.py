"""Who put each entry there? Changes of a variable become its history, and each ':'-separated entry keeps the origin it was given.

An entry that a statement moves belongs to that statement from then on: its place is what decides which program runs.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from difflib import SequenceMatcher

from inspector.model.base import exact_bytes, shown
from inspector.model.environment import Change, ChangeKind
from inspector.model.origin import Origin
from inspector.shells.base import Event, Site
from inspector.shells.names import LISTS

StatementOf = Callable[[Site, str], tuple[int, str]]
"""The first line and the text of the statement at a site that concerns a variable."""


@dataclass(slots=True)
class History:
    """A variable's value now, where each of its entries came from, and every change so far."""

    name: str
    value: str | None
    origin: Origin
    entries: list[tuple[str, Origin]] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)

    @classmethod
    def starting(cls, name: str, value: str | None, origin: Origin) -> "History":
        """A variable as a context's base environment has it."""
        entries = [(entry, origin) for entry in split(value)] if name in LISTS else []
        return cls(name, value, origin, entries)

    def apply(self, event: Event, origin: Origin, statement: str) -> None:
        """One change more; a list's entries keep their origins unless the statement replaces the whole."""
        before, after = self.value, event.after
        kind, lost = self._classify(before, after, statement)
        if self.name in LISTS:
            self._move_entries(after, origin, kind)
        self.value, self.origin = after, origin
        self.changes.append(
            Change(
                before=shown(before or ""), after=shown(after or ""), kind=kind, origin=origin, lost=tuple(shown(entry) for entry in lost),
                before_bytes=exact_bytes(before or ""), after_bytes=exact_bytes(after or ""),
            )
        )  # fmt: skip

    def _classify(self, before: str | None, after: str | None, statement: str) -> tuple[ChangeKind, list[str]]:
        if after is None:
            return "unset", split(before) if self.name in LISTS else []
        if self.name not in LISTS or before is None:
            return "set", []
        old, new = split(before), split(after)
        lost = [entry for entry in old if entry not in new]
        if replaces(self.name, statement) or not (set(old) & set(new)):
            return "reset", lost
        return _list_kind(old, new), lost

    def _move_entries(self, after: str | None, origin: Origin, kind: ChangeKind) -> None:
        new = split(after)
        if kind in ("reset", "unset"):
            self.entries = [(entry, origin) for entry in new]
            return
        old = [entry for entry, _origin in self.entries]
        if new[: len(old)] == old:
            self.entries += [(entry, origin) for entry in new[len(old) :]]
            return
        if new[len(new) - len(old) :] == old:
            self.entries[:0] = [(entry, origin) for entry in new[: len(new) - len(old)]]
            return
        places = _filtered(old, new)
        if places is None:
            blocks = SequenceMatcher(None, old, new, autojunk=False).get_matching_blocks()
            places = {block.b + step: block.a + step for block in blocks for step in range(block.size)}
        self.entries = [(entry, self.entries[places[index]][1] if index in places else origin) for index, entry in enumerate(new)]


def _filtered(old: list[str], new: list[str]) -> dict[int, int] | None:
    """Where each new entry stood, if some were only left out: of equal ones the first stays, as it decides what runs. None for any other change."""
    places: dict[int, int] = {}
    after = -1
    for index, entry in enumerate(new):
        if entry not in old[after + 1 :]:
            return None
        after = places[index] = old.index(entry, after + 1)
    return places


def split(value: str | None) -> list[str]:
    """The entries of a ':'-separated list; an empty list for an empty or missing value, although an empty PATH means the current directory."""
    return value.split(":") if value else []


def replaces(name: str, statement: str) -> bool:
    """Whether a statement assigns the variable something, once or more, that does not mention its old value or any other value."""
    values = re.findall(rf"(?<![A-Za-z0-9_]){re.escape(name)}=(\S*)", statement)
    literal = all("$" not in value.replace("$HOME", "").replace("${HOME}", "") for value in values)
    return bool(values) and literal and not re.search(rf"\b{re.escape(name)}=.*\$\{{?{re.escape(name)}\b", statement, re.DOTALL)


def _list_kind(old: list[str], new: list[str]) -> ChangeKind:
    if old == new:
        return "set"
    if sorted(old) == sorted(new):
        return "move"
    added = [entry for entry in new if entry not in old]
    if len(new) > len(old) and not added:
        return "duplicate"
    if new[-len(old) :] == old:
        return "prepend"
    if new[: len(old)] == old:
        return "append"
    if [entry for entry in new if entry in old] == [entry for entry in old if entry in new] and added:
        return "prepend" if new[0] in added else "append"
    return "set" if added or len(new) < len(old) else "move"


def replay(
    events: tuple[Event, ...], base: Mapping[str, History], *, statement_of: StatementOf, origin_of: Callable[[Event, int, str], Origin]
) -> dict[str, History]:  # fmt: skip
    """Apply every event to the histories of a base environment; variables that appear begin as unset."""
    histories = dict(base)
    for event in events:
        line, text = statement_of(event.site, event.name)
        origin = origin_of(event, line, text)
        history = histories.setdefault(event.name, History.starting(event.name, None, origin))
        if event.before == event.after and not (event.name in LISTS and replaces(event.name, text)):
            continue
        history.apply(event, origin, text)
    return histories
