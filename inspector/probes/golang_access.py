"""May the inspected user write there? Judged from owner, groups and mode bits of the inspected machine, as its user and not as ours."""

import stat
from functools import lru_cache

from inspector.host.base import FileInfo, Host


def may_write(host: Host, at: FileInfo) -> bool:
    """Whether the inspected user may change the file or directory, by its mode bits; ACLs and read-only mounts are not seen."""
    uid = host.info.uid
    if uid == 0:
        return True
    if at.uid == uid:
        return bool(at.mode & stat.S_IWUSR)
    if at.gid in groups_of(host):
        return bool(at.mode & stat.S_IWGRP)
    return bool(at.mode & stat.S_IWOTH)


def groups_of(host: Host) -> frozenset[int]:
    """The inspected user's group ids by /etc/passwd and /etc/group."""
    return _groups(host.info.user, host.read("/etc/passwd").data, host.read("/etc/group").data)


@lru_cache(maxsize=16)
def _groups(user: str, passwd: bytes, group: bytes) -> frozenset[int]:
    name = user.encode("utf-8", "surrogateescape")
    found: set[int] = set()
    for fields in (line.split(b":") for line in passwd.splitlines()):
        if len(fields) > 3 and fields[0] == name and fields[3].isdigit():
            found.add(int(fields[3]))
    for fields in (line.split(b":") for line in group.splitlines()):
        if len(fields) > 3 and fields[2].isdigit() and name in fields[3].split(b","):
            found.add(int(fields[2]))
    return frozenset(found)
