"""Who is page-faulting now? A table on the terminal that repaints itself until it is interrupted."""

import shutil
import sys
import time
from collections.abc import Callable

from inspector.cli.output import Style
from inspector.faults.sampler import Sampler
from inspector.i18n import told, tr
from inspector.model.faults import FaultReport, SampleBatch, SystemRates
from inspector.report.text import cut

_HOME, _CLEAR_LINE, _CLEAR_REST = "\x1b[H", "\x1b[K", "\x1b[J"
_HIDE, _SHOW, _CLEAR = "\x1b[?25l", "\x1b[?25h", "\x1b[2J"


def run_live(*, hz: float, pid: int | None, top: int, style: Style, lines: Callable[[FaultReport, Style], list[str]]) -> None:
    """Repaint `hz` times a second until SIGINT; the cursor comes back whatever happens."""
    sampler = Sampler(top=top, pids=None if pid is None else (pid,), expected_s=1 / hz)
    sys.stdout.write(_CLEAR + _HIDE)
    try:
        while True:
            _paint(sampler.tick(), style, lines)
            time.sleep(1 / hz)
    except KeyboardInterrupt:
        return
    finally:
        sys.stdout.write(_SHOW)
        sys.stdout.flush()
        sampler.close()


def _paint(batch: SampleBatch, style: Style, lines: Callable[[FaultReport, Style], list[str]]) -> None:
    columns, height = shutil.get_terminal_size()
    system = batch.system or SystemRates(minor_per_s=0.0, major_per_s=0.0)
    notes = [told(batch.why)] if batch.why else []
    if batch.ended_per_s >= 1:
        notes.append(tr("{rate}/s by processes that ended", rate=f"{batch.ended_per_s:.0f}"))
    if batch.unattributed_per_s >= 1:
        notes.append(tr("{rate}/s not attributable", rate=f"{batch.unattributed_per_s:.0f}"))
    notes.append(tr("{n} processes, this table costs {ms} ms per tick", n=batch.process_count, ms=f"{batch.cost_ms:.1f}"))
    ordered = sorted(batch.processes, key=lambda p: (-(p.minor_per_s + p.major_per_s), not p.go))
    report = FaultReport(duration_s=batch.interval_s, hz=0, system=system, processes=tuple(ordered[: max(1, height - 8)]), why="; ".join(notes))
    shown = [cut(line, columns) for line in lines(report, style)][: height - 1]
    sys.stdout.write(_HOME + "".join(line + _CLEAR_LINE + "\n" for line in shown) + _CLEAR_REST)
    sys.stdout.flush()
