"""Open the window, or say in one line why there is none and what to run instead."""

import importlib
import os
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse


def configure(parser: "argparse.ArgumentParser") -> None:
    """The shared look options, handed on to the window's agent."""
    from inspector.cli.options import add_look_options

    add_look_options(parser)


def run(args: "argparse.Namespace") -> int:
    """Run the window with these options until it is closed."""
    from inspector.cli.options import look_options

    return open_window(list(look_options(args).arguments()))


def open_window(options: list[str]) -> int:
    """Run the window until it is closed; `options` are handed on to its agent. The exit code."""
    if not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY") or os.environ.get("QT_QPA_PLATFORM")):
        sys.stderr.write("go-inspector: there is no display; run `go-inspector doctor` for the verdict or `go-inspector screenshot -o window.png`\n")
        from inspector.cli.options import COULD_NOT_LOOK

        return COULD_NOT_LOOK
    app = importlib.import_module("inspector.gui.app")  # the command line may not see the window's rooms, only start it
    return int(app.run(options))
