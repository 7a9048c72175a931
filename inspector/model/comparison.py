"""What is the same, differs, or is on one side only, between two snapshots?"""

from typing import Literal

from inspector.model.base import Doc

State = Literal["same", "differs", "only-left", "only-right"]
Section = Literal["host", "tools", "path", "settings", "installs", "capabilities", "findings"]


class Row(Doc, frozen=True, kw_only=True):
    """One thing on both sides; empty where a side does not have it.

    `context` is the launch context it holds in (empty for all), `name` the thing's own name; `left_from` and `right_from` the line or file that
    made it so.
    """

    section: Section
    key: str
    state: State
    left: str = ""
    right: str = ""
    context: str = ""
    name: str = ""
    left_from: str = ""
    right_from: str = ""


class Side(Doc, frozen=True, kw_only=True):
    """Which snapshot a side is."""

    host: str
    taken_at: str


class SideBySide(Doc, frozen=True, kw_only=True):
    """Every row of both, in reading order; `same` when none differs. `redacted`: both sides are as they may leave the machine."""

    left: Side
    right: Side
    same: bool
    rows: tuple[Row, ...]
    redacted: bool = False

    def differing(self) -> tuple[Row, ...]:
        """The rows that are not the same."""
        return tuple(row for row in self.rows if row.state != "same")
