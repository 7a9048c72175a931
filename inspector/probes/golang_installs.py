"""Which Go installations are there? Every `go` on a launch context's PATH, and every GOROOT a manager's layout promises; no tree is walked."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial

import msgspec

from inspector.golang import managers, releases
from inspector.host.base import Host
from inspector.model.base import UNKNOWN, shown
from inspector.model.environment import Environment
from inspector.model.golang import Install, Problem
from inspector.model.origin import Origin
from inspector.probes.golang_access import may_write
from inspector.probes.golang_identity import identify
from inspector.probes.golang_packages import owner_of
from inspector.probes.golang_places import MAX_PLACES, expand_pattern, goroot_of, is_program
from inspector.probes.golang_role import Identity
from inspector.probes.golang_shims import resolve
from inspector.probes.golang_trees import tree_problems

_MOVERS = frozenset((
    "GOMODCACHE", "GOPATH", "ASDF_DATA_DIR", "MISE_DATA_DIR", "GOENV_ROOT", "GVM_ROOT", "G_HOME", "GOUP_HOME", "CONDA_PREFIX", "VIRTUAL_ENV",
    "RUNNER_TOOL_CACHE",
))  # fmt: skip
"""Variables that move a manager's data."""
_DATABASES = {"apk": "alpine", "pacman": "arch", "xbps": "void"}


@dataclass
class _Found:
    """One go command under discovery: the names that lead to it, standard places before PATH hits."""

    real: str
    names: list[str] = field(default_factory=list)


def find_installs(host: Host, environment: Environment, *, project: str = "", today: str = "") -> tuple[Install, ...]:
    """All installations, those in standard places first, each named once however many links lead to it.

    `project` is the directory a version manager's launcher would choose for; `today` the ISO date for the support state (default: now).
    """
    variables = tuple(_variables(environment))
    found: dict[str, _Found] = {}
    for name in (*_standard_places(host, variables), *path_hits(host, environment), *_named_goroots(host, environment)):
        real = host.real_path(name)
        entry = found.setdefault(real, _Found(real))
        if name not in entry.names:
            entry.names.append(name)
    installs = [_install(host, entry, variables, project or host.info.home) for entry in found.values()]
    return _with_support(installs, today or datetime.now(UTC).date().isoformat())


def _with_support(installs: list[Install], today: str) -> tuple[Install, ...]:
    seen = [install.version for install in installs if install.version != UNKNOWN]
    return tuple(
        msgspec.structs.replace(install, support=releases.support(install.version, today=today, seen=seen)) if install.version != UNKNOWN else install
        for install in installs
    )


def _named_goroots(host: Host, environment: Environment) -> Iterator[str]:
    """The go commands of the GOROOTs that contexts export."""
    for root in dict.fromkeys(v.value for context in environment.contexts for v in context.variables if v.name == "GOROOT"):
        if root.startswith("/") and is_program(host, f"{root.rstrip('/')}/bin/go"):
            yield f"{root.rstrip('/')}/bin/go"


def path_hits(host: Host, environment: Environment) -> tuple[str, ...]:
    """Every executable `go` in an absolute PATH entry of any context, in PATH order, each once."""
    hits: dict[str, None] = {}
    seen: set[str] = set()
    for context in environment.contexts:
        for entry in (*(e.entry for e in context.path), *(e.entry for e in context.unread)):
            if entry.startswith("/") and entry not in seen:
                seen.add(entry)
                name = f"{entry.rstrip('/')}/go"
                if is_program(host, name):
                    hits[name] = None
    return tuple(hits)


def _variables(environment: Environment) -> Iterator[Mapping[str, str]]:
    """The distinct environments that can move a manager's data; at least one, empty."""
    yield {}
    seen: set[tuple[tuple[str, str], ...]] = {()}
    for context in environment.contexts:
        values = tuple((v.name, v.value) for v in context.variables if v.name in _MOVERS and v.value)
        if values not in seen:
            seen.add(values)
            yield dict(values)


def _standard_places(host: Host, variables: tuple[Mapping[str, str], ...]) -> Iterator[str]:
    """`bin/go` of every GOROOT that a layout promises and that is there."""
    patterns: dict[str, None] = {}
    for values in variables:
        settings = dict(values)
        settings.setdefault("GOMODCACHE", module_cache(host.info.home, values))
        for manager in managers.table():
            for pattern in manager.roots:
                absolute = managers.expand(pattern, home=host.info.home, variables=settings)
                if absolute:
                    patterns[absolute] = None
    roots = dict.fromkeys(root for pattern in patterns for root in expand_pattern(host, pattern))
    for root in tuple(roots)[:MAX_PLACES]:
        if is_program(host, f"{root}/bin/go"):
            yield f"{root}/bin/go"


def module_cache(home: str, variables: Mapping[str, str]) -> str:
    """GOMODCACHE for an environment: its own value, below the first GOPATH, or below ~/go."""
    gopath = variables.get("GOPATH", "").partition(":")[0] or f"{home.rstrip('/')}/go"
    return variables.get("GOMODCACHE") or f"{gopath}/pkg/mod"


def _install(host: Host, found: _Found, variables: tuple[Mapping[str, str], ...], directory: str) -> Install:
    identity = identify(host, found.real)
    goroot = goroot_of(host, found.real) if identity.role == "go-command" else ""
    owner = owner_of(host, found.real)
    manager = _manager(host, found, goroot, variables) if goroot else identity.role
    if owner.database in _DATABASES:
        manager = _DATABASES[owner.database]
    at = host.stat(goroot or found.real)
    shim = None if goroot else resolve(host, found.names[0], identity, environ=variables[-1], directory=directory)
    return Install(
        goroot=shown(goroot),
        go=shown(found.real),
        version=identity.version if identity.role == "go-command" else UNKNOWN,
        known="read" if identity.role == "go-command" else "failed",
        manager=shim.manager if shim else manager,
        package=owner.package,
        writable=may_write(host, at) if at.status == "ok" else "unknown",
        origin=Origin(kind="file", file=shown(found.names[0]), text=identity.raw or identity.why),
        toolchain_of=_toolchain_of(goroot),
        raw_version=identity.raw,
        links=tuple(shown(name) for name in found.names),
        runs=shown(shim.go) if shim else "",
        runs_why=shown(shim.why) if shim else "",
        problems=tuple(_problems(host, identity, found.real, goroot)),
    )


def _manager(host: Host, found: _Found, goroot: str, variables: tuple[Mapping[str, str], ...]) -> str:
    roots = [goroot, *(name.removesuffix("/bin/go") for name in found.names)]
    for root in roots:
        for values in variables:
            manager = managers.manager_of(root, home=host.info.home, variables=values, is_there=partial(_is_there, host))
            if manager:
                return manager.id
    return UNKNOWN


def _is_there(host: Host, path: str) -> bool:
    return host.stat(path).status == "ok"


def _toolchain_of(goroot: str) -> str:
    """The module cache a toolchain module lies in, empty for other installs."""
    head, found, _ = goroot.partition("/golang.org/toolchain@")
    return shown(head) if found else ""


def _problems(host: Host, identity: Identity, real: str, goroot: str) -> Iterator[Problem]:
    if identity.role == "go-command":
        yield from tree_problems(host, goroot, real, identity)
    else:
        yield Problem(id=f"not-go-{identity.role}", detail=identity.why or identity.raw)
