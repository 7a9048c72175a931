"""How can a shell be started here so that nothing it does lasts? In a throw-away sandbox with a deadline, chosen by a live probe.

The trace, the environment dump and the error output are anonymous files in memory: a pipe would never end when a daemon keeps it open, and a
file on disk could outlive us with a secret in it.
"""

import contextlib
import fcntl
import json
import os
import signal
import socket
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any, Literal

from inspector.host import confinement, sandbox_command, sandbox_filter
from inspector.host.base import SandboxInfo, TraceOutcome, TraceRun
from inspector.host.sandbox_command import View
from inspector.host.waiting import readable
from inspector.i18n import mark

Kind = Literal["overlay", "namespaces", "copies", "landlock"]
TRACE_LIMIT = 48 << 20
_TOO_MUCH = mark(f"wrote more than {TRACE_LIMIT >> 20} MiB")
STDERR_KEPT = 64 << 10
_FIRST_FREE_FD = 400
_POLL_S = 0.05
_CANCELLED = mark("the look was cancelled")
_given_up = threading.Event()
_HIDES = (
    mark("the network"),
    mark("session buses, agents and sockets below /run"),
    mark("processes outside"),
    mark("the terminal"),
    mark("local sockets"),
)
_LADDER: tuple[Kind, ...] = ("overlay", "namespaces", "copies", "landlock")
"""The levels, the best one first: bubblewrap over overlays, the same built by ourselves, bubblewrap over copies, no namespace at all."""
_PROGRAMS: dict[Kind, tuple[str, ...]] = {"overlay": ("bwrap", "sh", "unshare", "mount", "mkdir", "setpriv"), "copies": ("bwrap", "sh")}
_HIDDEN: dict[Kind, tuple[str, ...]] = {
    "overlay": _HIDES, "namespaces": _HIDES, "copies": (*_HIDES, mark("changes below directories in HOME fail")), "landlock": confinement.HIDES,
}  # fmt: skip
_TRIALS: dict[Kind, str] = {"namespaces": ": >trial"}
_HOMES: dict[Kind, str] = {"namespaces": "/var/tmp"}  # noqa: S108  an overlay over it is what is tried


@lru_cache(maxsize=1)
def choose() -> SandboxInfo:
    """The best sandbox that works on this machine, found by starting one; asked once per process."""
    reasons: list[str] = []
    for kind in _LADDER:
        reason = _lacking(kind) or _refusal(kind)
        if not reason:
            return SandboxInfo(kind, "; ".join(dict.fromkeys(reasons)) or mark("a trial start succeeded"), _HIDDEN[kind])
        reasons.append(reason)
    return SandboxInfo("none", "; ".join(dict.fromkeys(reasons)))


def _lacking(kind: Kind) -> str:
    """Which program this level would need; the levels below bubblewrap's need none."""
    needed = _PROGRAMS.get(kind, ())
    missing = [name for name in needed if not sandbox_command.tool(name)]
    if not missing:
        return ""
    words = ", ".join(missing)
    return mark(f"not installed: {words} (package bubblewrap)") if "bwrap" in missing else mark(f"not installed: {words}")


def _refusal(kind: Kind) -> str:
    """Why a trial start failed, twice: what is chosen holds for as long as this process lives, and a machine may be short for a moment."""
    trial = TraceRun(argv=("/bin/sh", "-c", _TRIALS.get(kind, ":")), argv0="sh", environ={}, home=_HOMES.get(kind, ""), timeout_s=5.0)
    outcome = _start(trial, kind)
    if outcome.status != "ended" or outcome.exit_code != 0:
        time.sleep(_POLL_S)
        outcome = _start(trial, kind)
    if outcome.status == "ended" and outcome.exit_code == 0:
        return ""
    reason = outcome.reason or outcome.stderr.decode("utf-8", "replace").strip()
    return mark(f"a trial start was refused: {reason}")


def give_up() -> None:
    """End every start that is under way in this process, for good: none is made any more."""
    _given_up.set()


