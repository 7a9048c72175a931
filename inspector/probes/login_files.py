"""What do login.defs, PAM, sshd and crontab put into an environment? Their files, parsed by their own rules, each value with its line."""

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass

from inspector.host.base import Host
from inspector.i18n import mark
from inspector.model.base import shown
from inspector.model.origin import Origin, derived

_LOGIN_DEFS = "/etc/login.defs"
_PATH_TEXT = re.compile(rb"(?:/usr/local/sbin:)?/usr/local/bin(?::/[a-z]+(?:/[a-z]+)*)+")
_SSHD = "/usr/sbin/sshd"


@dataclass(frozen=True, slots=True)
class Setting:
    """One variable as a configuration file sets it."""

    name: str
    value: str
    origin: Origin


@dataclass(frozen=True, slots=True)
class SshdConfig:
    """What of sshd's configuration touches the environment of commands."""

    uses_pam: bool
    set_env: tuple[Setting, ...] = ()


@dataclass(frozen=True, slots=True)
class Crontab:
    """A user's crontab assignments; `why` says what could not be read."""

    settings: tuple[Setting, ...] = ()
    why: str = ""


def lines_of(host: Host, path: str) -> list[tuple[int, str]]:
    """A text file's lines with their 1-based numbers, surrogate-escaped; none where it cannot be read."""
    content = host.read(path)
    if content.status != "ok":
        return []
    return list(enumerate(content.data.decode("utf-8", "surrogateescape").split("\n"), start=1))


def _origin(path: str, line: int, text: str) -> Origin:
    return Origin(kind="file", file=shown(path), line=line, text=shown(text.strip()))


def login_path(host: Host, *, default: str) -> tuple[str, Origin]:
    """The PATH that login(1) and `su -` begin with: ENV_SUPATH for root, ENV_PATH for others."""
    key = "ENV_SUPATH" if host.info.uid == 0 else "ENV_PATH"
    for number, line in lines_of(host, _LOGIN_DEFS):
        words = line.split()
        if len(words) >= 2 and words[0] == key:
            return words[1].removeprefix("PATH="), _origin(_LOGIN_DEFS, number, line)
    return default, Origin(kind="program", file="/bin/login", text="built-in PATH")


def pam_environment(host: Host, service: str) -> Iterator[Setting]:
    """The variables pam_env sets for a service, in order; later ones replace earlier ones."""
    read_user_file = False
    for words in _pam_lines(host, service, seen=set()):
        if not any(os.path.basename(word) == "pam_env.so" for word in words):
            continue
        options = dict(word.partition("=")[::2] for word in words if "=" in word)
        read_user_file = read_user_file or options.get("user_readenv") == "1"
        if options.get("readenv") != "0":
            yield from _environment_file(host, options.get("envfile", "/etc/environment"))
    if read_user_file:
        yield from _pam_user_file(host, f"{host.info.home}/.pam_environment")


def _pam_lines(host: Host, service: str, *, seen: set[str]) -> Iterator[list[str]]:
    path = f"/etc/pam.d/{service}"
    if path in seen:
        return
    seen.add(path)
    for _number, line in lines_of(host, path):
        words = line.split("#", 1)[0].split()
        if len(words) == 2 and words[0] == "@include":
            yield from _pam_lines(host, words[1], seen=seen)
        elif len(words) >= 3 and words[1] in ("include", "substack"):
            yield from _pam_lines(host, words[2], seen=seen)
        elif words:
            yield words


def _environment_file(host: Host, path: str) -> Iterator[Setting]:
    """/etc/environment as pam_env reads it: comments, `export `, one layer of quotes, no expansion of `$`."""
    for number, line in lines_of(host, path):
        text = line.split("#", 1)[0].strip().removeprefix("export ").strip()
        name, separator, value = text.partition("=")
        if separator and re.fullmatch(r"[A-Za-z0-9_]+", name):
            if len(value) >= 2 and value[0] in "\"'":
                value = value[1:].removesuffix(value[0])
            yield Setting(name, value, _origin(path, number, line))


