"""Which Go is this file? Identified by its build info through the host's door, never by running it; answers are kept per inode and modification."""

import os
from typing import Literal, NamedTuple

from inspector.golang import versions
from inspector.golang.buildinfo import BuildInfo, NotGo, read_build_info
from inspector.golang.modinfo import ModInfo, parse_modinfo
from inspector.host.base import Host
from inspector.model.base import UNKNOWN

Role = Literal["go-command", "dl-wrapper", "go-program", "script", "snap", "mise", "gccgo", "other", "unreadable"]
"""What a file called `go` turns out to be."""

GO_COMMAND = "cmd/go"
_SCRIPT_LIMIT = 4096
_CACHE_LIMIT = 4096


class Identity(NamedTuple):
    """What a file is. `raw` is the build info version as written, `why` the reason where there is none, `script` the first bytes of a script."""

    role: Role
    raw: str = ""
    why: str = ""
    info: BuildInfo | None = None
    modules: ModInfo | None = None
    script: bytes = b""

    @property
    def version(self) -> str:
        """`1.27.3`, or `unknown`."""
        return versions.release(self.raw) if self.raw else UNKNOWN


_Key = tuple[int, int, int, int]
_known: dict[_Key, Identity] = {}


def version_of(host: Host, path: str) -> str:
    """The version of the go command at `path` (`1.27.3`), `unknown` when it is no Go binary. The file is not executed."""
    found = identify(host, path)
    return found.version if found.role == "go-command" else UNKNOWN


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
    except OSError as error:
        return Identity("unreadable", why=os.strerror(error.errno) if error.errno else str(error))
    finally:
        os.close(fd)
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
        return Identity("snap", why="snap's launcher")
    if name == "mise":
        return Identity("mise", why="mise's launcher")
    if start.startswith(b"#!"):
        return Identity("script", why="a script", script=start)
    return Identity("other", why=answer.detail or answer.why)