def run(run: TraceRun) -> TraceOutcome:
    """Start a shell in the sandbox and bring back trace, dump and the end of stderr; nothing of it survives."""
    if _given_up.is_set():
        return TraceOutcome("cancelled", _CANCELLED)
    info = choose()
    if info.kind == "none":
        return TraceOutcome("refused", info.why)
    if run.uid not in (-1, os.geteuid()) and os.geteuid() != 0:
        return TraceOutcome("refused", mark(f"only root or the user with uid {run.uid} may start this shell"))
    outcome = TraceOutcome("refused", info.why)
    for number, kind in enumerate(_ways(info.kind, run.home)):
        if number:
            time.sleep(_POLL_S)
        outcome = _start(run, kind)
        if outcome.status != "refused":
            break
    return outcome


def _ways(chosen: Kind, home: str) -> tuple[Kind, ...]:
    """In which levels a start is tried, one after the other: a bad moment is no reason to see less, and one overlay shows no mount below HOME."""
    if chosen == "landlock":
        return ("landlock",)
    first: Kind = "namespaces" if chosen == "overlay" and home and sandbox_command.mounts_below(os.path.realpath(home)) else chosen
    return first, first, *(("copies",) if not _lacking("copies") else ())


@dataclass(slots=True)
class _Descriptors:
    """Descriptors of one start, numbered high so that placing the child's low ones cannot close them."""

    opened: list[int] = field(default_factory=list)

    def own(self, fd: int) -> int:
        high = fcntl.fcntl(fd, fcntl.F_DUPFD_CLOEXEC, _FIRST_FREE_FD)
        os.close(fd)
        self.opened.append(high)
        return high

    def memory(self, name: str, data: bytes = b"") -> int:
        fd = self.own(os.memfd_create(name, os.MFD_CLOEXEC))
        view = memoryview(data)
        while view:
            view = view[os.write(fd, view) :]
        os.lseek(fd, 0, os.SEEK_SET)
        return fd

    def close(self) -> None:
        for fd in self.opened:
            os.close(fd)
        self.opened.clear()


@contextlib.contextmanager
def _descriptors() -> Iterator[_Descriptors]:
    owned = _Descriptors()
    try:
        yield owned
    finally:
        owned.close()


def _start(run: TraceRun, kind: Kind) -> TraceOutcome:
    with _descriptors() as owned:
        try:
            if kind == "landlock":
                return _confine_and_wait(run, owned)
            home = os.path.realpath(run.home) if run.home and os.path.isdir(run.home) else ""
            home = "" if home == "/" else home
            laid_over = {os.path.realpath(path): data for path, data in run.files.items()}
            homeless = [path for path in laid_over if not os.path.isfile(path) and not (home and path.startswith(home + "/"))]
            if homeless:
                return TraceOutcome("refused", mark(f"a new file cannot be laid over a read-only directory: {homeless[0]}"))
            if kind == "namespaces":
                return _seclude_and_wait(run, owned, home, laid_over)
            return _spawn_and_wait(run, owned, home, laid_over, overlay=kind == "overlay")
        except OSError as error:
            return TraceOutcome("refused", mark(f"could not start: {error.strerror or error}"))


def _spawn_and_wait(run: TraceRun, owned: _Descriptors, home: str, laid_over: Mapping[str, bytes], *, overlay: bool) -> TraceOutcome:
    result = _Result(*(owned.memory(name) for name in ("trace", "dump", "errors", "info")))
    files = {path: owned.memory("file", data) for path, data in laid_over.items()}
    filter_fd = sandbox_filter.program_fd()
    view = View(
        home=home, files=files, seccomp_fd=owned.own(filter_fd) if filter_fd >= 0 else -1, info_fd=result.info, directory=run.directory
    )
    inherited = [*files.values(), result.info, *([view.seccomp_fd] if filter_fd >= 0 else [])]
    if overlay:
        command = sandbox_command.overlay_command(view, _named(run))
    else:
        copies = {p: owned.memory("copy", data) for p, data in (sandbox_command.home_copies(home, files) if home else {}).items()}
        inherited += copies.values()
        command = sandbox_command.copies_command(view, _named(run), copies)
    started = time.monotonic()
    pid = _spawn(run, owned, result, _as_user(run, command), inherited=inherited, environ=run.environ)
    return _wait(run, pid, result, started)


