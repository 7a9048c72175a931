"""By which edits does a directory come into PATH, or out of it? In the init files that contexts read, or by the root helper for everybody."""

from collections.abc import Iterable, Iterator
from typing import TypeVar

from inspector.checks.sites import fix_sites
from inspector.i18n import mark
from inspector.model.base import text
from inspector.model.environment import LaunchContext
from inspector.model.finding import Finding
from inspector.model.plan import AsRoot, Plan, PutFirstInPath, PutLastInPath, SetLine, TakeOutOfPath

_EVERYBODY = mark("Put {directory} first in PATH for every login shell of this machine")
_EVERYBODY_WHY = mark("One file in /etc/profile.d, for all users; shells that are not login shells do not read it.")
_SESSIONS = mark("Put {directory} first in the PATH of /etc/environment")
_SESSIONS_WHY = mark("What PAM starts takes it: desktop sessions, ssh commands, cron jobs of this machine, for all users.")
_SUDO = mark("Put {directory} first in sudo's secure_path")
_SUDO_WHY = mark("Opens up: who may use sudo runs what is in {directory} as root; only root can write there. `visudo -c` checks the file first.")
_UNITS = mark("Put {directory} first in the PATH of your systemd units")
_UNITS_WHY = mark("Takes effect at the next login, or now: systemctl --user set-environment PATH={directory}:$PATH")
_LOGIN = frozenset(("login-terminal", "su-login", "tmux", "vscode", "desktop"))
_PAM = frozenset(("desktop", "ssh-command", "cron", "su-login"))
_Kind = TypeVar("_Kind", PutFirstInPath, PutLastInPath, TakeOutOfPath)
ENVIRONMENT_D = ".config/environment.d/60-go-inspector.conf"


def first_steps(contexts: Iterable[LaunchContext], directory: str, home: str) -> tuple[PutFirstInPath, ...]:
    """A directory put first where these contexts read a file of the user's, each file once."""
    return _steps(PutFirstInPath, contexts, directory, home)


def last_steps(contexts: Iterable[LaunchContext], directory: str, home: str) -> tuple[PutLastInPath, ...]:
    """The same at the end of PATH."""
    return _steps(PutLastInPath, contexts, directory, home)


def out_steps(contexts: Iterable[LaunchContext], directory: str, home: str) -> tuple[TakeOutOfPath, ...]:
    """A directory taken out of PATH again where somebody else's file puts it there."""
    return _steps(TakeOutOfPath, contexts, directory, home)


def _steps(kind: type[_Kind], contexts: Iterable[LaunchContext], directory: str, home: str) -> tuple[_Kind, ...]:
    steps: dict[str, _Kind] = {}
    for context in contexts:
        for site in fix_sites(context, home):
            shell = context.shell.rpartition("/")[2]
            steps.setdefault(site.file, kind(file=site.file, directory=directory, shell=shell, placement=site.placement))
    return tuple(steps.values())


def reaches(contexts: Iterable[str]) -> bool:
    """Whether a file of environment.d, or the root helper, has a way into one of these contexts."""
    return bool(frozenset(contexts) & (_LOGIN | _PAM | {"sudo", "systemd-user"}))


def for_units(finding: Finding, directory: str, contexts: Iterable[str], home: str) -> Iterator[Plan]:
    """A file of environment.d, where the user's own units are among the contexts."""
    if "systemd-user" in contexts:
        yield Plan(
            id=f"{finding.check}:units", finding=finding.id, safety="careful", title=text(_UNITS, directory=directory),
            reason=text(_UNITS_WHY, directory=directory),
            steps=(SetLine(file=f"{home}/{ENVIRONMENT_D}", name="PATH", syntax="environment-d", value=f"{directory}:$PATH"),),
        )  # fmt: skip


def as_root(finding: Finding, directory: str, contexts: Iterable[str]) -> Iterator[Plan]:
    """The root helper's ways that reach one of these contexts."""
    ids = frozenset(contexts)
    ways = (
        (ids & _LOGIN, "profile-d", _EVERYBODY, _EVERYBODY_WHY, AsRoot(op="profile_d.path", arguments={"directories": [directory]})),
        (ids & _PAM, "environment", _SESSIONS, _SESSIONS_WHY, AsRoot(op="environment.path", arguments={"directory": directory, "action": "add"})),
        (ids & {"sudo"}, "sudo", _SUDO, _SUDO_WHY, AsRoot(op="sudoers.secure_path", arguments={"directory": directory})),
    )
    for reached, name, title, reason, step in ways:
        if reached:
            yield Plan(
                id=f"{finding.check}:{name}", finding=finding.id, safety="careful", title=text(title, directory=directory),
                reason=text(reason, directory=directory), steps=(step,),
            )  # fmt: skip
