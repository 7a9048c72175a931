"""Which running programs keep the environment from before a change, and what makes each take the new one?"""

import re
from collections.abc import Iterator

from inspector.i18n import mark
from inspector.model.base import text
from inspector.model.environment import RunningProgram
from inspector.model.plan import Holder
from inspector.model.snapshot import Snapshot

_SHELL = mark("type `exec {name}` in it (it reads its files anew and forgets where it found commands, as `hash -r` does), or open a new terminal")
_MULTIPLEXER = mark("new windows keep its environment: `tmux kill-server`, or end it and start it again")
_SESSION = mark("log out and in again; programs started from menus have its environment")
_SERVICE = mark("restart the service; it has its environment from its unit, not from your files")
_EDITOR = mark("close all its windows and start it again; its own terminals and language servers have its environment")
_OTHER = mark("start it again")
_KINDS = (
    (re.compile(r"-?(?:ba|z|fi|da|k|mk|tc)?sh"), _SHELL),
    (re.compile(r"tmux.*|screen"), _MULTIPLEXER),
    (re.compile(r"gnome-shell|plasmashell|Xorg|xfce4-session|cinnamon"), _SESSION),
    (re.compile(r"dockerd|containerd|kubelet|systemd|cron|crond|sshd"), _SERVICE),
    (re.compile(r"code|codium|code-insiders|goland|idea|java|emacs"), _EDITOR),
)


def holders(snapshot: Snapshot) -> tuple[Holder, ...]:
    """Every program of the inspected user that is known to run with an older environment than its files give now."""
    return tuple(_holders(snapshot.environment.processes))


def _holders(programs: tuple[RunningProgram, ...]) -> Iterator[Holder]:
    for program in programs:
        if program.stale is True:
            template = next((advice for pattern, advice in _KINDS if pattern.fullmatch(program.name)), _OTHER)
            yield Holder(pid=program.pid, name=program.name, advice=text(template, name=program.name.lstrip("-")))
