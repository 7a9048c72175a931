"""Which steps made a variable what it is, in each launch context?"""

import argparse
import textwrap

from inspector.cli.looking import could_look, open_session
from inspector.cli.options import COULD_NOT_LOOK, add_json, add_look_options
from inspector.cli.output import Style, padded, print_json, print_lines, style_of, tilde, visible
from inspector.golang.settings import table
from inspector.i18n import told, tr
from inspector.model.environment import CONTEXT_IDS, LaunchContext, Variable
from inspector.model.golang import GoSetting
from inspector.model.snapshot import Snapshot
from inspector.model.wording import worded


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
    go = not args.name or args.name in {variable.name for variable in table()}
    snapshot = session.look(parts=("environment", "golang") if go else ("environment",), watched=(args.name,) if args.name else ()).snapshot
    if not could_look("env", snapshot.look.failed, part="environment"):
        return COULD_NOT_LOOK
    contexts = [c for c in snapshot.environment.contexts if args.context in ("", c.id) and c.known != "not-applicable"]
    chosen = {c.id: [v for v in c.variables if args.name in ("", v.name)] for c in contexts}
    settings = {c.id: _settings(snapshot, c, args.name, chosen[c.id]) for c in contexts}
    if args.json:
        documents = [
            {
                "id": c.id, "title": c.title, "known": c.known, "why": c.why,
                "variables": chosen[c.id], "other_names": () if args.name else c.other_names, "settings": settings[c.id],
            }
            for c in contexts
        ]  # fmt: skip
        print_json({"name": args.name or None, "contexts": documents})
    else:
        style = style_of(args)
        print_lines(line for c in contexts for line in _lines(c, chosen[c.id], settings[c.id], snapshot.host.home, style, names=not args.name))
    return 1 if args.name and not any(chosen.values()) and not any(_from_file(row) for rows in settings.values() for row in rows) else 0


def _settings(snapshot: Snapshot, context: LaunchContext, name: str, known: list[Variable]) -> list[GoSetting]:
    """What the context's go takes from elsewhere than its environment; without a name only what an env file says."""
    if not context.tool("go"):
        return []
    names = [name] if name else sorted({row.name for row in snapshot.golang.env} - {variable.name for variable in known})
    rows = [row for each in names if each not in {v.name for v in known} and (row := snapshot.golang.setting(each, context.id))]
    return [row for row in rows if name or _from_file(row)]


def _from_file(row: GoSetting) -> bool:
    return row.origin.kind == "file"


def _lines(
    context: LaunchContext, variables: list[Variable], settings: list[GoSetting], home: str, style: Style, *, names: bool
) -> list[str]:  # fmt: skip
    lines = [style.paint("bold", tr(context.title)) + style.paint("dim", f"  {context.id}, {tr(context.known)}")]
    for variable in variables:
        lines.append(f"  {variable.name}={visible(variable.value)}")
        if not variable.history:
            lines.append(style.paint("dim", f"    {visible(variable.origin.describe())}"))
        for change in variable.history:
            place = visible(tilde(change.origin.place(), home))
            text = visible(worded(change.origin).text.strip())
            lines.append(f"    {padded(tr(change.kind), 9)} {style.paint('accent', place)}  {style.paint('dim', text)}")
            lines.extend(style.paint("warn", "              " + tr("lost {entry}", entry=visible(entry))) for entry in change.lost)
    for row in settings:
        lines.append(f"  {row.name}={visible(row.value)}")
        lines.append(style.paint("dim", f"    {visible(tilde(row.origin.place(), home) if _from_file(row) else row.origin.describe())}"))
        weaker = [visible(tilde(origin.place(), home)) for origin in row.overridden if origin.kind == "file"]
        lines.extend(style.paint("dim", "    " + tr("instead of {place}", place=place)) for place in weaker)
        if row.state:
            lines.append(style.paint("warn", f"    {tr(row.state)}: {visible(told(row.why))}"))
    others = context.other_names if names else ()
    if others:
        set_too = tr("also set, values not kept (`env NAME` shows one): {names}", names=", ".join(map(visible, others)))
        wrapped = textwrap.wrap(set_too, 100, initial_indent="  ", subsequent_indent="    ", break_on_hyphens=False)
        lines.extend(style.paint("dim", line) for line in wrapped)
    if not variables and not settings and not others:
        lines.append(style.paint("dim", "  " + (tr("not set") if context.known != "failed" else visible(told(context.why)))))
    return lines
