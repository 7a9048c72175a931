"""Which rows does the table of the lab have, how does it leave as CSV, and which examples come with the program?"""

import csv
import io
import os
import tomllib

from inspector import resources
from inspector.gui.rows import Cell, Row, Rows
from inspector.gui.theme import Tone
from inspector.i18n import mark, tr
from inspector.model.lab import LabReport, LabStep

EXAMPLE = "example:"
_STATUS = {
    "timed-out": mark("took too long"),
    "stopped": mark("stopped"),
    "refused": mark("not started"),
}
_TOLD = 4000
"""Letters of an output a tooltip shows."""


def examples() -> tuple[tuple[str, str], ...]:
    """Title and project word of each example."""
    names = sorted(os.listdir(resources.path("lab")))
    return tuple((str(tomllib.loads(resources.read_text("lab", name, "about.toml"))["title"]), EXAMPLE + name) for name in names)


def lab_rows(report: LabReport) -> Rows:
    """A row for each toolchain and step."""
    return tuple(_row(row.version, step, first=n == 0, differs=step.name in report.differ) for row in report.rows for n, step in enumerate(row.steps))


def _row(version: str, step: LabStep, *, first: bool, differs: bool) -> Row:
    good = step.status == "ended" and step.exit_code == 0
    tone: Tone = "" if good else "bad"
    said = step.first_error or " · ".join(line for line in (step.stdout + step.stderr).splitlines() if line.strip())
    whole = "\n".join(filter(None, (f"$ {step.command}", step.stdout.rstrip(), step.stderr.rstrip())))
    cells = (
        Cell(version if first else "", mono=True, bold=True),
        Cell(step.name, icon="matrix" if differs else "", tip=tr("Not the same on every toolchain.") if differs else step.command),
        Cell(result(step), tone="ok" if good else "bad", icon="ok" if good else "bad"),
        Cell(f"{step.duration_ms / 1000:,.2f}", right=True),
        Cell(said, mono=True, tone=tone or "dim", tip=whole[:_TOLD]),
    )
    return Row(f"{version} {step.name}", cells, ref=("lab", version, step.name), problem=not good)


def result(step: LabStep) -> str:
    """How a step ended, in a word or two."""
    if step.status != "ended":
        return tr(_STATUS[step.status])
    return tr("succeeded") if step.exit_code == 0 else tr("exit {code}", code=step.exit_code)


def as_csv(report: LabReport) -> bytes:
    """The whole table, one row per step."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(("go", "step", "status", "exit", "ms", "first error", "command"))
    for row in report.rows:
        writer.writerows((row.version, s.name, s.status, s.exit_code, f"{s.duration_ms:.1f}", s.first_error, s.command) for s in row.steps)
    return text.getvalue().encode()
