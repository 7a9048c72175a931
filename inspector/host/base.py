"""What can be asked of a machine? The read-only Host protocol and its answers; a failure is data with a status and a reason."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, Protocol

from inspector.model.snapshot import HostInfo

ReadStatus = Literal["ok", "absent", "unreadable", "not-regular", "too-large", "loop", "timed-out"]

DEFAULT_LIMIT = 1 << 20
"""Bytes read of a text file at most; larger init files are named, not read."""


@dataclass(frozen=True, slots=True)
class FileInfo:
    """What lstat/stat says, or why it could not: sizes in bytes, `mode` the full st_mode, times in ns."""

    path: str
    status: ReadStatus
    reason: str = ""
    mode: int = 0
    uid: int = 0
    gid: int = 0
    size: int = 0
    mtime_ns: int = 0
    device: int = 0
    inode: int = 0
    links: int = 0


@dataclass(frozen=True, slots=True)
class Content:
    """A file's bytes, or why there are none. `real_path` is the file behind the symlinks."""

    path: str
    status: ReadStatus
    data: bytes = b""
    reason: str = ""
    real_path: str = ""
    info: FileInfo | None = None


@dataclass(frozen=True, slots=True)
class Listing:
    """A directory's entry names, sorted, or why there are none; `truncated` when it had more than the limit."""

    path: str
    status: ReadStatus
    names: tuple[str, ...] = ()
    reason: str = ""
    truncated: bool = False


@dataclass(frozen=True, slots=True)
class TraceRun:
    """A shell start to be made inside the sandbox.

    `argv[0]` is an absolute path; `argv0` its name as seen by the program (`-bash`). `environ` is the complete environment.
    `files` are laid over the real ones for this run only (path to bytes): trace preludes and planned edits.
    The program gets file descriptors `trace_fd` and `dump_fd` open for writing and /dev/null as standard input
    (`stdin="socket"` gives it one end of a socket pair). `uid`/`gid` other than -1 start it as that user, which needs root.
    `directory` is where it starts, HOME if empty.
    """

    argv: tuple[str, ...]
    argv0: str
    environ: Mapping[str, str]
    files: Mapping[str, bytes] = field(default_factory=dict)
    home: str = "/"
    trace_fd: int = 187
    dump_fd: int = 188
    timeout_s: float = 10.0
    stdin: Literal["null", "socket"] = "null"
    uid: int = -1
    gid: int = -1
    directory: str = ""


@dataclass(frozen=True, slots=True)
class TraceOutcome:
    """What a sandboxed start brought back. `status` is `refused` when nothing ran, with the reason, `cancelled` when it was not wanted any more.

    `scratch` is the directory that TMPDIR named for this start alone. `read_only` are directories below HOME that could not be written there,
    though they can outside.
    """

    status: Literal["ended", "timed-out", "output-limit", "refused", "cancelled"]
    reason: str = ""
    exit_code: int = 0
    trace: bytes = b""
    dump: bytes = b""
    stderr: bytes = b""
    duration_ms: float = 0.0
    scratch: str = ""
    read_only: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SandboxInfo:
    """Which sandbox runs here (`overlay`, `namespaces`, `copies`, `landlock`, `none`) and why, with what differs inside it."""

    kind: Literal["overlay", "namespaces", "copies", "landlock", "none"]
    why: str
    hides: tuple[str, ...] = ()


class Host(Protocol):
    """Something that can be read. Paths are absolute, as the inspected machine sees them; strings are surrogate-escaped."""

    @property
    def kind(self) -> Literal["local", "folder", "overlay"]:
        """Which sort of host this is."""
        ...

    @property
    def info(self) -> HostInfo:
        """Whose machine this is."""
        ...

    def read(self, path: str, *, limit: int = DEFAULT_LIMIT) -> Content:
        """The bytes of a regular file, never blocking on a FIFO or device."""
        ...

    def stat(self, path: str, *, follow: bool = True) -> FileInfo:
        """What is at a path, without opening it."""
        ...

    def list_dir(self, path: str, *, limit: int = 20_000) -> Listing:
        """A directory's entries."""
        ...

    def read_link(self, path: str) -> str:
        """The target text of a symlink, empty if it is none."""
        ...

    def real_path(self, path: str) -> str:
        """The path behind all symlinks; the input itself when it does not resolve."""
        ...

    def open_binary(self, path: str) -> int:
        """A read-only file descriptor of a regular file for parsers that map it; raises OSError. The caller closes it."""
        ...

    def sandbox(self) -> SandboxInfo:
        """Whether and how shells may be run here."""
        ...

    def run_traced(self, run: TraceRun) -> TraceOutcome:
        """Start a shell inside the sandbox and bring back its trace; a folder host always refuses."""
        ...

    def environ(self) -> Mapping[str, str]:
        """The environment the inspector itself was started from (an AppImage's own additions removed)."""
        ...
