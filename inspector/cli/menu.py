"""Put this AppImage or checkout into the desktop's menu, or take it out again: shown first, written below the user's data directory only."""

import argparse
import os
import sys

from inspector.changes import menu
from inspector.cli.options import add_json
from inspector.cli.output import columns, complain, print_json, print_lines, tilde
from inspector.i18n import mark, told, tr
from inspector.model.menu import FileState, MenuState

REFUSED = 1
_STATES: dict[FileState, str] = {
    "absent": mark("not there"), "same": mark("installed"), "older": mark("of another version"), "foreign": mark("not ours"),
}  # fmt: skip


def configure(parser: argparse.ArgumentParser) -> None:
    """One verb each."""
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
    for verb, help_text in (
        ("show", mark("which files it would be, and how they stand")),
        ("install", mark("write the menu entry, its icons, and the type of reports")),
        ("remove", mark("delete exactly those files again")),
    ):
        sub = verbs.add_parser(verb, help=help_text, description=help_text)
        if verb != "show":
            sub.add_argument("--yes", action="store_true", help="do not ask")
        add_json(sub)


def run(args: argparse.Namespace) -> int:
    """0, or 1 when nothing was done: refused, or a file in the way is not ours."""
    now = menu.state()
    if args.verb != "show":
        if not args.json:
            print_lines(_lines(now))
        if args.verb == "install" and now.why:
            complain("menu", now.why)
            return REFUSED
        if not args.yes and not _agreed(args.verb):
            return REFUSED
        try:
            now = menu.install() if args.verb == "install" else menu.remove()
        except OSError as error:
            complain("menu", f"{error.filename or ''}: {os.strerror(error.errno or 0)}")
            return REFUSED
        for note in now.notes:
            complain("menu", note)
    if args.json:
        print_json(now)
    else:
        print_lines(_lines(now))
    return 0


def _lines(now: MenuState) -> list[str]:
    home = os.path.expanduser("~")
    return columns([(tr(_STATES[file.state]), tilde(file.path, home), told(file.purpose)) for file in now.files], indent=0)


def _agreed(verb: str) -> bool:
    if not sys.stdin.isatty():
        complain("menu", f"say --yes to {verb}")
        return False
    sys.stderr.write(tr("{verb}? [y/N] ", verb=verb))
    sys.stderr.flush()
    return sys.stdin.readline().strip().lower().startswith("y")
