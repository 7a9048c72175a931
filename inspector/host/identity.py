"""Whose machine is this? User, home, login shell, distribution, kernel, container and hypervisor, read from files only."""

import os
import platform
import pwd
import shlex
from typing import TYPE_CHECKING

from inspector.model.base import UNKNOWN
from inspector.model.snapshot import HostInfo

if TYPE_CHECKING:
    from inspector.host.base import Host

SOURCES = ("/etc/passwd", "/etc/os-release", "/usr/lib/os-release")
"""The files that decide what is said here and may change while the machine runs."""


def read_local(host: "Host", *, home: str, user: str, login_shell: str) -> HostInfo:
    """The identity of this machine, seen as `user` (default: the user of this process) with `home` as home directory."""
    entry = _passwd(user)
    shell = login_shell or (entry.pw_shell if entry else "") or "/bin/sh"
    uname = os.uname()
    return HostInfo(
        hostname=uname.nodename,
        user=entry.pw_name if entry else user or UNKNOWN,
        uid=entry.pw_uid if entry else os.getuid(),
        home=os.path.abspath(home) if home else (entry.pw_dir if entry else os.environ.get("HOME", "/")),
        login_shell=resolve_shell(host, shell),
        distribution=distribution(host),
        kernel_release=uname.release,
        architecture=platform.machine(),
        container=container(host),
        virtualization=virtualization(host),
    )


def _passwd(user: str) -> pwd.struct_passwd | None:
    try:
        return pwd.getpwnam(user) if user else pwd.getpwuid(os.getuid())
    except KeyError:
        return None


def resolve_shell(host: "Host", shell: str) -> str:
    """The absolute path of a shell given by name or path; the name itself when it is not installed."""
    if shell.startswith("/"):
        return shell
    for directory in ("/bin", "/usr/bin", "/usr/local/bin"):
        if host.stat(f"{directory}/{shell}").status == "ok":
            return f"{directory}/{shell}"
    return shell


def distribution(host: "Host") -> str:
    """PRETTY_NAME of os-release."""
    for path in ("/etc/os-release", "/usr/lib/os-release"):
        content = host.read(path)
        if content.status == "ok":
            for line in content.data.decode("utf-8", "replace").splitlines():
                if line.startswith("PRETTY_NAME="):
                    return _unquoted(line.partition("=")[2])
    return UNKNOWN


def _unquoted(value: str) -> str:
    """A value of os-release(5), as a shell would read it; as it stands where a quote is not closed."""
    try:
        return " ".join(shlex.split(value))
    except ValueError:
        return value


def container(host: "Host") -> str:
    """The container engine whose mark is found, or `none`."""
    marks = (("/run/.containerenv", "podman"), ("/.dockerenv", "docker"), ("/.flatpak-info", "flatpak"))
    for path, name in marks:
        if host.stat(path).status == "ok":
            return name
    return "none"


def virtualization(host: "Host") -> str:
    """The hypervisor named by DMI, `yes` when only the CPU flag tells, `none` otherwise."""
    product = host.read("/sys/class/dmi/id/sys_vendor")
    flags = host.read("/proc/cpuinfo", limit=4 << 20)
    if b" hypervisor" not in flags.data:
        return "none" if flags.status == "ok" else UNKNOWN
    return product.data.decode("utf-8", "replace").strip() or "yes" if product.status == "ok" else "yes"
