"""How long does each line of a fish start take? fish's own profile, matched with the text of the files: it names commands, but no lines.

A command has a line where its text stands once in the file, or in the function of that file, that runs it; its time belongs to the line that called
it where it does not. The figures are fish's own, in microseconds, and leave out what it takes to keep them.
"""

import re
from dataclasses import dataclass, field
from functools import cached_property

from inspector.shells.base import ReadFile, ReadText, Site, Timing
from inspector.shells.bash_trace import slowest
from inspector.shells.fish_blocks import Block, blocks

_ENTRY = re.compile(r"^(\d+)\t(\d+)\t(-*)> (.*)$")
_SOURCE = re.compile(r"(?:builtin )?(?:source|\.) (\S+)$")
_WORD = re.compile(r"[^\s;&|()]+")
_BEFORE, _AFTER = ("", *" \t;&|("), ("", *" \t;&|)\r")
_OPENS = re.compile(r"(?:if|while|for|begin|switch|not|and|or|else|!)\b")


@dataclass(slots=True)
class _Entry:
    """A command of the profile: its time in ms without and with what ran inside it, its text's first line, and what that was."""

    own_ms: float
    whole_ms: float
    text: str
    inner: list["_Entry"] = field(default_factory=list)

    def first_text(self) -> str:
        return next((entry.text for entry in self.inner), "")


class _File:
    """A file's text, asked once for each of many thousand commands: so its words and its functions are looked up, not searched."""

    def __init__(self, path: str, data: bytes) -> None:
        self.path = path
        self.lines = data.decode("utf-8", "surrogateescape").split("\n")
        self.found: dict[tuple[str, int, int], int] = {}

    @cached_property
    def _words(self) -> dict[str, list[int]]:
        found: dict[str, list[int]] = {}
        for number, line in enumerate(self.lines, start=1):
            for word in set(_WORD.findall(line)):
                found.setdefault(word, []).append(number)
        return found

    @cached_property
    def functions(self) -> dict[str, tuple[int, int]]:
        """The first and last line of each function's body, by its name; of several of one name the first."""
        found: dict[str, tuple[int, int]] = {}
        for block in blocks("\n".join(self.lines)):
            keyword, name = (*block.command.words[:2], "", "")[:2]
            if keyword == "function":
                found.setdefault(name, (block.command.line + 1, _last_line(block)))
        return found

    def holding(self, text: str) -> list[int]:
        """The lines that have the rarest word of a command."""
        return min((self._words.get(word, []) for word in _WORD.findall(text)), key=len, default=[])


@dataclass(frozen=True, slots=True)
class _Place:
    """Where commands are looked for: lines `first` to `last` of a file."""

    file: _File
    first: int
    last: int

    def find(self, text: str) -> int:
        """The one line that holds this command, 0 where none or several do."""
        asked = (text, self.first, self.last)
        if asked not in self.file.found:
            inside = (number for number in self.file.holding(text) if self.first <= number <= self.last)
            found = [number for number in inside if _holds(self.file.lines[number - 1], text)]
            self.file.found[asked] = found[0] if len(found) == 1 else 0
        return self.file.found[asked]


def _holds(line: str, text: str) -> bool:
    """Whether a command stands in a line, whole, and neither in a comment nor as the name of a function that is defined."""
    if line.lstrip().startswith("#"):
        return False
    at = line.find(text)
    while at >= 0:
        before, after = line[:at], line[at + len(text) :]
        if before[-1:] in _BEFORE and after[:1] in _AFTER and not before.endswith("function "):
            return True
        at = line.find(text, at + 1)
    return False


def timing(trace: bytes, *, files: tuple[ReadFile, ...], home: str, read: ReadText) -> Timing:
    """What took how long."""
    return _Walk(files, home, read).timing(_entries(trace.decode("utf-8", "surrogateescape")))


def _entries(profile: str) -> list[_Entry]:
    root = _Entry(0.0, 0.0, "")
    stack = [root]
    for match in filter(None, map(_ENTRY.match, profile.split("\n"))):
        own, whole, dashes, text = match.groups()
        del stack[len(dashes) + 1 :]
        entry = _Entry(int(own) / 1000, int(whole) / 1000, text.removesuffix("...").rstrip("\\").strip())
        stack[-1].inner.append(entry)
        stack.append(entry)
    return root.inner


class _Walk:
    def __init__(self, files: tuple[ReadFile, ...], home: str, read: ReadText) -> None:
        self._home, self._read = home, read
        self._unread = [file.path for file in files if not file.chain]
        self._spent: dict[Site, tuple[float, int]] = {}
        self._files: dict[str, float] = {}
        self._texts: dict[str, _File | None] = {}

    def timing(self, entries: list[_Entry]) -> Timing:
        """Give every entry's time to a line."""
        for entry in entries:
            self._enter(entry, None, None)
        return Timing(slowest(self._spent), {file: round(time, 2) for file, time in self._files.items()})

    def _enter(self, entry: _Entry, place: _Place | None, caller: Site | None) -> None:
        number = place.find(entry.text) if place else 0
        site = Site(place.file.path, number) if place and number else caller
        if site:
            spent, count = self._spent.get(site, (0.0, 0))
            self._spent[site] = (spent + entry.own_ms, count + (site is not caller))
        inside = self._inside(entry, place)
        for inner in entry.inner:
            self._enter(inner, inside, site)

    def _inside(self, entry: _Entry, place: _Place | None) -> _Place | None:
        """Where the commands that run inside this one stand."""
        source = _SOURCE.match(entry.text)
        if source:
            sourced = self._sourced(source[1], entry.first_text())
            if sourced:
                path = sourced.file.path
                self._files[path] = self._files.get(path, 0.0) + entry.whole_ms
            return sourced
        if place is None or _OPENS.match(entry.text):
            return place
        body = place.file.functions.get(entry.text.split(" ")[0])
        return _Place(place.file, *body) if body else None

    def _sourced(self, word: str, first: str) -> _Place | None:
        path = re.sub(r"^(?:~|\$HOME)(?=/)", lambda _match: self._home, word)
        if "$" not in path:
            return self._place(path)
        for path in self._unread if word == "$file" else ():
            place = self._place(path)
            if place and first and place.find(first):
                self._unread.remove(path)
                return place
        return None

    def _place(self, path: str) -> _Place | None:
        if path not in self._texts:
            data = self._read(path) if path.startswith("/") and not path.startswith("/usr/share/fish/") else None
            self._texts[path] = None if data is None else _File(path, data)
        file = self._texts[path]
        return _Place(file, 1, len(file.lines)) if file else None


def _last_line(block: Block) -> int:
    parts = (*block.condition, *block.body, *block.other)
    return max((_last_line(part) for part in parts), default=block.command.line)
