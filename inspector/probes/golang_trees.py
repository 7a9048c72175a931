"""Is a GOROOT whole, and can it run here? Parts of different versions, an older tree underneath, another architecture, a missing interpreter."""

import os
from collections.abc import Iterator

from inspector.golang import versions
from inspector.golang.elf import RUNS_ON, read_needs
from inspector.golang.goroot import TOOLS, leftovers, parse_version_file
from inspector.host.base import Host
from inspector.i18n import mark
from inspector.model.base import UNKNOWN
from inspector.model.golang import Problem
from inspector.probes.golang_identity import identify
from inspector.probes.golang_places import mount_of
from inspector.probes.golang_role import Identity


def tree_problems(host: Host, goroot: str, go: str, identity: Identity) -> Iterator[Problem]:
    """What is wrong with an install; nothing of it is executed."""
    yield from _unusable(host, go, identity)
    if not goroot:
        yield Problem(id="no-goroot", detail=mark("there is no pkg/tool beside this go command: it is a copy outside its GOROOT"))
        return
    content = host.read(f"{goroot}/VERSION")
    said = parse_version_file(content.data).version if content.status == "ok" else ""
    if said and versions.release(said) != identity.version:
        yield Problem(id="version-file-differs", detail=mark(f"VERSION says {said}, the go command {identity.raw}"))
    yield from _mixed(host, goroot, identity)


def _mixed(host: Host, goroot: str, identity: Identity) -> Iterator[Problem]:
    tools = next((f"{goroot}/pkg/tool/{name}" for name in host.list_dir(f"{goroot}/pkg/tool").names if name.startswith("linux_")), "")
    if not tools:
        yield Problem(id="no-tools", detail=mark(f"{goroot}/pkg/tool holds no linux_ directory"))
        return
    names = host.list_dir(tools).names
    missing = [name for name in TOOLS if name not in names]
    if missing:
        yield Problem(id="tools-missing", detail=", ".join(missing))
    odd = [(name, found) for name in names if (found := identify(host, f"{tools}/{name}").raw) and found != identity.raw]
    if odd:
        yield Problem(id="mixed-tree", detail=mark(f"{', '.join(f'{name} is {raw}' for name, raw in odd[:3])}; the go command is {identity.raw}"))
    old = [file for file in leftovers(identity.version) if host.stat(f"{goroot}/{file}").status == "ok"]
    if old:
        yield Problem(id="mixed-tree", detail=mark(f"{', '.join(old)} should not exist in go {identity.version}: unpacked over an older tree"))


def _unusable(host: Host, go: str, identity: Identity) -> Iterator[Problem]:
    machine, runs = identity.info.machine if identity.info else 0, RUNS_ON.get(host.info.architecture, frozenset())
    if host.info.architecture != UNKNOWN and runs and machine not in runs:
        yield Problem(id="wrong-architecture", detail=mark(f"ELF machine {machine} does not run on {host.info.architecture}"))
    if identity.info and identity.info.dynamic:
        yield from _interpreter(host, go)
    mount = mount_of(host, go)
    if mount and "noexec" in mount.options:
        yield Problem(id="noexec", detail=mark(f"{mount.point} is mounted noexec"))


def _interpreter(host: Host, go: str) -> Iterator[Problem]:
    try:
        fd = host.open_binary(go)
    except OSError:
        return
    try:
        needs = read_needs(fd)
    finally:
        os.close(fd)
    if needs and needs.interpreter and host.stat(needs.interpreter).status == "absent":
        yield Problem(id="missing-interpreter", detail=mark(f"{needs.interpreter} is not here"))
