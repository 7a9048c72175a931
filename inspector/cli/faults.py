"""Who is page-faulting, and how fast?"""

import argparse
from collections import Counter
from contextlib import ExitStack
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, TextIO

from inspector.cli.options import COULD_NOT_LOOK, USAGE_ERROR, add_json
from inspector.cli.output import Style, columns, complain, complain_unwritten, print_json, print_lines, style_of, visible
from inspector.i18n import mark, told, tr
from inspector.model.faults import DirtyReport, FaultReport, GcReport, Heap, Listing, ProcessRates
from inspector.model.snapshot import SCHEMA, ToolInfo
from inspector.report.text import width

if TYPE_CHECKING:
    from inspector.faults.lent import Lender, LentTrace

_COMMAND_WIDTH = 60
_LIVE_HZ = 2.0
_DURATION_S = 2.0
_RUN_S = 86_400.0


def configure(parser: argparse.ArgumentParser) -> None:
    """The measurement's options."""
    add_json(parser)
    parser.add_argument("--pid", type=_pid, metavar="PID", help="only this process")
    parser.add_argument("--duration", type=_positive, metavar="S", help="measure for this many seconds (default: 2, with --run until it ends)")
    parser.add_argument("--hz", type=_frequency, default=4.0, metavar="N", help="looks per second, at most 100 (default: 4)")
    parser.add_argument("--top", type=_count, default=20, metavar="N", help="this many processes, and places with --where (default: 20)")
    dirty_help = mark("how fast --pid writes to its memory: stops it for under a millisecond, then costs it one extra fault per page written")
    parser.add_argument("--dirty", action="store_true", help=dirty_help)
    parser.add_argument("--live", action="store_true", help="a table that repaints itself until interrupted")
    run_help = mark("start a program, last on the line, and observe it from its first instruction until it ends or --duration is over")
    parser.add_argument("--run", nargs=argparse.REMAINDER, default=[], metavar="COMMAND", help=run_help)
    flame_help = mark("call chains too, as a flame graph: an SVG picture, or folded lines when FILE does not end in .svg")
    parser.add_argument("--flame", default="", metavar="FILE", help=flame_help)
    parser.add_argument("--record", default="", metavar="FILE", help="also write every tick to FILE, which must not exist")
    parser.add_argument("--replay", default="", metavar="FILE", help="the means of a recording instead of a measurement")
    parser.add_argument("--code", default="", metavar="FUNCTION", help="the function's instructions with the faults of each")
    heap_help = mark(
        "also ask the Go program --pid for its heap: HTTP requests (expvar, pprof) to the loopback ports it listens on; nothing else does"
    )
    parser.add_argument("--heap", action="store_true", help=heap_help)
    light_help = mark("--where of all processes, counted in the kernel at almost no cost to them; where we may not, polkit asks for a password")
    parser.add_argument("--light", action="store_true", help=light_help)
    parser.add_argument("--where", action="store_true", help="attribute faults to functions and mappings; without --pid of all processes")


def run(args: argparse.Namespace) -> int:
    """0 also where a process is gone or may not be seen, as `why` says; 3 for a recording that cannot be read, 74 for one that cannot be written."""
    from inspector.faults.launch import NoProgramError
    from inspector.faults.record import NoRecordingError

    if args.dirty:
        return _run_dirty(args)
    if args.live:
        from inspector.cli.faults_live import run_live

        run_live(hz=min(args.hz, _LIVE_HZ), pid=args.pid, top=args.top, style=style_of(args), lines=lines)
        return 0
    if wrong := _misused(args):
        complain("faults", wrong)
        return USAGE_ERROR
    try:
        report = _report(args)
    except (NoRecordingError, NoProgramError) as error:
        complain("faults", str(error))
        return COULD_NOT_LOOK
    except OSError as error:
        return complain_unwritten("faults", args.record or args.flame, error)
    if args.json:
        print_json(_document(faults=report))
    else:
        print_lines(lines(report, style_of(args)))
    return 0


def _misused(args: argparse.Namespace) -> str:
    """Which options do not go together, empty where they do."""
    if args.heap and args.pid is None:
        return mark("--heap needs --pid")
    return mark("--light is of all processes: leave out --pid and --run") if args.light and (args.pid is not None or args.run) else ""


def _draw(drawing: TextIO, stacks: Counter[tuple[str, ...]]) -> None:
    from inspector.faults.flame import folded, picture

    title = tr("page faults by call chain: {n} faults", n=stacks.total())
    drawing.write(picture(stacks, title=title) if drawing.name.endswith(".svg") else folded(stacks))


