"""Where does a PATH fix for a launch context belong? The init files a context reads, by shell and context (facts: bash(1) INVOCATION)."""

from dataclasses import dataclass
from typing import Literal

from inspector.model.environment import LaunchContext

_BASH_LOGIN = (".bash_profile", ".bash_login", ".profile")
_LOGIN_CONTEXTS = ("login-terminal", "su-login", "tmux", "vscode", "desktop")


@dataclass(frozen=True, slots=True)
class Site:
    """An init file and the place in it."""

    file: str
    placement: Literal["end", "before-guard"]


def fix_sites(context: LaunchContext, home: str) -> tuple[Site, ...]:
    """The file whose edit changes PATH in this context, nothing where no init file of the user is read (cron, sudo, services)."""
    shell = context.shell.rpartition("/")[2]
    present = {file.path for file in context.init_files if file.state in ("read", "skipped")}
    if shell == "bash":
        return _bash_sites(context.id, home, present)
    if shell in ("sh", "dash") and context.id in _LOGIN_CONTEXTS:
        return (Site(f"{home}/{_session_file(context, home)}", "end"),)
    if shell == "zsh" and context.id in (*_LOGIN_CONTEXTS, "interactive-terminal", "ssh-command"):
        return (Site(f"{home}/{'.zprofile' if context.id in _LOGIN_CONTEXTS else '.zshenv'}", "end"),)
    if shell == "fish" and context.id in (*_LOGIN_CONTEXTS, "interactive-terminal", "ssh-command"):
        main = f"{home}/.config/fish/config.fish"  # read after all of conf.d
        return (Site(main if main in present else f"{home}/.config/fish/conf.d/go-inspector.fish", "end"),)
    return ()


def _session_file(context: LaunchContext, home: str) -> str:
    """What the session's sh reads: the Xsession of lightdm reads no profile."""
    read = {file.path for file in context.init_files}
    return ".xsessionrc" if f"{home}/.xsessionrc" in read and f"{home}/.profile" not in read else ".profile"


def _bash_sites(context_id: str, home: str, present: set[str]) -> tuple[Site, ...]:
    if context_id in _LOGIN_CONTEXTS:
        name = next((n for n in _BASH_LOGIN if f"{home}/{n}" in present), ".profile")
        return (Site(f"{home}/{name}", "end"),)
    if context_id == "interactive-terminal":
        return (Site(f"{home}/.bashrc", "end"),)
    if context_id == "ssh-command":
        return (Site(f"{home}/.bashrc", "before-guard"),)
    return ()