def _seclude_and_wait(run: TraceRun, owned: _Descriptors, home: str, laid_over: Mapping[str, bytes]) -> TraceOutcome:
    result = _Result(*(owned.memory(name) for name in ("trace", "dump", "errors", "info")))
    command, spec = confinement.secluded(run, home=home, files=laid_over, info=result.info, memory=owned.memory)
    started = time.monotonic()
    pid = _spawn(run, owned, result, command, inherited=[spec, result.info], environ=confinement.own_environment())
    return _wait(run, pid, result, started)


def _spawn(
    run: TraceRun, owned: _Descriptors, result: "_Result", command: list[str], *, inherited: list[int], environ: Mapping[str, str]
) -> int:
    """The pid of a command that has what a start is given, the descriptors in `inherited` under their own numbers, and nothing of ours."""
    placed = {0: _standard_input(run, owned), 1: owned.own(os.open(os.devnull, os.O_WRONLY | os.O_CLOEXEC)), 2: result.errors}
    placed |= {run.trace_fd: result.trace, run.dump_fd: result.dump} | {fd: fd for fd in inherited}
    actions = [*_close_strays(placed), *((os.POSIX_SPAWN_DUP2, source, target) for target, source in placed.items())]
    return os.posix_spawn(command[0], command, dict(environ), file_actions=actions, setsid=True, setsigdef=_DEFAULT_SIGNALS, setsigmask=())


def _confine_and_wait(run: TraceRun, owned: _Descriptors) -> TraceOutcome:
    if run.files:
        return TraceOutcome("refused", mark("nothing can be laid over files in this sandbox"))
    result = _Result(*(owned.memory(name) for name in ("trace", "dump", "errors", "info")))
    with confinement.scratch(run.uid if run.uid != os.geteuid() else -1) as place:
        command, spec = confinement.confined(run, place=place, info=result.info, memory=owned.memory)
        started = time.monotonic()
        pid = _spawn(run, owned, result, command, inherited=[spec, result.info], environ=confinement.own_environment())
        return replace(_wait(run, pid, result, started, confined=True), scratch=place)


@dataclass(frozen=True, slots=True)
class _Result:
    """The anonymous files a run writes to."""

    trace: int
    dump: int
    errors: int
    info: int


_DEFAULT_SIGNALS = tuple(signal.valid_signals() - {signal.SIGKILL, signal.SIGSTOP})


def _standard_input(run: TraceRun, owned: _Descriptors) -> int:
    if run.stdin == "null":
        return owned.own(os.open(os.devnull, os.O_RDONLY | os.O_CLOEXEC))
    ours, theirs = socket.socketpair()
    owned.own(ours.detach())
    return owned.own(theirs.detach())


def _close_strays(placed: Mapping[int, int]) -> list[tuple[int, int]]:
    """Close what this process itself was handed by its starter: a descriptor open for writing reaches past every mount."""
    strays = []
    for name in os.listdir("/proc/self/fd"):
        fd = int(name)
        with contextlib.suppress(OSError):
            if fd > 2 and fd not in placed and os.get_inheritable(fd):
                strays.append((os.POSIX_SPAWN_CLOSE, fd))
    return strays


def _named(run: TraceRun) -> list[str]:
    """The program with its own idea of its name: a login shell may be told so by a leading dash."""
    if run.argv0 in (run.argv[0], os.path.basename(run.argv[0])):
        return list(run.argv)
    bash = sandbox_command.tool("bash")
    return [bash, "--norc", "--noprofile", "-p", "-c", 'name=$1; shift; exec -a "$name" "$@"', "bash", run.argv0, *run.argv]


