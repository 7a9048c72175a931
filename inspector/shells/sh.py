"""How do dash, mksh and ksh start? They tell no file and line, so the text is interpreted, and believed where its result is the real one."""

from collections.abc import Mapping

from inspector.shells import bash_trace
from inspector.shells.base import Candidate, Detail, Mode, ReadText, Start, Trace
from inspector.shells.posix import PosixEditors

_DUMP = "/usr/bin/env -0 >/proc/self/fd/188"
_FLAGS: dict[Mode, tuple[str, ...]] = {
    "login-terminal": ("-l", "-i", "-c"), "login": ("-l", "-c"), "interactive": ("-i", "-c"), "prompt": ("-i", "-c"),
    "command": ("-c",), "ssh": ("-c",),
}  # fmt: skip


class Sh(PosixEditors):
    """A POSIX shell; `interactive_file` is read by an interactive one when ENV is not set (`.kshrc`, `.mkshrc`; dash has none)."""

    def __init__(self, name: str = "sh", interactive_file: str = "") -> None:
        self.name = name
        self._interactive_file = interactive_file

    def candidates(self, mode: Mode, *, home: str, environ: Mapping[str, str]) -> tuple[Candidate, ...]:
        """/etc/profile and ~/.profile for a login shell, $ENV for an interactive one."""
        found = [Candidate("/etc/profile", "always"), Candidate(f"{home}/.profile", "always")] if mode.startswith("login") else []
        default = f"{home}/{self._interactive_file}" if self._interactive_file else ""
        interactive = environ.get("ENV") or default
        if mode in ("interactive", "prompt", "login-terminal") and interactive.startswith("/"):
            found.append(Candidate(interactive, "always"))
        return tuple(found)

    def start(
        self, mode: Mode, *, program: str, home: str, environ: Mapping[str, str], read: ReadText, detail: Detail, names: tuple[str, ...],
        disarm: tuple[str, ...] = (),
    ) -> Start:  # fmt: skip
        """A start whose environment is dumped; there is no trace to switch on."""
        del home, environ, read, detail, names, disarm
        return Start(argv=(program, *_FLAGS[mode], _DUMP), argv0=program, environ={}, files={})

    def parse(
        self, trace: bytes, dump: bytes, *, environ: Mapping[str, str], names: tuple[str, ...], detail: Detail, watched: tuple[str, ...] = ()
    ) -> Trace:  # fmt: skip
        """Only the result is known: a variable that changed has no statement to name."""
        return bash_trace.parse(trace, dump, environ=environ, names=names, detail=detail, watched=watched)
