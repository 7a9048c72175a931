"""What is in the environment of desktop sessions, service managers, multiplexers, IDEs and containers before their first init file?

Sources: systemd.exec(5), environment.d(5), the session scripts of Debian's gdm3, lightdm, sddm and x11-common, VS Code's shellEnv.ts,
JetBrains' EnvironmentUtil.java (reads no shell on Linux), tmux(1), and the official golang image's Dockerfile.
"""

import re
from collections.abc import Iterator

from inspector.host.base import Host, TraceRun
from inspector.i18n import mark
from inspector.model.base import shown
from inspector.model.origin import Origin, derived
from inspector.probes import environment_d, login_files
from inspector.probes.contexts_base import LOGIN_PATH, LOGIN_PATH_ROOT, Base, Builder, Result, absent
from inspector.shells import words

_GDM_PATH = "/usr/local/bin:/usr/bin:/bin:/usr/games"
_SYSTEMD_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin"
_SYSTEMD = "/usr/lib/systemd/systemd"
_GENERATOR = "/usr/lib/systemd/user-environment-generators/30-systemd-environment-d-generator"
_GOLANG_IMAGE_PATH = "/go/bin:/usr/local/go/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
_VSCODE_PLACES = (
    "/usr/bin/code",
    "/usr/share/code/code",
    "/snap/bin/code",
    "/opt/visual-studio-code/code",
    "/usr/bin/codium",
    "/var/lib/flatpak/app/com.visualstudio.code",
)
_GOLAND_PLACES = ("/snap/bin/goland", "/usr/bin/goland", "/opt/goland/bin/goland.sh", "/usr/local/bin/goland")
_CONTAINER_FILES = ("Dockerfile", "Containerfile", ".devcontainer/Dockerfile", ".devcontainer/devcontainer.json")


def su_login(host: Host) -> Base:
    """`su - user`: login.defs and PAM, then a login shell."""
    if not any(host.stat(path).status == "ok" for path in ("/bin/su", "/usr/bin/su")):
        return absent("su-login", mark("su is not installed"))
    made = Builder(host)
    made.identity()
    path, origin = login_files.login_path(host, default=LOGIN_PATH_ROOT if host.info.uid == 0 else LOGIN_PATH)
    made.put("PATH", path, origin)
    made.put("TERM", "xterm-256color", derived(mark("the terminal")))
    made.pam("su-l" if host.stat("/etc/pam.d/su-l").status == "ok" else "su")
    why = mark("`su - user`: a login shell, nothing of the caller's")
    return Base("su-login", made.environ, made.origins, host.info.login_shell, "login-terminal", why=why)


def desktop(host: Host) -> Base:
    """What the display manager gives to a session, by the kind that is installed."""
    manager = _display_manager(host)
    if not manager:
        return absent("desktop", mark("no display manager is installed, so nothing starts programs from a desktop"))
    made = Builder(host)
    made.identity()
    made.put("PATH", _GDM_PATH, Origin(kind="program", file=manager, text="built-in PATH"))
    home = host.info.home
    if "lightdm" in manager:
        made.pam("lightdm")
        why = mark("lightdm starts Xsession, which reads ~/.xsessionrc and no profile")
        return Base("desktop", made.environ, made.origins, "/bin/sh", None, why=why, files=(f"{home}/.xsessionrc",))
    if "sddm" in manager:
        made.pam("sddm")
        return Base("desktop", made.environ, made.origins, host.info.login_shell, "login", why=mark("sddm starts the session through a login shell"))
    made.pam("gdm-password")
    if _wayland_is_off(host):
        files = ("/etc/profile", f"{home}/.profile", "/etc/xprofile", f"{home}/.xprofile", f"{home}/.xsessionrc")
        return Base("desktop", made.environ, made.origins, "/bin/sh", None, why=mark("gdm with X11: Xsession reads the profiles of sh"), files=files)
    return Base(
        "desktop", made.environ, made.origins, host.info.login_shell, "login", why="gdm with Wayland: the session starts through a login shell"
    )


def _display_manager(host: Host) -> str:
    target = host.read_link("/etc/systemd/system/display-manager.service").rpartition("/")[2].removesuffix(".service")
    for _number, line in login_files.lines_of(host, "/etc/X11/default-display-manager"):
        if line.strip().startswith("/"):
            return line.strip()
    return f"/usr/sbin/{target}" if target else ""


