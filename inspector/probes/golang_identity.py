"""Which Go is this file? Identified by its build info through the host's door, never by running it; answers are kept per inode and modification."""

import os
import re
from collections.abc import Mapping

from inspector.golang.buildinfo import BuildInfo, NotGo, read_build_info
from inspector.golang.elf import read_needs
from inspector.golang.modinfo import parse_modinfo
from inspector.host.base import Host
from inspector.i18n import mark
from inspector.model.base import UNKNOWN
from inspector.probes.golang_role import Identity, Role
from inspector.probes.golang_shims import resolve

GO_COMMAND = "cmd/go"
_SCRIPT_LIMIT = 4096
_RELEASE = re.compile(r"v\d+\.\d+\.\d+")
_CACHE_LIMIT = 4096
_Key = tuple[int, int, int, int]
_known: dict[_Key, Identity] = {}


def version_of(host: Host, path: str, *, environ: Mapping[str, str] | None = None, directory: str = "") -> str:
    """The version a program would answer with, `unknown` when that cannot be told. Nothing is executed.

    The Go version for programs of the Go distribution (`1.27.3` for go and gofmt), the main module's release for other Go programs (`0.20.0` for
    gopls); for a version manager's launcher that of the go it would run in `directory` (default: the home) under `environ`.
    """
    found = identify(host, path)
    if found.modules and (found.role == "go-command" or found.modules.path.startswith("cmd/")):
        return found.version
    shim = resolve(host, path, found, environ=environ or {}, directory=directory or host.info.home)
    if shim:
        behind = identify(host, shim.go) if shim.go else None
        return behind.version if behind and behind.role == "go-command" else UNKNOWN
    main = found.modules.main if found.modules else None
    return main.version[1:] if main and _RELEASE.fullmatch(main.version) else UNKNOWN


def identify(host: Host, path: str) -> Identity:
    """What the file behind `path` is; answers of unchanged files come from memory."""
    at = host.stat(path)
    if at.status != "ok":
        return Identity("unreadable", why=at.reason or at.status)
    key = (at.device, at.inode, at.mtime_ns, at.size)
    if at.inode and key in _known:
        return _known[key]
    found = _look(host, path)
    if at.inode:
        if len(_known) >= _CACHE_LIMIT:
            _known.clear()
        _known[key] = found
    return found


def _look(host: Host, path: str) -> Identity:
    try:
        fd = host.open_binary(path)
    except OSError as error:
        return Identity("unreadable", why=os.strerror(error.errno) if error.errno else str(error))
    try:
        answer = read_build_info(fd)
        if isinstance(answer, BuildInfo):
            return _of_build_info(answer)
        start = os.pread(fd, _SCRIPT_LIMIT, 0)
        needs = read_needs(fd) if start.startswith(b"\x7fELF") else None
    except OSError as error:
        return Identity("unreadable", why=os.strerror(error.errno) if error.errno else str(error))
    finally:
        os.close(fd)
    if needs and any(library.startswith("libgo.so") for library in needs.libraries):
        return Identity("gccgo", why=mark("gccgo: no build info, linked with libgo"))
    return _without_build_info(host.real_path(path), start, answer)


def _of_build_info(info: BuildInfo) -> Identity:
    modules = parse_modinfo(info.modinfo)
    if modules.path in {GO_COMMAND, ""}:
        role: Role = "go-command"
    else:
        role = "dl-wrapper" if modules.path.startswith("golang.org/dl/") else "go-program"
    return Identity(role, raw=info.version, info=info, modules=modules)


def _without_build_info(real_path: str, start: bytes, answer: NotGo) -> Identity:
    name = os.path.basename(real_path)
    if real_path == "/usr/bin/snap":
        return Identity("snap", why=mark("snap's launcher"))
    if name == "mise":
        return Identity("mise", why=mark("mise's launcher"))
    if start.startswith(b"#!"):
        return Identity("script", why="a script", script=start)
    return Identity("other", why=answer.detail or answer.why)
