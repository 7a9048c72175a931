"""Where does a process fault, and what memory does it write? The agent's observation of one process as a subject for the detail pane."""

from inspector.gui import words
from inspector.gui.models.telling import Subject
from inspector.gui.rows import Cell, Row, Rows
from inspector.i18n import mark, tr, trn
from inspector.model.faults import DirtyReport, GcReport, Heap, ProcessRates, Where
from inspector.model.kernel import Kernel
from inspector.model.messages import Observed

_SETTING = "kernel-setting:"

_KINDS = {
    "first-touch": mark("first touch"),
    "write-after-read": mark("write after read"),
    "again": mark("touched again"),
    "copy-on-write": mark("copy on write"),
    "file": mark("file in memory"),
    "file-read": mark("file from disk"),
    "swap-in": mark("swapped in"),
    "unknown": mark("unknown"),
}
_SHOWN = 40
_WAYS = {"uffd-wp-async": True, "soft-dirty": True, "page-idle": False}
"""Capabilities by which writes could be watched, and whether they are."""


def observed_subject(process: ProcessRates, message: Observed | None) -> Subject:
    """Functions, kinds and mappings by share; before the first answer, that it is being found out."""
    title = tr("{name}, pid {pid}", name=process.name, pid=process.pid)
    if message is None:
        return Subject(title=title, where=tr("where it faults"), sentence=tr("Listening to its page faults…"))
    samples = sum(row.samples for row in message.rows)
    sentence = message.why or (_summary(message.rows[0], samples) if message.rows else tr("No fault since it is observed."))
    lost = trn(
        "{n} fault was lost: shares are of those that were seen.", "{n} faults were lost: shares are of those that were seen.", message.lost
    )
    also = [lost] if message.lost else []
    if message.gc is not None:
        also.append(_collector(message.gc))
    rows = tuple(_where_row(n, row) for n, row in enumerate(message.rows[:_SHOWN]))
    where = trn("where it faults · {n} fault in {s} s", "where it faults · {n} faults in {s} s", samples, s=f"{message.seconds:.0f}")
    columns = (tr("Function"), tr("Share"), tr("Kind and memory"))
    return Subject(
        title=title, where=where, sentence=sentence, also=tuple(also), steps=rows, steps_title=tr("Where"), steps_columns=columns,
        finding=remedy_of(message),
    )  # fmt: skip


def remedy_of(told: Observed | DirtyReport) -> str:
    """The finding whose remedy lets the process be attributed or its writes be watched; empty where no setting refuses it."""
    return _SETTING + told.refused_by if told.refused_by else ""


def written_subject(process: ProcessRates, report: DirtyReport | None, seconds: float) -> Subject:
    """Pages written per sort of mapping, and what watching cost."""
    title = tr("{name}, pid {pid}", name=process.name, pid=process.pid)
    if report is None:
        return Subject(title=title, where=tr("what it writes"), sentence=tr("Watching its writes for {s} s…", s=f"{seconds:.0f}"))
    cost = tr("Watching stopped it for {ms} ms and cost it {n} extra faults.", ms=f"{report.attach_ms:.2f}", n=f"{report.extra_faults:,}")
    rows = tuple(
        Row(
            f"{row.mapping}{n}",
            (Cell(row.mapping, mono=True), Cell(words.rate(row.pages_per_s), mono=True, right=True), Cell(trn("{n} page", "{n} pages", row.pages))),
        )
        for n, row in enumerate(report.rows)
    )
    where = tr("what it wrote in {s} s", s=f"{report.duration_s:.1f}")
    columns = (tr("Memory"), tr("pages/s"), tr("Written"))
    sentence = report.why or (cost if report.rows else tr("It wrote no memory that could be watched. {cost}", cost=cost))
    return Subject(title=title, where=where, sentence=sentence, steps=rows, steps_title=tr("Written memory"), steps_columns=columns)


