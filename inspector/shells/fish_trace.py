"""What does a fish trace say? Records of an event handler, whose stack ends at the handler, between the brackets of `source` and `fish_add_path`."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from inspector.i18n import mark
from inspector.model.origin import Confidence
from inspector.shells.base import Event, ReadFile, Site, Trace
from inspector.shells.bash_trace import read_dump
from inspector.shells.names import is_followed

_RECORD = re.compile(r"\x1e([A-Z])\x1f(.*?)\x1d\n", re.DOTALL)
_CALLED = re.compile(r"called on line (\d+) of file (.+)")
_SHIPPED = "/usr/share/fish/"
_PRELUDE = "!000-go-inspector.fish"
_SPOKEN_FOR = ("fish_add_path", "eval")
"""Brackets whose caller is the place of what changes directly inside them."""

_EVAL = re.compile(rb"((?:^|[;&|(]|\b(?:and|or|not|if|while|begin|else|builtin)\s)[ \t]*)eval(?=\s)", re.MULTILINE)
_GO_NAMES = (
    "GOROOT", "GOPATH", "GOBIN", "GOFLAGS", "GOPROXY", "GOSUMDB", "GOPRIVATE", "GONOPROXY", "GONOSUMDB", "GOINSECURE", "GOVCS", "GOTOOLCHAIN",
    "GOENV", "GOOS", "GOARCH", "GOAMD64", "GOARM", "GOARM64", "GOEXPERIMENT", "GOWORK", "GOCACHE", "GOMODCACHE", "GOTMPDIR", "GODEBUG",
    "GOMAXPROCS", "GOGC", "GOMEMLIMIT", "GOTRACEBACK", "GO111MODULE", "GOTELEMETRY", "GOAUTH", "GOFIPS140", "CGO_ENABLED", "CGO_CFLAGS",
    "CGO_CPPFLAGS", "CGO_CXXFLAGS", "CGO_LDFLAGS", "CC", "CXX", "AR", "MANPATH", "LD_LIBRARY_PATH", "LD_PRELOAD", "PKG_CONFIG_PATH",
    "TMPDIR", "XDG_CONFIG_HOME", "XDG_CACHE_HOME",
)  # fmt: skip


def prelude(names: tuple[str, ...], *, universal: str, universal_line: int) -> bytes:
    """The conf.d file that watches: handlers cost nothing until a variable changes, so every name Go knows is among them."""
    watched = " ".join(f"--on-variable {name}" for name in dict.fromkeys(("PATH", *names, *_GO_NAMES)))
    return rf"""function __gi_changed {watched}
    begin
        set -l __gi_joint ' '
        string match -q '*PATH' -- $argv[3]; and set __gi_joint :
        printf '\x1eV\x1f%s\x1f%s\x1f%s\x1f' $argv[2] $argv[3] (string join -- $__gi_joint $$argv[3] | string collect)
        status stack-trace
        printf '\x1d\n'
    end >&187
end
{_reader("source")}{_reader(".")}function __gi_eval --no-scope-shadowing
    begin; printf '\x1eS\x1f%s\x1f' eval; status stack-trace; printf '\x1d\n'; end >&187
    eval $argv
    set -l __gi_status $status
    printf '\x1eE\x1f%s\x1d\n' eval >&187
    return $__gi_status
end
if functions -q fish_add_path
    functions -c fish_add_path __gi_fish_add_path
    function fish_add_path
        begin; printf '\x1eS\x1f%s\x1f' fish_add_path; status stack-trace; printf '\x1d\n'; end >&187
        __gi_fish_add_path $argv
        set -l __gi_status $status
        printf '\x1eE\x1f%s\x1d\n' fish_add_path >&187
        return $__gi_status
    end
end
printf '\x1eB\x1f%s\x1f%s\x1f%s\x1d\n' '{universal}' {universal_line} (string join : -- $PATH) >&187
""".encode("utf-8", "surrogateescape")


def _reader(name: str) -> str:
    return rf"""function {name} --no-scope-shadowing
    begin; printf '\x1eS\x1f%s\x1f' "$argv"; status stack-trace; printf '\x1d\n'; end >&187
    builtin {name} $argv
    set -l __gi_status $status
    printf '\x1eE\x1f%s\x1d\n' "$argv" >&187
    return $__gi_status