def _pam_user_file(host: Host, path: str) -> Iterator[Setting]:
    for number, line in lines_of(host, path):
        words = line.split("#", 1)[0].split()
        if not words:
            continue
        if "=" in words[0]:
            name, _, value = line.split("#", 1)[0].strip().partition("=")
            yield Setting(name, value.strip("\"'"), _origin(path, number, line))
            continue
        for word in words[1:]:
            key, _, value = word.partition("=")
            if key in ("DEFAULT", "OVERRIDE"):
                value = value.strip('"').replace("@{HOME}", host.info.home)
                yield Setting(words[0], value, _origin(path, number, line))


def sshd_path(host: Host, *, default: str) -> tuple[str, Origin]:
    """sshd's compiled-in PATH, found among the strings of the program; the distribution's known one where it is not installed."""
    try:
        fd = host.open_binary(_SSHD)
    except OSError:
        return default, derived(mark("sshd is not installed; the default of Debian's sshd"))
    with os.fdopen(fd, "rb") as file:
        found = [match.group(0).decode() for match in _PATH_TEXT.finditer(file.read(16 << 20))]
    origin = Origin(kind="program", file=_SSHD, text="built-in PATH")
    if host.info.uid == 0:
        return next((path for path in found if "sbin" in path), default), origin
    return next((path for path in found if "sbin" not in path), default), origin


def sshd_config(host: Host) -> SshdConfig:
    """UsePAM and SetEnv of sshd_config and what it includes; the first value of an option wins, as sshd has it."""
    uses_pam: bool | None = None
    settings: list[Setting] = []
    for path, number, line in _sshd_lines(host, "/etc/ssh/sshd_config", depth=0):
        words = line.split("#", 1)[0].replace("=", " ", 1).split() if line.lower().startswith("usepam") else line.split("#", 1)[0].split()
        if not words:
            continue
        if words[0].lower() == "match":
            break
        if words[0].lower() == "usepam" and uses_pam is None and len(words) > 1:
            uses_pam = words[1].lower() == "yes"
        elif words[0].lower() == "setenv" and not settings:
            for word in words[1:]:
                name, separator, value = word.partition("=")
                if separator:
                    settings.append(Setting(name, value.strip('"'), _origin(path, number, line)))
    return SshdConfig(uses_pam=bool(uses_pam), set_env=tuple(settings))


def _sshd_lines(host: Host, path: str, *, depth: int) -> Iterator[tuple[str, int, str]]:
    for number, line in lines_of(host, path):
        words = line.split()
        if len(words) > 1 and words[0].lower() == "include" and depth < 8:
            directory, _, pattern = words[1].rpartition("/")
            expression = re.compile(re.escape(pattern).replace(r"\*", ".*"))
            for name in host.list_dir(directory or "/etc/ssh").names:
                if expression.fullmatch(name):
                    yield from _sshd_lines(host, f"{directory or '/etc/ssh'}/{name}", depth=depth + 1)
        else:
            yield path, number, line.strip()


def crontab(host: Host) -> Crontab:
    """Assignments in the user's crontab, literal as cron takes them."""
    for directory in ("/var/spool/cron/crontabs", "/var/spool/cron"):
        path = f"{directory}/{host.info.user}"
        content = host.read(path)
        if content.status == "unreadable" or (content.status == "absent" and host.list_dir(directory).status == "unreadable"):
            return Crontab(why=mark(f"{directory} is not readable, so assignments in a crontab are not seen"))
        if content.status == "ok":
            return Crontab(tuple(_crontab_settings(host, path)))
    return Crontab()


def _crontab_settings(host: Host, path: str) -> Iterator[Setting]:
    for number, line in lines_of(host, path):
        match = re.match(r"""\s*(["']?)([A-Za-z_][A-Za-z0-9_]*)\1\s*=\s*(.*?)\s*$""", line)
        if match and not line.lstrip().startswith("#"):
            value = match.group(3)
            if len(value) >= 2 and value[0] == value[-1] and value[0] in "\"'":
                value = value[1:-1]
            yield Setting(match.group(2), value, _origin(path, number, line))