def _run_dirty(args: argparse.Namespace) -> int:
    """Write rates instead of fault rates; 3 when they cannot be had."""
    from inspector.faults.dirty import measure_dirty

    if args.pid is None:
        complain("faults", "--dirty needs --pid")
        return USAGE_ERROR
    report = measure_dirty(args.pid, duration_s=args.duration or _DURATION_S, hz=args.hz)
    if args.json:
        print_json(_document(dirty=report))
    else:
        print_lines(dirty_lines(report, style_of(args)))
    return 0 if report.rows or not report.why else COULD_NOT_LOOK


def dirty_lines(report: DirtyReport, style: Style) -> list[str]:
    """The write rates as text."""
    rows = [(f"{row.pages_per_s:.0f}", str(row.pages), visible(told(row.mapping))) for row in report.rows]
    table = [(tr("PAGES/S"), tr("PAGES"), tr("MAPPING")), *rows]
    total = sum(row.pages_per_s for row in report.rows)
    head = tr("{rate} pages written per second over {seconds} s", rate=f"{total:.0f}", seconds=f"{report.duration_s:.1f}")
    out = [style.paint("bold", head), "", *columns(table)]
    if report.working_set is not None:
        out.append(tr("{n} different pages written in all ({method})", n=report.working_set, method=report.method))
    cost = tr("watching cost the process {n} minor faults; attaching took {ms} ms", n=report.extra_faults, ms=f"{report.attach_ms:.1f}")
    return [*out, cost] if report.rows else [_note(report.why or mark("nothing was written"), style)]


def _note(why: str, style: Style) -> str:
    return style.paint("warn", tr("note: {why}", why=visible(told(why))))


def _document(**parts: object) -> dict[str, object]:
    taken_at = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return {"schema": SCHEMA, "tool": ToolInfo(), "taken_at": taken_at, **parts}


def _report(args: argparse.Namespace) -> FaultReport:
    if args.replay:
        from inspector.faults.record import summary

        return summary(args.replay, top=args.top)
    from inspector.faults.launch import Launched
    from inspector.faults.record import Recorder
    from inspector.faults.report import Wanted, measure

    with ExitStack() as stack:
        recorder = stack.enter_context(Recorder(args.record)) if args.record else None
        program = stack.enter_context(Launched(args.run)) if args.run else None
        drawing = stack.enter_context(open(args.flame, "x", encoding="utf-8")) if args.flame else None
        wanted = Wanted(
            where=args.where or args.light or program is not None, light=args.light, lender=_lender() if args.light else None, heap=args.heap,
            code=args.code, program=program, tell=recorder.add if recorder else None, stacks=partial(_draw, drawing) if drawing else None,
        )  # fmt: skip
        duration = args.duration or (_RUN_S if program else _DURATION_S)
        return measure(duration_s=duration, hz=args.hz, pid=args.pid, top=args.top, wanted=wanted)


def _lender() -> "Lender":
    """Root's observer; that somebody will be asked for a password is said before."""
    from inspector.engine import observing

    lender = observing.lender()
    start = lender.start

    def say_and_start() -> "LentTrace":
        assert start
        complain("faults", tr("asking through polkit for leave to count the faults of all processes"))
        return start()

    return lender._replace(start=say_and_start) if start else lender


def lines(report: FaultReport, style: Style) -> list[str]:
    """The report as text: system first, then one line per process."""
    system = report.system
    minor, major, seconds = _rate(system.minor_per_s), _rate(system.major_per_s), f"{report.duration_s:.1f}"
    head = tr("system: {minor} minor and {major} major faults/s over {seconds} s", minor=minor, major=major, seconds=seconds)
    rates = (tr("MINOR/S"), tr("MAJOR/S"))
    table: list[tuple[str, ...]] = [(*rates, tr("FAULTS"), "PID", "GO", tr("NAME"), tr("COMMAND"))]
    table += [_cells(process) for process in report.processes]
    out = [style.paint("bold", head)]
    if report.processes:
        out += ["", *_right_aligned(table)]
    groups = [(*rates, tr("CGROUP")), *((_rate(g.minor_per_s), _rate(g.major_per_s), visible(g.path)) for g in report.cgroups)]
    threads = [(*rates, "TID", tr("THREAD"))]
    threads += [(_rate(t.minor_per_s), _rate(t.major_per_s), str(t.tid), visible(t.name)) for t in report.threads]
    out += ["", *columns(groups)] if report.cgroups else []
    out += ["", *columns(threads)] if len(report.threads) > 1 else []
    if report.gc:
        out += ["", _gc_line(report.gc)]
    if report.heap:
        out += ([] if report.gc else [""]) + [_heap_line(report.heap)]
    if report.where:
        out += ["", *_place_lines(report)]
    if report.code:
        out += ["", *_code_lines(report.code, style)]
    if report.lost:
        out += ["", style.paint("warn", tr("{n} samples were lost: the shares above miss them", n=report.lost))]
    out += [style.paint("warn", tr("finding: {what}", what=visible(words))) for words in _findings(report)]
    if report.why:
        out += ["", _note(report.why, style)]
    return out


