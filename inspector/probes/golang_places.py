"""Where on this machine could something lie? Patterns expanded by listing single directories, programs found by name, mounts; nothing is walked."""

import os
import stat
from fnmatch import fnmatchcase
from typing import NamedTuple

from inspector.host.base import Host

MAX_PLACES = 2_000
"""Paths a pattern stands for, at most."""


def is_program(host: Host, path: str) -> bool:
    """Whether a shell would run this file: regular, with an execute bit."""
    at = host.stat(path)
    return at.status == "ok" and stat.S_ISREG(at.mode) and bool(at.mode & 0o111)


def is_directory(host: Host, path: str) -> bool:
    """Whether this is a directory, or a link to one."""
    at = host.stat(path)
    return at.status == "ok" and stat.S_ISDIR(at.mode)


def find_in_path(host: Host, name: str, path: str) -> str:
    """The first executable of this name in absolute entries of a PATH, empty for none."""
    for entry in path.split(":"):
        candidate = f"{entry.rstrip('/')}/{name}"
        if entry.startswith("/") and is_program(host, candidate):
            return candidate
    return ""


def expand_pattern(host: Host, pattern: str) -> tuple[str, ...]:
    """The paths a pattern stands for; each directory with a `*` component is listed once. Parts without one are not looked at."""
    found = [""]
    for part in pattern.split("/")[1:]:
        if "*" not in part and "[" not in part:
            found = [f"{base}/{part}" for base in found]
        else:
            found = [f"{base}/{name}" for base in found for name in host.list_dir(base or "/").names if fnmatchcase(name, part)][:MAX_PLACES]
    return tuple(found)


def goroot_of(host: Host, real: str) -> str:
    """The GOROOT a go command finds from its own place (`..` of its directory, then one further up); empty for a copy outside any."""
    directory = os.path.dirname(os.path.dirname(real))
    for root in (directory, os.path.dirname(directory)):
        if is_directory(host, f"{root}/pkg/tool"):
            return root
    return ""


class Mount(NamedTuple):
    """A mount point, its file system type and its options."""

    point: str
    kind: str
    options: frozenset[str]


def mount_of(host: Host, path: str) -> Mount | None:
    """The mount a path lies on, by the longest prefix in /proc/self/mountinfo; None when that cannot be read."""
    best: Mount | None = None
    for line in host.read("/proc/self/mountinfo", limit=4 << 20).data.decode("utf-8", "surrogateescape").splitlines():
        fields = line.split(" ")
        if len(fields) < 9 or "-" not in fields:
            continue
        point = fields[4].replace("\\040", " ")
        inside = path == point or path.startswith(point.rstrip("/") + "/")
        if inside and (best is None or len(point) >= len(best.point)):
            best = Mount(point, fields[fields.index("-") + 1], frozenset(fields[5].split(",")))
    return best
