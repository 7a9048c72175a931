"""How does zsh start, and how is it made to tell what it does? A DEBUG trap that speaks only when a followed value or the file has changed.

xtrace would not do: zsh 5.9 writes it to standard error, where `$(f 2>&1)` captures it. The trap runs after each command
(DEBUG_BEFORE_CMD off), so what it sees was made by the command it is called for.
"""

import re
from collections.abc import Mapping

from inspector.shells import zsh_times, zsh_trace
from inspector.shells.base import Candidate, Detail, Mode, ReadFile, ReadText, Start, Timing, Trace
from inspector.shells.names import is_followed
from inspector.shells.posix import PosixEditors

_DUMP = "/usr/bin/env -0 >&188"
_PROMPT = "for __gi_hook in precmd $precmd_functions; do (( $+functions[$__gi_hook] )) && $__gi_hook; done; "
_FLAGS: dict[Mode, str] = {"login-terminal": "-lic", "login": "-lc", "interactive": "-ic", "prompt": "-ic", "command": "-c", "ssh": "-c"}
_SYSTEM = ("/etc/zsh/", "/etc/")
_MENTIONED = re.compile(rb"\b(?:PATH|C?GO[A-Z0-9_]*|MANPATH|LD_LIBRARY_PATH)\b")
_BLINDING = re.compile(rb"\btrap\b(?=[^\n;]*\bDEBUG\b)|\bTRAPDEBUG\b")


class Zsh(PosixEditors):
    """zsh."""

    name = "zsh"

    def candidates(self, mode: Mode, *, home: str, environ: Mapping[str, str]) -> tuple[Candidate, ...]:
        """zsh(1) STARTUP/SHUTDOWN FILES; the system directory is a compile-time choice."""
        names = ["zshenv"]
        if mode in ("login-terminal", "login"):
            names.append("zprofile")
        if mode in ("login-terminal", "interactive", "prompt"):
            names.append("zshrc")
        if mode in ("login-terminal", "login"):
            names.append("zlogin")
        own = environ.get("ZDOTDIR") or home
        found: list[Candidate] = []
        for name in names:
            found += [Candidate(f"{directory}{name}", "built-in") for directory in _SYSTEM]
            found.append(Candidate(f"{own}/.{name}", "always"))
        return tuple(found)

    def start(
        self, mode: Mode, *, program: str, home: str, environ: Mapping[str, str], read: ReadText, detail: Detail, names: tuple[str, ...],
        disarm: tuple[str, ...] = (),
    ) -> Start:  # fmt: skip
        """See Shell.start."""
        argv = (program, _FLAGS[mode], f"{_PROMPT if mode == 'prompt' else ''}{_DUMP}")
        if detail == "result":
            return Start(argv=argv, argv0=program, environ={}, files={})
        files = {path: _BLINDING.sub(_harmless, text) for path in disarm if _BLINDING.search(text := read(path) or b"")}
        candidates = self.candidates(mode, home=home, environ=environ)
        followed = dict.fromkeys(names)
        for candidate in candidates:
            mentioned = _MENTIONED.findall(read(candidate.path) or b"")
            followed |= dict.fromkeys(name for word in mentioned if is_followed(name := word.decode()))
        first, later = zsh_trace.prelude(tuple(followed), detail), zsh_trace.NEXT_FILE
        if detail == "times":
            first, later = zsh_times.PRELUDE, b""
        for candidate in candidates:
            data = files.get(candidate.path, read(candidate.path))
            if data is None:
                continue
            files[candidate.path] = first + data
            if candidate.certainty == "always":
                first = later
        return Start(argv=argv, argv0=program, environ={}, files=files)

    def parse(
        self, trace: bytes, dump: bytes, *, environ: Mapping[str, str], names: tuple[str, ...], detail: Detail, watched: tuple[str, ...] = ()
    ) -> Trace:  # fmt: skip
        """See Shell.parse."""
        del names
        return zsh_trace.parse(trace, dump, environ=environ, watched=watched, detail=detail)

    def timing(self, trace: bytes, *, files: tuple[ReadFile, ...], home: str, read: ReadText) -> Timing:
        """See TimesApart.timing."""
        del files, home
        return zsh_times.timing(trace, read=read)


def _harmless(match: re.Match[bytes]) -> bytes:
    found = match.group(0)
    return b":" + b" " * (len(found) - 1) if found == b"trap" else b"_" + found[1:]
