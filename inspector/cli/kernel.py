"""What can this kernel do, what says so, and what forbids it?"""

import argparse

from inspector.cli.looking import could_look, open_session
from inspector.cli.options import COULD_NOT_LOOK, add_json, add_look_options
from inspector.cli.output import print_json, print_lines, style_of


def configure(parser: argparse.ArgumentParser) -> None:
    """The shared options."""
    add_json(parser)
    add_look_options(parser)


def run(args: argparse.Namespace) -> int:
    """0, or 3 when the kernel could not be looked at."""
    session = open_session("kernel", args)
    if session is None:
        return COULD_NOT_LOOK
    snapshot = session.look(parts=("kernel",)).snapshot
    if not could_look("kernel", snapshot.look.failed, part="kernel"):
        return COULD_NOT_LOOK
    if args.json:
        print_json(snapshot.kernel)
    else:
        from inspector.report.text import kernel_lines

        print_lines(kernel_lines(snapshot.kernel, style_of(args).paint))
    return 0