def _as_user(run: TraceRun, command: list[str]) -> list[str]:
    """Until bubblewrap sees to it, the kernel ends what is started here with us: its mounts may take a while."""
    if run.uid in (-1, os.geteuid()):
        return [*sandbox_command.dying_with_us(), *command]
    who = (f"--reuid={run.uid}", f"--regid={run.gid}", "--clear-groups")
    return [sandbox_command.tool("setpriv"), *who, *sandbox_command.dying_with_us()[1:], *command]


def _wait(run: TraceRun, pid: int, result: _Result, started: float, *, confined: bool = False) -> TraceOutcome:
    monitor = os.pidfd_open(pid)
    status: Literal["ended", "timed-out", "output-limit", "cancelled"] = "ended"
    reason = ""
    try:
        while not readable(monitor, _POLL_S):
            if time.monotonic() - started > run.timeout_s:
                status, reason = "timed-out", mark(f"still running after {run.timeout_s:g} s")
            elif _given_up.is_set():
                status, reason = "cancelled", _CANCELLED
            elif _wrote_too_much(result):
                status, reason = "output-limit", _TOO_MUCH
            if status != "ended":
                break
        duration_ms = (time.monotonic() - started) * 1000
    finally:
        if confined:
            confinement.end(pid, monitor)
        else:
            _end_namespace(pid, result.info)
        os.close(monitor)
    exit_code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    if status == "ended" and exit_code != 0 and _never_began(result):
        said = _contents(result.errors)[-STDERR_KEPT:].decode("utf-8", "replace").strip().splitlines()
        named = next((line for line in said if ": " in line), said[-1] if said else mark(f"exit code {exit_code}"))
        return TraceOutcome("refused", mark(f"the sandbox could not be built: {named}"), exit_code)
    if exit_code in (128 + signal.SIGXFSZ, -signal.SIGXFSZ):
        status, reason = "output-limit", mark("a file grew beyond the limit")
    elif status == "ended" and _wrote_too_much(result):  # it was told so itself, by an error, before we looked
        status, reason = "output-limit", _TOO_MUCH
    return TraceOutcome(
        status=status, reason=reason, exit_code=exit_code, trace=_contents(result.trace), dump=_contents(result.dump),
        stderr=_contents(result.errors)[-STDERR_KEPT:], duration_ms=duration_ms, read_only=tuple(_told(result.info).get("read-only", ())),
    )  # fmt: skip


def _wrote_too_much(result: _Result) -> bool:
    return max(os.fstat(fd).st_size for fd in (result.trace, result.dump, result.errors)) > TRACE_LIMIT


def _never_began(result: _Result) -> bool:
    """Nothing was confined, or the sandbox gave up after that: on a busy machine its mounts may fail."""
    if not _contents(result.info):
        return True
    said = _contents(result.errors)
    return not _contents(result.trace) and not _contents(result.dump) and said.startswith((b"bwrap: ", b"sandbox: "))


def _told(info: int) -> dict[str, Any]:
    """What bubblewrap or `secluded` wrote about the namespace; nothing where there is none."""
    try:
        return dict(json.loads(_contents(info) or b"{}"))
    except ValueError:
        return {}


def _end_namespace(pid: int, info: int) -> None:
    """Kill the monitor's group and the namespace's init, and wait until the kernel has emptied the namespace."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)
    try:
        init = int(_told(info).get("child-pid", 0))
        handle = os.pidfd_open(init) if init else -1
    except (OSError, ValueError):
        return
    if handle < 0:
        return
    try:
        if _in_other_namespace(init):
            with contextlib.suppress(ProcessLookupError, PermissionError):
                signal.pidfd_send_signal(handle, signal.SIGKILL)
            readable(handle, 2.0)
    finally:
        os.close(handle)


def _in_other_namespace(pid: int) -> bool:
    """Whether the pid is still the namespace's init, and not a later process that was given its number."""
    try:
        with open(f"/proc/{pid}/status", "rb") as file:
            return any(line.startswith(b"NSpid:") and len(line.split()) > 2 for line in file)
    except OSError:
        return False


def _contents(fd: int) -> bytes:
    size = os.fstat(fd).st_size
    return os.pread(fd, min(size, TRACE_LIMIT + (16 << 20)), 0)
