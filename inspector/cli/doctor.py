"""What is wrong on this machine, what caused it, what follows, what would fix it?"""

import argparse

from inspector.cli.looking import could_look, open_session
from inspector.cli.options import COULD_NOT_LOOK, add_json, add_look_options
from inspector.cli.output import print_json, print_lines, style_of
from inspector.i18n import mark
from inspector.model.base import Severity

_LEVELS: dict[Severity, int] = {"info": 0, "warning": 1, "error": 2}


def configure(parser: argparse.ArgumentParser) -> None:
    """`--fail-on` besides the shared options."""
    add_json(parser)
    help_text = mark(f"exit 1 from this severity on: {', '.join(_LEVELS)} (default: warning)")
    parser.add_argument("--fail-on", choices=tuple(_LEVELS), default="warning", metavar="LEVEL", help=help_text)
    add_look_options(parser)


def run(args: argparse.Namespace) -> int:
    """0 nothing at or above the level, 1 findings, 3 could not look."""
    session = open_session("doctor", args)
    if session is None:
        return COULD_NOT_LOOK
    snapshot = session.look().snapshot
    looked = could_look("doctor", snapshot.look.failed, part="environment")
    if args.json:
        wanted = ("schema", "tool", "taken_at", "host", "findings")
        print_json({name: getattr(snapshot, name) for name in wanted})
    else:
        from inspector.report.text import doctor_lines

        print_lines(doctor_lines(snapshot, style_of(args).paint))
    if not looked:
        return COULD_NOT_LOOK
    return 1 if any(_LEVELS[f.severity] >= _LEVELS[args.fail_on] for f in snapshot.findings) else 0
