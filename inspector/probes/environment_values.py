"""Where does each value of a context come from? A start's events become variables with history, PATH entries with states, and init files."""

import os
import re
import stat
from dataclasses import replace
from itertools import pairwise

import msgspec

from inspector.host.base import Host
from inspector.i18n import mark
from inspector.model.base import exact_bytes, shown
from inspector.model.environment import EntryState, InitFile, InitState, PathEntry, SlowLine, Variable
from inspector.model.origin import Confidence, Origin, derived
from inspector.probes.contexts_base import Base
from inspector.probes.environment_trace import Startup, read_text
from inspector.probes.zsh_copies import difference, running_copy
from inspector.shells import bash_syntax, history
from inspector.shells.base import PROMPT_FILE, Body, Candidate, Event, ReadFile, Site
from inspector.shells.history import History
from inspector.shells.names import is_followed
from inspector.shells.zsh_compiled import SUFFIX

_GENERATED = re.compile(r"/dev/fd/|/proc/(?:self|\d+)/fd/|/dev/stdin$|/(?:.*/)?(?:\.psub\.\w+|zsh\w{6})$")
"""What a process substitution is read from: a descriptor, or the temporary file of fish's psub and of zsh's `=( )`."""

_COMMAND = re.compile(r"[a-z.][a-z0-9_.-]{0,23}(?=[\s;]|$)")
_MAX_STATEMENT_LINES = 12
STALE_COPY = mark("compiled from another text")
_HOOKS = {"bash": "PROMPT_COMMAND", "fish": "fish_prompt"}


