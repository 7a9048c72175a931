"""What does every shell module offer? How a shell starts, how it is traced, what its trace says, how its files are edited: all pure."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal, Protocol, runtime_checkable

from inspector.model.origin import Confidence
from inspector.model.plan import Placement

Mode = Literal["login-terminal", "login", "interactive", "prompt", "command", "ssh"]
"""How a shell is started: `-lic`, `-lc`, `-ic`, `-ic` with what runs before its first prompt, `-c`, and `-c` below sshd."""

Certainty = Literal["always", "silent", "first-of", "built-in", "sourced"]
"""When a candidate is read: if it exists; the same without a record of it; if no earlier one of its group does; if the shell was built so;
if another file sources it."""

Detail = Literal["lines", "values", "result", "times"]
"""Of a trace: cheap (statements, their place, the length of PATH), with every watched value in every record, nothing but the result, or for
`TimesApart` nothing but how long each command took."""

ReadText = Callable[[str], bytes | None]
"""The bytes of a file by absolute path, None when it cannot be read."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A file a shell looks for when it starts in some mode."""

    path: str
    certainty: Certainty


@dataclass(frozen=True, slots=True)
class Site:
    """A statement's place: file as the shell names it and 1-based line."""

    file: str
    line: int


PROMPT_FILE = "/dev/fd/189"
"""The file that a trace names where the prompt phase itself acts."""


@dataclass(frozen=True, slots=True)
class Body:
    """A function by name, and the place where the shell says that it is defined.

    A place whose line does not name it means that evaluated text defined it: then a place in it is no line of any file.
    """

    function: str
    defined: Site


@dataclass(frozen=True, slots=True)
class Event:
    """One change of one variable. `after` is None where it was unset; `chain` runs from the nearest reader or caller to the outermost.

    `bodies`, where a shell tells them, say for `site` and each place of `chain` in which function's body it stands, None for a file's own lines.
    """

    name: str
    before: str | None
    after: str | None
    site: Site
    chain: tuple[Site, ...] = ()
    command: str = ""
    confidence: Confidence = "exact"
    bodies: tuple[Body | None, ...] = ()


@dataclass(frozen=True, slots=True)
class ReadFile:
    """A file the shell was seen executing: who read it, since when (ms from the start of the trace) and for how long."""

    path: str
    chain: tuple[Site, ...] = ()
    duration_ms: float = 0.0


@dataclass(frozen=True, slots=True)
class LineTime:
    """How long the commands of one line took in all, without the lines of what it reads or calls, and how often one of them ran."""

    site: Site
    duration_ms: float
    count: int


@dataclass(frozen=True, slots=True)
class Trace:
    """What a traced start did.

    `complete` says that the events, replayed, give the environment the shell really ended with; `problems` names what does not fit.
    `values` is that environment. `times` are those of the slowest lines, slowest first.
    `last` is the statement running when the trace ended, for a start that hung.
    """

    events: tuple[Event, ...] = ()
    files: tuple[ReadFile, ...] = ()
    values: Mapping[str, str] = field(default_factory=dict)
    executed: Mapping[str, frozenset[int]] = field(default_factory=dict)
    times: tuple[LineTime, ...] = ()
    complete: bool = True
    problems: tuple[str, ...] = ()
    last: Site | None = None
    last_command: str = ""


@dataclass(frozen=True, slots=True)
class Start:
    """How to start a shell so that it leaves a trace: its command line, environment additions, and files to lay over the real ones."""

    argv: tuple[str, ...]
    argv0: str
    environ: Mapping[str, str]
    files: Mapping[str, bytes]


class Editors(Protocol):
    """How a shell's init files are edited: bytes in, bytes out. A second application changes nothing; ValueError says what is in the way."""

    def comment_out(self, data: bytes, line: int, expected_text: str) -> bytes:
        """The file with one statement turned into a comment; raises ValueError when the line no longer reads `expected_text`."""
        ...

    def drop_entry(self, data: bytes, line: int, expected_text: str, entry: str, home: str) -> bytes:
        """The file with one PATH entry taken out of a statement that adds others too."""
        ...

    def move_line(self, data: bytes, line: int, expected_text: str, placement: Placement) -> bytes:
        """The file with one statement moved to another place in it."""
        ...

    def put_first(self, data: bytes, directory: str, placement: Placement) -> bytes:
        """The file with a managed block that puts `directory` first in PATH."""
        ...

    def put_last(self, data: bytes, directory: str, placement: Placement) -> bytes:
        """The file with a managed block that appends `directory` to PATH unless it is there."""
        ...

    def take_out(self, data: bytes, directory: str, placement: Placement) -> bytes:
        """The file with a managed block that takes `directory` out of PATH."""
        ...

    def set_variable(self, data: bytes, name: str, value: str | None, placement: Placement) -> bytes:
        """The file with a managed block that exports a variable, or unsets it for None."""
        ...

    def source_file(self, data: bytes, path: str) -> bytes:
        """The file with a managed block that reads another file."""
        ...


class Shell(Editors, Protocol):
    """One shell's habits."""

    name: str

    def candidates(self, mode: Mode, *, home: str, environ: Mapping[str, str]) -> tuple[Candidate, ...]:
        """The files looked for in this mode, in the order they are read."""
        ...

    def start(
        self, mode: Mode, *, program: str, home: str, environ: Mapping[str, str], read: ReadText, detail: Detail, names: tuple[str, ...],
        disarm: tuple[str, ...] = (),
    ) -> Start:  # fmt: skip
        """How to start it traced; `disarm` names files in which statements that would blind the trace are made harmless for this run."""
        ...

    def parse(
        self, trace: bytes, dump: bytes, *, environ: Mapping[str, str], names: tuple[str, ...], detail: Detail, watched: tuple[str, ...] = ()
    ) -> Trace:  # fmt: skip
        """What a trace says, checked against the dumped environment."""
        ...


@dataclass(frozen=True, slots=True)
class Timing:
    """The slowest lines, and how many milliseconds each file took with what it reads."""

    lines: tuple[LineTime, ...]
    files: Mapping[str, float]


@runtime_checkable
class TimesApart(Protocol):
    """A shell whose lines are timed in a start of their own, with detail `times`."""

    def timing(self, trace: bytes, *, files: tuple[ReadFile, ...], home: str, read: ReadText) -> Timing:
        """What took how long; `files` are those that the start was seen reading, `read` gives their real text."""
        ...
