"""What does the same project do on every Go that is installed? Runs go commands, in a sandbox, because it was asked to."""

import argparse
import sys

from inspector.cli.looking import open_session
from inspector.cli.options import COULD_NOT_LOOK, add_json, add_look_options
from inspector.cli.output import Style, columns, complain, print_json, print_lines, style_of, visible
from inspector.engine import lab
from inspector.i18n import told, tr
from inspector.model.lab import LabReport, LabStep

_FIRST = 60


def configure(parser: argparse.ArgumentParser) -> None:
    """PROJECT and `--run` besides the shared options."""
    examples = ", ".join(lab.EXAMPLE + name for name in lab.examples())
    parser.add_argument("lab_project", metavar="PROJECT", help=f"a directory, or one of {examples}")
    parser.add_argument("--run", default="", metavar="CMD", help="a shell command instead of vet, build and test; `go` is each toolchain's")
    parser.add_argument("--step-timeout", type=float, default=300.0, metavar="S", help="deadline of each step (default: 300)")
    add_json(parser)
    add_look_options(parser)


def run(args: argparse.Namespace) -> int:
    """0 the same everywhere, 1 results differ, 3 could not be held."""
    session = open_session("lab", args)
    if session is None:
        return COULD_NOT_LOOK
    if session.host.kind != "local":
        complain("lab", "a folder that poses as a machine executes nothing")
        return COULD_NOT_LOOK
    try:
        asked = lab.experiment(args.lab_project, args.run)
        golang = session.look(parts=("environment", "golang")).snapshot.golang
        cache = golang.setting("GOMODCACHE")
        report = lab.hold(
            asked, lab.toolchains(golang), home=session.host.info.home, module_cache=cache.value if cache else "", timeout_s=args.step_timeout,
            onlooker=lab.Onlooker(stage=_tell),
        )  # fmt: skip
    except lab.LabError as reason:
        complain("lab", str(reason))
        return COULD_NOT_LOOK
    if args.json:
        print_json(report)
    else:
        print_lines(_lines(report, style_of(args)))
    return 1 if report.differ else 0


def _tell(stage: str) -> None:
    if sys.stderr.isatty():
        sys.stderr.write(f"{told(stage)}\n")


def _lines(report: LabReport, style: Style) -> list[str]:
    header = ("GO", tr("STEP"), tr("RESULT"), tr("TIME"), tr("SAYS"))
    rows = [(row.version, step.name, _result(step), f"{step.duration_ms / 1000:.2f} s", _says(step)) for row in report.rows for step in row.steps]
    lines = columns([tuple(visible(cell) for cell in row) for row in [header, *rows]], indent=0)
    lines[0] = style.paint("dim", lines[0])
    if report.title:
        lines = [style.paint("bold", visible(tr(report.title))), *lines, "", visible(tr(report.truth))]
    lines.append(tr("differs: {what}", what=", ".join(map(told, report.differ))) if report.differ else tr("the same on every toolchain"))
    return [*lines, style.paint("dim", told(report.sandbox))]


def _result(step: LabStep) -> str:
    if step.status != "ended":
        return tr(step.status)
    return tr("ok") if step.exit_code == 0 else tr("exit {code}", code=step.exit_code)


def _says(step: LabStep) -> str:
    said = step.first_error or " | ".join(line for line in (step.stdout + step.stderr).splitlines() if line.strip())
    return said if len(said) <= _FIRST * 2 else said[: _FIRST * 2] + "…"
