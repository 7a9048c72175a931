"""Open the window, or say in one line why there is none and what to run instead."""

import importlib
import os
import sys
from typing import TYPE_CHECKING

from inspector.i18n import tr

if TYPE_CHECKING:
    import argparse

PAGES = ("overview", "shells", "golang", "kernels", "faults", "compare", "history")


def configure(parser: "argparse.ArgumentParser") -> None:
    """A report or a page to begin with, and the shared look options, handed on to the window's agent."""
    from inspector.cli.options import add_look_options

    parser.add_argument("file", nargs="?", default="", metavar="FILE", help="a report to show")
    parser.add_argument("--page", choices=PAGES, default="", help="the page to begin with")
    add_look_options(parser)


def run(args: "argparse.Namespace") -> int:
    """0 when it was closed, 3 without a display."""
    from inspector.cli.options import look_options
    from inspector.model.look import LookOptions

    if args.file:
        import argparse

        from inspector.cli import open as opening

        return opening.run(argparse.Namespace(file=args.file, json=False, text=False, color="auto"))
    options = look_options(args)
    return open_window([] if options == LookOptions() else list(options.arguments()), page=args.page)


def open_window(options: list[str], *, page: str = "") -> int:
    """Run the window until it is closed, or let the one that is there come forward; `options` are handed on to its agent. The exit code."""
    if not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY") or os.environ.get("QT_QPA_PLATFORM")):
        why = tr("there is no display; run `go-inspector doctor` for the verdict or `go-inspector screenshot -o window.png`")
        sys.stderr.write(f"go-inspector: {why}\n")
        from inspector.cli.options import COULD_NOT_LOOK

        return COULD_NOT_LOOK
    app = importlib.import_module("inspector.gui.app")  # the command line may not see the window's rooms, only start it
    return int(app.run(options, page=page))
