"""How do capabilities, comparisons and requirements read on a terminal?"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING

from inspector.i18n import tr, trn
from inspector.kernel.releases import parse as parse_release
from inspector.model.kernel import Capability, Gate, LiveState, Verdict, WayKind
from inspector.report.text import printable

if TYPE_CHECKING:
    from inspector.kernel.require import Outcome
    from inspector.model.kernels import CapabilityChange, Comparison, KernelMap, OptionChange

Paint = Callable[[str, str], str]
_VERDICT: dict[Verdict, tuple[str, str]] = {"available": ("✓", "ok"), "restricted": ("◐", "warn"), "absent": ("✗", "bad"), "unknown": ("?", "dim")}
_STATE: dict[LiveState, tuple[str, str]] = {
    "works": ("✓", "ok"), "restricted": ("◐", "warn"), "busy": ("◐", "warn"), "inert": ("○", "warn"), "absent": ("✗", "bad"), "unknown": ("?", "dim"),
}  # fmt: skip
_RESULT = {"met": ("✓", "ok"), "not-met": ("✗", "bad"), "unknown": ("?", "warn")}
_RELATION = {
    "needs": "needs", "depends": "depends on", "one-of": "needs one of", "conflicts": "conflicts with", "selected-by": "is turned on by",
    "selects": "turns on"}  # fmt: skip
_WAY: dict[WayKind, str] = {
    "setting": "setting", "boot": "boot parameter", "module": "module", "permission": "permission", "other-kernel": "another kernel",
    "rebuild": "rebuild", "live-patch": "live patch", "hardware": "hardware",
}  # fmt: skip
_EVIDENCE_WIDTH = 11


def capability_lines(capability: Capability, paint: Paint) -> Iterator[str]:
    """One capability with everything known about it."""
    glyph, role = _STATE["inert"] if capability.state == "inert" else _VERDICT[capability.verdict]
    word = capability.verdict if capability.state in (capability.verdict, "works", "unknown") else f"{capability.verdict} ({capability.state})"
    yield f"{paint(role, f'{glyph} {word}')} {paint('bold', tr(capability.title))} ({capability.id}), {capability.known}"
    yield f"    {tr(capability.why)}"
    yield f"    because: {printable(capability.because)}"
    for evidence in capability.evidence:
        errno = f" [{evidence.errno}]" if evidence.errno else ""
        value = f" = {printable(evidence.value)}" if evidence.value else ""
        yield f"    {evidence.kind + ':':<{_EVIDENCE_WIDTH + 1}} {printable(evidence.name)}{value}{errno}  {paint('dim', printable(evidence.says))}"
    if capability.contradiction:
        yield paint("warn", f"    contradiction: {printable(capability.contradiction)}")
    for gate in capability.gates:
        yield from _gate_lines(gate, paint, depth=2)
    if capability.remedy:
        yield f"    remedy: {printable(tr(capability.remedy))}"
    for way in capability.ways:
        mark = paint("ok", "✓") if way.leads else paint("bad", "✗")
        opens = paint("dim", f"  opens up: {tr(way.opens)}") if way.opens else ""
        yield f"    {mark} {_WAY[way.kind]}: {printable(tr(way.how))}{opens}"


def _gate_lines(gate: Gate, paint: Paint, *, depth: int) -> Iterator[str]:
    where = f"  {gate.menu} > “{gate.prompt}”" if gate.prompt and gate.menu else ""
    yield f"{'  ' * depth}{_RELATION[gate.relation]} {paint('bold', printable(gate.symbol))}: {printable(gate.says)}{paint('dim', printable(where))}"
    for below in gate.below:
        yield from _gate_lines(below, paint, depth=depth + 1)


def comparison_lines(found: Comparison, paint: Paint, *, every: bool) -> Iterator[str]:
    """What differs: capabilities, then their options, then with `every` all other options."""
    yield f"{paint('bold', printable(found.before))}  →  {paint('bold', printable(found.after))}"
    for change in found.capabilities:
        yield from _capability_change(change, paint)
    if not found.capabilities:
        yield "  no capability differs"
    menu = None
    others = [o for o in found.options if not o.capabilities]
    for option in (*(o for o in found.options if o.capabilities), *(others if every else ())):
        if option.menu != menu:
            menu = option.menu
            yield paint("dim", f"  {menu or 'other options'}")
        yield f"    {_option_change(option)}"
    if not every and others:
        told = trn(
            "{n} more option differs, of no capability (--all shows it)", "{n} more options differ, of no capability (--all shows them)", len(others)
        )
        yield paint("dim", f"  {told}")
    if found.why:
        yield paint("warn", f"  {printable(found.why)}")


def _capability_change(change: CapabilityChange, paint: Paint) -> Iterator[str]:
    verdicts = (change.before, change.after)
    words = " → ".join(paint(_VERDICT[v][1], f"{_VERDICT[v][0]} {v}") for v in dict.fromkeys(verdicts))
    yield f"  {paint('bold', tr(change.title))} ({change.id}): {words}"
    yield paint("dim", f"      {printable(change.says_before)}  →  {printable(change.says_after)}")


def _option_change(option: OptionChange) -> str:
    says = f"  ({option.says})" if option.says else ""
    return printable(f"{option.kind:<8}{option.symbol}  {option.before or '-'} → {option.after or '-'}{says}")


def map_lines(found: KernelMap, paint: Paint) -> Iterator[str]:
    """One line per capability, one column per kernel, this machine last; capabilities that were carried back say so."""
    *kernels, here = found.columns
    heads = [parse_release(kernel.release).series() for kernel in kernels]
    kinds = ["given" if kernel.kind == "given" else kernel.id.partition("-")[0] for kernel in kernels]
    yield f"{'':<38}" + paint("dim", "".join(f"{kind:>7}" for kind in kinds))
    yield f"{'':<38}" + "".join(f"{head:>7}" for head in heads) + f"   here ({printable(here.release)})"
    for boundary in found.rows:
        *others, own = boundary.states
        cells = "".join(" " * 6 + paint(*reversed(_STATE[state])) for state in others)
        back = f"  carried back to {', '.join(boundary.carried_back)}" if boundary.carried_back else ""
        yield f"{boundary.title[:37]:<38}{cells}   {paint(*reversed(_STATE[own]))} {paint('dim', own + back)}"


def outcome_lines(outcomes: Iterable[Outcome], paint: Paint) -> Iterator[str]:
    """One line per requirement, and what would meet those that are not met."""
    for outcome in outcomes:
        glyph, role = _RESULT[outcome.result]
        yield f"{paint(role, f'{glyph} {outcome.result:<7}')} {printable(outcome.requirement)}: {printable(outcome.says)}"
        if outcome.remedy:
            yield f"          remedy: {printable(outcome.remedy)}"
