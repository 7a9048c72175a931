"""What is in the environment before the first init file, for each way of starting a program, and who put it there?

Derived from the files and programs that build it (login.defs, PAM, sshd, cron, sudoers), never from a running session of somebody else.
Sources: login.defs(5), pam_env(8), sshd(8) LOGIN PROCESS, crontab(5), sudoers(5), and the measurements of Debian 12 noted beside each default.
"""

import os
from collections.abc import Callable

from inspector.host.base import Host
from inspector.i18n import mark
from inspector.model.origin import Origin, derived
from inspector.probes import contexts_base, contexts_bundles, contexts_sessions, login_files, sudoers
from inspector.probes.contexts_base import LOGIN_PATH, LOGIN_PATH_ROOT, Base, Builder, Result

TITLES: dict[str, str] = {
    "login-terminal": mark("Login terminal"),
    "interactive-terminal": mark("Interactive terminal"),
    "prompt": mark("First prompt"),
    "script": mark("Script"),
    "ssh-command": mark("SSH command"),
    "desktop": mark("Desktop launcher"),
    "systemd-user": mark("User service"),
    "systemd-system": mark("System service"),
    "cron": mark("Cron job"),
    "sudo": mark("sudo"),
    "su-login": mark("su -"),
    "tmux": mark("tmux window"),
    "vscode": mark("VS Code"),
    "goland": mark("GoLand"),
    "flatpak": mark("Flatpak editor"),
    "snap": mark("Snap editor"),
    "appimage": mark("AppImage"),
    "ci-container": mark("Container of the project"),
    "this-program": mark("This program"),
}

_PRIVATE = frozenset({"_", "SHLVL", "OLDPWD", "PWD", "PS1", "PS4", "BASH_XTRACEFD", "SHELLOPTS", "BASHOPTS", "BASH_EXECUTION_STRING"})
_ENVIRON_LIMIT = 4 << 20
_SSHD_PATH = "/usr/local/bin:/usr/bin:/bin:/usr/games"
_CRON_PATH = "/usr/bin:/bin"
_SUDO_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


PARENTS: dict[str, str] = {
    "tmux": "interactive-terminal", "vscode": "desktop", "goland": "desktop", "flatpak": "desktop", "snap": "desktop", "appimage": "desktop",
}  # fmt: skip
"""Contexts that begin with what another context ends with."""


def base_of(host: Host, context: str, *, project: str = "", execute: bool = True, parent: Result | None = None) -> Base:
    """The base of one context; `parent` is the result of the context that PARENTS names, None where that one does not exist here."""
    match context:
        case "systemd-user":
            return contexts_sessions.systemd_user(host, execute=execute)
        case "ci-container":
            return contexts_sessions.ci_container(host, project)
        case "prompt":
            return _prompt(host, project)
        case _ if context in _CHILDREN:
            return _CHILDREN[context](host, parent or _session_result(host))
        case _:
            return _BUILDERS[context](host)


def _session_result(host: Host) -> Result:
    made = _session(host)
    return Result("interactive-terminal", made.environ, made.origins, (), "derived")


def _login_terminal(host: Host) -> Base:
    made = Builder(host)
    made.identity()
    path, origin = login_files.login_path(host, default=LOGIN_PATH_ROOT if host.info.uid == 0 else LOGIN_PATH)
    made.put("PATH", path, origin)
    made.put("TERM", "xterm-256color", derived(mark("the terminal")))
    made.pam("login")
    return Base("login-terminal", made.environ, made.origins, host.info.login_shell, "login-terminal", why=mark("a login shell on a terminal"))


def _own_session(host: Host) -> bool:
    return host.kind != "folder" and host.info.uid == os.getuid() and bool(host.environ().get("PATH"))


def _session(host: Host) -> Builder:
    """What this session hands to the programs it starts: our own starting environment, or a login's where we are not of that session."""
    made = Builder(host)
    if not _own_session(host):
        login = _login_terminal(host)
        made.environ, made.origins = dict(login.environ), dict(login.origins)
        return made
    parent = Origin(kind="process", file=_giver(host))
    for name, value in host.environ().items():
        if name not in _PRIVATE and not name.startswith("BASH_FUNC_"):
            made.put(name, value, parent)
    made.identity()
    made.environ.setdefault("TERM", "xterm-256color")
    made.origins.setdefault("TERM", derived(mark("the terminal")))
    return made


def _giver(host: Host) -> str:
    """The nearest process above us that was not started with this very environment itself: what lies between, our own parts too, passed it on."""
    pid, own = os.getppid(), host.read("/proc/self/environ", limit=_ENVIRON_LIMIT).data
    while pid > 1 and own and host.read(f"/proc/{pid}/environ", limit=_ENVIRON_LIMIT).data == own:
        above = _parent(host, pid)
        if above < 1:
            break
        pid = above
    name = host.read(f"/proc/{pid}/comm").data.decode("utf-8", "replace").strip()
    return f"{name} (pid {pid})" if name else f"pid {pid}"


def _parent(host: Host, pid: int) -> int:
    data = host.read(f"/proc/{pid}/stat").data
    fields = data[data.rfind(b")") + 2 :].split()
    return int(fields[1]) if len(fields) > 1 else 0


def _interactive_terminal(host: Host) -> Base:
    made = _session(host)
    why = mark("an interactive shell below this session") if _own_session(host) else mark("an interactive shell below a fresh session")
    return Base("interactive-terminal", made.environ, made.origins, host.info.login_shell, "interactive", why=why)


