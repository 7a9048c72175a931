"""What can leave this machine? The redacted bundle for a ticket."""

import argparse
import os
import sys
import time

from inspector.cli.looking import open_session
from inspector.cli.options import COULD_NOT_LOOK, add_look_options
from inspector.cli.output import complain


def configure(parser: argparse.ArgumentParser) -> None:
    """Where to, and what to leave out or add."""
    parser.add_argument("-o", "--output", default="", metavar="FILE.zip", help="where to write it (default: go-inspector-DATE.zip here)")
    parser.add_argument("--no-pictures", action="store_true", help="leave out the pictures of the window")
    parser.add_argument("--with-inputs", action="store_true", help="add the files that were read, redacted line by line")
    add_look_options(parser)


def run(args: argparse.Namespace) -> int:
    """0, or 3 when there is nothing that may leave."""
    from inspector.engine import reports
    from inspector.report.redact import LeakError

    session = open_session("report", args)
    if session is None:
        return COULD_NOT_LOOK
    looked = session.look()
    path = args.output or time.strftime("go-inspector-%Y%m%d-%H%M%S.zip")
    try:
        draft = reports.draft(session, looked, pictures=not args.no_pictures, inputs=args.with_inputs)
        data = draft.pack()
        reports.save(path, data)
    except LeakError as reason:
        complain("report", f"nothing was written: {reason}")
        return COULD_NOT_LOOK
    except OSError as error:
        complain("report", f"{path}: {os.strerror(error.errno or 0)}")
        return COULD_NOT_LOOK
    for note in draft.notes:
        complain("report", note)
    if path != "-":
        replaced = draft.redactor.redactions()
        counts = ", ".join(f"{count} {kind}" for kind, count in replaced.replaced.items()) or "nothing"
        sys.stdout.write(f"{path}  {len(data):,} bytes\nreplaced: {counts}; withheld: {replaced.withheld}\n")
    return 0
