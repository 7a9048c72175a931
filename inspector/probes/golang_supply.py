"""Where would the chosen toolchain come from, and what would go print on the way? PATH, the module cache, a download, or nowhere."""

import stat
from typing import NamedTuple

from inspector.golang import versions
from inspector.golang.selection import Choice, local_version
from inspector.host.base import Host
from inspector.i18n import mark
from inspector.model.golang import Found
from inspector.probes.golang_env import ContextGo
from inspector.probes.golang_identity import identify
from inspector.probes.golang_installs import module_cache
from inspector.probes.golang_places import find_in_path, is_directory

MODULE = "golang.org/toolchain"
_UNVERIFIED = {"off": mark("checksum database disabled by GOSUMDB=off"), "": "missing GOSUMDB"}
"""What go says of a toolchain it may not check, by the value of GOSUMDB."""
_NO_PROXY = mark("GOPROXY list is not the empty string, but contains no entries")


class Supply(NamedTuple):
    """Where the toolchain is, its go command if it is there already, and what go would say; an empty `prints` is silence."""

    found: Found
    file: str = ""
    prints: str = ""


def supply(host: Host, go: ContextGo, choice: Choice) -> Supply:
    """cmd/go's toolchain.Exec: the name in PATH, else the module in the cache, else what GOPROXY allows."""
    if choice.outcome == "local":
        return Supply("itself", go.real)
    if choice.outcome == "error":
        return Supply("nowhere", prints=f"go: {choice.message}")
    in_path = find_in_path(host, choice.name, go.environ["PATH"])
    if in_path:
        return Supply("path", in_path, _refusal(host, in_path, choice.name))
    if choice.path_only:
        return Supply("nowhere", prints=f'go: cannot find "{choice.name}" in PATH')
    return _module(host, go, choice.name)


def _refusal(host: Host, file: str, name: str) -> str:
    """What a go that is not the one its name promises says: nothing up to 1.20, which does not look."""
    found = identify(host, file)
    if found.role != "go-command" or found.raw == name or versions.compare(local_version(found.raw), versions.FIRST_SWITCHING) < 0:
        return ""
    return f"go: toolchain {found.raw} invoked to provide {name}"


def _module(host: Host, go: ContextGo, name: str) -> Supply:
    arch = go.arch
    version = f"v0.0.1-{name}.linux-{arch}"
    cache = go.value("GOMODCACHE") or module_cache(go.environ.get("HOME", ""), {"GOPATH": go.value("GOPATH")})
    proxies = go.value("GOPROXY")
    unverified = "" if _one_folder(proxies) and go.value("GOSUMDB") == "off" else _UNVERIFIED.get(go.value("GOSUMDB"), "")
    if _is_complete(host, cache, version):
        file = f"{cache}/{MODULE}@{version}/bin/go"
        if unverified:
            return Supply("nowhere", file, f"go: {MODULE}@{version}: verifying module: {unverified}")
        return Supply("module-cache", file, _refusal(host, file, name))
    if not proxies:
        return Supply("nowhere", prints=f"go: download {name}: {_NO_PROXY}")
    told = versions.of_toolchain(name)
    if versions.is_language(told) and versions.compare(told, "1.21") >= 0:
        return Supply("nowhere", prints=f"go: invalid toolchain: {name} is a language version but not a toolchain version ({name}.x)")
    if not _may_download(host, proxies, version):
        return Supply("nowhere", prints=f"go: download {name} for linux/{arch}: toolchain not available")
    if unverified:
        return Supply("nowhere", prints=f"go: download {name}: {MODULE}@{version}: verifying module: {unverified}")
    return Supply("download", prints=f"go: downloading {name} (linux/{arch})")


def _is_complete(host: Host, cache: str, version: str) -> bool:
    """Whether the module cache has the toolchain whole: a download that was cut off leaves `.partial` or no hash (modfetch.DownloadDir)."""
    kept = f"{cache}/cache/download/{MODULE}/@v/{version}"
    whole = host.stat(f"{kept}.ziphash")
    return is_directory(host, f"{cache}/{MODULE}@{version}") and stat.S_ISREG(whole.mode) and host.stat(f"{kept}.partial").status == "absent"


def _may_download(host: Host, goproxy: str, version: str) -> bool:
    """Whether a proxy may have it, over the network or as a folder; `off` and `direct` end the list: toolchains come from proxies only."""
    for proxy in goproxy.replace("|", ",").split(","):
        if proxy.strip() in {"", "off", "direct", "noproxy"}:
            return False
        if not proxy.startswith("file://") or host.stat(f"{proxy.removeprefix('file://')}/{MODULE}/@v/{version}.zip").status == "ok":
            return True
    return False


def _one_folder(goproxy: str) -> bool:
    """The one exception in which toolchains need no checksum database (cmd/go: for its own tests)."""
    return goproxy.startswith("file://") and not set(goproxy) & {",", "|"}
