"""What does a snapshot look like to a program? Its JSON Schema."""

import argparse

from inspector.cli.output import print_json
from inspector.model import wire


def configure(_parser: argparse.ArgumentParser) -> None:
    """No options."""


def run(_args: argparse.Namespace) -> int:
    """Print the schema."""
    print_json(wire.schema())
    return 0
