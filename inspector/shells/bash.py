"""How does bash start, and how is it made to tell what it does? Startup files per mode, the traced start, its second attempt when blinded.

The trace is switched on by a prelude put before the first statement of the first file, on the same line, so that line numbers stay true and
root, whose bash ignores PS4 from the environment, is traced as everybody else. The files laid over are copies inside the sandbox only.
"""

import re
from collections.abc import Mapping

from inspector.shells import bash_trace
from inspector.shells.base import Candidate, Detail, Mode, ReadText, Start, Trace
from inspector.shells.posix import PosixEditors

_DUMP = "/usr/bin/env -0 >&188 || declare -px >&188"
_HOOKS = "for __gi in \"${PROMPT_COMMAND[@]}\"; do eval \"$__gi\"; done; unset __gi"
_PROMPT = f". /dev/fd/189 189<<<'{_HOOKS}'; "
"""In a file of its own, because functions called from the command string itself would count their lines from their own beginning."""
_FLAGS: dict[Mode, str] = {"login-terminal": "-lic", "login": "-lc", "interactive": "-ic", "prompt": "-ic", "command": "-c", "ssh": "-c"}
BEGINNING = ": go-inspector"
"""The first traced command: it dates the beginning of the first file."""

_BLINDING = re.compile(
    rb"\bPS4=|\bBASH_XTRACEFD=|\bset\s+\+[a-wyz]*x[a-z]*\b|\bset\s+\+o\s+xtrace\b|\bshopt\s+-u\s+promptvars\b|\bset\s+-(?=[\s;]|$)",
    re.MULTILINE,
)


class Bash(PosixEditors):
    """GNU bash."""

    name = "bash"

    def candidates(self, mode: Mode, *, home: str, environ: Mapping[str, str]) -> tuple[Candidate, ...]:
        """See bash(1) INVOCATION; `/etc/bash.bashrc` and reading `.bashrc` below sshd are compile-time choices of distributions."""
        system, personal = Candidate("/etc/bash.bashrc", "built-in"), f"{home}/.bashrc"
        match mode:
            case "login-terminal" | "login":
                profiles = tuple(Candidate(f"{home}/{name}", "first-of") for name in (".bash_profile", ".bash_login", ".profile"))
                indirect = (Candidate("/etc/bash.bashrc", "sourced"), *profiles, Candidate(personal, "sourced"))
                return (Candidate("/etc/profile", "always"), *indirect)
            case "interactive" | "prompt":
                return system, Candidate(personal, "always")
            case "ssh":
                return system, Candidate(personal, "built-in")
            case "command":
                startup = environ.get("BASH_ENV", "")
                return (Candidate(startup, "always"),) if startup.startswith("/") else ()

    def start(
        self, mode: Mode, *, program: str, home: str, environ: Mapping[str, str], read: ReadText, detail: Detail, names: tuple[str, ...],
        disarm: tuple[str, ...] = (),
    ) -> Start:  # fmt: skip
        """See Shell.start."""
        if detail == "result":
            return Start(argv=_argv(program, mode), argv0=program, environ={}, files={})
        prelude = f"PS4=$'{bash_trace.prompt(detail, names)}'; BASH_XTRACEFD=187; set -x; {BEGINNING}; ".encode()
        files = {path: disarmed(data) for path in disarm if (data := read(path)) is not None}
        for candidate in self.candidates(mode, home=home, environ=environ):
            data = files.get(candidate.path, read(candidate.path))
            if data is None or candidate.certainty == "sourced":
                continue
            files[candidate.path] = prelude + data
            if candidate.certainty in ("always", "first-of"):
                break
        return Start(argv=_argv(program, mode), argv0=program, environ={}, files=files)

    def parse(
        self, trace: bytes, dump: bytes, *, environ: Mapping[str, str], names: tuple[str, ...], detail: Detail, watched: tuple[str, ...] = ()
    ) -> Trace:  # fmt: skip
        """See Shell.parse."""
        return bash_trace.parse(trace, dump, environ=environ, names=names, detail=detail, watched=watched)


def _argv(program: str, mode: Mode) -> tuple[str, ...]:
    return program, _FLAGS[mode], f"{_PROMPT if mode == 'prompt' else ''}{_DUMP}"


def disarmed(data: bytes) -> bytes:
    """The text with everything that would blind the trace made harmless, each byte of the rest in its place."""
    return _BLINDING.sub(_harmless, data)


def _harmless(match: re.Match[bytes]) -> bytes:
    found = match.group(0)
    if found.endswith(b"="):
        return b"_" + found[1:]
    return b":" + b" " * (len(found) - 1)
