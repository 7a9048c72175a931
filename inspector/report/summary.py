"""How is a snapshot told in a ticket? Markdown: verdict, matrix, findings, versions, within the length a tracker accepts."""

from inspector.i18n import tr
from inspector.model.environment import LaunchContext
from inspector.model.snapshot import Snapshot
from inspector.report.text import printable, verdict

LONGEST = 60_000
_TOOLS = 6
_FINDINGS = 20
_GLYPHS = {"error": "✗", "warning": "⚠", "info": "i"}


def markdown(snapshot: Snapshot) -> str:
    """The summary, at most LONGEST characters."""
    host = snapshot.host
    lines = [
        f"### Go Inspector: {_cell(snapshot.findings[0].text.render() if snapshot.findings else verdict(snapshot))}", "",
        (f"{_cell(host.user)}@{_cell(host.hostname)} · {_cell(host.distribution)} · Linux {_cell(host.kernel_release)} {_cell(host.architecture)} · "
        f"{_cell(snapshot.taken_at)} · {_cell(snapshot.tool.name)} {_cell(snapshot.tool.version)}"), "",
        *_matrix(snapshot), *_findings(snapshot), *_installs(snapshot), *_kernel(snapshot),
    ]  # fmt: skip
    text = "\n".join(lines) + "\n"
    return text if len(text) <= LONGEST else text[: LONGEST - 20].rpartition("\n")[0] + "\n\n(shortened)\n"


def tools_shown(snapshot: Snapshot) -> tuple[str, ...]:
    """The commands worth a column: go first, then the others by name."""
    names = {tool.name for context in snapshot.environment.contexts for tool in context.tools}
    return tuple(sorted(names, key=lambda name: (name != "go", not name.startswith("go"), name)))[:_TOOLS]


def cell_text(context: LaunchContext, name: str) -> str:
    """What a command is in a context, in a few words."""
    tool = context.tool(name)
    return f"{tool.version} {tool.path}" if tool else "–" if context.known not in ("failed", "not-applicable") else tr(context.known)


def _matrix(snapshot: Snapshot) -> list[str]:
    tools = tools_shown(snapshot)
    if not tools:
        return []
    rows = [f"| {_cell(tr(c.title))} | " + " | ".join(_cell(cell_text(c, name)) for name in tools) + " |" for c in snapshot.environment.contexts]
    return [f"| {tr('Launch context')} | " + " | ".join(map(_cell, tools)) + " |", "|---" * (len(tools) + 1) + "|", *rows, ""]


def _findings(snapshot: Snapshot) -> list[str]:
    lines = []
    for finding in snapshot.findings[:_FINDINGS]:
        lines.append(f"- {_GLYPHS[finding.severity]} **{_cell(finding.text.render())}** – {_cell(finding.cause.sentence)}")
        if finding.cause.text:
            lines.append(f"  `{_code(finding.cause.text)}`")
    more = len(snapshot.findings) - _FINDINGS
    return [*lines, *([f"- {tr('and {n} more', n=more)}"] if more > 0 else []), ""]


def _installs(snapshot: Snapshot) -> list[str]:
    rows = [f"- go {_cell(i.version)} in `{_code(i.goroot or i.go)}` ({_cell(i.manager)})" for i in snapshot.golang.installs]
    return [*_details(f"{tr('Go installs')} ({len(rows)})", rows)]


def _kernel(snapshot: Snapshot) -> list[str]:
    rows = [f"- {tr(c.verdict)}: {_cell(tr(c.title))} – {_cell(c.because)}" for c in snapshot.kernel.capabilities]
    return _details(f"{tr('Kernel')} {_cell(snapshot.kernel.release)} ({len(rows)})", rows)


def _details(title: str, rows: list[str]) -> list[str]:
    return ["<details><summary>" + title + "</summary>", "", *rows, "", "</details>", ""] if rows else []


def _cell(words: str) -> str:
    text = printable(" ".join(words.split()))
    for char in "\\`*_|[]<>#":
        text = text.replace(char, {"<": "&lt;", ">": "&gt;"}.get(char, "\\" + char))
    return text.replace("://", ":\u200b//").replace("@", "@\u200b")


def _code(words: str) -> str:
    return printable(" ".join(words.split())).replace("`", "'")