def _findings(report: FaultReport) -> list[str]:
    from inspector.checks import measured

    return [finding.text.render() for finding in measured.judge(report)]


def _gc_line(gc: GcReport) -> str:
    if gc.why:
        return tr("garbage collector: {why}", why=visible(told(gc.why)))
    share = f"{gc.marking:.0%}"
    return tr("garbage collector: {n} cycles begun ({rate}/s), marking {share} of the time", n=gc.cycles, rate=_rate(gc.per_s), share=share)


def _heap_line(heap: Heap) -> str:
    if not heap.source:
        return tr("heap: {why}", why=visible(told(heap.why)))
    sizes = (
        (tr("in use"), heap.in_use), (tr("obtained"), heap.obtained), (tr("given back"), heap.returned),
        (tr("next collection at"), heap.next_collection),
    )  # fmt: skip
    known = ", ".join(f"{what} {size / (1 << 20):.1f} MB" for what, size in sizes if size is not None)
    return tr("heap: {sizes}, {n} collections so far (told by {source})", sizes=known, n=heap.collections, source=visible(heap.source))


def _place_lines(report: FaultReport) -> list[str]:
    head = (tr("SHARE"), tr("FAULTS"), tr("FUNCTION"), tr("KIND"), tr("MAPPING"), tr("OBJECT"), tr("SOURCE"))
    table: list[tuple[str, ...]] = [head]
    if any(place.inlined for place in report.where):
        table[0] += (tr("INLINED"),)
    for place in report.where:
        words = (place.function, tr(place.kind), told(place.mapping), place.object.rpartition("/")[2], place.source, " in ".join(place.inlined))
        share, count = f"{place.share:.1%}", str(place.samples)
        table.append((f"{share:>6}", f"{count:>7}", *(_short(visible(word)) for word in words)))
    return columns(table)


def _code_lines(code: Listing, style: Style) -> list[str]:
    touched = f"{code.touched_low:#x}-{code.touched_high:#x}" if code.touched_high else ""
    what = tr("{function} in {object}", function=visible(code.function), object=visible(code.object))
    out = [style.paint("bold", "  ".join(filter(None, (what, touched and tr("data {range}", range=touched)))))]
    out += [tr("note: {why}", why=told(code.why))] if code.why else []
    before = ""
    for one in code.instructions:
        if one.source != before:
            out.append(style.paint("dim", f"            {visible(one.source)}"))
            before = one.source
        row = f"  {one.hits or '':>8}  {one.address:#x}  {one.text}"
        out.append(style.paint("bad", row) if one.hits else row)
    return out


def _short(words: str) -> str:
    return words if len(words) <= _COMMAND_WIDTH else "…" + words[1 - _COMMAND_WIDTH :]


def _cells(process: ProcessRates) -> tuple[str, ...]:
    command = visible(process.command or process.name)
    short = command if len(command) <= _COMMAND_WIDTH else command[: _COMMAND_WIDTH - 1] + "…"
    faults = str(process.minor + process.major)
    rates = (_rate(process.minor_per_s), _rate(process.major_per_s))
    return (*rates, faults, str(process.pid), "go" if process.go else "", visible(process.name), short)


def _right_aligned(table: list[tuple[str, ...]]) -> list[str]:
    widths = [max(width(row[i]) for row in table) for i in range(4)]
    return columns([(*(" " * (room - width(cell)) + cell for cell, room in zip(row, widths, strict=False)), *row[4:]) for row in table])


def _rate(per_s: float) -> str:
    return f"{per_s:.0f}" if per_s >= 10 or per_s == 0 else f"{per_s:.1f}"


def _pid(word: str) -> int:
    if not word.isdigit() or not 0 < int(word) < 1 << 22:
        raise argparse.ArgumentTypeError(f"{word!r} is not a process id")
    return int(word)


def _count(word: str) -> int:
    if not word.isdigit() or int(word) < 1:
        raise argparse.ArgumentTypeError(f"{word!r} is not a count of at least 1")
    return int(word)


def _positive(word: str) -> float:
    try:
        value = float(word)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{word!r} is not a number") from None
    if not 0 < value <= 86_400:
        raise argparse.ArgumentTypeError("must be more than 0 and at most 86400")
    return value


def _frequency(word: str) -> float:
    value = _positive(word)
    if value > 100:
        raise argparse.ArgumentTypeError("must be at most 100")
    return value