def _wayland_is_off(host: Host) -> bool:
    for path in ("/etc/gdm3/daemon.conf", "/etc/gdm3/custom.conf", "/etc/gdm/custom.conf"):
        if any(re.match(r"\s*WaylandEnable\s*=\s*false", line) for _number, line in login_files.lines_of(host, path)):
            return True
    return False


def systemd_system(host: Host) -> Base:
    """A system service: a fixed PATH, no shell, no PAM."""
    if host.stat(_SYSTEMD).status != "ok":
        return absent("systemd-system", mark("systemd is not installed"))
    made = Builder(host)
    made.put("PATH", _systemd_path(host), Origin(kind="program", file=_SYSTEMD, text="built-in PATH"))
    made.put("LANG", "C.UTF-8", derived(mark("the system's default locale")))
    return Base("systemd-system", made.environ, made.origins, "", None, why=_service(host, mark("a system service; no shell reads anything")))


def _systemd_path(host: Host) -> str:
    return _SYSTEMD_PATH if host.read_link("/sbin") else f"{_SYSTEMD_PATH}:/sbin:/bin"


def _service(host: Host, *what: str) -> str:
    """What is started, and that nothing starts it at the moment."""
    running = host.stat("/run/systemd/system").status == "ok"
    return "; ".join(what if running else (*what, mark("systemd does not run here now")))


def systemd_user(host: Host, *, execute: bool) -> Base:
    """A service of the user manager: its PATH, then environment.d as systemd's own generator merges it."""
    if host.stat(_SYSTEMD).status != "ok":
        return absent("systemd-user", mark("systemd is not installed"))
    made = Builder(host)
    made.identity()
    made.put("PATH", _systemd_path(host), Origin(kind="program", file=_SYSTEMD, text="built-in PATH"))
    merged, how = _generated(host, made.environ, execute=execute)
    places = environment_d.lines(host)
    for name, value in merged.items():
        made.put(name, value, places.get(name, derived(mark("systemd's environment generators"))))
    return Base(
        "systemd-user", made.environ, made.origins, "", None, why=_service(host, mark("a service of the user manager"), how),
        init_files=environment_d.init_files(host), ignored=environment_d.ignored(host),
    )  # fmt: skip


def _generated(host: Host, environ: dict[str, str], *, execute: bool) -> tuple[dict[str, str], str]:
    """The generator's output from a sandboxed run, else the files read by its rules."""
    if execute and host.kind != "folder" and host.sandbox().kind != "none" and host.stat(_GENERATOR).status == "ok":
        run = TraceRun(argv=("/bin/bash", "-c", f"exec {_GENERATOR} >&188"), argv0="bash", environ=environ, home=host.info.home, timeout_s=5.0)
        outcome = host.run_traced(run)
        if outcome.status == "ended" and outcome.exit_code == 0:
            lines = outcome.dump.decode("utf-8", "surrogateescape").splitlines()
            pairs = (line.partition("=") for line in lines if "=" in line)
            return {name: words.unquote(value) for name, _, value in pairs}, mark("systemd's own generator was run in the sandbox")
    merged: dict[str, str] = {}
    for _path, _number, name, value in environment_d.assignments(host):
        merged[name] = _expanded(value, {**environ, **merged})
    return merged, mark("environment.d read by its rules")


def _expanded(value: str, known: dict[str, str]) -> str:
    def of(match: re.Match[str]) -> str:
        name, operator, word = match.group(1) or match.group(4), match.group(2), match.group(3) or ""
        found = known.get(name, "")
        if operator == ":+":
            return word if found else ""
        return found or (word if operator else "")

    return re.sub(r"\$\{(\w+)(?:(:[-+])([^}]*))?\}|\$(\w+)", of, value)


