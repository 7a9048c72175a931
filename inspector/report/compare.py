"""What differs between two snapshots? Contexts and tools, settings, installs, capabilities, findings, side by side."""

import re
from typing import Literal

import msgspec

from inspector.model.snapshot import Snapshot

_TIMES = re.compile(r"\d+(?:\.\d+)? (?=ms\b|s\b|of them)")
State = Literal["same", "differs", "only-left", "only-right"]


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One thing on both sides; empty where a side does not have it."""

    section: str
    key: str
    state: State
    left: str = ""
    right: str = ""


class Side(msgspec.Struct, frozen=True, kw_only=True):
    """Which snapshot a side is."""

    host: str
    taken_at: str


class Comparison(msgspec.Struct, frozen=True, kw_only=True):
    """Every row of both, in reading order; `same` when none differs."""

    left: Side
    right: Side
    same: bool
    rows: tuple[Row, ...]

    def differing(self) -> tuple[Row, ...]:
        """The rows that are not the same."""
        return tuple(row for row in self.rows if row.state != "same")


def compare(left: Snapshot, right: Snapshot) -> Comparison:
    """Two snapshots side by side; homes are compared as `~`."""
    rows = []
    old, new = _facts(left), _facts(right)
    for section, key in dict.fromkeys((*old, *new)):
        a, b = old.get((section, key)), new.get((section, key))
        state: State = "only-right" if a is None else "only-left" if b is None else "same" if a == b else "differs"
        rows.append(Row(section=section, key=key, state=state, left=a or "", right=b or ""))
    return Comparison(left=_side(left), right=_side(right), same=all(row.state == "same" for row in rows), rows=tuple(rows))


def _side(snapshot: Snapshot) -> Side:
    return Side(host=f"{snapshot.host.user}@{snapshot.host.hostname}", taken_at=snapshot.taken_at)


def _facts(snapshot: Snapshot) -> dict[tuple[str, str], str]:
    """Section and key to value."""
    home = snapshot.host.home.rstrip("/")

    def short(text: str) -> str:
        return text.replace(home, "~") if len(home) > 1 else text

    facts: dict[tuple[str, str], str] = {}
    for name in ("distribution", "kernel_release", "architecture"):
        facts["host", name.replace("_", " ")] = getattr(snapshot.host, name)
    for context in snapshot.environment.contexts:
        for tool in context.tools:
            facts["tools", f"{context.id}: {tool.name}"] = short(f"{tool.version} {tool.path}")
        facts["path", context.id] = short(":".join(entry.entry for entry in context.path))
    for setting in snapshot.golang.env:
        facts["settings", f"{setting.context}: {setting.name}" if setting.context else setting.name] = short(setting.value)
    for install in snapshot.golang.installs:
        facts["installs", short(install.goroot or install.go)] = f"{install.version} {install.manager}".strip()
    for capability in snapshot.kernel.capabilities:
        facts["capabilities", capability.id] = f"{capability.verdict} {capability.value}".strip()
    for finding in snapshot.findings:
        facts["findings", short(finding.id)] = f"{finding.severity}: {_TIMES.sub('… ', short(finding.title))}"
    return facts
