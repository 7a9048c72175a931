"""How is a shell started without bubblewrap? The starter's side of `secluded` (namespaces) and of `confined` (Landlock)."""

import contextlib
import marshal
import os
import shutil
import signal
import stat
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from inspector.host.base import TraceRun
from inspector.host.waiting import readable

HIDES = (
    "the network and every socket",
    "writing outside a scratch directory, HOME too: such commands fail",
    "signals to processes outside",
    "the terminal",
)
_PACKAGE_PARENT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
_START = "import sys; sys.path.insert(0, sys.argv.pop(1)); from inspector.host.{program} import main; main()"
_MEMORY = "/dev/shm"  # noqa: S108  a directory of our own is made in it
_PATIENCE_S = 3.0


@contextlib.contextmanager
def scratch(uid: int) -> Iterator[str]:
    """A directory in memory where there is one, which only the user may enter; gone afterwards."""
    place = tempfile.mkdtemp(prefix="go-inspector-shell-", dir=_MEMORY if os.access(_MEMORY, os.W_OK) else None)
    try:
        if uid >= 0:
            os.chown(place, uid, uid)
        yield place
    finally:
        shutil.rmtree(place, onerror=_open_up)


def _open_up(again: Callable[[str], object], path: str, _reason: object) -> None:
    """A directory that was made without rights is given them, and what failed is done again."""
    with contextlib.suppress(OSError):
        os.chmod(os.path.dirname(path), stat.S_IRWXU)
        os.chmod(path, stat.S_IRWXU, follow_symlinks=True) if not os.path.islink(path) else None
        again(path)


Memory = Callable[[str, bytes], int]
"""An anonymous file with a name and a content, as a descriptor."""


def confined(run: TraceRun, *, place: str, info: int, memory: Memory) -> tuple[list[str], int]:
    """The command line of one run under Landlock, and the descriptor it reads the rest from."""
    environ = {"TMPDIR": place, "TMPPREFIX": f"{place}/zsh", **run.environ}
    return _command("confined", _spec(run, environ, info) | {"scratch": place}, memory)


def secluded(run: TraceRun, *, home: str, files: Mapping[str, bytes], info: int, memory: Memory) -> tuple[list[str], int]:
    """The same in namespaces of its own; `home` and the paths of `files` are those behind all links."""
    more = {"home": home, "files": dict(files), "fds": [run.trace_fd, run.dump_fd]}
    return _command("secluded", _spec(run, run.environ, info) | more, memory)


def _spec(run: TraceRun, environ: Mapping[str, str], info: int) -> dict[str, Any]:
    return {
        "program": run.argv[0], "argv": [run.argv0, *run.argv[1:]], "environ": {os.fsencode(k): os.fsencode(v) for k, v in environ.items()},
        "directory": run.directory or run.home or "/", "uid": -1 if run.uid == os.geteuid() else run.uid, "info": info,
    }  # fmt: skip


def _command(program: str, spec: dict[str, Any], memory: Memory) -> tuple[list[str], int]:
    """An environment on a command line would be seen by all, so it goes through an anonymous file."""
    fd = memory("spec", marshal.dumps(spec))
    return [sys.executable, "-I", "-S", "-c", _START.format(program=program), _PACKAGE_PARENT, str(fd)], fd


def own_environment() -> dict[str, str]:
    """What our own interpreter needs to start."""
    return {name: os.environ[name] for name in ("LD_LIBRARY_PATH",) if name in os.environ}


def end(pid: int, monitor: int) -> None:
    """Ask the starter to kill everything below it, and see it gone."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        if readable(monitor, 0):
            return
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.kill(pid, number)
        readable(monitor, _PATIENCE_S)
