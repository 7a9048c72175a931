"""What does a bash trace say? Records of xtrace become changes of variables with the file, line and chain of readers that made them.

PS4 carries the place of each command. In a cheap trace it carries the length of PATH instead of its value, because xtrace prints the values of
assignments anyway: a length that does not fit betrays every change the text did not show, and asks for a second trace with values (measured on
3,000 lines: the length costs a factor of 2.2 over an untraced start, the value 4.5). Which record causes a change follows bash's habits:
the prompt is expanded before the command, so a value differs first in the record after its cause; a prefix assignment (`PATH=x cmd`) already
shows in its own record; `eval` counts lines on from its own; functions report the line of the file that defines them.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from inspector.i18n import mark
from inspector.shells import words
from inspector.shells.base import Detail, Event, LineTime, ReadFile, Site, Trace
from inspector.shells.names import is_followed, pattern

_HEADER = re.compile(r"(\x1e+)(\d+)\x1f([^\x1f]*)\x1f(\d*)\x1f(\d+)\x1f(\d+)\x1f([\d.,]*)\x1f")
_ASSIGNMENT = re.compile(r"([A-Za-z_][A-Za-z0-9_]*)(\+?)=(.*)", re.DOTALL)
SLOWEST = 10
"""How many of the slowest lines are kept."""

_DECLARING = ("declare", "typeset", "local")
_SOURCING = (".", "source")
_FUNCTION = re.compile(r"(?:^|[\n;{&|])\s*(?:function\s+)?([\w.:-]+)\s*\(\s*\)")


def prompt(detail: Detail, names: tuple[str, ...]) -> str:
    """PS4 as the text of a `$'…'` word: what every record begins with."""
    fields = ["$LINENO", "$BASH_SOURCE", "$BASH_LINENO", "$BASHPID", "${#PATH}", "$EPOCHREALTIME"]
    if detail == "values":
        fields += [f"${{{name}@Q}}" for name in names]
    return "\\x1e" + "".join(f"{item}\\x1f" for item in fields)


@dataclass(frozen=True, slots=True)
class _Record:
    depth: int
    line: int
    source: str
    caller_line: str
    pid: int
    path_length: int
    time_ms: float
    values: tuple[str | None, ...]
    text: str


@dataclass(slots=True)
class _Frame:
    """A file or function being executed: where it was called from, where it is now, and what PATH was when it began."""

    source: str
    caller_line: str
    chain: tuple[Site, ...]
    is_file: bool
    began_ms: float
    depth: int
    marks: dict[str, int] = field(default_factory=dict)
    site: Site = field(default_factory=lambda: Site("", 0))
    eval_site: Site | None = None
    evaluated: Site | None = None


@dataclass(slots=True)
class _Variable:
    """A followed variable while the trace is replayed: its value now, its changes, and a value that a command or a scope lends it."""

    name: str
    value: str | None
    events: list[Event] = field(default_factory=list)
    lent: str | None = None
    lent_depth: int = -1
    lent_to_next: bool = False


def records(text: str, value_count: int) -> Iterator[_Record]:
    """The records of a trace in order; text between a header and the next is the command as bash printed it."""
    found = list(_HEADER.finditer(text))
    for index, match in enumerate(found):
        start = match.end()
        end = found[index + 1].start() if index + 1 < len(found) else len(text)
        values: list[str | None] = []
        for _ in range(value_count):
            quoted, separator, _rest = text[start:end].partition("\x1f")
            if not separator:
                break
            values.append(words.unquote(quoted) if quoted else None)
            start += len(quoted) + 1
        depth, line, source, caller, pid, length, time_s = match.groups()
        yield _Record(
            depth=len(depth), line=int(line), source=source, caller_line=caller, pid=int(pid), path_length=int(length),
            time_ms=float(time_s.replace(",", ".") or 0) * 1000, values=tuple(values), text=text[start:end].strip("\n"),
        )  # fmt: skip


def parse(trace: bytes, dump: bytes, *, environ: Mapping[str, str], names: tuple[str, ...], detail: Detail, watched: tuple[str, ...] = ()) -> Trace:
    """Replay a trace from `environ` and check it against the dumped environment."""
    replay = _Replay(environ=environ, names=names if detail == "values" else (), watched=watched)
    text = trace.decode("utf-8", "surrogateescape")
    found = list(records(text, len(replay.names)))
    shell = min((record.pid for record in found), default=0)
    for record in found:
        if record.pid == shell:
            replay.step(record)
        replay.last = record
    return replay.finish(read_dump(dump))


def slowest(spent: Mapping[Site, tuple[float, int]]) -> tuple[LineTime, ...]:
    """Of the milliseconds and counts of all lines those of the slowest, slowest first."""
    lines = sorted(((time, site, count) for site, (time, count) in spent.items() if site.line), key=lambda item: -item[0])
    return tuple(LineTime(site, round(time, 2), count) for time, site, count in lines[:SLOWEST])


def read_dump(dump: bytes) -> dict[str, str]:
    """The environment as `env -0` printed it, or as `declare -px` did where the environment was too large for any program."""
    if dump.startswith(b"declare "):
        return _read_declared(dump.decode("utf-8", "surrogateescape"))
    pairs = (item.partition(b"=") for item in dump.split(b"\0") if b"=" in item)
    return {name.decode("utf-8", "surrogateescape"): value.decode("utf-8", "surrogateescape") for name, _, value in pairs}


def _read_declared(text: str) -> dict[str, str]:
    found = {}
    for statement in re.split(r"^declare -\S+ ", text, flags=re.MULTILINE)[1:]:
        name, separator, value = statement.rstrip("\n").partition("=")
        if separator:
            found[name] = words.unquote(value)
    return found


class _Replay:
    """Walks the records of the shell itself once; those of its subshells change nothing that lasts."""

    def __init__(self, *, environ: Mapping[str, str], names: tuple[str, ...], watched: tuple[str, ...]) -> None:
        self.names = names
        self._watched = watched
        self._base = environ
        self._mentions = pattern(watched)
        self._variables = {name: _Variable(name, value) for name, value in environ.items() if is_followed(name, watched)}
        self._variables.setdefault("PATH", _Variable("PATH", None))
        for name in names:
            self._variables.setdefault(name, _Variable(name, environ.get(name)))
        self._frames: list[_Frame] = []
        self._files: list[tuple[_Frame, float]] = []
        self._executed: dict[str, set[int]] = {}
        self._problems: list[str] = []
        self._previous: tuple[_Record, Site, tuple[Site, ...]] | None = None
        self._defined: dict[str, Site] = {}
        self._spent: dict[Site, tuple[float, int]] = {}
        self._last_ms = 0.0
        self.last: _Record | None = None

    def step(self, record: _Record) -> None:
        """Take one record into account."""
        if self._previous:
            spent, count = self._spent.get(self._previous[1], (0.0, 0))
            self._spent[self._previous[1]] = (spent + record.time_ms - self._last_ms, count + 1)
        self._last_ms = record.time_ms
        popped = self._enter(record)
        frame = self._frames[-1]
        site = self._site(record, frame)
        if record.source:
            self._executed.setdefault(record.source, set()).add(record.line)
        assigned = self._assignments(record)
        self._observe(record, assigned, popped)
        for name, value, how in assigned:
            self._assign(name, value, how, record, (site, frame.chain))
        if record.text.startswith("unset "):
            self._unset(record, (site, frame.chain))
        frame.site = site
        self._previous = (record, site, frame.chain)

    def _enter(self, record: _Record) -> list[_Frame]:
        """Bring the stack of frames in line with the record; the frames that ended are returned."""
        key = (record.source, record.caller_line)
        for depth in range(len(self._frames) - 1, -1, -1):
            if (self._frames[depth].source, self._frames[depth].caller_line) == key:
                popped = self._frames[depth + 1 :]
                del self._frames[depth + 1 :]
                self._close(popped, record.time_ms)
                return popped
        if record.caller_line in ("", "0") or not self._frames:
            popped, self._frames = self._frames, []
            self._close(popped, record.time_ms)
            self._open(_Frame(record.source, record.caller_line, (), is_file=bool(record.source), began_ms=record.time_ms, depth=record.depth))
            return popped
        caller = self._frames[-1]
        previous = self._previous[0] if self._previous else record
        is_file = previous.text.split(" ", 1)[0] in _SOURCING
        chain = (caller.site, *caller.chain) if caller.site.file else caller.chain
        frame = _Frame(record.source, record.caller_line, chain, is_file=is_file, began_ms=previous.time_ms, depth=record.depth)
        frame.evaluated = None if is_file else self._defined.get(previous.text.split(" ", 1)[0])
        self._open(frame)
        return []

    def _open(self, frame: _Frame) -> None:
        frame.marks = {name: len(variable.events) for name, variable in self._variables.items()}
        self._frames.append(frame)
        if frame.is_file:
            self._files.append((frame, 0.0))

    def _close(self, frames: list[_Frame], now_ms: float) -> None:
        for frame in frames:
            for index, (known, ended) in enumerate(self._files):
                if known is frame and not ended:
                    self._files[index] = (frame, now_ms)

    def _site(self, record: _Record, frame: _Frame) -> Site:
        site = frame.evaluated or Site(record.source, record.line)
        if record.depth <= frame.depth:
            frame.eval_site = site if record.text.startswith("eval ") else None
            if frame.eval_site and "()" in record.text:
                self._defined.update(dict.fromkeys(_FUNCTION.findall(" ".join(words.split(record.text)[1:])), site))
            return site
        return frame.eval_site or site

    def _assignments(self, record: _Record) -> list[tuple[str, str, str]]:
        """Followed assignments in a record's text: name, new value, and whether it is plain, local or global."""
        if not self._mentions.search(record.text):
            return []
        parts = words.split(record.text)
        how = "plain"
        if parts and parts[0] in _DECLARING:
            flags = [part for part in parts[1:] if part.startswith("-")]
            in_function = any(not frame.is_file for frame in self._frames)
            how = "global" if any("g" in flag for flag in flags) else "local" if parts[0] == "local" or in_function else "plain"
            parts = [part for part in parts[1:] if not part.startswith("-")]
        elif not all(_ASSIGNMENT.match(part) for part in parts):
            return []
        found = []
        for part in parts:
            match = _ASSIGNMENT.fullmatch(part)
            if match and is_followed(match.group(1), self._watched):
                name, plus, value = match.groups()
                old = self._variables[name].value or "" if plus and name in self._variables else ""
                found.append((name, old + value, how))
        return found

    def _fits(self, variable: _Variable, value: str | None, record: _Record) -> bool | None:
        """Whether what the record shows of a variable agrees with `value`; None where it shows nothing."""
        if variable.name in self.names:
            index = self.names.index(variable.name)
            return record.values[index] == value if index < len(record.values) else None
        if variable.name == "PATH":
            text = value or ""
            return record.path_length in (len(text), len(text.encode("utf-8", "surrogateescape")))
        return None

    def _observe(self, record: _Record, assigned: list[tuple[str, str, str]], popped: list[_Frame]) -> None:
        """Compare each observed variable with what the record shows, before the record's own command runs."""
        values = {name: value for name, value, _how in assigned}
        for name in {"PATH", *self.names}:
            variable = self._variables[name]
            fits = self._fits(variable, variable.value, record)
            new = values.get(name)
            if new is not None and new != variable.value and self._fits(variable, new, record):
                if variable.lent is None or len(self._frames) < variable.lent_depth:
                    variable.lent, variable.lent_depth, variable.lent_to_next = new, len(self._frames), True
            elif fits and variable.lent_to_next:
                variable.lent_to_next = bool(_ASSIGNMENT.match(record.text))
            elif fits:
                variable.lent = None
            elif fits is False and not self._explained(variable, record, popped):
                self._unexplained(variable, record)

    def _explained(self, variable: _Variable, record: _Record, popped: list[_Frame]) -> bool:
        """Whether a scope explains the difference: one still lends a value, or a function that ended gave its caller's value back."""
        if variable.lent is not None and len(self._frames) >= variable.lent_depth:
            variable.lent_to_next = False
            return True
        variable.lent = None
        for frame in reversed(popped):
            count = frame.marks.get(variable.name, 0)
            if count < len(variable.events):
                earlier = variable.events[count].before
                if self._fits(variable, earlier, record):
                    del variable.events[count:]
                    variable.value = earlier
                    return True
        return False

    def _unexplained(self, variable: _Variable, record: _Record) -> None:
        if variable.name not in self.names:
            self._problems.append(mark(f"{variable.name} changed unseen before {record.source}:{record.line}"))
            variable.lent, variable.lent_depth = "", 0
            return
        value = record.values[self.names.index(variable.name)]
        for index, event in enumerate(variable.events):
            if event.before == value and event.after != value and self._previous and not self._assignments(self._previous[0]):
                del variable.events[index:]
                variable.value = value
                return
        if self._previous:
            earlier, site, chain = self._previous
            self._change(variable, value, (site, chain), earlier.text)

    def _assign(self, name: str, value: str, how: str, record: _Record, place: tuple[Site, tuple[Site, ...]]) -> None:
        variable = self._variables.setdefault(name, _Variable(name, None))
        if variable.lent is not None and how != "global":
            return
        if how == "local":
            if name == "PATH" or name in self.names:
                variable.lent, variable.lent_depth = value, len(self._frames)
            return
        self._change(variable, value, place, record.text)

    def _unset(self, record: _Record, place: tuple[Site, tuple[Site, ...]]) -> None:
        for name in words.split(record.text)[1:]:
            variable = self._variables.get(name)
            if variable and variable.value is not None and variable.lent is None:
                self._change(variable, None, place, record.text)

    @staticmethod
    def _change(variable: _Variable, value: str | None, place: tuple[Site, tuple[Site, ...]], command: str) -> None:
        site, chain = place
        last = variable.events[-1] if variable.events else None
        if last and last.site == site and last.command == command and last.after == value:
            return
        variable.events.append(Event(variable.name, variable.value, value, site, chain, command=command))
        variable.value = value

    def finish(self, final: Mapping[str, str]) -> Trace:
        """Close what is open and compare the replayed values with the real ones."""
        self._close(self._frames, self._last_ms)
        for name in final:
            if is_followed(name, self._watched) and name not in self._variables:
                self._variables[name] = _Variable(name, None)
        events: list[Event] = []
        for variable in self._variables.values():
            real = final.get(variable.name)
            if final and real != variable.value and not self._never_exported(variable, real):
                self._problems.append(mark(f"{variable.name} replayed differs from what the shell ended with"))
                variable.events.append(self._unattributed(variable, real))
            if not final or real is not None or variable.name in self._base:
                events.extend(variable.events)
        last = self.last
        return Trace(
            events=tuple(events), files=self._read_files(), values=final, complete=not self._problems, problems=tuple(self._problems),
            executed={path: frozenset(lines) for path, lines in self._executed.items()}, times=slowest(self._spent),
            last=Site(last.source, last.line) if last else None, last_command=last.text if last else "",
        )  # fmt: skip

    def _never_exported(self, variable: _Variable, real: str | None) -> bool:
        return real is None and variable.name not in self._base

    def _unattributed(self, variable: _Variable, real: str | None) -> Event:
        site = self._previous[1] if self._previous else Site("", 0)
        return Event(variable.name, variable.value, real, Site(site.file, 0), confidence="window")

    def _read_files(self) -> tuple[ReadFile, ...]:
        found: dict[str, ReadFile] = {}
        for frame, ended in self._files:
            if frame.source:
                earlier = found.get(frame.source)
                duration = (ended or self._last_ms) - frame.began_ms + (earlier.duration_ms if earlier else 0.0)
                found[frame.source] = ReadFile(frame.source, earlier.chain if earlier else frame.chain, round(duration, 2))
        return tuple(found.values())
