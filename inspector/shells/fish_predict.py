"""What would fish do with these files? A small interpreter of `set`, `fish_add_path`, `source`, conditions, loops and functions that runs no program.

An unknown condition is taken as true, as in the one of bash: init files mostly ask for something that is there.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from inspector.i18n import mark
from inspector.shells.base import Event, ReadFile, Site, Trace
from inspector.shells.fish_blocks import Block, blocks
from inspector.shells.fish_tests import Tests
from inspector.shells.fish_words import Command, expand
from inspector.shells.machine import Machine
from inspector.shells.names import LISTS, is_followed

_DEPTH, _STEPS, _READS = 24, 10_000, 300
_UNIVERSAL = re.compile(r"SETUVAR\s+((?:--\w+\s+)*)(\w+):(.*)")


class _Stop(Exception):  # noqa: N818  no error: the file, function or shell ends here
    def __init__(self, how: str) -> None:
        self.how = how


@dataclass(slots=True)
class _Scope:
    """Variables of a block or a function; `function` begins one."""

    function: bool = False
    values: dict[str, list[str]] = field(default_factory=dict)


class Interpreter(Tests):
    """One predicted start of fish."""

    def __init__(
        self, machine: Machine, environ: Mapping[str, str], *, interactive: bool, login: bool, functions: str, watched: tuple[str, ...] = ()
    ) -> None:
        super().__init__(machine, interactive=interactive, login=login)
        self._autoload, self._watched = functions, watched
        self._globals = {name: value.split(":") if name.endswith("PATH") else [value] for name, value in environ.items()}
        self._exported = set(environ)
        self._scopes: list[_Scope] = []
        self._functions: dict[str, tuple[str, Block]] = {}
        self._chain: tuple[Site, ...] = ()
        self._file = ""
        self._steps = 0
        self._evaluating: Site | None = None
        self._events: list[Event] = []
        self._files: list[ReadFile] = []
        self._executed: dict[str, set[int]] = {}
        self._problems: list[str] = []

    # ---- the start

    def universal(self, path: str) -> None:
        """Take up fish_variables: what it exports, and fish_user_paths in front of PATH."""
        lines = (self._machine.read(path) or b"").decode("utf-8", "surrogateescape").split("\n")
        for number, line in enumerate(lines, start=1):
            match = _UNIVERSAL.match(line)
            if not match:
                continue
            value = [re.sub(r"\\x([0-9a-f]{2})", lambda m: chr(int(m[1], 16)), part) for part in match[3].split("\\x1e")]
            self._globals.setdefault(match[2], value)
            if "--export" in match[1]:
                self._change(match[2], value, Site(path, number), export=True)
            if match[2] == "fish_user_paths":
                self._put_user_paths(Site(path, number))

    def run(self, path: str) -> bool:
        """Interpret one startup file; False when the shell ends or is replaced there."""
        try:
            self._source(path, ())
        except _Stop as stop:
            return stop.how not in ("exit", "exec")
        except RecursionError:
            self._problems.append(mark(f"{path} is nested too deeply"))
        return True

    def trace(self) -> Trace:
        """What was seen."""
        values = {name: ":".join(v) if name.endswith("PATH") else " ".join(v) for name, v in self._globals.items() if name in self._exported}
        executed = {file: frozenset(lines) for file, lines in self._executed.items()}
        return Trace(
            events=tuple(self._events), files=tuple(self._files), values=values, executed=executed, complete=not self._problems,
            problems=tuple(self._problems),
        )  # fmt: skip

    def _source(self, path: str, chain: tuple[Site, ...]) -> bool:
        data = self._machine.read(path)
        if data is None or len(chain) > _DEPTH or len(self._files) > _READS:
            return False
        before = self._file, self._chain, self._evaluating
        self._file, self._chain, self._evaluating = path, chain, None
        self._files.append(ReadFile(path, chain))
        try:
            self._all(blocks(data.decode("utf-8", "surrogateescape")))
        except _Stop as stop:
            if stop.how != "return":
                raise
        finally:
            self._file, self._chain, self._evaluating = before
        return True

    # ---- blocks

    def _all(self, body: tuple[Block, ...]) -> None:
        for block in body:
            joint = block.command.joint
            if (joint == "&&" and self.status is False) or (joint == "||" and self.status is not False):
                continue
            self._block(block)

    def _block(self, block: Block) -> None:
        if not block.command.words:
            return
        self._steps += 1
        if self._steps > _STEPS:
            self._problems.append(mark(f"{self._file}:{block.command.line} is reached after {_STEPS} commands, and is the last one followed"))
            raise _Stop("exit")
        word = block.command.words[0]
        self._executed.setdefault(self._file, set()).add(self._evaluating.line if self._evaluating else block.command.line)
        if word in ("and", "or", "not", "!", "builtin", "command") and len(block.command.words) > 1:
            self._prefixed(block, word)
        elif word == "function":
            self._functions[block.command.words[1] if len(block.command.words) > 1 else ""] = (self._file, block)
        elif word in ("begin", "if", "for", "while", "switch"):
            self._scopes.append(_Scope())
            try:
                getattr(self, f"_on_{word}")(block)
            finally:
                self._scopes.pop()
        else:
            self._command(block.command)

    def _prefixed(self, block: Block, word: str) -> None:
        if (word == "and" and self.status is False) or (word == "or" and self.status is not False):
            return
        rest = Block(Command(block.command.words[1:], block.command.line), block.body, block.other)
        self._block(rest)
        if word in ("not", "!") and self.status is not None:
            self.status = not self.status

    def _on_begin(self, block: Block) -> None:
        self._all(block.body)

    def _on_if(self, block: Block) -> None:
        self._block(Block(Command(block.command.words[1:], block.command.line), (), ()))
        self._all(block.condition)
        if self.status is not False:
            self._all(block.body)
        else:
            self._all(block.other)

    def _on_for(self, block: Block) -> None:
        name, *_rest = (*block.command.words[1:2], "")
        for value in self._words(block.command.words[3:]) or ():
            self._scopes[-1].values[name] = [value]
            self._all(block.body)

    def _on_while(self, block: Block) -> None:
        self._problems.append(mark(f"{self._file}:{block.command.line} repeats until something that only execution can tell"))

    def _on_switch(self, block: Block) -> None:
        values = self._words(block.command.words[1:])
        for case in block.body:
            patterns = self._words(tuple(word.strip("'\"").replace("*", "\0") for word in case.command.words[1:])) or []
            if values is None or any(_matches(pattern, value) for pattern in patterns for value in values):
                self._all(case.body)
                return

    # ---- commands

    def _command(self, command: Command) -> None:
        name = command.words[0]
        site = self._evaluating or Site(self._file, command.line)
        if command.joint == "|":
            if name in ("source", "."):
                self._problems.append(mark(f"{site.file}:{site.line} reads what only execution can tell"))
            self.status = None
        elif name in ("return", "exit", "exec"):
            raise _Stop(name)
        elif name == "set":
            self.status = self._set(command, site)
        elif name == "fish_add_path":
            self.status = self._add_path(command, site)
        elif name in ("source", ".", "eval"):
            self._read(name, self._words(command.words[1:]), site)
        elif name in self._functions or self._load(name):
            self._call(name, site)
        else:
            self.status = self.test(name, self._words(command.words[1:]))

    def _read(self, name: str, words: list[str] | None, site: Site) -> None:
        if not words:
            self._problems.append(mark(f"{site.file}:{site.line} runs what only execution can tell"))
            self.status = None
        elif name != "eval":
            self.status = self._source(words[0], (site, *self._chain))
        else:
            before, self._evaluating = self._evaluating, site
            try:
                self._all(blocks(" ".join(words)))
            finally:
                self._evaluating = before

    def _load(self, name: str) -> bool:
        path = f"{self._autoload}/{name}.fish"
        if not re.fullmatch(r"[\w.-]+", name) or self._machine.kind(path) != "file":
            return False
        return self._source(path, ()) and name in self._functions

    def _call(self, name: str, site: Site) -> None:
        file, block = self._functions[name]
        if len(self._chain) > _DEPTH:
            return
        before = self._file, self._chain, self._evaluating
        self._file, self._chain, self._evaluating = file, (site, *self._chain), None
        self._scopes.append(_Scope(function=True))
        try:
            self._all(block.body)
        except _Stop as stop:
            if stop.how != "return":
                raise
        finally:
            self._scopes.pop()
            self._file, self._chain, self._evaluating = before

    def _words(self, words: tuple[str, ...]) -> list[str] | None:
        found: list[str] = []
        for word in words:
            if re.match(r"\d?>|<|&>|\^", word):
                break
            made = expand(word, self.lookup, self._machine.home)
            if made is None:
                return None
            found += made
        return found

    def lookup(self, name: str) -> list[str]:
        """A variable's values in the innermost scope that has it."""
        for scope in reversed(self._scopes):
            if name in scope.values:
                return scope.values[name]
            if scope.function:
                break
        return self._globals.get(name, [])

    def _set(self, command: Command, site: Site) -> bool | None:
        flags = "".join(_letters(word) for word in command.words[1:] if word.startswith("-") and len(word) > 1)
        rest = tuple(word for word in command.words[1:] if not (word.startswith("-") and len(word) > 1))
        if not rest or "n" in flags or "S" in flags:
            return True
        name, _, index = rest[0].partition("[")
        if "q" in flags:
            return all(bool(self.lookup(word.partition("[")[0])) or word in self._globals for word in rest)
        values = self._words(rest[1:])
        if values is None:
            if is_followed(name, self._watched):
                self._problems.append(mark(f"{site.file}:{site.line} sets {name} to what only execution can tell"))
            return None
        if name.endswith("PATH"):
            values = [part for value in values for part in value.split(":")]
        old = self.lookup(name)
        if "e" in flags:
            made = _erased(old, index) if index else None
        else:
            made = [*values, *old] if "p" in flags else [*old, *values] if "a" in flags else values
        scope = self._scope_of(name, flags)
        if scope is None:
            self._change(name, made, site, export="x" in flags)
        elif made is None:
            scope.values.pop(name, None)
        else:
            scope.values[name] = made
        return True

    def _scope_of(self, name: str, flags: str) -> _Scope | None:
        """The scope that a `set` is about, None for the global one."""
        if "g" in flags or "U" in flags:
            return None
        if "l" in flags:
            return self._scopes[-1] if self._scopes else None
        inner = next((scope for scope in reversed(self._scopes) if name in scope.values), None)
        if inner is not None or name in self._globals:
            return inner
        return next((scope for scope in reversed(self._scopes) if scope.function), None)

    def _change(self, name: str, values: list[str] | None, site: Site, *, export: bool) -> None:
        glue = ":" if name in LISTS or name.endswith("PATH") else " "
        before = glue.join(self._globals[name]) if name in self._globals and name in self._exported else None
        if values is None:
            self._globals.pop(name, None)
            self._exported.discard(name)
        else:
            self._globals[name] = values
            if export:
                self._exported.add(name)
        after = glue.join(values) if values is not None and name in self._exported else None
        if is_followed(name, self._watched) and before != after:
            self._events.append(Event(name, before, after, site, self._chain, confidence="predicted"))
        if name == "fish_user_paths":
            self._put_user_paths(site)

    def _put_user_paths(self, site: Site) -> None:
        first = self._globals.get("fish_user_paths", [])
        rest = [entry for entry in self._globals.get("PATH", []) if entry not in first]
        self._change("PATH", [*first, *rest], site, export=True)

    def _add_path(self, command: Command, site: Site) -> bool | None:
        flags = "".join(_letters(word) for word in command.words[1:] if word.startswith("-"))
        words = self._words(tuple(word for word in command.words[1:] if not word.startswith("-")))
        if words is None:
            self._problems.append(mark(f"{site.file}:{site.line} adds what only execution can tell"))
            return None
        target = "PATH" if "P" in flags else "fish_user_paths"
        now = self._globals.get(target, [])
        new = [word.rstrip("/") or "/" for word in words if self._machine.kind(word) == "directory"]
        new = [entry for entry in dict.fromkeys(new) if "m" in flags or entry not in now]
        if not new:
            return False
        kept = [entry for entry in now if entry not in new]
        self._change(target, [*kept, *new] if "a" in flags else [*new, *kept], site, export=target == "PATH")
        return True


def _letters(word: str) -> str:
    long = {"--global": "g", "--local": "l", "--universal": "U", "--export": "x", "--erase": "e", "--query": "q", "--append": "a", "--prepend": "p",
            "--path": "P", "--move": "m", "--function": "f", "--names": "n", "--show": "S"}  # fmt: skip
    return long.get(word, "") if word.startswith("--") else word[1:]


def _erased(values: list[str], index: str) -> list[str]:
    number = index.rstrip("]")
    if not re.fullmatch(r"-?\d+", number):
        return values
    place = int(number) - 1 if int(number) > 0 else len(values) + int(number)
    return [value for n, value in enumerate(values) if n != place]


def _matches(pattern: str, value: str) -> bool:
    return re.fullmatch(".*".join(map(re.escape, pattern.split("\0"))), value, re.DOTALL) is not None
