"""Which programs are running with which PATH, and are they older than the files that would give them another one now?

`/proc/PID/environ` holds what the program was started with; later changes inside it are not visible to anybody else.
"""

import os
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Literal

from inspector.host.base import Host
from inspector.i18n import mark
from inspector.model.base import shown
from inspector.model.environment import LaunchContext, RunningProgram

_SHELLS = frozenset({"bash", "zsh", "fish", "sh", "dash", "ksh", "mksh", "tcsh"})
_KINDS: tuple[tuple[re.Pattern[str], tuple[str, ...]], ...] = (
    (re.compile(r"tmux|screen"), ("interactive-terminal",)),
    (re.compile(r"code|codium|code-insiders"), ("vscode", "desktop")),
    (re.compile(r"goland|idea|java"), ("goland", "desktop")),
    (re.compile(r"gnome-terminal.*|konsole|kitty|alacritty|xterm|wezterm.*|terminator|tilix|foot|ptyxis.*|ghostty"), ("desktop",)),
    (re.compile(r"gnome-shell|plasmashell|Xorg|xfce4-session|cinnamon"), ("desktop",)),
    (re.compile(r"gopls|dlv|go|air|emacs|vim|nvim|hx|node|make"), ("interactive-terminal",)),
    (re.compile(r"dockerd|containerd|kubelet|systemd|cron|crond|sshd"), ("systemd-system",)),
)
_LIMIT = 300
_ENVIRON_LIMIT = 4 << 20

Stale = bool | Literal["unknown"]


def probe_processes(host: Host, contexts: tuple[LaunchContext, ...]) -> tuple[RunningProgram, ...]:
    """The inspected user's shells, terminals, editors, servers and Go tools, newest first; others' programs cannot be read and are left out."""
    booted = _boot_time(host)
    if booted <= 0:
        return ()
    found = list(_programs(host, {context.id: context for context in contexts}, booted))
    return tuple(sorted(found, key=lambda program: program.started_at, reverse=True))


def _boot_time(host: Host) -> float:
    match = re.search(rb"^btime (\d+)", host.read("/proc/stat", limit=16 << 20).data, re.MULTILINE)
    return float(match.group(1)) if match else 0.0


def _programs(host: Host, contexts: dict[str, LaunchContext], booted: float) -> Iterator[RunningProgram]:
    count = 0
    for name in sorted(filter(str.isdigit, host.list_dir("/proc").names), key=int, reverse=True):
        comm = host.read(f"/proc/{name}/comm").data.decode("utf-8", "surrogateescape").rstrip("\n")
        wanted = _contexts_of(comm.split(":")[0])
        if not wanted or int(name) == os.getpid() or host.stat(f"/proc/{name}").uid != host.info.uid:
            continue
        program = _program(host, int(name), comm, next((contexts[i] for i in wanted if i in contexts and contexts[i].path), None), booted)
        if program:
            yield program
            count += 1
        if count == _LIMIT:
            return


def _contexts_of(comm: str) -> tuple[str, ...]:
    if comm.removeprefix("-") in _SHELLS:
        return ("interactive-terminal",)
    return next((ids for pattern, ids in _KINDS if pattern.fullmatch(comm)), ())


def _program(host: Host, pid: int, comm: str, context: LaunchContext | None, booted: float) -> RunningProgram | None:
    environ = host.read(f"/proc/{pid}/environ", limit=_ENVIRON_LIMIT)
    if environ.status != "ok":
        return None
    pairs = [item.partition(b"=") for item in environ.data.split(b"\0") if item]
    if not pairs or any(not separator for _name, separator, _value in pairs):
        return None
    path = next((value.decode("utf-8", "surrogateescape") for name, _separator, value in pairs if name == b"PATH"), None)
    started = _started(host, pid, booted)
    if path is None or started <= 0:
        return None
    stale, why = _staleness(host, comm, path, started, context)
    return RunningProgram(
        pid=pid, name=shown(comm), started_at=datetime.fromtimestamp(started, UTC).strftime("%Y-%m-%dT%H:%M:%SZ"), path=shown(path),
        go=shown(_first(host, "go", path)), stale=stale, why=why, context=context.id if context else "",
    )  # fmt: skip


def _started(host: Host, pid: int, booted: float) -> float:
    data = host.read(f"/proc/{pid}/stat").data
    fields = data[data.rfind(b")") + 2 :].split()
    return booted + int(fields[19]) / os.sysconf("SC_CLK_TCK") if len(fields) > 19 else 0.0


def _first(host: Host, name: str, path: str) -> str:
    for entry in path.split(":"):
        if entry.startswith("/"):
            found = host.stat(f"{entry}/{name}")
            if found.status == "ok" and (found.mode & 0o170000) == 0o100000 and found.mode & 0o111:
                return f"{entry}/{name}"
    return ""


def _staleness(host: Host, comm: str, path: str, started: float, context: LaunchContext | None) -> tuple[Stale, str]:
    """Stale: it started before a file that decides its context was last written, and would now get another PATH."""
    if context is None:
        return "unknown", mark("how it was started is not known")
    newer = _newer_file(host, context, started)
    if not newer:
        return False, mark("no init file of its context has changed since it started")
    if comm.removeprefix("-").split(":")[0] in _SHELLS:
        return "unknown", mark(f"{newer} was written after this shell started; what the shell itself has now is not visible from outside")
    now = ":".join(entry.entry for entry in context.path)
    if now == shown(path):
        return False, mark(f"{newer} was written after it started, but PATH is still the same")
    tool = context.tool("go")
    would = tool.path if tool else mark("no go")
    return True, mark(f"started before {newer} was written; started now it would run {would}: restart it")


def _newer_file(host: Host, context: LaunchContext, started: float) -> str:
    newest, when = "", started
    for file in context.init_files:
        written = host.stat(file.real_path or file.path).mtime_ns / 1e9 if file.state == "read" else 0.0
        if written > when:
            newest, when = file.path, written
    return newest
