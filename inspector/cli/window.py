"""Open the window, or say in one line why there is none and what to run instead."""

import argparse
import importlib
import os
import sys

from inspector.cli.options import COULD_NOT_LOOK, add_look_options, look_options


def configure(parser: argparse.ArgumentParser) -> None:
    """The shared look options, handed on to the window's agent."""
    add_look_options(parser)


def run(args: argparse.Namespace) -> int:
    """Run the window until it is closed."""
    if not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY") or os.environ.get("QT_QPA_PLATFORM")):
        sys.stderr.write("go-inspector: there is no display; run `go-inspector doctor` for the verdict or `go-inspector screenshot -o window.png`\n")
        return COULD_NOT_LOOK
    app = importlib.import_module("inspector.gui.app")  # the command line may not see the window's rooms, only start it
    return int(app.run(list(look_options(args).arguments())))
