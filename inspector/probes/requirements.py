"""What must be known to hold requirements against a host? Asks only the capabilities that are named, and looks up go and glibc only if compared."""

import os
from collections.abc import Sequence

from inspector.host.base import Host
from inspector.i18n import mark
from inspector.kernel.require import Facts, Requirement, capabilities
from inspector.probes import kernel


def facts_for(host: Host, wanted: Sequence[Requirement]) -> Facts:
    """Everything the requirements ask about, and nothing else."""
    subjects = {requirement.subject for requirement in wanted}
    names = capabilities(wanted)
    found = kernel.probe(host, only=names, explain=False) if names else kernel.identify(host)
    go, go_says = _go(host) if "go" in subjects else ("", "")
    glibc, glibc_says = _glibc(host) if "glibc" in subjects else ("", "")
    return Facts(kernel=found, go=go, go_says=go_says, glibc=glibc, glibc_says=glibc_says)


def _go(host: Host) -> tuple[str, str]:
    """The go that this process's PATH finds first, identified without running it."""
    from inspector.probes.golang_identity import version_of

    for directory in host.environ().get("PATH", "").split(":"):
        path = os.path.join(directory, "go")
        info = host.stat(path)
        if directory.startswith("/") and info.status == "ok" and info.mode & 0o111:
            version = version_of(host, path)
            return version, mark(f"go {version} at {path}")
    return "", mark("no go on PATH")


def _glibc(host: Host) -> tuple[str, str]:
    """The C library of the live machine; a folder does not run one."""
    if host.kind != "local":
        return "", mark("glibc of a folder is not known")
    try:
        name, _, version = (os.confstr("CS_GNU_LIBC_VERSION") or "").partition(" ")
    except (ValueError, OSError):
        return "", mark("this C library is not glibc")
    return version, f"{name} {version}"
