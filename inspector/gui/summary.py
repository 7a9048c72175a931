"""What does a colleague need in a ticket? The findings as Markdown, with the home directory written `~`."""

from inspector.gui import words
from inspector.i18n import tr
from inspector.model.snapshot import Snapshot


def markdown(snapshot: Snapshot) -> str:
    """The verdict, its causes and effects, and what each launch context runs."""
    home = snapshot.host.home
    lines = [
        f"### {tr('Go Inspector')} {snapshot.tool.version}",
        "",
        f"{snapshot.host.distribution}, Linux {snapshot.kernel.release}, {snapshot.host.architecture}",
        "",
    ]
    for finding in snapshot.findings:
        lines.append(f"- **{finding.severity}** {_plain(finding.text.render(), home)}")
        lines.append(f"  - {tr('cause')}: `{_code(words.chain(finding.cause, home))}`")
        lines += [f"  - {_plain(effect.text.render(), home)}" for effect in finding.effects]
    if not snapshot.findings:
        lines.append(f"- {tr('no findings')}")
    lines += ["", f"| {tr('Launch context')} | go | {tr('Decided by')} |", "|---|---|---|"]
    for context in snapshot.environment.contexts:
        go = context.tool("go")
        if go:
            lines.append(f"| {_plain(context.title, home)} | {go.version} | `{_code(words.chain(go.origin, home))}` |")
    return "\n".join(lines) + "\n"


def _plain(text: str, home: str) -> str:
    shown = text.replace(home + "/", "~/") if home not in ("", "/") else text
    return shown.replace("|", "\\|").replace("<", "&lt;")


def _code(text: str) -> str:
    return text.replace("`", "'").replace("|", "\\|")
