"""What differs between two snapshots? Contexts and tools, settings, installs, capabilities, findings, side by side."""

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

from inspector.model.comparison import Row, Section, Side, SideBySide, State
from inspector.model.snapshot import Snapshot

_TIMES = re.compile(r"\d+(?:\.\d+)? (?=ms\b|s\b|of them)")


class _Fact(NamedTuple):
    section: Section
    context: str
    name: str
    value: str
    place: str = ""

    @property
    def key(self) -> str:
        return ": ".join(filter(None, (self.context, self.name)))


_NOTHING = _Fact("host", "", "", "")


def compare(left: Snapshot, right: Snapshot, *, redacted: bool = False) -> SideBySide:
    """Two snapshots side by side; homes are compared as `~`."""
    old = {fact[:3]: fact for fact in _facts(left)}
    new = {fact[:3]: fact for fact in _facts(right)}
    rows = tuple(_row(old.get(key), new.get(key)) for key in sorted({**old, **new}, key=_section_of))
    return SideBySide(left=_side(left), right=_side(right), same=all(row.state == "same" for row in rows), rows=rows, redacted=redacted)


def _section_of(key: tuple[str, str, str]) -> int:
    return _SECTIONS.index(key[0])


def _row(a: _Fact | None, b: _Fact | None) -> Row:
    state: State = "only-right" if a is None else "only-left" if b is None else "same" if a.value == b.value else "differs"
    fact, left, right = a or b or _NOTHING, a or _NOTHING, b or _NOTHING
    return Row(
        section=fact.section, key=fact.key, state=state, left=left.value, right=right.value, context=fact.context, name=fact.name,
        left_from=left.place, right_from=right.place,
    )  # fmt: skip


def _side(snapshot: Snapshot) -> Side:
    return Side(host=f"{snapshot.host.user}@{snapshot.host.hostname}", taken_at=snapshot.taken_at)


def _facts(snapshot: Snapshot) -> Iterator[_Fact]:
    home = snapshot.host.home.rstrip("/")

    def short(text: str) -> str:
        return text.replace(home, "~") if len(home) > 1 else text

    for name in ("distribution", "kernel_release", "architecture"):
        yield _Fact("host", "", name.replace("_", " "), getattr(snapshot.host, name))
    yield from _of_contexts(snapshot, short)
    for setting in snapshot.golang.env:
        yield _Fact("settings", setting.context, setting.name, short(setting.value), short(setting.origin.place()))
    for install in snapshot.golang.installs:
        yield _Fact("installs", "", short(install.goroot or install.go), f"{install.version} {install.manager}".strip())
    for capability in snapshot.kernel.capabilities:
        yield _Fact("capabilities", "", capability.id, f"{capability.verdict} {capability.value}".strip(), capability.because)
    for finding in snapshot.findings:
        said = f"{finding.severity}: {_TIMES.sub('… ', short(finding.title))}"
        yield _Fact("findings", "", short(finding.id), said, short(finding.cause.place()))


def _of_contexts(snapshot: Snapshot, short: Callable[[str], str]) -> Iterator[_Fact]:
    for context in snapshot.environment.contexts:
        for tool in context.tools:
            yield _Fact("tools", context.id, tool.name, short(f"{tool.version} {tool.path}"), short(tool.origin.place()))
        if context.path:
            yield _Fact("path", context.id, "", short(":".join(entry.entry for entry in context.path)))


_SECTIONS: tuple[Section, ...] = ("host", "tools", "path", "settings", "installs", "capabilities", "findings")
