"""What environment does each launch context yield, and which line of which file made it so?"""

from typing import Literal

import msgspec

from inspector.model.base import Doc, Known
from inspector.model.origin import Origin

InitState = Literal["read", "absent", "unreadable", "skipped"]
EntryState = Literal["ok", "missing", "unreadable", "relative", "duplicate", "writable-by-others", "timed-out"]
ChangeKind = Literal["set", "append", "prepend", "reset", "move", "duplicate", "scope-end", "unset", "inherited"]

CONTEXT_IDS = (
    "login-terminal", "interactive-terminal", "prompt", "script", "ssh-command", "desktop", "systemd-user", "systemd-system",
    "cron", "sudo", "su-login", "tmux", "vscode", "goland", "flatpak", "snap", "appimage", "ci-container", "this-program",
)  # fmt: skip
"""Every launch context of the contract, in the order they are shown."""


class InitFile(Doc, frozen=True, kw_only=True):
    """One startup file of a context: whether it was read, when in the order (1-based, 0 = not read), and for how long (ms, with what it sources)."""

    path: str
    state: InitState
    order: int
    duration_ms: float
    origin: Origin
    why: str = ""
    real_path: str = ""
    path_bytes: bytes | msgspec.UnsetType = msgspec.UNSET


class PathEntry(Doc, frozen=True, kw_only=True):
    """One element of PATH; `rank` is 1-based; `why` says what the state means here."""

    entry: str
    rank: int
    state: EntryState
    origin: Origin
    why: str = ""
    entry_bytes: bytes | msgspec.UnsetType = msgspec.UNSET


class Change(Doc, frozen=True, kw_only=True):
    """One step that made a variable what it is: its value before and after one statement."""

    before: str
    after: str
    kind: ChangeKind
    origin: Origin
    lost: tuple[str, ...] = ()
    before_bytes: bytes | msgspec.UnsetType = msgspec.UNSET
    after_bytes: bytes | msgspec.UnsetType = msgspec.UNSET


class Variable(Doc, frozen=True, kw_only=True):
    """A watched environment variable's final value in a context, with every change in order."""

    name: str
    value: str
    origin: Origin
    history: tuple[Change, ...] = ()
    value_bytes: bytes | msgspec.UnsetType = msgspec.UNSET


class Shadow(Doc, frozen=True, kw_only=True):
    """A file of the same name further down PATH that does not run."""

    path: str
    version: str
    rank: int = 0


class Tool(Doc, frozen=True, kw_only=True):
    """Which file a command name runs: the PATH hit, the file behind its symlinks, its version, the PATH entry's origin, what it shadows."""

    name: str
    path: str
    real_path: str
    version: str
    origin: Origin
    rank: int = 0
    shadows: tuple[Shadow, ...] = ()
    why: str = ""


class UnreadEntry(Doc, frozen=True, kw_only=True):
    """A directory that an init file would put in PATH if this context executed that line, and why it does not.

    `hidden_by` is the init file that keeps the whole file from being read, empty for a guard or an untaken branch.
    """

    entry: str
    origin: Origin
    why: str
    hidden_by: str = ""


class SlowLine(Doc, frozen=True, kw_only=True):
    """A line of an init file that takes time: how long its commands took in all, without what they read or call, and how many ran."""

    origin: Origin
    duration_ms: float
    count: int


class LaunchContext(Doc, frozen=True, kw_only=True):
    """A way a program gets started and the environment it yields. `why` says from what it is known, or why not.

    `duration_ms` is that of an untraced start, `traced_ms` that of the traced one, in which files and lines were timed.
    `looked_at` is when it was looked at; later snapshots carry it over while nothing that it read or looked for has changed.
    `other_names` are those of the variables that are set as well and not followed, so that their values are not kept; known of the environment that
    this program was started from.
    """

    id: str
    title: str
    shell: str
    known: Known
    why: str
    base_path: str = ""
    parent: str | None = None
    init_files: tuple[InitFile, ...] = ()
    path: tuple[PathEntry, ...] = ()
    variables: tuple[Variable, ...] = ()
    other_names: tuple[str, ...] = ()
    tools: tuple[Tool, ...] = ()
    unread: tuple[UnreadEntry, ...] = ()
    notes: tuple[str, ...] = ()
    duration_ms: float = 0.0
    traced_ms: float = 0.0
    slow_lines: tuple[SlowLine, ...] = ()
    looked_at: str = ""

    def variable(self, name: str) -> Variable | None:
        """The named variable, None where this context does not set it."""
        return next((v for v in self.variables if v.name == name), None)

    def tool(self, name: str) -> Tool | None:
        """The named tool, None where no PATH entry has it."""
        return next((t for t in self.tools if t.name == name), None)


class RunningProgram(Doc, frozen=True, kw_only=True):
    """A running program that holds an environment: what `go` it would run, and whether its PATH is older than the files."""

    pid: int
    name: str
    started_at: str
    path: str
    go: str
    stale: bool | Literal["unknown"]
    why: str
    context: str = ""


class Environment(Doc, frozen=True, kw_only=True):
    """All launch contexts and running programs of a host."""

    contexts: tuple[LaunchContext, ...] = ()
    processes: tuple[RunningProgram, ...] = ()

    def context(self, context_id: str) -> LaunchContext | None:
        """The context with this id, None if the snapshot has none."""
        return next((c for c in self.contexts if c.id == context_id), None)
