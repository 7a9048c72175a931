"""How do capabilities, comparisons and requirements read on a terminal?"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING

from inspector.i18n import mark, told, tr, trn
from inspector.kernel.releases import parse as parse_release
from inspector.model.kernel import Capability, Gate, LiveState, Verdict, WayKind
from inspector.model.wording import worded
from inspector.report.text import cut, padded, printable, width

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
    "needs": mark("needs"), "depends": mark("depends on"), "one-of": mark("needs one of"), "conflicts": mark("conflicts with"),
    "selected-by": mark("is turned on by"), "selects": mark("turns on"),
}  # fmt: skip
_WAY: dict[WayKind, str] = {
    "setting": mark("setting"), "boot": mark("boot parameter"), "module": mark("module"), "permission": mark("permission"),
    "other-kernel": mark("another kernel"), "rebuild": mark("rebuild"), "live-patch": mark("live patch"), "hardware": mark("hardware"),
}  # fmt: skip
_EVIDENCE_WIDTH = 11


def capability_lines(capability: Capability, paint: Paint) -> Iterator[str]:
    """One capability with everything known about it, in the reader's language."""
    capability = worded(capability)
    glyph, role = _STATE["inert"] if capability.state == "inert" else _VERDICT[capability.verdict]
    verdict = tr(capability.verdict)
    word = verdict if capability.state in (capability.verdict, "works", "unknown") else f"{verdict} ({tr(capability.state)})"
    yield f"{paint(role, f'{glyph} {word}')} {paint('bold', tr(capability.title))} ({capability.id}), {tr(capability.known)}"
    yield f"    {tr(capability.why)}"
    yield f"    {tr('because: {what}', what=printable(capability.because))}"
    for evidence in capability.evidence:
        errno = f" [{evidence.errno}]" if evidence.errno else ""
        value = f" = {printable(evidence.value)}" if evidence.value else ""
        kind = padded(f"{tr(evidence.kind)}:", _EVIDENCE_WIDTH + 1)
        yield f"    {kind} {printable(evidence.name)}{value}{errno}  {paint('dim', printable(evidence.says))}"
    if capability.contradiction:
        yield paint("warn", f"    {tr('contradiction: {what}', what=printable(capability.contradiction))}")
    for gate in capability.gates:
        yield from _gate_lines(gate, paint, depth=2)
    if capability.remedy:
        yield f"    {tr('remedy: {what}', what=printable(capability.remedy))}"
    for way in capability.ways:
        sign = paint("ok", "✓") if way.leads else paint("bad", "✗")
        opens = paint("dim", "  " + tr("opens up: {what}", what=way.opens)) if way.opens else ""
        yield f"    {sign} {tr(_WAY[way.kind])}: {printable(way.how)}{opens}"


def _gate_lines(gate: Gate, paint: Paint, *, depth: int) -> Iterator[str]:
    where = f"  {gate.menu} > “{gate.prompt}”" if gate.prompt and gate.menu else ""
    relation, symbol = tr(_RELATION[gate.relation]), paint("bold", printable(gate.symbol))
    yield f"{'  ' * depth}{relation} {symbol}: {printable(gate.says)}{paint('dim', printable(where))}"
    for below in gate.below:
        yield from _gate_lines(below, paint, depth=depth + 1)


def comparison_lines(found: Comparison, paint: Paint, *, every: bool) -> Iterator[str]:
    """What differs, in the reader's language: capabilities, then their options, then with `every` all other options."""
    found = worded(found)
    yield f"{paint('bold', printable(found.before))}  →  {paint('bold', printable(found.after))}"
    for change in found.capabilities:
        yield from _capability_change(change, paint)
    if not found.capabilities:
        yield f"  {tr('no capability differs')}"
    menu = None
    others = [o for o in found.options if not o.capabilities]
    for option in (*(o for o in found.options if o.capabilities), *(others if every else ())):
        if option.menu != menu:
            menu = option.menu
            yield paint("dim", f"  {menu or tr('other options')}")
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
    words = " → ".join(paint(_VERDICT[v][1], f"{_VERDICT[v][0]} {tr(v)}") for v in dict.fromkeys(verdicts))
    yield f"  {paint('bold', tr(change.title))} ({change.id}): {words}"
    yield paint("dim", f"      {printable(change.says_before)}  →  {printable(change.says_after)}")


def _option_change(option: OptionChange) -> str:
    says = f"  ({option.says})" if option.says else ""
    return printable(f"{padded(tr(option.kind), 8)}{option.symbol}  {option.before or '-'} → {option.after or '-'}{says}")


def map_lines(found: KernelMap, paint: Paint) -> Iterator[str]:
    """One line per capability, one column per kernel, this machine last; capabilities that were carried back say so."""
    found = worded(found)
    *kernels, here = found.columns
    heads = [parse_release(kernel.release).series() for kernel in kernels]
    kinds = [tr("given") if kernel.kind == "given" else kernel.id.partition("-")[0] for kernel in kernels]
    yield f"{'':<38}" + paint("dim", "".join(" " * (7 - width(kind)) + kind for kind in kinds))
    yield f"{'':<38}" + "".join(f"{head:>7}" for head in heads) + "   " + tr("here ({release})", release=printable(here.release))
    for boundary in found.rows:
        *others, own = boundary.states
        cells = "".join(" " * 6 + paint(*reversed(_STATE[state])) for state in others)
        back = "  " + tr("carried back to {kernels}", kernels=", ".join(boundary.carried_back)) if boundary.carried_back else ""
        title = padded(cut(boundary.title, 37), 38)
        yield f"{title}{cells}   {paint(*reversed(_STATE[own]))} {paint('dim', tr(own) + back)}"


def outcome_lines(outcomes: Iterable[Outcome], paint: Paint) -> Iterator[str]:
    """One line per requirement, and what would meet those that are not met."""
    for outcome in outcomes:
        glyph, role = _RESULT[outcome.result]
        result = padded(tr(outcome.result), 7)
        yield f"{paint(role, f'{glyph} {result}')} {printable(outcome.requirement)}: {printable(told(outcome.says))}"
        if outcome.remedy:
            yield f"          {tr('remedy: {what}', what=printable(told(outcome.remedy)))}"
