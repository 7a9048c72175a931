"""Which steps made a variable what it is, in each launch context?"""

import argparse

from inspector.cli.looking import could_look, open_session
from inspector.cli.options import COULD_NOT_LOOK, add_json, add_look_options
from inspector.cli.output import Style, print_json, print_lines, style_of, tilde, visible
from inspector.model.environment import CONTEXT_IDS, LaunchContext, Variable


def configure(parser: argparse.ArgumentParser) -> None:
    """NAME and `--context` besides the shared options."""
    parser.add_argument("name", nargs="?", default="", metavar="NAME", help="a variable (default: PATH and every Go variable)")
    parser.add_argument("--context", default="", metavar="ID", choices=("", *CONTEXT_IDS), help="one launch context only")
    add_json(parser)
    add_look_options(parser)


def run(args: argparse.Namespace) -> int:
    """0, 1 when the named variable is set nowhere, 3 could not look."""
    session = open_session("env", args)
    if session is None:
        return COULD_NOT_LOOK
    snapshot = session.look(parts=("environment",), watched=(args.name,) if args.name else ()).snapshot
    if not could_look("env", snapshot.look.failed, part="environment"):
        return COULD_NOT_LOOK
    contexts = [c for c in snapshot.environment.contexts if args.context in ("", c.id) and c.known != "not-applicable"]
    chosen = {c.id: [v for v in c.variables if args.name in ("", v.name)] for c in contexts}
    if args.json:
        documents = [{"id": c.id, "title": c.title, "known": c.known, "why": c.why, "variables": chosen[c.id]} for c in contexts]
        print_json({"name": args.name or None, "contexts": documents})
    else:
        style = style_of(args)
        print_lines(line for c in contexts for line in _lines(c, chosen[c.id], snapshot.host.home, style))
    return 1 if args.name and not any(chosen.values()) else 0


def _lines(context: LaunchContext, variables: list[Variable], home: str, style: Style) -> list[str]:
    lines = [style.paint("bold", f"{context.title}") + style.paint("dim", f"  {context.id}, {context.known}")]
    for variable in variables:
        lines.append(f"  {variable.name}={visible(variable.value)}")
        if not variable.history:
            lines.append(style.paint("dim", f"    {visible(variable.origin.sentence)}"))
        for change in variable.history:
            place = visible(tilde(change.origin.place(), home))
            lines.append(f"    {change.kind:<9} {style.paint('accent', place)}  {style.paint('dim', visible(change.origin.text.strip()))}")
            lines.extend(style.paint("warn", f"              lost {visible(entry)}") for entry in change.lost)
    if not variables:
        lines.append(style.paint("dim", "  not set" if context.known != "failed" else f"  {visible(context.why)}"))
    return lines
