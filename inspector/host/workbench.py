"""How is a program run so that it can be watched but not harm? Bubblewrap: all read-only, HOME empty, one scratch directory, no network, a deadline.

For the toolchain lab only, which the user starts by name; looking never comes here.
"""

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from inspector.host.sandbox_command import tool
from inspector.i18n import mark

OUTPUT_KEPT = 64 << 10
_GLANCE_S = 0.2
"""How often it is asked whether the run is to stop."""
_FILE_LIMIT_BLOCKS = 4 << 20
_MEMORY_LIMIT_KIB = 8 << 20


@dataclass(frozen=True, slots=True)
class Bench:
    """What a run sees: `scratch` is writable and appears under its own name, `shown` are read-only paths below HOME that stay visible."""

    scratch: str
    home: str
    shown: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a run ended; outputs are cut to OUTPUT_KEPT bytes each. `refused`: nothing was started."""

    status: Literal["ended", "timed-out", "stopped", "refused"]
    exit_code: int = 0
    duration_ms: float = 0.0
    stdout: bytes = b""
    stderr: bytes = b""


def available() -> str:
    """Why there is no bench here, empty when there is one."""
    missing = [name for name in ("bwrap", "sh") if not tool(name)]
    return mark(f"not installed: {', '.join(missing)} (package bubblewrap)") if missing else ""


def command(bench: Bench, program: Sequence[str], *, cwd: str) -> list[str]:
    """The command line of one run."""
    mounts = ["--ro-bind", "/", "/", "--dev", "/dev", "--proc", "/proc", "--tmpfs", "/run", "--tmpfs", "/var/tmp", "--tmpfs", "/tmp"]  # noqa: S108
    if bench.home not in {"", "/"}:
        mounts += ["--tmpfs", bench.home]
    for path in bench.shown:
        mounts += ["--ro-bind", path, path]
    mounts += ["--bind", bench.scratch, bench.scratch, "--chdir", cwd]
    limits = f"ulimit -c 0; ulimit -f {_FILE_LIMIT_BLOCKS}; ulimit -v {_MEMORY_LIMIT_KIB}; exec \"$@\""
    return [
        tool("sh"), "-c", limits, "sh", tool("bwrap"), *mounts, "--unshare-all", "--cap-drop", "ALL", "--die-with-parent", "--new-session",
        "--", *program,
    ]  # fmt: skip


def run(bench: Bench, program: Sequence[str], *, cwd: str, environ: Mapping[str, str], timeout_s: float, stopped: Callable[[], bool]) -> Outcome:
    """Run one program to its end, the deadline or until it is stopped; nothing of it survives outside the scratch directory."""
    refused = available()
    if refused:
        return Outcome("refused", stderr=refused.encode())
    out, err = os.path.join(bench.scratch, ".stdout"), os.path.join(bench.scratch, ".stderr")
    begun = time.monotonic()
    with open(out, "wb") as stdout, open(err, "wb") as stderr:
        child = subprocess.Popen(
            command(bench, program, cwd=cwd), stdin=subprocess.DEVNULL, stdout=stdout, stderr=stderr, env=dict(environ), start_new_session=True
        )
        status = _wait(child, begun + timeout_s, stopped)
        if status != "ended":
            with contextlib.suppress(ProcessLookupError):
                os.killpg(child.pid, signal.SIGKILL)
        code = child.wait()
    return Outcome(status, code, (time.monotonic() - begun) * 1000, _kept(out), _kept(err))


def _wait(child: subprocess.Popen[bytes], deadline: float, stopped: Callable[[], bool]) -> Literal["ended", "timed-out", "stopped"]:
    while True:
        left = deadline - time.monotonic()
        try:
            child.wait(timeout=max(0.0, min(left, _GLANCE_S)))
        except subprocess.TimeoutExpired:
            if stopped():
                return "stopped"
            if left <= 0:
                return "timed-out"
        else:
            return "ended"


def _kept(path: str) -> bytes:
    with open(path, "rb") as file:
        data = file.read(OUTPUT_KEPT)
    os.unlink(path)
    return data
