"""What can leave this machine? The redacted bundle for a ticket."""

import argparse
import os
import sys
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from inspector.cli.looking import open_session
from inspector.cli.options import COULD_NOT_LOOK, add_look_options
from inspector.cli.output import complain

if TYPE_CHECKING:
    from inspector.report.drafting import Made


def configure(parser: argparse.ArgumentParser) -> None:
    """Where to, and what to leave out or add."""
    parser.add_argument("-o", "--output", default="", metavar="FILE.zip", help="where to write it (default: go-inspector-DATE.zip here)")
    parser.add_argument("--no-pictures", action="store_true", help="leave out the pictures of the window")
    parser.add_argument("--with-inputs", action="store_true", help="add the files that were read, redacted line by line")
    parser.add_argument("--samples", default="", metavar="RECORDING", help="add the page faults of a recording (faults --record)")
    parser.add_argument("--hide", action="append", default=[], metavar="WORD", help="replace this word everywhere; may be given several times")
    add_look_options(parser)


def run(args: argparse.Namespace) -> int:
    """0, or 3 when there is nothing that may leave."""
    import msgspec

    from inspector.engine import reports
    from inspector.model.reports import PictureWish

    session = open_session("report", args)
    if session is None:
        return COULD_NOT_LOOK
    looked = session.look()
    path = args.output or time.strftime("go-inspector-%Y%m%d-%H%M%S.zip")
    try:
        samples = reports.recorded(args.samples) if args.samples else ()
    except ValueError as reason:
        complain("report", str(reason))
        return COULD_NOT_LOOK
    order = reports.order(session.host, looked.snapshot, samples=samples, inputs=looked.paths if args.with_inputs else ())
    order = msgspec.structs.replace(order, hide=tuple(args.hide))
    made = reports.draft(order)
    if made.snapshot is not None and not args.no_pictures:
        taken = [reports.pictures(made.snapshot, made.samples, PictureWish(theme=theme)) for theme in ("light", "dark")]
        found = {f"{picture.name}-{theme}": picture.png for theme, (some, _) in zip(("light", "dark"), taken, strict=True) for picture in some}
        notes = tuple(dict.fromkeys(f"no pictures: {why}" for _, why in taken if why))
        made = reports.draft(msgspec.structs.replace(order, pictures=found, notes=notes))
    return _write(path, made, reports.save)


def _write(path: str, made: "Made", save: "Callable[[str, bytes], None]") -> int:
    if made.refused:
        complain("report", f"nothing was written: {made.refused}")
        return COULD_NOT_LOOK
    try:
        save(path, made.data)
    except OSError as error:
        complain("report", f"{path}: {os.strerror(error.errno or 0)}")
        return COULD_NOT_LOOK
    for note in made.draft.notes:
        complain("report", note)
    if path != "-":
        counts: dict[str, int] = {}
        for row in made.draft.replaced:
            counts[row.kind] = counts.get(row.kind, 0) + row.times
        told = ", ".join(f"{count} {kind}" for kind, count in sorted(counts.items())) or "nothing"
        sys.stdout.write(f"{path}  {len(made.data):,} bytes\nreplaced: {told}; withheld: {made.draft.withheld}\n")
    return 0
