"""How does tcsh start, and how is it made to tell what it does? Copies of its files in which each plain line is followed by a note of what it left.

tcsh has no trap per command, and its `-x` output names neither file nor line. It also closes every descriptor it inherits, so it writes through
links to those of the small shell that starts it. A login shell takes no other argument, so one that is to run a command is started as an
interactive one whose files read the login files where tcsh would.
"""

from collections.abc import Mapping

from inspector.shells import tcsh_trace
from inspector.shells.base import Candidate, Detail, Mode, ReadText, Start, Trace
from inspector.shells.tcsh_edit import TcshEditors

_SYSTEM, _SYSTEM_LOGIN = "/etc/csh.cshrc", "/etc/csh.login"
_LINKS = "ln -s /proc/$$/fd/187 /tmp/.gi-trace; ln -s /proc/$$/fd/188 /tmp/.gi-dump; \"$@\"; exit $?"
_HOOK = 'alias precmd >/tmp/.gi-hook; if (! -z /tmp/.gi-hook) eval precmd; '
_DUMP = "/usr/bin/env -0 >>/tmp/.gi-dump"


class Tcsh(TcshEditors):
    """tcsh, also as csh."""

    name = "tcsh"

    def candidates(self, mode: Mode, *, home: str, environ: Mapping[str, str]) -> tuple[Candidate, ...]:
        """tcsh(1) STARTUP AND SHUTDOWN: the files of every shell, and around them those of a login shell."""
        del environ
        login = mode in ("login", "login-terminal")
        system = [Candidate(_SYSTEM, "always"), *([Candidate(_SYSTEM_LOGIN, "always")] if login else [])]
        own = [Candidate(f"{home}/.tcshrc", "first-of"), Candidate(f"{home}/.cshrc", "first-of")]
        return (*system, *own, *([Candidate(f"{home}/.login", "always")] if login else []))

    def start(
        self, mode: Mode, *, program: str, home: str, environ: Mapping[str, str], read: ReadText, detail: Detail, names: tuple[str, ...],
        disarm: tuple[str, ...] = (),
    ) -> Start:  # fmt: skip
        """See Shell.start."""
        del disarm
        login = mode in ("login", "login-terminal")
        texts = {c.path: data for c in self.candidates(mode, home=home, environ=environ) if (data := read(c.path)) is not None}
        first = next((path for path in (f"{home}/.tcshrc", f"{home}/.cshrc") if path in texts), "")
        files = tcsh_trace.noted(texts, read=read, home=home, names=names) if detail != "result" else {}
        if login and _SYSTEM_LOGIN in texts and first:
            files[first] = b"source " + _SYSTEM_LOGIN.encode() + b"; " + files.get(first, texts[first])
        command = f"source {home}/.login; " if f"{home}/.login" in texts and login else ""
        command = (f"source {_SYSTEM_LOGIN}; " if login and _SYSTEM_LOGIN in texts and not first else "") + command
        flags = "-c" if mode in ("command", "ssh", "login") else "-ic"
        shell = (program, flags, f"{command}{tcsh_trace.prompted(_HOOK) if mode == 'prompt' else ''}{_DUMP}")
        return Start(argv=("/bin/sh", "-c", _LINKS, "sh", *shell), argv0="sh", environ={}, files=files)

    def parse(
        self, trace: bytes, dump: bytes, *, environ: Mapping[str, str], names: tuple[str, ...], detail: Detail, watched: tuple[str, ...] = ()
    ) -> Trace:  # fmt: skip
        """See Shell.parse."""
        del names, detail
        return tcsh_trace.parse(trace, dump, environ=environ, watched=watched)