end
"""


def bracketed(data: bytes) -> bytes:
    """The text with `eval` calling the bracket instead, because evaluated text says line 1 whatever line evaluates it."""
    return _EVAL.sub(rb"\1__gi_eval", data)


@dataclass(frozen=True, slots=True)
class _Bracket:
    """An open `source` or `fish_add_path`: what it reads and who called it."""

    what: str
    caller: Site | None


class _Replay:
    def __init__(self, environ: Mapping[str, str], watched: tuple[str, ...], *, disarmed: bool) -> None:
        self._disarmed = disarmed
        self.problems: list[str] = []
        self.home = environ.get("HOME", "")
        self.values: dict[str, str | None] = {name: value for name, value in environ.items() if is_followed(name, watched)}
        self.events: dict[str, list[Event]] = {}
        self.files: dict[str, ReadFile] = {}
        self._open: list[_Bracket] = []
        self._piped: set[Site] = set()
        self._furthest: dict[str, int] = {}
        self.last: Site | None = None

    def step(self, kind: str, body: str) -> None:
        """One record."""
        if kind == "E":
            if self._open:
                self._open.pop()
            return
        what, _, rest = body.partition("\x1f")
        if kind == "B":
            line, _, value = rest.partition("\x1f")
            self._change("PATH", value, Site(what, int(line)), (), "statement")
        elif kind == "S":
            self._enter(what, rest)
        else:
            name, _, tail = rest.partition("\x1f")
            value, _, stack = tail.rpartition("\x1f")
            self._observe(name, None if what == "ERASE" else value, stack)

    def _sites(self, stack: str) -> list[Site]:
        return [Site(self._absolute(file.strip()), int(line)) for line, file in _CALLED.findall(stack)]

    def _absolute(self, file: str) -> str:
        return self.home + file[1:] if file.startswith("~/") else file

    def _enter(self, what: str, stack: str) -> None:
        sites = self._sites(stack)
        caller = sites[0] if sites else None
        self._open.append(_Bracket(what, caller))
        if caller and what in ("", "-"):
            self._piped.add(caller)
        if caller and caller.file.startswith(_SHIPPED):
            chain: tuple[Site, ...] = ()
        else:
            chain = (caller, *self._callers()[1:]) if caller else ()
        self._furthest.pop(what, None)
        if what.startswith("/") and not what.startswith(_SHIPPED) and not what.endswith(_PRELUDE):
            self.files.setdefault(what, ReadFile(what, chain))

    def _callers(self) -> tuple[Site, ...]:
        return tuple(b.caller for b in reversed(self._open) if b.caller and not b.caller.file.startswith(_SHIPPED))

    def _observe(self, name: str, value: str | None, stack: str) -> None:
        sites = self._sites(stack.partition("in event handler")[2])
        callers = self._callers()
        site = sites[0] if sites else Site("", 0)
        no_place = site.file in ("-", "") or site.file.startswith(_SHIPPED) or site.file.endswith(_PRELUDE)
        if callers and (no_place or self._open[-1].what in _SPOKEN_FOR):
            site, callers = callers[0], callers[1:]
        while site.file == "-" and callers:
            site, callers = callers[0], callers[1:]
        if site.file == "-":
            place = next(iter(self._piped)) if len(self._piped) == 1 else Site("", 0)
            self._change(name, value, place, callers, "statement" if place.file else "window")
            return
        beyond = self._furthest.get(site.file, 0)
        self._furthest[site.file] = max(beyond, site.line)
        if site.line == 1 and not self._disarmed and self.values.get(name) != value:
            self.problems.append(mark(f"{name} changed on line 1 of {site.file}, or in text evaluated there"))
        if site.line == 1 and beyond > 1:
            self._change(name, value, Site(site.file, 0), callers, "window")
        else:
            self._change(name, value, site, callers, "statement" if site.line == 1 else "exact")

    def _change(self, name: str, value: str | None, site: Site, chain: tuple[Site, ...], confidence: Confidence) -> None:
        """Evaluated text says line 1 of its file whatever line evaluates it, so a line 1 after later ones of the same reading is no line at all."""
        self.last = site if site.file else self.last
        if site.file:
            self.files.setdefault(site.file, ReadFile(site.file, chain))
        old = self.values.get(name)
        if old == value:
            return
        self.values[name] = value
        self.events.setdefault(name, []).append(Event(name, old, value, site, chain, confidence=confidence))


def parse(trace: bytes, dump: bytes, *, environ: Mapping[str, str], watched: tuple[str, ...], disarmed: bool) -> Trace:
    """Every change of a followed variable, then the comparison with what fish ended with."""
    replay = _Replay(environ, watched, disarmed=disarmed)
    for kind, body in _RECORD.findall(trace.decode("utf-8", "surrogateescape")):
        replay.step(kind, body)
    final = read_dump(dump)
    problems = [*replay.problems, *_compare(replay, final, watched)]
    events = tuple(e for name, found in replay.events.items() for e in found if not final or name in final or name in environ)
    files = tuple(file for file in replay.files.values() if file.path.startswith("/") and not file.path.startswith(_SHIPPED))
    return Trace(events=events, files=files, values=final, complete=not problems, problems=tuple(problems), last=replay.last)


def _compare(replay: _Replay, final: Mapping[str, str], watched: tuple[str, ...]) -> list[str]:
    """A block's own variable leaves without an event: a value that comes back to an earlier one takes the changes since then with it."""
    problems = []
    for name in sorted({*replay.values, *final} if final else ()):
        real, events = final.get(name), replay.events.setdefault(name, [])
        if not is_followed(name, watched) or real == replay.values.get(name) or (real is None and events and events[0].before is None):
            continue
        back = next((index for index, event in enumerate(events) if event.before == real), -1)
        if back >= 0:
            del events[back:]
            continue
        problems.append(mark(f"{name} replayed differs from what the shell ended with"))
        events.append(Event(name, replay.values.get(name), real, Site(replay.last.file if replay.last else "", 0), confidence="window"))
    return problems
