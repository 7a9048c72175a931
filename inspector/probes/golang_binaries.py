"""What were these Go binaries built with? Named files, and the files of named directories (one level), in order; other files are left out."""

import os
import stat
from collections.abc import Iterable, Iterator

from inspector.golang import versions
from inspector.golang.buildinfo import BuildInfo, read_build_info
from inspector.golang.elf import read_needs
from inspector.golang.modinfo import parse_modinfo
from inspector.host.base import Host
from inspector.model.base import exact_bytes, shown
from inspector.model.golang import Binary, Problem
from inspector.probes.golang_binary_fit import Ground, fit_problems

NOT_GO = "not-go"
MAX_FILES = 50_000
"""Files of one call, at most."""


def probe_binaries(host: Host, paths: Iterable[str], *, ground: Ground | None = None) -> tuple[Binary, ...]:
    """Every Go binary among the paths; a path that was named itself and is no Go binary is a row with the problem `not-go`.

    With `ground`, each is held against this machine, and its problems say what does not fit.
    """
    found: list[Binary] = []
    for path in paths:
        binary = read_binary(host, path, ground=ground)
        if binary and not (binary.problems and _not_go(binary)):
            found.append(binary)
        elif stat.S_ISDIR(host.stat(path).mode):
            found.extend(_directory(host, path, ground))
        elif binary:
            found.append(binary)
        if len(found) >= MAX_FILES:
            break
    return tuple(found[:MAX_FILES])


def _not_go(binary: Binary) -> bool:
    return any(problem.id == NOT_GO for problem in binary.problems)


def _directory(host: Host, path: str, ground: Ground | None) -> Iterator[Binary]:
    for name in host.list_dir(path, limit=MAX_FILES).names:
        binary = read_binary(host, f"{path.rstrip('/')}/{name}", named=False, ground=ground)
        if binary:
            yield binary


def read_binary(host: Host, path: str, *, named: bool = True, ground: Ground | None = None) -> Binary | None:
    """One file; None when it is not Go and was not named."""
    try:
        fd = host.open_binary(path)
    except OSError as error:
        return _unreadable(path, os.strerror(error.errno) if error.errno else str(error)) if named else None
    try:
        info = read_build_info(fd)
        needs = read_needs(fd) if ground and isinstance(info, BuildInfo) and info.dynamic else None
    finally:
        os.close(fd)
    if not isinstance(info, BuildInfo):
        return _unreadable(path, info.detail or info.why) if named else None
    modules = parse_modinfo(info.modinfo)
    return Binary(
        path=shown(path), path_bytes=exact_bytes(path), go_version=info.version, experiments=_experiments(info.version, modules.settings),
        settings=modules.settings, module=modules.main.path if modules.main else modules.path, package=modules.path,
        problems=tuple(fit_problems(info, modules.settings, needs, ground)) if ground else (),
    )  # fmt: skip


def _experiments(version: str, settings: dict[str, str]) -> tuple[str, ...]:
    in_version = versions.experiments(version) if "X:" in version else ()
    return in_version or (tuple(filter(None, settings["GOEXPERIMENT"].split(","))) if "GOEXPERIMENT" in settings else ())


def _unreadable(path: str, why: str) -> Binary:
    return Binary(
        path=shown(path), path_bytes=exact_bytes(path), go_version="unknown", experiments=(), settings={}, module="",
        problems=(Problem(id=NOT_GO, detail=why),),
    )  # fmt: skip
