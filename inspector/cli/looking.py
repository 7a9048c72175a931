"""How does a command get its Session, and what does it say when there is none?"""

import argparse

from inspector.cli.options import look_options
from inspector.cli.output import complain
from inspector.engine.hosts import UnusableOptionsError
from inspector.engine.session import Session


def open_session(command: str, args: argparse.Namespace) -> Session | None:
    """A session for the shared options; None after saying why there is none."""
    try:
        return Session(look_options(args))
    except UnusableOptionsError as reason:
        complain(command, str(reason))
        return None


def could_look(command: str, failed: dict[str, str], *, part: str) -> bool:
    """Whether the part of a look that the command needs was looked at; says why not."""
    for name, reason in failed.items():
        complain(command, f"{name}: {reason}")
    return part not in failed
