"""How is an interactive shell started that reads its files as always and then has other values for some variables?"""

from collections.abc import Mapping

from inspector.shells.base import Start
from inspector.shells.bash_blocks import quoted
from inspector.shells.fish_edit import quoted as fish_quoted


def repaired_start(shell: str, *, program: str, values: Mapping[str, str | None], place: str) -> Start | None:
    """The start of such a shell; its files belong below the private directory `place`. None for a shell that is not known; raises ValueError."""
    lines = b"".join(_posix_line(name, value) for name, value in sorted(values.items()))
    match shell:
        case "bash":
            rc = b'[ -r ~/.bashrc ] && . ~/.bashrc\n' + lines + b"hash -r\n"
            return Start(argv=(program, "--rcfile", f"{place}/rc"), argv0=program, environ={}, files={f"{place}/rc": rc})
        case "zsh":
            own = b'ZDOTDIR="${GO_INSPECTOR_ZDOTDIR-$HOME}"\n[ -r "$ZDOTDIR/.%s" ] && . "$ZDOTDIR/.%s"\n'
            env = own % (b"zshenv", b"zshenv") + b"ZDOTDIR=" + quoted(place) + b"\n"
            rc = own % (b"zshrc", b"zshrc") + b"unset GO_INSPECTOR_ZDOTDIR\n" + lines + b"rehash\n"
            return Start(argv=(program, "-i"), argv0=program, environ={"ZDOTDIR": place}, files={f"{place}/.zshenv": env, f"{place}/.zshrc": rc})
        case "fish":
            text = b"; ".join(_fish_line(name, value) for name, value in sorted(values.items())).decode("utf-8", "surrogateescape")
            return Start(argv=(program, "-C", text), argv0=program, environ={}, files={})
        case "sh" | "dash" | "ksh" | "mksh":
            return Start(argv=(program, "-i"), argv0=program, environ={"ENV": f"{place}/rc"}, files={f"{place}/rc": lines})
        case _:
            return None


def _posix_line(name: str, value: str | None) -> bytes:
    return b"unset " + name.encode() + b"\n" if value is None else b"export " + name.encode() + b"=" + quoted(value) + b"\n"


def _fish_line(name: str, value: str | None) -> bytes:
    if value is None:
        return b"set -e " + name.encode()
    words = b" ".join(map(fish_quoted, value.split(":"))) if name == "PATH" else fish_quoted(value)
    return b"set -gx " + name.encode() + b" " + words
