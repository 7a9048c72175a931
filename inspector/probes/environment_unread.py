"""Which directories would an init file put in PATH if this context executed that line, and why does it not?"""

from collections.abc import Iterator

from inspector.host.base import Host
from inspector.i18n import mark
from inspector.model.base import shown
from inspector.model.environment import UnreadEntry
from inspector.model.origin import Origin
from inspector.probes.contexts_base import Base
from inspector.probes.environment_trace import Startup, read_text
from inspector.shells import bash_syntax
from inspector.shells.bash_static import path_additions


def unread(host: Host, base: Base, startup: Startup) -> tuple[UnreadEntry, ...]:
    """For the files this kind of start looks for and those it read; nothing where no shell starts."""
    if base.mode in (None, "command"):
        return ()
    return tuple(_entries(host, startup))


def _entries(host: Host, startup: Startup) -> Iterator[UnreadEntry]:
    home = host.info.home
    present = set((startup.trace.values or {}).get("PATH", "").split(":"))
    hiding = _hiding_file(host, startup)
    paths = dict.fromkeys([c.path for c in startup.candidates] + [f.path for f in startup.trace.files])
    given: set[str] = set()
    for path in paths:
        if not path.startswith(home + "/"):
            continue
        data = read_text(host, path)
        if data is None:
            continue
        lines = _executed(host, startup, path)
        for addition in path_additions(data, home=home):
            if lines & set(range(addition.line, addition.last_line + 1)) or addition.directory in present or addition.directory in given:
                continue
            given.add(addition.directory)
            hidden = hiding if lines == frozenset() and any(c.path == path and c.certainty == "first-of" for c in startup.candidates) else ""
            yield UnreadEntry(
                entry=shown(addition.directory), why=_why(data, path, addition.line, lines, hidden), hidden_by=shown(hidden),
                origin=Origin(kind="file", file=shown(path), line=addition.line, text=shown(addition.text), confidence="statement"),
            )  # fmt: skip


def _executed(host: Host, startup: Startup, path: str) -> frozenset[int]:
    for file, lines in startup.trace.executed.items():
        if file == path or host.real_path(file) == host.real_path(path):
            return lines
    return frozenset()


def _hiding_file(host: Host, startup: Startup) -> str:
    """The profile that bash reads in place of those after it in the list."""
    for candidate in startup.candidates:
        if candidate.certainty == "first-of" and host.read(candidate.path).status == "ok":
            return candidate.path
    return ""


def _why(data: bytes, path: str, line: int, lines: frozenset[int], hidden: str) -> str:
    if hidden and hidden != path:
        return mark(f"{path} is not read: {hidden} is there and comes first")
    if not lines:
        return mark(f"{path} is not read in this context")
    guard = next(
        (node for node in bash_syntax.top_level(data) if node.end_point[0] + 1 < line and bash_syntax.leaves_early(node, conditional=True)), None
    )
    if guard and max(lines) <= guard.end_point[0] + 1:
        return mark(f"line {guard.start_point[0] + 1} of {path} ends the file for shells that are not interactive")
    function = bash_syntax.function_around(data, line)
    if function:
        return mark(f"the function {function} is not called here")
    return mark("that branch is not taken here")
