"""Which distribution package installed a file? Read from the package managers' own file lists; no package manager is run."""

import contextlib
import os
from typing import NamedTuple

from inspector.golang.rpm_header import package_of
from inspector.host.base import Host

_LIST_LIMIT = 8 << 20
_DPKG = "/var/lib/dpkg/info"
_PACMAN = "/var/lib/pacman/local"
_RPM = ("/usr/lib/sysimage/rpm/rpmdb.sqlite", "/var/lib/rpm/rpmdb.sqlite")
_RPM_URI = "file:/proc/self/fd/{fd}?mode=ro&immutable=1"
_APK = "/lib/apk/db/installed"
_XBPS = "/var/db/xbps"
_PACKAGED = ("/usr/", "/bin/", "/lib", "/opt/", "/snap/")
_LIKELY = ("golang", "gccgo", "go-", "go1", "go")


class Owner(NamedTuple):
    """The package and the sort of data base that says so (`dpkg`, `rpm`, `pacman`, `apk`, `xbps`); both empty when none owns it."""

    database: str = ""
    package: str = ""


def owner_of(host: Host, path: str) -> Owner:
    """The package that owns a file (its path behind symlinks). Lists named like Go are read first, the others only below /usr."""
    if not path.startswith(_PACKAGED) or path.startswith("/usr/local/"):
        return Owner()
    for look in (_dpkg, _rpm, _apk, _pacman, _xbps):
        found = look(host, path)
        if found.package:
            return found
    return Owner()


_Key = tuple[int, int, int, str]
_dpkg_known: dict[_Key, Owner] = {}
_KNOWN_LIMIT = 1024


def _dpkg(host: Host, path: str) -> Owner:
    """Answers are kept as long as the directory of file lists stays as it is."""
    at = host.stat(_DPKG)
    if at.status != "ok":
        return Owner()
    key = (at.device, at.inode, at.mtime_ns, path)
    if key not in _dpkg_known:
        if len(_dpkg_known) >= _KNOWN_LIMIT:
            _dpkg_known.clear()
        _dpkg_known[key] = _dpkg_search(host, path)
    return _dpkg_known[key]


def _dpkg_search(host: Host, path: str) -> Owner:
    lists = [name for name in host.list_dir(_DPKG, limit=100_000).names if name.endswith(".list")]
    wanted = b"\n" + path.encode("utf-8", "surrogateescape") + b"\n"
    if path.startswith("/opt/"):
        lists = [name for name in lists if name.startswith(_LIKELY)]
    lists.sort(key=lambda name: not name.startswith(_LIKELY))
    for name in lists:
        content = host.read(f"{_DPKG}/{name}", limit=_LIST_LIMIT)
        if wanted in b"\n" + content.data:
            return Owner("dpkg", name.removesuffix(".list").partition(":")[0])
    return Owner()


def _rpm(host: Host, path: str) -> Owner:
    """The sqlite data base of rpm since 4.16; the older formats are not read."""
    for place in _RPM:
        try:
            fd = host.open_binary(place)
        except OSError:
            continue
        try:
            return _rpm_search(fd, path)
        finally:
            os.close(fd)
    return Owner()


def _rpm_search(fd: int, path: str) -> Owner:
    import sqlite3  # where there is no rpm, nobody waits for it

    directory, _, base = path.rpartition("/")
    with contextlib.suppress(sqlite3.Error), contextlib.closing(sqlite3.connect(_RPM_URI.format(fd=fd), uri=True)) as connection:
        query = "SELECT b.idx, p.blob FROM Basenames b JOIN Packages p ON p.hnum = b.hnum WHERE b.key = ? LIMIT 1000"
        for index, blob in connection.execute(query, (base,)):
            package = package_of(blob, index, f"{directory}/")
            if package:
                return Owner("rpm", package)
    return Owner()


def _apk(host: Host, path: str) -> Owner:
    directory, _, base = path.rpartition("/")
    data = host.read(_APK, limit=64 << 20).data.decode("utf-8", "surrogateescape")
    package = folder = ""
    for line in data.splitlines():
        kind, value = line[:2], line[2:]
        if kind == "P:":
            package = value
        elif kind == "F:":
            folder = "/" + value
        elif kind == "R:" and value == base and folder == directory:
            return Owner("apk", package)
    return Owner()


def _pacman(host: Host, path: str) -> Owner:
    wanted = b"\n" + path[1:].encode("utf-8", "surrogateescape") + b"\n"
    packages = sorted(host.list_dir(_PACMAN, limit=100_000).names, key=lambda name: not name.startswith(_LIKELY))
    for name in packages:
        if wanted in host.read(f"{_PACMAN}/{name}/files", limit=_LIST_LIMIT).data:
            return Owner("pacman", name.rsplit("-", 2)[0])
    return Owner()


def _xbps(host: Host, path: str) -> Owner:
    wanted = f"<string>{path}</string>".encode("utf-8", "surrogateescape")
    for name in host.list_dir(_XBPS).names:
        if name.startswith(".go") and name.endswith("-files.plist") and wanted in host.read(f"{_XBPS}/{name}", limit=_LIST_LIMIT).data:
            return Owner("xbps", name[1:].removesuffix("-files.plist"))
    return Owner()
