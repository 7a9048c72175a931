"""What environment does each launch context yield, which `go` does it run, and which line of which file made it so?"""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from inspector.host.base import Host
from inspector.host.recorder import RecordingHost
from inspector.i18n import mark
from inspector.model.base import shown
from inspector.model.environment import CONTEXT_IDS, Environment, LaunchContext, PathEntry, Shadow, Tool
from inspector.probes import contexts as launch
from inspector.probes import environment_trace, environment_unread, environment_values
from inspector.probes.carrying import NOTHING, Earlier, carried
from inspector.probes.contexts_base import Base, Result
from inspector.probes.environment_files import ask_what_they_ask
from inspector.probes.environment_trace import Startup
from inspector.probes.processes import probe_processes
from inspector.shells.base import Trace
from inspector.shells.registry import shell_named

TOOLS = ("go", "gofmt", "gopls", "dlv")
"""Commands that every look resolves."""

Identify = Callable[[Host, str], str]
"""A Go command's version from its file, `unknown` for anything else."""

_WORKERS = 4


@dataclass(frozen=True, slots=True)
class _Look:
    """How to look at every context."""

    host: Host
    project: str
    execute: bool
    tools: tuple[str, ...]
    watched: tuple[str, ...]
    identify: Identify

    def at(self, context: str, parent: Result | None) -> tuple[LaunchContext, Result]:
        """One context, and what it hands to its children."""
        part = replace(self, host=self.host.part(context)) if isinstance(self.host, RecordingHost) else self
        base = launch.base_of(part.host, context, project=self.project, execute=self.execute, parent=parent)
        return _context(part, base)


def probe(
    host: Host, *, contexts: tuple[str, ...] = CONTEXT_IDS, project: str = "", execute: bool = True, tools: tuple[str, ...] = TOOLS,
    watched: tuple[str, ...] = (), identify: Identify, earlier: Earlier = NOTHING,
) -> Environment:  # fmt: skip
    """The contexts asked for, in the contract's order; one that does not exist here is a row that says why.

    `execute=False` predicts instead of tracing. `watched` names variables to follow besides PATH and Go's own. Of an `earlier` look that asked
    the same, the contexts that its changes do not reach are carried over as they are.
    """
    look = _Look(host, project, execute, tools, watched, identify)
    kept = carried(contexts, launch.PARENTS, earlier)
    if isinstance(host, RecordingHost):
        for context in kept:
            host.part(context).note(earlier.reads[context])
    asked = [context for context in contexts if context not in kept]
    parents = {launch.PARENTS[context] for context in asked if context in launch.PARENTS}
    first = [context for context in CONTEXT_IDS if context not in launch.PARENTS and (context in asked or context in parents)]
    second = [context for context in CONTEXT_IDS if context in launch.PARENTS and context in asked]
    with ThreadPoolExecutor(max_workers=_WORKERS, thread_name_prefix="context") as pool:
        found = dict(zip(first, pool.map(lambda context: look.at(context, None), first), strict=True))
        results = {context: result for context, (row, result) in found.items() if row.known not in ("failed", "not-applicable")}
        found |= zip(second, pool.map(lambda context: look.at(context, results.get(launch.PARENTS[context])), second), strict=True)
    rows = tuple(kept.get(context) or found[context][0] for context in CONTEXT_IDS if context in contexts)
    return Environment(contexts=rows, processes=probe_processes(host, rows) if host.kind != "folder" else ())


def _context(look: _Look, base: Base) -> tuple[LaunchContext, Result]:
    host, title = look.host, launch.TITLES[base.context]
    now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    if base.known == "not-applicable":
        row = LaunchContext(id=base.context, title=title, shell=base.shell, known="not-applicable", why=base.why, parent=base.parent, looked_at=now)
        return row, Result(base.context, {}, {}, (), "not-applicable")
    startup = _start(host, base, execute=look.execute, watched=look.watched)
    always = (candidate.path for candidate in startup.candidates if candidate.certainty in ("always", "silent"))
    texts = (*(file.path for file in startup.trace.files), *always)
    ask_what_they_ask(host, texts, {**base.environ, **startup.trace.values})
    values = environment_values.Values(host, base, startup, look.watched)
    path, variables = values.path_entries(), values.variables()
    row = LaunchContext(
        id=base.context, title=title, shell=base.shell, known=startup.known, why=_why(base, startup),
        base_path=shown(base.environ.get("PATH", "")), parent=base.parent,
        init_files=(*base.init_files, *environment_values.init_files(host, base, startup)), path=path, variables=variables,
        other_names=values.other_names() if base.context == "this-program" else (),
        tools=() if base.files_elsewhere else tuple(resolve(host, path, look.tools, look.identify)),
        unread=(*base.ignored, *environment_unread.unread(host, base, startup)), notes=base.notes, duration_ms=round(startup.duration_ms, 1),
        traced_ms=round(startup.traced_ms, 1), slow_lines=values.slow_lines(), looked_at=now,
    )  # fmt: skip
    origins = {**base.origins, **{variable.name: variable.origin for variable in variables}}
    return row, Result(base.context, startup.trace.values or base.environ, origins, tuple(entry.origin for entry in path), startup.known)


def _why(base: Base, startup: Startup) -> str:
    return base.why if startup.why in ("", base.why) else f"{base.why}; {startup.why}"


def _start(host: Host, base: Base, *, execute: bool, watched: tuple[str, ...]) -> Startup:
    if base.files:
        return environment_trace.read_files(host, base, watched)
    shell = shell_named(base.shell) if base.mode else None
    if base.mode and shell is None:
        return Startup(Trace(values=base.environ), "predicted", mark(f"{base.shell or 'the login shell'} is not a shell this version can trace"))
    if shell is None:
        return Startup(Trace(values=base.environ), base.known, base.why)
    return environment_trace.start(host, base, shell, execute=execute, watched=watched)


def resolve(host: Host, path: tuple[PathEntry, ...], names: tuple[str, ...], identify: Identify) -> Iterator[Tool]:
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
                name=name, path=shown(file), real_path=shown(real), version=identify(host, real), origin=entry.origin, rank=entry.rank,
                shadows=shadows,
            )  # fmt: skip


def _directory(entry: PathEntry) -> str:
    return entry.entry_bytes.decode("utf-8", "surrogateescape") if isinstance(entry.entry_bytes, bytes) else entry.entry


def _is_executable(host: Host, file: str) -> bool:
    found = host.stat(file)
    return found.status == "ok" and (found.mode & 0o170000) == 0o100000 and bool(found.mode & 0o111)
