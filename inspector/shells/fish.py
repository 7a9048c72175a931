"""How does fish start, and how is it made to tell what it does? An event handler for the followed variables and brackets around `source`.

The prelude is the first file of the user's conf.d, so what the universal variables did to PATH before shows as a difference of its own.
"""

from collections.abc import Mapping

from inspector.shells import fish_times, fish_trace
from inspector.shells.base import Candidate, Detail, Mode, ReadFile, ReadText, Start, Timing, Trace
from inspector.shells.fish_edit import FishEditors

_DUMP = "/usr/bin/env -0 >&188"
_FLAGS: dict[Mode, str] = {"login-terminal": "-lic", "login": "-lc", "interactive": "-ic", "prompt": "-ic", "command": "-c", "ssh": "-c"}


def config_dir(home: str, environ: Mapping[str, str]) -> str:
    """The user's configuration directory of fish."""
    return f"{environ.get('XDG_CONFIG_HOME') or f'{home}/.config'}/fish"


class Fish(FishEditors):
    """fish."""

    name = "fish"

    def candidates(self, mode: Mode, *, home: str, environ: Mapping[str, str]) -> tuple[Candidate, ...]:
        """fish(1): every start reads the same files; `/*.fish` stands for the files of a directory."""
        del mode
        own = config_dir(home, environ)
        return (
            Candidate(f"{own}/fish_variables", "silent"), Candidate(f"{own}/conf.d/*.fish", "always"), Candidate("/etc/fish/conf.d/*.fish", "always"),
            Candidate("/etc/fish/config.fish", "silent"), Candidate(f"{own}/config.fish", "silent"),
        )  # fmt: skip

    def start(
        self, mode: Mode, *, program: str, home: str, environ: Mapping[str, str], read: ReadText, detail: Detail, names: tuple[str, ...],
        disarm: tuple[str, ...] = (),
    ) -> Start:  # fmt: skip
        """See Shell.start."""
        profiled = ("--profile-startup=/dev/fd/187",) if detail == "times" else ()
        argv = (program, *profiled, _FLAGS[mode], f"{'emit fish_prompt; ' if mode == 'prompt' else ''}{_DUMP}")
        if detail in ("result", "times"):
            return Start(argv=argv, argv0=program, environ={}, files={})
        own = config_dir(home, environ)
        universal = f"{own}/fish_variables"
        prelude = fish_trace.prelude(names, universal=universal, universal_line=_line_of(read(universal) or b"", b"fish_user_paths"))
        files = {path: fish_trace.bracketed(data) for path in disarm if (data := read(path)) is not None}
        return Start(argv=argv, argv0=program, environ={}, files={**files, f"{own}/conf.d/!000-go-inspector.fish": prelude})

    def parse(
        self, trace: bytes, dump: bytes, *, environ: Mapping[str, str], names: tuple[str, ...], detail: Detail, watched: tuple[str, ...] = ()
    ) -> Trace:  # fmt: skip
        """See Shell.parse."""
        del names
        return fish_trace.parse(trace, dump, environ=environ, watched=watched, disarmed=detail == "values")

    def timing(self, trace: bytes, *, files: tuple[ReadFile, ...], home: str, read: ReadText) -> Timing:
        """See TimesApart.timing."""
        return fish_times.timing(trace, files=files, home=home, read=read)


def _line_of(data: bytes, word: bytes) -> int:
    return next((number for number, line in enumerate(data.splitlines(), start=1) if word in line), 0)