class Values:
    """The histories of a context's followed variables."""

    def __init__(self, host: Host, base: Base, startup: Startup, watched: tuple[str, ...]) -> None:
        self._host, self._base, self._startup = host, base, startup
        self._stale: dict[str, bool] = {}
        self._is_zsh = base.shell.endswith("zsh")
        self._hooks = _HOOKS.get(os.path.basename(base.shell), "precmd")
        self._by_line = base.shell.endswith(("fish", "csh"))
        unknown = derived(mark("the context's base environment"))
        begin = {
            name: History.starting(name, value, base.origins.get(name, unknown)) for name, value in base.environ.items() if is_followed(name, watched)
        }
        begin.setdefault("PATH", History.starting("PATH", None, Origin(kind="program", file=base.shell, text="built-in PATH")))
        if len(base.path_origins) == len(begin["PATH"].entries):
            begin["PATH"].entries = [(entry, origin) for (entry, _), origin in zip(begin["PATH"].entries, base.path_origins, strict=True)]
        events = tuple(self._settled(event) for event in startup.trace.events)
        self._histories = history.replay(events, begin, statement_of=self._statement, origin_of=self._origin)
        self._final = startup.trace.values

    def _settled(self, event: Event) -> Event:
        """An event in a function that evaluated text defined belongs to the nearest caller whose line is one of a file."""
        places = (event.site, *event.chain)
        kept = [site for site, body in zip(places, event.bodies, strict=True) if not self._is_evaluated(body)] if event.bodies else list(places)
        if len(kept) == len(places):
            return event
        if not kept:
            return replace(event, site=Site(event.site.file, 0), chain=(), confidence="window")
        confidence = event.confidence if kept[0] is event.site else "statement"
        return replace(event, site=kept[0], chain=tuple(kept[1:]), confidence=confidence)

    def _is_evaluated(self, body: Body | None) -> bool:
        if body is None:
            return False
        line = self._line(body.defined)
        return body.function not in line and not (body.function == "(anon)" and "()" in line.replace(" ", ""))

    def _line(self, site: Site) -> str:
        lines = (read_text(self._host, site.file) or b"").split(b"\n")
        return lines[site.line - 1].decode("utf-8", "surrogateescape") if site.line <= len(lines) else ""

    def _statement(self, site: Site, name: str) -> tuple[int, str]:
        """The statement at a site that concerns a variable: its first line and its text; the bare line where it cannot be parsed."""
        data = None if not site.file or _GENERATED.match(site.file) else read_text(self._host, site.file)
        if data is None or not site.line:
            return site.line, ""
        names = () if self._by_line else (name, name.lower()) if self._is_zsh else (name, "")
        ranges = [found for wanted in names if (found := bash_syntax.statement_at(data, site.line, wanted))]
        found = (min(ranges, key=lambda r: r.end - r.start) if self._is_zsh else ranges[0]) if ranges else None
        if found and found.last - found.first < _MAX_STATEMENT_LINES:
            return found.first, found.text.decode("utf-8", "surrogateescape").replace("\r\n", "\n").rstrip("\r")
        lines = data.split(b"\n")
        line = lines[site.line - 1] if site.line <= len(lines) else b""
        return site.line, line.decode("utf-8", "surrogateescape").strip()

    def _origin(self, event: Event, line: int, text: str) -> Origin:
        confidence: Confidence = "predicted" if self._startup.known == "predicted" else event.confidence
        site, chain = event.site, event.chain
        if site.file == PROMPT_FILE:
            return derived(mark(f"{self._hooks}, which runs before each prompt"))
        while _GENERATED.match(site.file) and chain:
            site, chain = chain[0], chain[1:]
            line, text = self._statement(site, "")
            confidence = "statement" if confidence == "exact" else confidence
        chain = tuple(reader for inner, reader in pairwise((site, *chain)) if reader != inner)
        text = text or f"{event.name}={event.after or ''}"
        named = re.search(rf"{re.escape(event.name)}|fish_add_path|fish_user_paths", text)
        if confidence == "statement" and self._by_line and site is event.site and not named:
            return Origin(kind="file", file=shown(site.file), confidence="window", text=mark("somewhere in this file, in evaluated text"))
        if self._is_zsh and self._is_stale(site.file):
            text = mark("compiled from a text that is not there any more")
            return Origin(kind="file", file=shown(site.file + SUFFIX), confidence="window", text=text)
        if confidence == "window":
            return Origin(kind="file", file=shown(site.file), line=site.line, confidence="window", text=mark("changed where the trace could not see"))
        return Origin(
            kind="file", file=shown(site.file), line=line, text=shown(text), confidence=confidence,
            via=tuple(self._reader(reader) for reader in chain), file_bytes=exact_bytes(site.file), text_bytes=exact_bytes(text),
        )  # fmt: skip

    def _is_stale(self, file: str) -> bool:
        if file not in self._stale:
            self._stale[file] = bool(difference(self._host, file))
        return self._stale[file]

    def _reader(self, site: Site) -> Origin:
        if site.file == PROMPT_FILE:
            return Origin(kind="process", file=mark(f"the prompt ({self._hooks})"))
        line, text = self._statement(site, "")
        first = shown(text.split("\n", 1)[0])
        return Origin(kind="file", file=shown(site.file), line=site.line or line, text=first, file_bytes=exact_bytes(site.file))

    def variables(self) -> tuple[Variable, ...]:
        """Every followed variable of the final environment, PATH first, then by name."""
        found = []
        for name in sorted(self._histories, key=lambda n: (n != "PATH", n)):
            made = self._histories[name]
            value = self._final.get(name) if self._final else made.value
            if value is None:
                continue
            changes = tuple(made.changes)
            found.append(Variable(name=name, value=shown(value), origin=made.origin, history=changes, value_bytes=exact_bytes(value)))
        return tuple(found)

    def other_names(self) -> tuple[str, ...]:
        """The names of the final environment that are not followed, so that no value of theirs is kept."""
        return tuple(sorted(shown(name) for name in self._final if name not in self._histories))

    def slow_lines(self) -> tuple[SlowLine, ...]:
        """The lines that took longest, slowest first: where, and which command; the rest of a line may hold what nobody asked for."""
        found = []
        for time in self._startup.trace.times:
            site = time.site
            if site.file == PROMPT_FILE or _GENERATED.match(site.file):
                continue
            command = _COMMAND.match(self._statement(site, "")[1])
            text = command[0] if command else ""
            origin = Origin(kind="file", file=shown(site.file), line=site.line, text=text, file_bytes=exact_bytes(site.file))
            found.append(SlowLine(origin=origin, duration_ms=time.duration_ms, count=time.count))
        return tuple(found)

    def path_entries(self) -> tuple[PathEntry, ...]:
        """PATH's entries in order with what is wrong with each."""
        made = self._histories["PATH"]
        value = self._final.get("PATH", made.value or "")
        origins = [origin for _entry, origin in made.entries]
        entries = history.split(value)
        if len(origins) != len(entries):
            origins = [made.origin] * len(entries)
        seen: set[str] = set()
        found = []
        for rank, (entry, origin) in enumerate(zip(entries, origins, strict=True), start=1):
            state, why = entry_state(self._host, entry, seen)
            seen.add(entry)
            found.append(PathEntry(entry=shown(entry), rank=rank, state=state, origin=origin, why=why, entry_bytes=exact_bytes(entry)))
        return tuple(found)


