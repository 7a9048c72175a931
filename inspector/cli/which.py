"""Which file runs when a name is typed, per launch context, and which line made it so?"""

import argparse

from inspector.cli.looking import could_look, open_session
from inspector.cli.options import COULD_NOT_LOOK, add_json, add_look_options
from inspector.cli.output import Style, columns, complain, print_json, print_lines, style_of, tilde, visible
from inspector.i18n import mark, told, tr
from inspector.model.environment import CONTEXT_IDS, LaunchContext
from inspector.model.origin import Origin
from inspector.model.snapshot import Snapshot
from inspector.model.which import Hint, HintKind

Hints = dict[str, tuple[Hint, ...]]
_BUT: dict[HintKind, str] = {
    "alias": mark("{context}: an alias of this name in {place} comes first"),
    "function": mark("{context}: a function of this name in {place} comes first"),
    "abbreviation": mark("{context}: typing it expands an abbreviation from {place}"),
    "remembered": mark("{context}: {place} may still remember another file; `hash -r` there"),
}


def configure(parser: argparse.ArgumentParser) -> None:
    """TOOL and `--context` besides the shared options."""
    parser.add_argument("tool", nargs="?", default="go", metavar="TOOL", help="a command name (default: go)")
    parser.add_argument("--context", default="", metavar="ID", choices=("", *CONTEXT_IDS), help="one launch context only")
    add_json(parser)
    add_look_options(parser)


def run(args: argparse.Namespace) -> int:
    """0 found everywhere as the same file, 1 differs or is missing somewhere, 3 could not look."""
    session = open_session("which", args)
    if session is None:
        return COULD_NOT_LOOK
    if "/" in args.tool:
        complain("which", f"{args.tool}: a command name is wanted, not a path")
        return 64
    snapshot = session.look(parts=("environment",), tools=(args.tool,)).snapshot
    if not could_look("which", snapshot.look.failed, part="environment"):
        return COULD_NOT_LOOK
    hints = {found.context: found.hints for found in session.which(snapshot, (args.tool,))}
    contexts = [c for c in snapshot.environment.contexts if args.context in ("", c.id) and c.known != "not-applicable"]
    if args.json:
        print_json(_document(args.tool, contexts, hints))
    else:
        print_lines([*_lines(args.tool, contexts, snapshot, style_of(args)), *_but(contexts, hints, snapshot, style_of(args))])
    found = {tool.real_path for c in contexts if (tool := c.tool(args.tool))}
    return 0 if len(found) == 1 and all(c.tool(args.tool) for c in contexts) else 1


def _document(name: str, contexts: list[LaunchContext], hints: Hints) -> dict[str, object]:
    rows = [
        {
            "id": c.id, "title": c.title, "shell": c.shell, "known": c.known, "why": c.why, "tool": c.tool(name), "hints": hints.get(c.id, ()),
        }
        for c in contexts
    ]  # fmt: skip
    return {"tool": name, "contexts": rows}


def _but(contexts: list[LaunchContext], hints: Hints, snapshot: Snapshot, style: Style) -> list[str]:
    """What would run in place of the file where the name is typed."""
    home = snapshot.host.home
    lines = [tr(_BUT[hint.kind], context=c.id, place=tilde(hint.origin.place(), home)) for c in contexts for hint in hints.get(c.id, ())]
    return [style.paint("dim", visible(f"  {line}")) for line in dict.fromkeys(lines)]


def _lines(name: str, contexts: list[LaunchContext], snapshot: Snapshot, style: Style) -> list[str]:
    home = snapshot.host.home
    rows = []
    for context in contexts:
        tool = context.tool(name)
        if tool is None:
            why = tr("no PATH entry has {name}", name=name) if context.known != "failed" else told(context.why)
            rows.append((context.id, tr("not found"), "", why))
            continue
        rows.append((context.id, tool.version, tilde(tool.path, home), _decided(tool.origin, home)))
    lines = columns([tuple(visible(cell) for cell in row) for row in [(tr("CONTEXT"), tr("VERSION"), tr("RUNS"), tr("DECIDED BY")), *rows]], indent=0)
    lines[0] = style.paint("dim", lines[0])
    for context in contexts:
        tool = context.tool(name)
        if tool:
            for shadow in tool.shadows:
                words = tr("{context} shadows {path} ({version})", context=context.id, path=tilde(shadow.path, home), version=shadow.version)
                lines.append(style.paint("dim", visible(f"  {words}")))
    uncertain = [c for c in contexts if c.known not in ("observed", "read")]
    lines.extend(style.paint("dim", visible(f"  {c.id}: {tr(c.known)}: {told(c.why)}")) for c in uncertain)
    return lines


def _decided(origin: Origin, home: str) -> str:
    sentence = origin.describe()
    return sentence.replace(home + "/", "~/") if home not in ("", "/") else sentence
