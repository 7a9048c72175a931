"""Rehearse, apply and undo the remedies that the window offers as buttons."""

import argparse
import sys

from inspector.changes import install, root
from inspector.changes.problems import PenError, Refused
from inspector.cli import fix_text
from inspector.cli.looking import open_session
from inspector.cli.options import COULD_NOT_LOOK, add_json, add_look_options
from inspector.cli.output import Style, complain, print_json, print_lines, style_of
from inspector.engine import repaired
from inspector.engine.session import NothingToDoError, Session
from inspector.i18n import mark, tr
from inspector.model.plan import Rehearsal

NOTHING_OR_REFUSED = 1
NOT_VERIFIED = 2


_SAFE = mark("every finding that is safe to fix, as one change with one undo")


def configure(parser: argparse.ArgumentParser) -> None:
    """One sub-command each."""
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
    for verb, help_text, argument, count in (
        ("list", mark("findings that have a remedy"), "", ""),
        ("show", mark("one finding: cause, effects, remedy"), "ID", ""),
        ("simulate", mark("rehearse: the diff, and the matrix before and after; several IDs together"), "ID", "*"),
        ("apply", mark("rehearse, write, look again; rolls back by itself when reality differs"), "ID", "*"),
        ("script", mark("the same change as a shell script to read and run: it checks first, and ends with how to undo it"), "ID", "*"),
        ("shell", mark("a shell with the environment that the remedy would give; nothing is written"), "ID", ""),
        ("helper", mark("whether changes as root can be made with the helper, and a script that installs it"), "", ""),
        ("history", mark("what was applied, newest first"), "", ""),
        ("undo", mark("restore the exact bytes from before"), "RECEIPT", ""),
        ("forget", mark("forget the history: nothing applied so far can be undone afterwards"), "", ""),
    ):
        verb_parser = verbs.add_parser(verb, help=help_text, description=help_text)
        if count:
            verb_parser.add_argument("ids", metavar=argument, nargs=count)
            verb_parser.add_argument("--all-safe", action="store_true", help=_SAFE)
            verb_parser.add_argument("--plan", default="", metavar="PLAN", help="another way for one ID, as `fix simulate` lists them")
        elif argument:
            verb_parser.add_argument("id", metavar=argument)
        if verb in ("apply", "forget"):
            verb_parser.add_argument("--yes", action="store_true", help="do not ask")
        if verb == "apply":
            verb_parser.add_argument(
                "--in-place", action="store_true", help="agree that a file that cannot be exchanged (hard link, bind mount) is written in place"
            )
        if verb == "undo":
            verb_parser.add_argument("--keep-later", action="store_true", help="take it out of files that were edited since, and keep those edits")
        add_json(verb_parser)
        add_look_options(verb_parser)


def run(args: argparse.Namespace) -> int:
    """0, 1 nothing to do or refused, 2 applied but not verified (rolled back), 3 could not look."""
    session = open_session("fix", args)
    if session is None:
        return COULD_NOT_LOOK
    try:
        for note in session.recover():
            complain("fix", note)
        return _VERBS[args.verb](session, args, style_of(args))
    except (NothingToDoError, PenError) as reason:
        complain(f"fix {args.verb}", str(reason))
        return NOTHING_OR_REFUSED


def _list(session: Session, args: argparse.Namespace, style: Style) -> int:
    findings = [finding for finding in session.look().snapshot.findings if finding.fix]
    if args.json:
        print_json({"findings": findings})
    else:
        print_lines(fix_text.list_lines(findings, style))
    return 0 if findings else NOTHING_OR_REFUSED


def _show(session: Session, args: argparse.Namespace, style: Style) -> int:
    snapshot = session.look().snapshot
    finding = session.find(snapshot, args.id)
    if args.json:
        print_json(finding)
    else:
        print_lines(fix_text.finding_lines(finding, style))
    return 0


def _rehearsed(session: Session, args: argparse.Namespace) -> Rehearsal:
    """What the words ask for: one finding by its best or another plan, several together, or all that are safe."""
    if bool(args.ids) == args.all_safe:
        raise NothingToDoError(mark("say which: an ID, several, or --all-safe"))
    if len(args.ids) == 1:
        return session.simulate(args.ids[0], plan=args.plan)
    return session.simulate_batch(args.ids)


