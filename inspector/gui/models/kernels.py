"""Which rows does the page of kernels have? What is known of this one, the ways to what it lacks, the map, and a comparison."""

from collections.abc import Iterator
from itertools import groupby

from inspector.gui import words
from inspector.gui.rows import Cell, Row, Rows
from inspector.gui.theme import Tone
from inspector.i18n import mark, tr, trn
from inspector.model.kernel import Capability, Evidence, Kernel, KnownIssue, LivePatch
from inspector.model.kernels import Boundary, CapabilityChange, ChangeKind, Comparison, KernelColumn, KernelMap, OptionChange

_CHANGE: dict[ChangeKind, str] = {
    "on": mark("switched on"),
    "off": mark("switched off"),
    "changed": mark("changed"),
    "renamed": mark("renamed"),
    "gone": mark("gone"),
    "new": mark("new"),
}
_CHANGE_TONE: dict[ChangeKind, Tone] = {"on": "ok", "off": "bad", "changed": "warn", "renamed": "dim", "gone": "dim", "new": "accent"}
_APPLIES: dict[str, tuple[str, str, Tone]] = {
    "yes": (mark("concerns you"), "warn", "warn"),
    "unknown": (mark("may concern you"), "unknown", "dim"),
    "no": (mark("does not concern you"), "ok", "dim"),
}


# ---- this kernel


def fact_rows(kernel: Kernel) -> Rows:
    """Sections: identity, live patching, KVM, and what is known of Go on this kernel."""
    facts = tuple(_line(fact.id, tr(fact.title), tr(fact.value), tr(fact.says), tip=fact.source) for fact in kernel.facts)
    sections = (
        ("identity", tr("Identity"), facts),
        ("livepatch", tr("Live patching"), (*map(_patch_row, kernel.patches), *_evidence(kernel.capability("livepatch"), "patch "))),
        ("kvm", tr("KVM"), tuple(row for name in ("kvm", "kvm-dirty-log", "kvm-dirty-ring") for row in _evidence(kernel.capability(name)))),
        ("issues", tr("Go on this kernel"), tuple(_issue_row(issue) for issue in kernel.known_issues)),
    )
    return tuple(Row(key, (Cell(title, bold=True), Cell(), Cell()), rows, ref=("section", key)) for key, title, rows in sections if rows)


def _line(key: str, name: str, value: str, says: str, *, tip: str = "", tone: Tone = "", icon: str = "") -> Row:
    cells = (Cell(name, tip=tip), Cell(value, tone=tone, icon=icon, tip=value), Cell(says, tone="dim", tip=says))
    return Row(key, cells, ref=("fact", key))


def _patch_row(patch: LivePatch) -> Row:
    state = tr("enabled") if patch.enabled else tr("disabled")
    if patch.in_transition:
        state = tr("in transition")
    replaced = trn("{n} function replaced", "{n} functions replaced", len(patch.functions))
    told = tr("some tasks still run the old code") if patch.in_transition else replaced
    below = tuple(_line(name, name, "", "") for name in patch.functions)
    cells = (Cell(patch.name, mono=True), Cell(state, tone="ok" if patch.enabled and not patch.in_transition else "warn"), Cell(told, tone="dim"))
    return Row(f"patch:{patch.name}", cells, below, ref=("fact", patch.name))


def _evidence(capability: Capability | None, leave_out: str = "\0") -> Rows:
    """What a capability's live answers tell, its own verdict first; its options are in the overview."""
    if capability is None:
        return ()
    word, icon, tone, _ = words.judged(capability)
    told = [e for e in capability.evidence[1:] if e.kind == "live" and not e.name.startswith(leave_out)]
    rows = tuple(_evidence_row(f"{capability.id}{n}", e) for n, e in enumerate(told))
    return (_line(capability.id, tr(capability.title), word, capability.because, tone=tone, icon=icon), *rows)


def _evidence_row(key: str, evidence: Evidence) -> Row:
    return _line(key, f"  {evidence.name}", evidence.value, evidence.says)


def _issue_row(issue: KnownIssue) -> Row:
    word, icon, tone = _APPLIES[issue.applies]
    return _line(issue.id, tr(issue.title), tr(word), issue.why, tip=issue.source, tone=tone, icon=icon)


# ---- why not


def lacking_rows(kernel: Kernel) -> Rows:
    """The capabilities that are not available, what is refused first: that can be changed."""
    order = {"restricted": 0, "absent": 1, "unknown": 2}
    lacking = [c for c in kernel.capabilities if c.verdict in order]
    return tuple(_lacking_row(c) for c in sorted(lacking, key=lambda c: order[c.verdict]))


def _lacking_row(capability: Capability) -> Row:
    word, icon, tone, tip = words.judged(capability)
    title, because = tr(capability.title), capability.because
    cells = (Cell(title, tip=tr(capability.why)), Cell(word, icon=icon, tone=tone, tip=tip), Cell(because, tip=because))
    return Row(capability.id, cells, ref=("capability", capability.id), says=f"{title}: {word}. {because}")


def way_rows(capability: Capability) -> Rows:
    """What it would take, and what would not help."""
    return tuple(
        Row(
            f"{way.kind}{n}",
            (
                Cell(words.way(way.kind), icon="ok" if way.leads else "bad", tone="" if way.leads else "dim"),
                Cell(tr(way.how), tone="" if way.leads else "dim", tip=tr(way.how)),
                Cell(tr("opens up: {what}", what=tr(way.opens)) if way.opens else "", tone="warn", tip=tr(way.opens)),
            ),
            ref=("way", way.kind),
            says=f"{words.way(way.kind)}: {tr(way.how)}",
        )
        for n, way in enumerate(capability.ways)
    )