def tmux(host: Host, parent: Result) -> Base:
    """A window of tmux: the environment of the client that started the server, and a login shell unless the configuration says otherwise."""
    if not _installed(host, ("/usr/bin/tmux", "/usr/local/bin/tmux", "/bin/tmux")):
        return absent("tmux", mark("tmux is not installed"), "interactive-terminal")
    made = Builder.below(host, parent)
    made.put("TMUX", "/tmp/tmux/default,1,0", Origin(kind="program", file="tmux"))  # noqa: S108  a name tmux would use
    made.put("TERM", "screen", Origin(kind="program", file="tmux"))
    for path in (f"{host.info.home}/.tmux.conf", f"{host.info.home}/.config/tmux/tmux.conf", "/etc/tmux.conf"):
        for number, line in login_files.lines_of(host, path):
            if re.match(r"""\s*set(?:-option)?\s+(?:-\w+\s+)*default-command\s+["']?\S""", line):
                why = mark(f"a window of tmux; {path}:{number} sets default-command, so its shell is no login shell")
                return made.base("tmux", "interactive", why, "interactive-terminal")
    return made.base("tmux", "login-terminal", mark("a window of tmux started from a terminal; its shell is a login shell"), "interactive-terminal")


def vscode(host: Host, parent: Result) -> Base:
    """VS Code from the desktop: it asks `$SHELL -i -l -c` for the environment once, with marks that init files may see."""
    parent_id = parent.context
    if not _installed(host, _VSCODE_PLACES):
        return absent("vscode", mark("VS Code is not installed"), parent_id)
    made = Builder.below(host, parent)
    for name in ("VSCODE_RESOLVING_ENVIRONMENT", "ELECTRON_RUN_AS_NODE"):
        made.put(name, "1", Origin(kind="program", file="VS Code"))
    return made.base("vscode", "login-terminal", mark("VS Code started from the desktop: it reads the environment of `$SHELL -i -l -c`"), parent_id)


def goland(host: Host, parent: Result) -> Base:
    """GoLand from the desktop: exactly the session's environment, no shell is asked on Linux."""
    toolbox = f"{host.info.home}/.local/share/JetBrains/Toolbox/apps"
    found = any("goland" in name.lower() for name in (*host.list_dir(toolbox).names, *host.list_dir("/opt").names))
    if not (found or _installed(host, _GOLAND_PLACES)):
        return absent("goland", mark("GoLand is not installed"), parent.context)
    made = Builder.below(host, parent)
    return made.base("goland", None, mark("GoLand started from the desktop: the session's environment, no shell is asked"), parent.context)


def _installed(host: Host, places: tuple[str, ...]) -> bool:
    return any(host.stat(path).status == "ok" for path in places)


def ci_container(host: Host, project: str) -> Base:
    """The project's own container, as far as its Dockerfile says what PATH is."""
    for name in _CONTAINER_FILES:
        path = f"{project}/{name}"
        lines = login_files.lines_of(host, path) if project else []
        if lines:
            return _from_dockerfile(host, path, lines)
    return absent("ci-container", mark("the project describes no container (Dockerfile, Containerfile, .devcontainer)"))


def _from_dockerfile(host: Host, path: str, lines: list[tuple[int, str]]) -> Base:
    made = Builder(host)
    made.put("PATH", LOGIN_PATH_ROOT, derived(mark("the usual PATH of a container image")))
    image = ""
    for number, line in lines:
        origin = Origin(kind="file", file=shown(path), line=number, text=shown(line.strip()))
        from_line = re.match(r'\s*FROM\s+(?:--\S+\s+)?(\S+)|\s*"image"\s*:\s*"([^"]+)"', line, re.IGNORECASE)
        if from_line:
            image = from_line.group(1) or from_line.group(2)
            if re.search(r"(?:^|/)golang(?::|$|@)|devcontainers/go", image):
                made.put("PATH", _GOLANG_IMAGE_PATH, origin)
                made.put("GOPATH", "/go", origin)
        for name, value in _docker_env(line):
            made.put(name, _expanded(value, made.environ), origin)
    why = mark(f"a container of the image {image or 'named in'} {path}; its files are not here, so no tool is looked up")
    return Base("ci-container", made.environ, made.origins, "", None, why=why, files_elsewhere=True)


def _docker_env(line: str) -> Iterator[tuple[str, str]]:
    match = re.match(r"\s*ENV\s+(.*)", line, re.IGNORECASE)
    if not match:
        return
    pairs = re.findall(r"""([A-Za-z_]\w*)=("(?:[^"\\]|\\.)*"|'[^']*'|\S*)""", match.group(1))
    if pairs:
        yield from ((name, value.strip("\"'")) for name, value in pairs)
    else:
        name, _, value = match.group(1).partition(" ")
        yield name, value.strip()