def entry_state(host: Host, entry: str, seen: set[str]) -> tuple[EntryState, str]:
    """What is wrong with a PATH entry, in words; `ok` with nothing."""
    if not entry.startswith("/"):
        meaning = mark("an empty entry means the current directory") if not entry else mark(f"`{entry}` is looked up from the current directory")
        return "relative", mark("a `~` that no shell expanded") if entry.startswith("~") else meaning
    if entry in seen:
        return "duplicate", mark("stands earlier in PATH as well")
    found = host.stat(entry)
    if found.status == "absent":
        return "missing", mark("ends in a carriage return: the file has Windows line ends") if entry.endswith("\r") else mark("no such directory")
    if found.status == "timed-out":
        return "timed-out", found.reason
    if found.status != "ok":
        return "unreadable", found.reason or found.status
    if not stat.S_ISDIR(found.mode):
        return "missing", mark("is not a directory")
    if found.mode & 0o002 and not found.mode & stat.S_ISVTX:
        return "writable-by-others", mark(f"mode {stat.S_IMODE(found.mode):o}: anybody can put a program there")
    return "ok", ""


def init_files(host: Host, base: Base, startup: Startup) -> tuple[InitFile, ...]:
    """Every file read, in order, then those that were looked for or would be: absent, unreadable or skipped, with the reason."""
    program = Origin(kind="program", file=base.shell)
    found: list[InitFile] = []
    read = {host.real_path(file.path) for file in startup.trace.files}
    for order, file in enumerate((f for f in startup.trace.files if not _GENERATED.match(f.path)), start=1):
        made = _init_file(host, file.path, origin=_read_by(file, startup) or program)
        why = _copy_why(host, file.path) if base.shell.endswith("zsh") else ""
        found.append(msgspec.structs.replace(made, state="read", order=order, duration_ms=file.duration_ms, why=why))
    chosen = False
    for candidate in startup.candidates:
        was_read = host.real_path(candidate.path) in read
        if not was_read:
            state, why = _not_read(host, candidate, startup, chosen=chosen)
            was_read = state == "read"
            made = _init_file(host, candidate.path, origin=program)
            found.append(msgspec.structs.replace(made, state=state, why=why, order=len(found) + 1 if was_read else 0))
        chosen = chosen or (candidate.certainty == "first-of" and was_read)
    return tuple(found)


def _copy_why(host: Host, path: str) -> str:
    copy = running_copy(host, path)
    if not copy:
        return ""
    word = difference(host, path)
    stale = mark(f"{STALE_COPY}: only one of them has `{word}`") if word else mark("from the same text")
    return mark(f"{copy.rpartition('/')[2]} runs in its place, {stale}")


def _read_by(file: ReadFile, startup: Startup) -> Origin | None:
    if not file.chain:
        return None
    reader = file.chain[0]
    confidence: Confidence = "predicted" if startup.known == "predicted" else "exact"
    return Origin(kind="file", file=shown(reader.file), line=reader.line, confidence=confidence)


def _init_file(host: Host, path: str, *, origin: Origin) -> InitFile:
    return InitFile(
        path=shown(path), state="absent", order=0, duration_ms=0.0, origin=origin, real_path=shown(host.real_path(path)),
        path_bytes=exact_bytes(path),
    )  # fmt: skip


def _not_read(host: Host, candidate: Candidate, startup: Startup, *, chosen: bool) -> tuple[InitState, str]:
    """The state of a candidate that left no record: a file without commands is read all the same."""
    content = host.read(candidate.path)
    if content.status == "absent":
        return "absent", ""
    if candidate.certainty == "first-of" and chosen:
        return "skipped", mark("an earlier one of .bash_profile, .bash_login and .profile was read")
    if content.status != "ok":
        return "unreadable", content.reason or content.status
    if candidate.certainty == "silent" and startup.known in ("observed", "predicted"):
        return "read", ""
    if candidate.certainty == "sourced":
        return "skipped", mark("no file that was read sources it in this context")
    if candidate.certainty == "built-in":
        return "skipped", mark("this shell was built without reading it here")
    moved = startup.trace.values.get("ZDOTDIR", "")
    if moved and "/.z" in candidate.path and not candidate.path.startswith(moved.rstrip("/") + "/"):
        return "skipped", mark(f"ZDOTDIR is {shown(moved)}: zsh reads its files there")
    if startup.known == "observed" and _has_commands(content.data):
        return "skipped", mark("the start ended before it was read")
    return "read", mark("it executes no command")


def _has_commands(data: bytes) -> bool:
    return any(line.strip() and not line.lstrip().startswith(b"#") for line in data.splitlines())
