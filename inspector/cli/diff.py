"""What differs between two reports, or a report and this machine?"""

import argparse

from inspector.cli.looking import open_session
from inspector.cli.options import COULD_NOT_LOOK, add_json, add_look_options
from inspector.cli.output import columns, complain, print_json, print_lines, style_of, visible
from inspector.engine.comparing import LIVE, UnusableSideError, beside, side
from inspector.engine.session import Session
from inspector.i18n import told, tr, trn
from inspector.model.comparison import SideBySide
from inspector.model.opened import Opened

_LONGEST = 72


def configure(parser: argparse.ArgumentParser) -> None:
    """Two sides."""
    parser.add_argument("left", metavar="A", help="a report, a snapshot, or `live`")
    parser.add_argument("right", metavar="B", help="a report, a snapshot, or `live`")
    add_json(parser)
    add_look_options(parser)


def run(args: argparse.Namespace) -> int:
    """0 the same, 1 different, 3 when a side cannot be read."""
    session = open_session("diff", args)
    if session is None:
        return COULD_NOT_LOOK
    left, right = (_side(word, session) for word in (args.left, args.right))
    if left is None or right is None:
        return COULD_NOT_LOOK
    comparison = beside(left, right)
    if args.json:
        print_json(comparison)
    else:
        print_lines(_lines(comparison, args))
    return 0 if comparison.same else 1


def _side(word: str, session: Session) -> Opened | None:
    try:
        opened = side(word, session.look().snapshot if word == LIVE else None, session.keeper)
    except UnusableSideError as reason:
        complain("diff", str(reason))
        return None
    for note in opened.notes:
        complain("diff", f"{word}: {told(note)}")
    return opened


def _lines(comparison: SideBySide, args: argparse.Namespace) -> list[str]:
    paint = style_of(args).paint
    left, right = comparison.left, comparison.right
    lines = [f"A {visible(left.host)} {left.taken_at}", f"B {visible(right.host)} {right.taken_at}"]
    rows = comparison.differing()
    for section in dict.fromkeys(row.section for row in rows):
        lines += ["", paint("bold", tr(section))]
        lines += columns([(visible(r.key), _cut(told(r.left) or "–"), _cut(told(r.right) or "–")) for r in rows if r.section == section])
    same = len(comparison.rows) - len(rows)
    if not rows:
        return [*lines, "", paint("ok", tr("the same: {count} rows", count=same))]
    return [*lines, "", trn("{n} row differs; the same: {same}", "{n} rows differ; the same: {same}", len(rows), same=same)]


def _cut(text: str) -> str:
    shown = visible(text)
    return shown if len(shown) <= _LONGEST else shown[: _LONGEST // 2 - 1] + "…" + shown[-_LONGEST // 2 :]
