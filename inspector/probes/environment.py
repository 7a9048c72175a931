"""What environment does each launch context yield, which `go` does it run, and which line of which file made it so?"""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

from inspector.host.base import Host
from inspector.i18n import tr
from inspector.model.base import shown
from inspector.model.environment import CONTEXT_IDS, Environment, LaunchContext, PathEntry, Shadow, Tool
from inspector.model.origin import Origin
from inspector.probes import contexts as launch
from inspector.probes import environment_trace, environment_unread, environment_values
from inspector.probes.contexts import Base
from inspector.probes.environment_trace import Startup
from inspector.shells.base import Trace
from inspector.shells.registry import shell_named

TOOLS = ("go", "gofmt", "gopls", "dlv")
"""Commands that every look resolves."""

Identify = Callable[[Host, str], str]
"""A Go command's version from its file, `unknown` for anything else."""

_WORKERS = 4


def probe(
    host: Host, *, contexts: tuple[str, ...] = CONTEXT_IDS, project: str = "", execute: bool = True, tools: tuple[str, ...] = TOOLS,
    watched: tuple[str, ...] = (), identify: Identify,
) -> Environment:  # fmt: skip
    """The contexts asked for, in the contract's order; those this machine knows nothing of are left out.

    `execute=False` predicts instead of tracing. `watched` names variables to follow besides PATH and Go's own.
    """
    del project
    wanted = [context for context in CONTEXT_IDS if context in contexts]
    bases = [base for context in wanted if (base := launch.base_of(host, context))]
    with ThreadPoolExecutor(max_workers=_WORKERS, thread_name_prefix="context") as pool:
        found = list(pool.map(lambda base: _context(host, base, execute=execute, tools=tools, watched=watched, identify=identify), bases))
    return Environment(contexts=tuple(found))


def _context(host: Host, base: Base, *, execute: bool, tools: tuple[str, ...], watched: tuple[str, ...], identify: Identify) -> LaunchContext:
    title = tr(launch.TITLES[base.context])
    if base.known == "not-applicable":
        return LaunchContext(id=base.context, title=title, shell=base.shell, known="not-applicable", why=base.why, parent=base.parent)
    startup = _start(host, base, execute=execute, watched=watched)
    values = environment_values.Values(host, base, startup, watched)
    path = values.path_entries()
    return LaunchContext(
        id=base.context, title=title, shell=base.shell, known=startup.known, why=_why(base, startup),
        base_path=shown(base.environ.get("PATH", "")), parent=base.parent,
        init_files=environment_values.init_files(host, base, startup), path=path, variables=values.variables(),
        tools=tuple(_tools(host, path, tools, identify)), unread=environment_unread.unread(host, base, startup), notes=base.notes,
        duration_ms=round(startup.duration_ms, 1),
    )  # fmt: skip


def _why(base: Base, startup: Startup) -> str:
    return base.why if startup.why in ("", base.why) else f"{base.why}; {startup.why}"


def _start(host: Host, base: Base, *, execute: bool, watched: tuple[str, ...]) -> Startup:
    shell = shell_named(base.shell) if base.mode else None
    if base.mode and shell is None:
        return Startup(Trace(values=base.environ), "predicted", f"{base.shell or 'the login shell'} is not a shell this version can trace")
    if shell is None:
        return Startup(Trace(values=base.environ), base.known, base.why)
    return environment_trace.start(host, base, shell, execute=execute, watched=watched)


def _tools(host: Host, path: tuple[PathEntry, ...], names: tuple[str, ...], identify: Identify) -> Iterator[Tool]:
    """Each command as a walk along PATH resolves it; relative entries depend on the current directory and are passed over."""
    hits: dict[str, list[tuple[PathEntry, str, str]]] = {name: [] for name in names}
    asked: dict[str, str] = {}
    for entry in path:
        directory = _directory(entry)
        if not directory.startswith("/"):
            continue
        for name in names:
            file = f"{directory.rstrip('/')}/{name}"
            if file not in asked:
                asked[file] = host.real_path(file) if _is_executable(host, file) else ""
                if asked[file]:
                    hits[name].append((entry, file, asked[file]))
    for name in names:
        if hits[name]:
            (entry, file, real), *others = hits[name]
            shadows = tuple(
                Shadow(path=shown(path_), version=identify(host, real_), rank=entry_.rank) for entry_, path_, real_ in others if real_ != real
            )
            yield Tool(
                name=name, path=shown(file), real_path=shown(real), version=identify(host, real), origin=_decided(entry), rank=entry.rank,
                shadows=shadows,
            )  # fmt: skip


def _directory(entry: PathEntry) -> str:
    return entry.entry_bytes.decode("utf-8", "surrogateescape") if isinstance(entry.entry_bytes, bytes) else entry.entry


def _decided(entry: PathEntry) -> Origin:
    return entry.origin


def _is_executable(host: Host, file: str) -> bool:
    found = host.stat(file)
    return found.status == "ok" and (found.mode & 0o170000) == 0o100000 and bool(found.mode & 0o111)
