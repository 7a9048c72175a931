"""Does a Go binary fit this machine? CPU level, architecture, glibc and kernel floors, support of the Go that built it; nothing is run."""

import os
from collections.abc import Iterator
from typing import NamedTuple

from inspector.golang import releases, versions
from inspector.golang.buildinfo import BuildInfo
from inspector.golang.elf import RUNS_ON, Needs, read_needs
from inspector.host.base import Host
from inspector.i18n import mark
from inspector.model.base import UNKNOWN
from inspector.model.golang import Problem
from inspector.probes.golang_states import cpu_flags

_LIBC = ("/lib/x86_64-linux-gnu/libc.so.6", "/lib64/libc.so.6", "/lib/aarch64-linux-gnu/libc.so.6", "/usr/lib/libc.so.6")


class Ground(NamedTuple):
    """What binaries are held against: uname -m, CPU flags, kernel release, glibc (0, 0 where unknown), today and the project's language version."""

    architecture: str
    flags: frozenset[str]
    kernel: str
    glibc: tuple[int, int]
    today: str
    project_go: str = ""


def ground_of(host: Host, *, today: str, project_go: str = "") -> Ground:
    """The machine's side of the question, read once for many binaries."""
    info = host.info
    return Ground(info.architecture, cpu_flags(host), info.kernel_release, _glibc(host), today, project_go)


def _glibc(host: Host) -> tuple[int, int]:
    """The newest GLIBC symbol version this machine's libc defines."""
    for library in _LIBC:
        try:
            fd = host.open_binary(library)
        except OSError:
            continue
        try:
            needs = read_needs(fd)
        finally:
            os.close(fd)
        return needs.glibc if needs else (0, 0)
    return (0, 0)


def fit_problems(info: BuildInfo, settings: dict[str, str], needs: Needs | None, ground: Ground) -> Iterator[Problem]:
    """What stands against running it here, or speaks for building it anew."""
    version = versions.release(info.version)
    arch = settings.get("GOARCH", "")
    machines = RUNS_ON.get(ground.architecture, frozenset())
    if ground.architecture != UNKNOWN and machines and info.machine not in machines:
        yield Problem(id="wrong-architecture", detail=mark(f"built for {arch or info.machine}, this machine is {ground.architecture}"))
        return
    missing = releases.missing_flags(settings.get("GOAMD64", ""), ground.flags) if ground.flags and arch == "amd64" else ()
    if missing:
        yield Problem(id="cpu-level", detail=f"GOAMD64={settings['GOAMD64']} needs {' '.join(missing)}")
    floor = releases.kernel_floor(version, arch)
    if floor and ground.kernel != UNKNOWN and releases.kernel_key(ground.kernel) < releases.kernel_key(floor):
        yield Problem(id="kernel-floor", detail=mark(f"go {version} needs Linux {floor}, this is {ground.kernel}"))
    if needs and ground.glibc != (0, 0) and needs.glibc > ground.glibc:
        yield Problem(id="glibc-floor", detail=mark(f"needs GLIBC_{needs.glibc[0]}.{needs.glibc[1]}, here is {ground.glibc[0]}.{ground.glibc[1]}"))
    if releases.support(version, today=ground.today) == "unsupported":
        yield Problem(id="eol", detail=mark(f"built with go {version}, which is no longer supported upstream"))
    language = versions.language(version)
    if ground.project_go and language and versions.compare(language, versions.language(ground.project_go)) < 0:
        yield Problem(id="older-than-project", detail=mark(f"built with go {version}, the project's go line is {ground.project_go}"))