def _prompt(host: Host, project: str) -> Base:
    made, shell = _session(host), host.info.login_shell
    directory = project if project and host.stat(project).status == "ok" else host.info.home
    made.put("PWD", directory, derived(mark("where the shell starts")))
    if shell.rpartition("/")[2] in ("sh", "dash", "ash", "ksh", "ksh93", "mksh"):
        return contexts_base.absent("prompt", mark(f"{shell} runs nothing of its user's before a prompt"))
    why = mark(f"an interactive shell in {directory}, once what runs before its first prompt has run (PROMPT_COMMAND, precmd, fish_prompt)")
    return Base("prompt", made.environ, made.origins, shell, "prompt", why=why, directory=directory)


def _script(host: Host) -> Base:
    made = _session(host)
    why = mark("a program or script started from this session") if _own_session(host) else mark("a script below a fresh session")
    return Base("script", made.environ, made.origins, host.info.login_shell, "command", why=why)


def _this_program(host: Host) -> Base:
    """What this program itself was started with, to the letter: no shell, nothing added."""
    if host.kind == "folder" or host.info.uid != os.getuid():
        return contexts_base.absent("this-program", mark("this program was not started by the inspected user on the inspected machine"))
    environ = host.environ()
    origins = dict.fromkeys(environ, Origin(kind="process", file=_giver(host)))
    return Base("this-program", environ, origins, "", None, known="observed", why=mark("what this program was started with (/proc/self/environ)"))


def _ssh_command(host: Host) -> Base:
    made = Builder(host)
    made.identity()
    installed = host.stat("/usr/sbin/sshd").status == "ok"
    default, origin = login_files.sshd_path(host, default=LOGIN_PATH_ROOT if host.info.uid == 0 else _SSHD_PATH)
    made.put("PATH", default, origin)
    config = login_files.sshd_config(host)
    if config.uses_pam:
        made.pam("sshd")
    for setting in config.set_env:
        made.put(setting.name, setting.value, setting.origin)
    for name, value in (("SSH_CLIENT", "192.0.2.1 40000 22"), ("SSH_CONNECTION", "192.0.2.1 40000 192.0.2.2 22")):
        made.put(name, value, Origin(kind="program", file="sshd"))
    why = mark("a command below sshd") if installed else mark("no sshd is installed here; a command below one with its distribution's defaults")
    return Base("ssh-command", made.environ, made.origins, host.info.login_shell, "ssh", why=why)


def _cron(host: Host) -> Base:
    made = Builder(host)
    made.identity(login_shell="/bin/sh")
    made.environ.pop("USER")
    made.put("PATH", _CRON_PATH, Origin(kind="program", file="/usr/sbin/cron", text="built-in PATH"))
    made.pam("cron", except_names=("PATH", "SHELL", "HOME", "LOGNAME"))
    notes: tuple[str, ...] = ()
    crontab = login_files.crontab(host)
    for setting in crontab.settings:
        made.put(setting.name, setting.value, setting.origin)
    if crontab.why:
        notes = (crontab.why,)
    installed = any(host.stat(path).status == "ok" for path in ("/usr/sbin/cron", "/usr/sbin/crond", "/usr/sbin/fcron"))
    why = mark("cron's own environment") if installed else mark("no cron is installed here; what cron would give a job")
    return Base("cron", made.environ, made.origins, made.environ["SHELL"], "command", why=why, notes=notes)


def _sudo(host: Host) -> Base:
    session = _session(host)
    if not any(host.stat(path).status == "ok" for path in ("/usr/bin/sudo", "/bin/sudo", "/usr/local/bin/sudo", "/run/wrappers/bin/sudo")):
        return Base("sudo", {}, {}, "", None, known="not-applicable", why=mark("sudo is not installed"))
    policy = sudoers.read(host, default_path=_SUDO_PATH)
    made = Builder(host)
    if policy.resets:
        kept = {name for name in session.environ if sudoers.keeps(policy, name)}
        for name in sorted(kept):
            made.put(name, session.environ[name], session.origins[name])
    else:
        made.environ, made.origins = dict(session.environ), dict(session.origins)
    root = derived(mark("sudo sets it for the target user"))
    for name, value in (("HOME", "/root"), ("USER", "root"), ("LOGNAME", "root"), ("SHELL", "/bin/bash")):
        made.put(name, value, root)
    if policy.secure_path:
        made.put("PATH", policy.secure_path, policy.origin)
    else:
        made.put("PATH", session.environ.get("PATH", _SUDO_PATH), session.origins.get("PATH", root))
    return Base("sudo", made.environ, made.origins, "", None, why=policy.why, parent="interactive-terminal")


_BUILDERS = {
    "login-terminal": _login_terminal, "interactive-terminal": _interactive_terminal, "script": _script, "ssh-command": _ssh_command,
    "cron": _cron, "sudo": _sudo, "desktop": contexts_sessions.desktop, "systemd-system": contexts_sessions.systemd_system,
    "su-login": contexts_sessions.su_login, "this-program": _this_program,
}  # fmt: skip

_CHILDREN: dict[str, Callable[[Host, Result], Base]] = {
    "tmux": contexts_sessions.tmux, "vscode": contexts_sessions.vscode, "goland": contexts_sessions.goland,
    "flatpak": contexts_bundles.flatpak, "snap": contexts_bundles.snap, "appimage": contexts_bundles.appimage,
}  # fmt: skip
