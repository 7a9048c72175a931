"""What does somebody else's report say? In the window, as text, or as the document it holds."""

import argparse
import importlib
import os

from inspector.cli.options import COULD_NOT_LOOK, add_color
from inspector.cli.output import complain, print_json, print_lines, style_of
from inspector.report.opening import open_report
from inspector.report.reading import UnreadableError


def configure(parser: argparse.ArgumentParser) -> None:
    """The file, and how to show it."""
    parser.add_argument("file", metavar="FILE", help="a report (.zip) or a snapshot (.json)")
    how = parser.add_mutually_exclusive_group()
    how.add_argument("--text", action="store_true", help="on the terminal")
    how.add_argument("--json", action="store_true", help="the snapshot it holds, as JSON")
    add_color(parser)


def run(args: argparse.Namespace) -> int:
    """0, or 3 when it cannot be read."""
    try:
        opened = open_report(args.file)
    except UnreadableError as reason:
        complain("open", f"{args.file}: {reason}")
        return COULD_NOT_LOOK
    for note in opened.notes:
        complain("open", note)
    if args.json:
        print_json(opened.snapshot)
        return 0
    if args.text:
        from inspector.report.text import snapshot_lines

        print_lines(snapshot_lines(opened.snapshot, style_of(args).paint))
        return 0
    return _window(os.path.abspath(args.file))


def _window(path: str) -> int:
    """The window's agent has the capped worker read the file again; here it was only seen to be a report."""
    if not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY") or os.environ.get("QT_QPA_PLATFORM")):
        complain("open", "there is no display; use --text or --json")
        return COULD_NOT_LOOK
    app = importlib.import_module("inspector.gui.app")  # the command line may not see the window's rooms, only start it
    return int(app.run([], report=path))
