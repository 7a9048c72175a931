"""Which toolchain would each context's go use in this project, where would it come from, and what would go say about it?"""

import os
import re
from collections.abc import Iterator

from inspector.golang import versions
from inspector.golang.gomod import ModFile, parse_mod
from inspector.golang.mentions import FILES, WORKFLOWS, mentions
from inspector.golang.selection import Choice, complaint, old_complaint, select, sentence
from inspector.host.base import Host
from inspector.i18n import mark
from inspector.model.base import shown
from inspector.model.golang import Problem, Project, ProjectSetting, Selection
from inspector.model.origin import Origin, derived
from inspector.probes.golang_env import ContextGo
from inspector.probes.golang_identity import identify
from inspector.probes.golang_sources import probe_loops
from inspector.probes.golang_supply import supply

_LOOPS_CHANGED = "1.22"
_FIRST_TO_REFUSE = 21
"""The first minor that refuses a go line newer than itself."""
_MAX_WORKFLOWS = 50


def probe_project(host: Host, gos: tuple[ContextGo, ...], directory: str) -> Project:
    """The demands of the project and every context's choice. A directory without go.mod above it has none, and every go runs itself."""
    governing = gos[0].governing if gos else _nearest(host, directory)
    mod = parse_mod(host.read(governing).data) if governing else ModFile()
    selections = tuple(selection(host, go) for go in gos)
    first = selections[0] if selections else None
    return Project(
        dir=shown(directory),
        go_directive=shown(mod.go.value),
        toolchain_directive=shown(mod.toolchain.value),
        selected_toolchain=first.selected if first else "",
        why=first.reason.said() if first else "",
        origin=_demanded_by(governing, mod),
        per_context={s.context: s.selected for s in selections},
        governed_by=shown(governing),
        module=shown(mod.module or _module_of(host, gos)),
        selections=selections,
        settings=tuple(_settings(host, directory)),
        loops=probe_loops(host, directory) if any(s.silent_loops for s in selections) else (),
        problems=tuple(_problems(host, directory, gos)),
    )


def _demanded_by(governing: str, mod: ModFile) -> Origin:
    if not governing:
        return derived(mark("no go.mod and no go.work above the directory"))
    return Origin(kind="file", file=shown(governing), line=mod.go.number, text=shown(mod.go.text))


def _nearest(host: Host, directory: str) -> str:
    candidate = f"{directory.rstrip('/')}/go.mod"
    return candidate if host.stat(candidate).status == "ok" else ""


def _module_of(host: Host, gos: tuple[ContextGo, ...]) -> str:
    return parse_mod(host.read(gos[0].mod).data).module if gos and gos[0].mod else ""


def selection(host: Host, go: ContextGo) -> Selection:
    """One context's choice, resolved to where the toolchain would come from."""
    mod = parse_mod(host.read(go.governing).data) if go.governing else ModFile()
    gotoolchain = go.value("GOTOOLCHAIN")
    choice = select(go.identity.raw, gotoolchain, mod, modules=go.modules)
    source = supply(host, go, choice)
    prints = source.prints or _complaint(host, go, choice, mod)
    base = go.governing.rpartition("/")[2]
    why = sentence(choice, local=go.identity.version, gotoolchain=gotoolchain, file=base, go111module=go.value("GO111MODULE"))
    return Selection(
        context=go.context.id,
        go=shown(go.path),
        version=go.identity.version,
        outcome=choice.outcome,
        selected=_selected(host, go, choice, source.file),
        found=source.found,
        reason=why,
        gotoolchain=gotoolchain,
        wanted=choice.name,
        file=shown(source.file),
        prints=prints,
        silent_loops=not prints and _silent_loops(go, choice, parse_mod(host.read(go.mod).data) if go.mod else ModFile()),
    )


