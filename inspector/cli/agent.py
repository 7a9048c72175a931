"""Serve a window or a remote client on standard input and output."""

import argparse

from inspector.cli.options import COULD_NOT_LOOK, add_look_options, look_options
from inspector.cli.output import complain


def configure(parser: argparse.ArgumentParser) -> None:
    """The shared look options."""
    add_look_options(parser)


def run(args: argparse.Namespace) -> int:
    """Serve until the client hangs up."""
    from inspector import i18n, settings
    from inspector.engine import agent
    from inspector.engine.hosts import UnusableOptionsError

    i18n.use_language(settings.load().settings.language or i18n.language())
    try:
        return agent.serve(look_options(args))
    except UnusableOptionsError as reason:
        complain("agent", str(reason))
        return COULD_NOT_LOOK
