"""How is a Snapshot told as plain text, for a terminal and for a ticket?"""

import re
import unicodedata
from collections.abc import Callable, Iterator

from inspector.i18n import tr
from inspector.model.environment import LaunchContext
from inspector.model.finding import Finding
from inspector.model.kernel import Kernel, Verdict
from inspector.model.snapshot import Snapshot
from inspector.model.wording import worded

Paint = Callable[[str, str], str]
"""Gives words the colour of a role (bold, dim, ok, warn, bad, accent), or leaves them."""

_UNBREAKABLE = re.compile(r"[\u0021-\u2e7f]+| |.")
"""A word of an alphabet, a space, or one character of a script that breaks anywhere."""
_NEVER_FIRST = "，。；：！？、）》”’"
_SEVERITY = {"error": ("✗", "bad"), "warning": ("⚠", "warn"), "info": ("i", "accent")}
_VERDICT: dict[Verdict, tuple[str, str]] = {
    "available": ("✓", "ok"),
    "restricted": ("⊘", "warn"),
    "absent": ("✗", "bad"),
    "unknown": ("?", "dim"),
}


def snapshot_lines(snapshot: Snapshot, paint: Paint) -> Iterator[str]:
    """The whole snapshot in the reader's language: host, findings, contexts, installs, kernel."""
    snapshot = worded(snapshot)
    host = snapshot.host
    yield paint("bold", printable(f"{host.user}@{host.hostname}  {host.distribution}  Linux {host.kernel_release} {host.architecture}"))
    yield from doctor_lines(snapshot, paint)
    yield ""
    yield paint("bold", tr("Launch contexts"))
    for context in snapshot.environment.contexts:
        yield from _context_lines(context, paint)
    yield ""
    yield paint("bold", tr("Go installs"))
    for install in snapshot.golang.installs:
        room = f"{install.disk_use >> 20:,} MiB" if isinstance(install.disk_use, int) else ""
        by = paint("dim", printable(f"{install.manager} {install.package} {room}".strip()))
        yield f"  {printable(install.version):<10} {printable(install.goroot)}  {by}"
    yield ""
    yield from kernel_lines(snapshot.kernel, paint)


def doctor_lines(snapshot: Snapshot, paint: Paint) -> Iterator[str]:
    """The verdict, then each finding with cause, effects and remedy, in the reader's language."""
    snapshot = worded(snapshot)
    if not snapshot.findings:
        yield paint("ok", f"✓ {verdict(snapshot)}")
    for finding in snapshot.findings:
        yield from _finding_lines(finding, paint)
    for part, reason in snapshot.look.failed.items():
        yield paint("warn", "? " + tr("{part} could not be looked at: {reason}", part=printable(part), reason=printable(reason)))


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
    yield paint(role, f"{glyph} {tr(finding.severity)}: ") + paint("bold", printable(finding.title))
    cause = tr("cause: {what}", what="")
    yield f"    {cause}{printable(finding.cause.sentence)}"
    if finding.cause.text:
        yield paint("dim", f"    {' ' * width(cause)}{printable(' '.join(finding.cause.text.split()))}")
    for effect in finding.effects:
        yield f"    {tr('effect: {what}', what=printable(effect.title))}"
    if finding.fix:
        command = paint("accent", f"go-inspector fix simulate {printable(finding.id)}")
        yield f"    {tr('fix ({safety}): {command}', safety=tr(finding.fix.safety), command=command)}"


def _context_lines(context: LaunchContext, paint: Paint) -> Iterator[str]:
    tool = context.tool("go")
    what = f"go {printable(tool.version)} {printable(tool.path)}" if tool else tr("no go")
    where = printable(tool.origin.place()) if tool else printable(context.why)
    yield f"  {padded(printable(tr(context.title)), 22)} {what}  {paint('dim', where)}  {paint('dim', tr(context.known))}"


def kernel_lines(kernel: Kernel, paint: Paint) -> Iterator[str]:
    """One line per capability in the reader's language: verdict, title, reason."""
    kernel = worded(kernel)
    source = tr("config: {source}", source=printable(kernel.config_source))
    yield paint("bold", f"{tr('Kernel')} {printable(kernel.release)}") + paint("dim", f"  {source}")
    room = max((width(c.title) for c in kernel.capabilities), default=0)
    for capability in kernel.capabilities:
        glyph, role = _VERDICT[capability.verdict]
        title, because = padded(printable(capability.title), room), paint("dim", printable(capability.because))
        yield f"  {paint(role, f'{glyph} {padded(tr(capability.verdict), 10)}')} {title}  {because}"
        if capability.contradiction:
            yield paint("warn", f"      {tr('contradiction: {what}', what=printable(capability.contradiction))}")


def printable(words: str) -> str:
    """The text with control and direction characters spelled out, so that it cannot steer a terminal."""
    return "".join(ch if ch.isprintable() else f"\\u{{{ord(ch):x}}}" for ch in words)


def width(words: str) -> int:
    """How many columns of a terminal the text takes: two for a wide character (Unicode's annex 11), none for one that joins the one before it."""
    return len(words) if words.isascii() else sum(map(_columns, words))


def _columns(character: str) -> int:
    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def padded(words: str, room: int) -> str:
    """The text, with spaces up to this many columns."""
    return words + " " * (room - width(words))


def cut(words: str, room: int) -> str:
    """As much of the text's beginning as this many columns hold."""
    while width(words) > room:
        words = words[:-1]
    return words


def wrapped(words: str, room: int) -> Iterator[str]:
    """A paragraph in lines of at most `room` columns; Chinese breaks between any two characters, but not before a stop."""
    line = ""
    for piece in _UNBREAKABLE.findall(words):
        if line and width(line + piece) > room and piece not in _NEVER_FIRST:
            yield line.rstrip()
            line = ""
        line += piece if line or piece != " " else ""
    if line:
        yield line.rstrip()
