"""How is a Snapshot told as plain text, for a terminal and for a ticket?"""

from collections.abc import Callable, Iterator

from inspector.i18n import tr
from inspector.model.environment import LaunchContext
from inspector.model.finding import Finding
from inspector.model.kernel import Kernel, Verdict
from inspector.model.snapshot import Snapshot

Paint = Callable[[str, str], str]
"""Gives words the colour of a role (bold, dim, ok, warn, bad, accent), or leaves them."""

_SEVERITY = {"error": ("✗", "bad"), "warning": ("⚠", "warn"), "info": ("i", "accent")}
_VERDICT: dict[Verdict, tuple[str, str]] = {
    "available": ("✓", "ok"),
    "restricted": ("⊘", "warn"),
    "absent": ("✗", "bad"),
    "unknown": ("?", "dim"),
}


def snapshot_lines(snapshot: Snapshot, paint: Paint) -> Iterator[str]:
    """The whole snapshot: host, findings, contexts, installs, kernel."""
    host = snapshot.host
    yield paint("bold", printable(f"{host.user}@{host.hostname}  {host.distribution}  Linux {host.kernel_release} {host.architecture}"))
    yield from doctor_lines(snapshot, paint)
    yield ""
    yield paint("bold", "Launch contexts")
    for context in snapshot.environment.contexts:
        yield from _context_lines(context, paint)
    yield ""
    yield paint("bold", "Go installs")
    for install in snapshot.golang.installs:
        room = f"{install.disk_use >> 20:,} MiB" if isinstance(install.disk_use, int) else ""
        by = paint("dim", printable(f"{install.manager} {install.package} {room}".strip()))
        yield f"  {printable(install.version):<10} {printable(install.goroot)}  {by}"
    yield ""
    yield from kernel_lines(snapshot.kernel, paint)


def doctor_lines(snapshot: Snapshot, paint: Paint) -> Iterator[str]:
    """The verdict, then each finding with cause, effects and remedy."""
    if not snapshot.findings:
        yield paint("ok", f"✓ {verdict(snapshot)}")
    for finding in snapshot.findings:
        yield from _finding_lines(finding, paint)
    yield from (paint("warn", f"? {printable(part)} could not be looked at: {printable(reason)}") for part, reason in snapshot.look.failed.items())


def verdict(snapshot: Snapshot) -> str:
    """The one sentence for a host without findings."""
    tools = [(c, c.tool("go")) for c in snapshot.environment.contexts if c.known not in ("failed", "not-applicable")]
    found = {(tool.version, tool.path) for _, tool in tools if tool}
    if len(found) == 1 and all(tool for _, tool in tools):
        version, path = found.pop()
        place = printable(path.rpartition("/")[0])
        return tr("All {n} launch contexts run go {version} from {path}", n=len(tools), version=printable(version), path=place)
    if not found:
        return tr("No findings; none of {n} launch contexts has a go command", n=len(tools))
    return tr("No findings; {m} of {n} launch contexts have a go command", m=sum(1 for _, tool in tools if tool), n=len(tools))


def _finding_lines(finding: Finding, paint: Paint) -> Iterator[str]:
    glyph, role = _SEVERITY[finding.severity]
    yield paint(role, f"{glyph} {finding.severity}: ") + paint("bold", printable(finding.title))
    yield f"    cause: {printable(finding.cause.sentence)}"
    if finding.cause.text:
        yield paint("dim", f"           {printable(' '.join(finding.cause.text.split()))}")
    for effect in finding.effects:
        yield f"    effect: {printable(effect.title)}"
    if finding.fix:
        yield f"    fix ({finding.fix.safety}): " + paint("accent", f"go-inspector fix simulate {printable(finding.id)}")


def _context_lines(context: LaunchContext, paint: Paint) -> Iterator[str]:
    tool = context.tool("go")
    what = f"go {printable(tool.version)} {printable(tool.path)}" if tool else "no go"
    where = printable(tool.origin.place()) if tool else printable(context.why)
    yield f"  {printable(context.title):<22} {what}  {paint('dim', where)}  {paint('dim', context.known)}"


def kernel_lines(kernel: Kernel, paint: Paint) -> Iterator[str]:
    """One line per capability: verdict, title, reason."""
    yield paint("bold", f"Kernel {printable(kernel.release)}") + paint("dim", f"  config: {printable(kernel.config_source)}")
    width = max((len(c.title) for c in kernel.capabilities), default=0)
    for capability in kernel.capabilities:
        glyph, role = _VERDICT[capability.verdict]
        title, because = printable(capability.title), paint("dim", printable(capability.because))
        yield f"  {paint(role, f'{glyph} {capability.verdict:<10}')} {title:<{width}}  {because}"
        if capability.contradiction:
            yield paint("warn", f"      contradiction: {printable(capability.contradiction)}")


def printable(words: str) -> str:
    """The text with control and direction characters spelled out, so that it cannot steer a terminal."""
    return "".join(ch if ch.isprintable() else f"\\u{{{ord(ch):x}}}" for ch in words)