# ---- the map


def map_columns(found: KernelMap) -> tuple[str, ...]:
    """Heads: capability, each kernel by family and series in two lines, then where it begins."""
    return (tr("Capability"), *(head(column) for column in found.columns), tr("Begins"))


def head(column: KernelColumn) -> str:
    """A kernel's name in two short lines."""
    series = ".".join(column.release.split("-")[0].split(".")[:2])
    if column.kind == "here":
        return f"{tr('here')}\n{series}"
    first = column.name.partition(" ")[0]
    return f"{first[:6]}…\n{series}" if len(first) > 7 else f"{first}\n{series}"


def map_rows(found: KernelMap) -> Rows:
    """Capabilities by group, a symbol per kernel."""
    return tuple(
        Row(
            group,
            (Cell(words.group(group), bold=True), *(Cell() for _ in found.columns), Cell()),
            tuple(_map_row(boundary, found.columns) for boundary in rows),
            ref=("section", group),
        )
        for group, rows in groupby(found.rows, key=_group_of)
    )


def _group_of(boundary: Boundary) -> str:
    return boundary.group


def _map_row(boundary: Boundary, columns: tuple[KernelColumn, ...]) -> Row:
    states = tuple(_state_cell(boundary, column, n) for n, column in enumerate(columns))
    told = tr("{kernel}; upstream {since}", kernel=boundary.begins or tr("none of these"), since=boundary.since)
    if boundary.carried_back:
        told = f"{told} · {tr('carried back to {kernels}', kernels=', '.join(boundary.carried_back))}"
    spoken = ", ".join(f"{head(c).replace(chr(10), ' ')} {words.live(s)}" for c, s in zip(columns, boundary.states, strict=True))
    cells = (Cell(tr(boundary.title), tip=boundary.capability), *states, Cell(told, tone="dim", tip=told))
    return Row(boundary.capability, cells, ref=("capability", boundary.capability), says=f"{tr(boundary.title)}: {spoken}")


def _state_cell(boundary: Boundary, column: KernelColumn, place: int) -> Cell:
    state = boundary.states[place]
    back = column.name in boundary.carried_back
    told = f"{tr(boundary.title)}\n{column.name or tr('this machine')} ({column.release}): {words.live(state)}. {words.live_tip(state)}"
    if back:
        told = f"{told}\n{tr('Carried back: upstream has it since {since}.', since=boundary.since)}"
    return Cell("↶" if back else "", tone="accent" if back else words.LIVE_TONE[state], icon=words.LIVE_ICON[state], tip=told)


# ---- a comparison


def comparison_rows(found: Comparison, *, every: bool) -> Rows:
    """Capabilities that change first, by group; then their options, and with `every` all others, by menu."""
    return (*_capability_groups(found.capabilities), *_option_groups(found.options, every=every))


def _capability_groups(changes: tuple[CapabilityChange, ...]) -> Iterator[Row]:
    for group, members in groupby(changes, key=_change_group):
        below = tuple(map(_capability_change, members))
        yield Row(f"group:{group}", (Cell(words.group(group), bold=True), Cell(), Cell(), Cell()), below, ref=("section", group))


def _change_group(change: CapabilityChange) -> str:
    return change.group


def _capability_change(change: CapabilityChange) -> Row:
    before, after = (
        Cell(words.verdict(v), icon=words.VERDICT_ICON[v], tone=words.VERDICT_TONE[v], tip=says)
        for v, says in ((change.before, change.says_before), (change.after, change.says_after))
    )
    told = f"{change.says_before} → {change.says_after}"
    if change.options:
        told = f"{told} · {', '.join(change.options)}"
    return Row(change.id, (Cell(tr(change.title), tip=change.id), before, after, Cell(told, tone="dim", tip=told)), ref=("capability", change.id))


def _option_groups(options: tuple[OptionChange, ...], *, every: bool) -> Iterator[Row]:
    owned = [option for option in options if option.capabilities]
    others = sorted((option for option in options if not option.capabilities), key=_menu_of) if every else []
    if owned:
        title = Cell(tr("Options of capabilities"), bold=True)
        yield Row("owned", (title, Cell(), Cell(), Cell()), tuple(map(_option_row, owned)), ref=("section", "owned"))
    for menu, members in groupby(others, key=_menu_of):
        below = tuple(map(_option_row, members))
        title = Cell(menu or tr("Other options ({n})", n=len(below)), bold=True)
        yield Row(f"menu:{menu}", (title, Cell(), Cell(), Cell()), below, ref=("section", menu))


def _menu_of(option: OptionChange) -> str:
    return option.menu


def _option_row(option: OptionChange) -> Row:
    kind = tr(_CHANGE[option.kind])
    told = f"{kind}: {option.says}" if option.says else kind
    cells = (
        Cell(option.symbol, mono=True, tip=option.menu),
        Cell(option.before or "–", mono=True, tone="" if option.before else "dim", tip=option.before),
        Cell(option.after or "–", mono=True, tone=_CHANGE_TONE[option.kind], tip=option.after),
        Cell(told, tone="dim", tip="\n".join((told, *option.capabilities))),
    )
    return Row(option.symbol, cells, ref=("option", option.symbol))