def _simulate(session: Session, args: argparse.Namespace, style: Style) -> int:
    rehearsal = _rehearsed(session, args)
    _tell(rehearsal, args, style)
    return 0 if rehearsal.removes else NOTHING_OR_REFUSED


def _script(session: Session, args: argparse.Namespace, style: Style) -> int:
    del style
    rehearsal = _rehearsed(session, args)
    text = rehearsal.by_hand or "".join(f"{line}\n" for line in rehearsal.plan.commands)
    sys.stdout.write(text)
    return 0 if text else NOTHING_OR_REFUSED


def _helper(session: Session, args: argparse.Namespace, style: Style) -> int:
    del session, style
    problem, script = root.unusable(), install.script()
    if args.json:
        print_json({"usable": not problem, "why": problem, "script": script})
    else:
        complain("fix helper", problem or mark("installed and usable"))
        sys.stdout.write(script)
    return NOTHING_OR_REFUSED if problem else 0


def _shell(session: Session, args: argparse.Namespace, style: Style) -> int:
    start = session.repaired(args.id)
    complain("fix shell", "this shell has the environment that the remedy would give; nothing was written; `exit` ends it")
    del style
    return repaired.run(start)


def _tell(rehearsal: Rehearsal, args: argparse.Namespace, style: Style) -> None:
    if args.json:
        print_json(rehearsal)
    else:
        print_lines(fix_text.rehearsal_lines(rehearsal, style))


def _apply(session: Session, args: argparse.Namespace, style: Style) -> int:
    rehearsal = _rehearsed(session, args)
    if rehearsal.refused or not rehearsal.edits:
        _tell(rehearsal, args, style)
        return NOTHING_OR_REFUSED
    if not rehearsal.removes:
        staying = ", ".join(finding for finding in rehearsal.plan.findings if finding not in rehearsal.vanish)
        complain("fix apply", f"the rehearsal does not remove {staying}; nothing was changed")
        return NOTHING_OR_REFUSED
    if args.yes and rehearsal.asks and not args.in_place:
        complain("fix apply", " ".join((*(ask.render() for ask in rehearsal.asks), tr("Say --in-place to agree."))))
        return NOTHING_OR_REFUSED
    if not args.yes and not _agreed(rehearsal, style):
        complain("fix apply", "nothing was changed")
        return NOTHING_OR_REFUSED
    receipt = session.apply(rehearsal, agreed=args.in_place or not args.yes)
    if args.json:
        print_json(receipt)
    else:
        print_lines(fix_text.receipt_lines(receipt, style))
    return 0 if receipt.verified else NOT_VERIFIED


def _agreed(rehearsal: Rehearsal, style: Style) -> bool:
    if not sys.stdin.isatty():
        complain("fix apply", "not a terminal: say --yes to apply without being asked")
        return False
    print_lines(fix_text.rehearsal_lines(rehearsal, style))
    sys.stdout.write(tr("Apply this? [y/N] "))
    sys.stdout.flush()
    return sys.stdin.readline().strip().lower() in ("y", "yes")


def _history(session: Session, args: argparse.Namespace, style: Style) -> int:
    history = session.history()
    if args.json:
        print_json(history)
    else:
        print_lines(fix_text.history_lines(history, style))
    return 0


def _undo(session: Session, args: argparse.Namespace, style: Style) -> int:
    try:
        receipt = session.undo_keeping_later(args.id) if args.keep_later else session.undo(args.id)
    except Refused as refusal:
        if refusal.reason == "moved-on" and not args.keep_later:
            print_lines(fix_text.moved_on_lines(session.three_ways(args.id), style))
        raise
    if args.json:
        print_json(receipt)
    else:
        print_lines(fix_text.undone_lines(receipt, style))
    return 0


def _forget(session: Session, args: argparse.Namespace, style: Style) -> int:
    del style
    if not args.yes:
        complain("fix forget", "say --yes: nothing applied so far can be undone afterwards")
        return NOTHING_OR_REFUSED
    session.forget()
    return 0


_VERBS = {
    "list": _list, "show": _show, "simulate": _simulate, "apply": _apply, "script": _script, "shell": _shell, "helper": _helper,
    "history": _history, "undo": _undo, "forget": _forget,
}  # fmt: skip
