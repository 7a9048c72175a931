"""What can leave this machine? The redacted bundle for a ticket."""

import argparse
import errno
import functools
import importlib
import os
import sys
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from inspector.cli.looking import open_session
from inspector.cli.options import COULD_NOT_LOOK, add_look_options
from inspector.cli.output import complain, complain_unwritten
from inspector.i18n import LANGUAGES, mark, tr

if TYPE_CHECKING:
    from inspector.model.reports import DraftReport
    from inspector.report.drafting import Made


def configure(parser: argparse.ArgumentParser) -> None:
    """Where to, and what to leave out or add."""
    parser.add_argument("-o", "--output", default="", metavar="FILE", help="where to: *.zip or *.pdf (default: go-inspector-DATE.goreport.zip here)")
    parser.add_argument("--no-pictures", action="store_true", help="leave out the pictures of the window")
    parser.add_argument("--with-inputs", action="store_true", help="add the files that were read, redacted line by line")
    parser.add_argument("--samples", default="", metavar="RECORDING", help="add the page faults of a recording (faults --record)")
    parser.add_argument("--hide", action="append", default=[], metavar="WORD", help="replace this word everywhere; may be given several times")
    parser.add_argument("--language", choices=tuple(LANGUAGES), default="", help="of what is told to people in it (default: yours)")
    add_look_options(parser)


def run(args: argparse.Namespace) -> int:
    """0, 3 when there is nothing that may leave, 74 when it cannot be written."""
    import msgspec

    from inspector.engine import reports

    session = open_session("report", args)
    if session is None:
        return COULD_NOT_LOOK
    looked = session.look()
    path = args.output or time.strftime("go-inspector-%Y%m%d-%H%M%S.goreport.zip")
    try:
        samples = reports.recorded(args.samples) if args.samples else ()
    except ValueError as reason:
        complain("report", str(reason))
        return COULD_NOT_LOOK
    order = reports.order(session.host, looked.snapshot, samples=samples, inputs=looked.paths if args.with_inputs else ())
    order = msgspec.structs.replace(order, hide=tuple(args.hide), language=args.language or order.language)
    made = reports.draft(order)
    found, notes = ({}, ()) if args.no_pictures or made.snapshot is None else _pictures(made, order.language)
    if path.endswith(".pdf"):
        return _write(path, made, functools.partial(_print_page, made.draft, found))
    if found or notes:
        made = reports.draft(msgspec.structs.replace(order, pictures=found, notes=notes))
    return _write(path, made, reports.save)


def _pictures(made: "Made", language: str) -> tuple[dict[str, bytes], tuple[str, ...]]:
    """The window in both themes, by name, and why there is none."""
    from inspector.engine import reports
    from inspector.model.reports import PictureWish

    assert made.snapshot is not None
    found: dict[str, bytes] = {}
    notes: list[str] = []
    for theme in ("light", "dark"):
        taken, why = reports.pictures(made.snapshot, made.samples, PictureWish(theme=theme, language=language))
        found |= {f"{picture.name}-{theme}": picture.png for picture in taken}
        notes += [mark(f"no pictures: {why}")] if why else []
    return found, tuple(dict.fromkeys(notes))


def _print_page(draft: "DraftReport", pictures: dict[str, bytes], path: str, _data: bytes) -> None:
    """Write the checked page as PDF, after it the light picture; raises OSError."""
    html = next(part.text for part in draft.parts if part.name == "report.html")
    with open(path, "wb"):
        os.chmod(path, 0o600)
    app = importlib.import_module("inspector.gui.app")  # the command line may not see the window's rooms, only start it
    if not app.print_page(html, {name: png for name, png in pictures.items() if name.endswith("-light")}, path):
        raise OSError(errno.EIO, os.strerror(errno.EIO))


def _write(path: str, made: "Made", save: "Callable[[str, bytes], None]") -> int:
    if made.refused:
        complain("report", f"nothing was written: {made.refused}")
        return COULD_NOT_LOOK
    try:
        save(path, made.data)
    except OSError as error:
        return complain_unwritten("report", path, error)
    for note in made.draft.notes:
        complain("report", note)
    if path != "-":
        counts: dict[str, int] = {}
        for row in made.draft.replaced:
            counts[row.kind] = counts.get(row.kind, 0) + row.times
        what = ", ".join(f"{count} {tr(kind)}" for kind, count in sorted(counts.items())) or tr("nothing")
        size = tr("{n} bytes", n=f"{len(made.data):,}")
        sys.stdout.write(f"{path}  {size}\n{tr('replaced: {what}; withheld: {n}', what=what, n=made.draft.withheld)}\n")
    return 0
