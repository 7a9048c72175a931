"""Look once at everything: the whole document, or the same told as text."""

import argparse
import sys

from inspector.cli.looking import open_session
from inspector.cli.options import COULD_NOT_LOOK, add_json, add_look_options
from inspector.cli.output import complain, complain_unwritten, print_json, print_lines, style_of
from inspector.engine.reading_go import with_disk_use
from inspector.model import wire


def configure(parser: argparse.ArgumentParser) -> None:
    """`-o FILE` besides the shared options."""
    add_json(parser)
    parser.add_argument("-o", "--output", default="", metavar="FILE", help="write the JSON document to FILE")
    parser.add_argument("--disk-use", action="store_true", help="also add up what every Go installation takes on disk")
    add_look_options(parser)


def run(args: argparse.Namespace) -> int:
    """0, 3 when nothing could be looked at, 74 when FILE cannot be written."""
    session = open_session("snapshot", args)
    if session is None:
        return COULD_NOT_LOOK
    snapshot = session.look().snapshot
    if args.disk_use:
        snapshot = with_disk_use(session.host, snapshot)
    for part, reason in snapshot.look.failed.items():
        complain("snapshot", f"{part}: {reason}")
    if args.output:
        try:
            _write(args.output, wire.encode_pretty(snapshot))
        except OSError as error:
            return complain_unwritten("snapshot", args.output, error)
    elif args.json:
        print_json(snapshot)
    else:
        from inspector.report.text import snapshot_lines

        print_lines(snapshot_lines(snapshot, style_of(args).paint))
    return COULD_NOT_LOOK if "environment" in snapshot.look.failed and "kernel" in snapshot.look.failed else 0


def _write(path: str, data: bytes) -> None:
    if path == "-":
        sys.stdout.buffer.write(data)
        return
    with open(path, "wb") as file:
        file.write(data)