def _summary(row: Where, samples: int) -> str:
    place = row.function or row.mapping or tr("unknown code")
    if samples < 10:
        return tr("Few faults so far; most in {place}.", place=place)
    return tr(
        "{share} % of its faults are in {place} ({kind}, {mapping}).",
        share=f"{row.share * 100:.0f}",
        place=place,
        kind=kind_word(row),
        mapping=row.mapping,
    )


def kind_word(row: Where) -> str:
    """What sort of fault a place takes, in words."""
    return tr(_KINDS.get(row.kind, row.kind))


def _where_row(n: int, row: Where) -> Row:
    told = "\n".join(filter(None, (row.function, row.object, row.source, *row.inlined)))
    cells = (
        Cell(row.function or tr("unknown code"), mono=True, tip=told),
        Cell(f"{row.share * 100:.0f} %", mono=True, tip=trn("{n} fault", "{n} faults", row.samples)),
        Cell(f"{kind_word(row)} · {row.mapping}", tone="dim", tip=row.source),
    )
    return Row(f"{row.function}|{row.object}|{row.mapping}|{row.kind}|{n}", cells, ref=("where", row.source))


def _collector(gc: GcReport) -> str:
    if gc.why:
        return tr("Garbage collector: {why}", why=gc.why)
    return trn(
        "Garbage collector: {n} cycle, marking {share} % of the time.",
        "Garbage collector: {n} cycles, marking {share} % of the time.",
        gc.cycles,
        share=f"{gc.marking * 100:.0f}",
    )


def collector_lines(gc: GcReport | None) -> list[tuple[str, str]]:
    """What is known of the collector, as names and values."""
    if gc is None:
        return [(tr("Garbage collector"), tr("not a Go program"))]
    if gc.why and not gc.trace:
        return [(tr("Garbage collector"), gc.why)]
    lines = [
        (tr("Cycles since it is observed"), f"{gc.cycles:,}"),
        (tr("Cycles per second"), f"{gc.per_s:.2f}"),
        (tr("Marking"), f"{gc.marking * 100:.0f} %"),
    ]
    for cycle in reversed(gc.trace):
        start, live, cpu = f"{cycle.start_mb:g}", f"{cycle.live_mb:g}", f"{cycle.cpu * 100:.0f}"
        sizes = tr("heap {start} → {live} MB, {cpu} % of the CPU", start=start, live=live, cpu=cpu)
        lines.append((tr("Cycle {n} at {s} s", n=cycle.number, s=f"{cycle.at_s:.2f}"), sizes))
    return lines


def heap_lines(heap: Heap | None, listens: tuple[str, ...]) -> list[tuple[str, str]]:
    """What a Go program told of its heap, as names and values; before it is asked, whether it can be."""
    if heap is None:
        could = tr("not asked: it listens at {addresses}, and may tell it there", addresses=", ".join(listens))
        return [(tr("Heap"), could if listens else tr("it listens at no port of this machine where it could be asked"))]
    if not heap.source:
        return [(tr("Heap"), heap.why)]
    sizes = (
        (tr("Heap in use"), heap.in_use), (tr("Heap obtained from the system"), heap.obtained), (tr("Heap given back"), heap.returned),
        (tr("Heap at the next collection"), heap.next_collection),
    )  # fmt: skip
    lines = [(what, f"{size / (1 << 20):,.1f} MB") for what, size in sizes if size is not None]
    return [*lines, (tr("Collections so far"), f"{heap.collections:,}"), (tr("Told by"), heap.source)]


def watching_ways(kernel: Kernel) -> Rows:
    """What a kernel has to tell which memory a process writes or uses, as it is judged: the first two are used here, in this order."""
    known = {capability.id: capability for capability in kernel.capabilities}
    rows = []
    for way, used in _WAYS.items():
        if capability := known.get(way):
            word, _, tone, tip = words.judged(capability)
            unused = "" if used else tr("not used: it tells what was read, not what was written")
            line = " · ".join(filter(None, (tr(capability.title), capability.because, unused)))
            rows.append(Row(way, (Cell(line, tip=line), Cell(), Cell(word, tone=tone, tip=tip, right=True))))
    return tuple(rows)