def _selected(host: Host, go: ContextGo, choice: Choice, file: str) -> str:
    """The version that would do the work: what the file found really is, else what its name promises."""
    if choice.outcome == "local":
        return go.identity.version
    real = identify(host, file) if file else None
    if real and real.role == "go-command":
        return real.version
    return versions.release(choice.name) if choice.outcome == "switch" else ""


def _complaint(host: Host, go: ContextGo, choice: Choice, mod: ModFile) -> str:
    """What a go that stays itself says when it is too old for the module; one up to 1.20 parses go.work and go.mod alike."""
    if choice.outcome != "local" or not go.modules or not go.governing:
        return ""
    if go.minor >= _FIRST_TO_REFUSE:
        return complaint(go.identity.raw, go.value("GOTOOLCHAIN"), mod, file=_short_path(go.governing, go.directory))
    said = (old_complaint(parse_mod(host.read(file).data), file=file) for file in (go.work, go.mod) if file)
    return next(filter(None, said), "")


def _short_path(path: str, directory: str) -> str:
    """cmd/go's base.ShortPath: relative where that is shorter."""
    relative = os.path.relpath(path, directory)
    return relative if len(relative) < len(path) else path


def _silent_loops(go: ContextGo, choice: Choice, own: ModFile) -> bool:
    """Go up to 1.20 takes a `go 1.22` line of the module as advice and compiles loops with their old meaning; a patch-level line stops it."""
    if choice.outcome != "local" or go.minor >= _FIRST_TO_REFUSE:
        return False
    demand = own.go.value
    return demand.count(".") == 1 and versions.compare(demand, _LOOPS_CHANGED) >= 0 and not own.toolchain.value


def _settings(host: Host, directory: str) -> Iterator[ProjectSetting]:
    """What the project's build and CI files set; only files of known names are read, at the top of the project."""
    workflows = [f"{WORKFLOWS}/{name}" for name in host.list_dir(f"{directory}/{WORKFLOWS}").names if name.endswith((".yml", ".yaml"))]
    for name in (*FILES, *workflows[:_MAX_WORKFLOWS]):
        path = f"{directory}/{name}"
        for found in mentions(host.read(path).data):
            origin = Origin(kind="file", file=shown(path), line=found.number, text=found.text)
            yield ProjectSetting(name=found.name, value=found.value, origin=origin)


def _problems(host: Host, directory: str, gos: tuple[ContextGo, ...]) -> Iterator[Problem]:
    """A governing file that is not the project's own, and a repository that git refuses to read for this user."""
    repository = next((place for place in _upward(directory) if host.stat(f"{place.rstrip('/')}/.git").status == "ok"), "")
    owner = host.stat(repository) if repository else None
    if owner and owner.uid not in {host.info.uid, 0}:
        yield Problem(id="vcs-owner", detail=mark(f"{repository} belongs to uid {owner.uid}, git runs as {host.info.uid}"))
    mod, work = (gos[0].mod, gos[0].work) if gos else ("", "")
    for file in (work, mod):
        place = file.rpartition("/")[0] or "/"
        outside = bool(repository) and not f"{place.rstrip('/')}/".startswith(f"{repository.rstrip('/')}/")
        own_below = file == work and bool(mod) and len(mod.rpartition("/")[0]) > len(place) and not _inside_work(host, work, mod)
        if file and place != directory and (place == host.info.home or outside or own_below):
            yield Problem(id="stray-parent", detail=file)


def _inside_work(host: Host, work: str, mod: str) -> bool:
    """Whether a go.work has a `use` for the module's directory, spelled relative to it."""
    relative = mod.rpartition("/")[0].removeprefix(work.rpartition("/")[0]).strip("/")
    uses = re.findall(rb"^\s*(?:use\s+)?\"?\.?/?([^\s\"()/][^\s\"()]*)\"?\s*$", host.read(work).data, re.MULTILINE)
    return relative.encode("utf-8", "surrogateescape") in uses


def _upward(directory: str) -> Iterator[str]:
    place = directory
    while place.startswith("/"):
        yield place
        if place == "/":
            return
        place = place.rpartition("/")[0] or "/"
