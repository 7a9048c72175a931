"""Which options does every looking command share, and how do they become what the engine needs?"""

import argparse
import sys

from inspector.model.look import LookOptions

USAGE_ERROR = 64


class Parser(argparse.ArgumentParser):
    """An argument parser whose usage errors exit 64, as sysexits.h has it."""

    def error(self, message: str) -> "argparse.NoReturn":  # type: ignore[name-defined]
        self.print_usage(sys.stderr)
        self.exit(USAGE_ERROR, f"{self.prog}: {message}\n")
