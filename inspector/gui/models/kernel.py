"""Which rows does the kernel panel have? One per capability within its group, its evidence below it."""

from itertools import groupby

from inspector.gui import words
from inspector.gui.rows import Cell, Row, Rows
from inspector.i18n import mark, tr
from inspector.model.kernel import Capability, Evidence, EvidenceKind, Gate, Kernel

_KIND: dict[EvidenceKind, str] = {
    "config": mark("config"),
    "version": mark("version"),
    "live": mark("live answer"),
    "restriction": mark("restriction"),
}
_KIND_ICON: dict[EvidenceKind, str] = {"config": "report", "version": "history", "live": "pulse", "restriction": "shield"}


def kernel_rows(kernel: Kernel) -> Rows:
    """The groups of the catalogue, in them the capabilities, each with its evidence."""
    return tuple(_group_row(group, tuple(map(_capability_row, members))) for group, members in groupby(kernel.capabilities, key=_group_of))


def _group_of(capability: Capability) -> str:
    return capability.group


def _group_row(group: str, below: Rows) -> Row:
    here = sum(1 for row in below if not row.problem)
    told = tr("{here} of {all} available", here=here, all=len(below))
    cells = (Cell(words.group(group), bold=True), Cell(), Cell(told, tone="dim"))
    return Row(group, cells, below, ref=("section", group), problem=here < len(below), says=f"{words.group(group)}: {told}")


def _capability_row(capability: Capability) -> Row:
    word, icon, tone, tip = words.judged(capability)
    told = capability.because or tr(capability.why)
    because = told if capability.known in ("observed", "failed") else f"{words.known(capability.known)}: {told}"
    cells = (
        Cell(tr(capability.title), tip=f"{tr(capability.title)}\n{capability.id}"),
        Cell(word, tone=tone, icon=icon, tip=tip),
        Cell(
            because,
            tone="warn" if capability.contradiction else "",
            icon="warn" if capability.contradiction else "",
            tip="\n".join(filter(None, (because, capability.contradiction, tr(capability.remedy)))),
        ),
    )
    evidence = tuple(_evidence_row(n, item) for n, item in enumerate(capability.evidence))
    evidence += tuple(_gate_row(n, gate) for n, gate in enumerate(capability.gates))
    says = f"{tr(capability.title)}: {word}. {because}"
    return Row(capability.id, cells, evidence, ref=("capability", capability.id), problem=capability.verdict != "available", says=says)


def _evidence_row(n: int, evidence: Evidence) -> Row:
    value = f"{evidence.name} = {evidence.value}" if evidence.value else evidence.name
    cells = (
        Cell(tr(_KIND[evidence.kind]), tone="dim", icon=_KIND_ICON[evidence.kind]),
        Cell(evidence.errno, mono=True, tone="dim"),
        Cell(" · ".join(filter(None, (value, evidence.says))), tip=value),
    )
    return Row(f"{evidence.kind}{n}", cells, ref=("evidence", evidence.name))


def _gate_icon(gate: Gate) -> str:
    if gate.met:
        return "ok"
    return "restricted" if any(not below.met for below in gate.below) else "none"


def _gate_row(n: int, gate: Gate) -> Row:
    where = " › ".join(filter(None, (gate.menu, gate.prompt)))
    cells = (
        Cell(f"{gate.symbol}={gate.value}" if gate.value else gate.symbol, mono=True, icon=_gate_icon(gate), tip=gate.depends),
        Cell(words.relation(gate.relation), tone="dim"),
        Cell(" · ".join(filter(None, (gate.says, where))), tip=where),
    )
    return Row(f"gate:{gate.symbol}#{n}", cells, tuple(_gate_row(m, below) for m, below in enumerate(gate.below)), ref=("evidence", gate.symbol))
