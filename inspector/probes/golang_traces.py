"""What else on this machine tells of Go? Telemetry counters of past weeks, editors that choose their own go, limits that stop it."""

from collections.abc import Iterator

from inspector.golang.editors import EditorLine, goland_lines, vscode_lines
from inspector.golang.telemetry import parse_counter_name
from inspector.host.base import Host
from inspector.model.base import shown
from inspector.model.golang import EditorGo, GoRun, Problem
from inspector.model.origin import Origin
from inspector.probes.golang_env import ContextGo

_RUNS_LIMIT = 500
_EDITORS = (("VS Code", ".config/Code"), ("Code - OSS", ".config/Code - OSS"), ("VSCodium", ".config/VSCodium"), ("Cursor", ".config/Cursor"))
_ENOUGH_KIB = 800_000
_FEW_LOCKED_KIB = 64
"""The usual limit before systemd 240 raised it: sixteen signal stacks."""
"""Address space below which a Go program of 64 bits may not start or allocate (measured: 700,000 KiB fails, 900,000 works)."""


def probe_runs(host: Host, gos: tuple[ContextGo, ...]) -> tuple[GoRun, ...]:
    """Programs of Go distributions that ran, newest week first, from file names only."""
    homes = {go.environ.get("XDG_CONFIG_HOME") or f"{go.environ.get('HOME', host.info.home)}/.config" for go in gos} or {f"{host.info.home}/.config"}
    found: set[GoRun] = set()
    for config in sorted(homes):
        directory = f"{config}/go/telemetry/local"
        for name in host.list_dir(directory).names:
            counter = parse_counter_name(name)
            if counter:
                version = counter.version.removeprefix("go") if counter.version.startswith("go1") else counter.version
                origin = Origin(kind="file", file=shown(f"{directory}/{name}"))
                found.add(GoRun(program=shown(counter.program), version=version, week=counter.week, origin=origin))
    return tuple(sorted(found, key=lambda run: (run.week, run.program, run.version), reverse=True)[:_RUNS_LIMIT])


def probe_editors(host: Host, project: str) -> tuple[EditorGo, ...]:
    """Editors' own choice of a go: user settings and the project's."""
    return tuple(_editors(host, project))


def _editors(host: Host, project: str) -> Iterator[EditorGo]:
    places = [(name, f"{host.info.home}/{folder}/User/settings.json") for name, folder in _EDITORS]
    if project:
        places.append(("VS Code", f"{project}/.vscode/settings.json"))
    for name, path in places:
        yield from _rows(name, path, vscode_lines(host.read(path).data))
    if project:
        path = f"{project}/.idea/workspace.xml"
        yield from _rows("GoLand", path, goland_lines(host.read(path).data, home=host.info.home, project=project))


def _rows(editor: str, path: str, lines: tuple[EditorLine, ...]) -> Iterator[EditorGo]:
    for line in lines:
        origin = Origin(kind="file", file=shown(path), line=line.number, text=line.text)
        yield EditorGo(editor=editor, key=line.key, value=line.value, origin=origin)


def probe_limits(host: Host) -> Iterator[Problem]:
    """Limits on address space and locked memory, inherited by whatever is started from here, that stop Go programs."""
    for line in host.read("/proc/self/limits").data.decode("utf-8", "replace").splitlines():
        if line.startswith("Max address space"):
            soft = line.split()[3]
            if soft.isdigit() and int(soft) >> 10 < _ENOUGH_KIB:
                yield Problem(id="address-space-limit", detail=f"{int(soft) >> 10} KiB")
        if line.startswith("Max locked memory"):
            soft = line.split()[3]
            if soft.isdigit() and int(soft) >> 10 <= _FEW_LOCKED_KIB:
                yield Problem(id="locked-memory-limit", detail=f"{int(soft) >> 10} KiB")
