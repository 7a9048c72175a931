"""What is wrong with a Go setting on this machine? Missing or unwritable directories, levels the CPU lacks, empty lines that disable."""

import stat
from typing import NamedTuple

from inspector.golang import releases
from inspector.golang.settings import Setting, clean
from inspector.host.base import Host
from inspector.i18n import mark
from inspector.model.golang import SettingState
from inspector.probes.golang_access import may_write
from inspector.probes.golang_env import ContextGo
from inspector.probes.golang_places import mount_of

_EMPTY_DISABLES = frozenset(("GOTOOLCHAIN", "GOPROXY", "GOSUMDB"))
_WRITTEN = frozenset(("GOPATH", "GOMODCACHE", "GOCACHE", "GOBIN"))
_BELOW_GOPATH = {"GOMODCACHE": "/pkg/mod", "GOBIN": "/bin"}
_LEVELS = {"GOAMD64": ("v1", "v2", "v3", "v4"), "GOARM": ("5", "6", "7"), "GO386": ("sse2", "softfloat")}
_SOFT = (",softfloat", ",hardfloat")


class State(NamedTuple):
    """The state and its particulars, empty when nothing was noticed; `roots` is a directory of root's in the way."""

    state: SettingState = ""
    why: str = ""
    roots: str = ""


FINE = State()


def state_of(host: Host, go: ContextGo, setting: Setting) -> State:
    """What is wrong with a value here, as far as files tell."""
    name, value = setting.name, setting.value
    if name in _EMPTY_DISABLES and setting.layer == "user" and setting.line is not None and not setting.line.value:
        return State("empty-in-file", setting.line.text) if go.minor >= 21 else FINE
    if name == "GOROOT":
        return _goroot(host, setting)
    if name == "GOTMPDIR":
        return _temporary(host, go, value)
    if name in _LEVELS:
        return _level(host, go, name, value)
    return _directory(host, go, setting) if name in _WRITTEN and value else FINE


def _directory(host: Host, go: ContextGo, setting: Setting) -> State:
    """The shape of a value somebody set, and whether it can be written; what follows from GOPATH is blamed on GOPATH."""
    name, value = setting.name, setting.value
    if name != "GOCACHE" and setting.layer != "built-in":
        shape = _shape(value)
        if shape.state:
            return shape
    if not value.startswith("/"):
        return FINE
    if name in _BELOW_GOPATH and setting.layer == "built-in" and _writable(host, go, value.removesuffix(_BELOW_GOPATH[name])).state:
        return FINE
    return _writable(host, go, value)


def _goroot(host: Host, setting: Setting) -> State:
    if setting.layer == "built-in" or not setting.value:
        return FINE
    at = host.stat(setting.value)
    if at.status != "ok":
        return State("missing", at.reason or at.status)
    tools = host.stat(f"{setting.value}/pkg/tool")
    return FINE if tools.status == "ok" else State("not-a-goroot", mark(f"{setting.value}/pkg/tool is not there"))


def _temporary(host: Host, go: ContextGo, value: str) -> State:
    directory = value or go.environ.get("TMPDIR") or "/tmp"  # noqa: S108  os.TempDir's default
    at = host.stat(directory)
    if at.status == "absent":
        return State("missing", directory)
    mount = mount_of(host, host.real_path(directory))
    return State("noexec", mark(f"{directory} is on {mount.point}, mounted noexec")) if mount and "noexec" in mount.options else FINE


def _level(host: Host, go: ContextGo, name: str, value: str) -> State:
    bare = value.removesuffix(_SOFT[0]).removesuffix(_SOFT[1])
    if bare not in _LEVELS[name]:
        return State("invalid", mark(f"{name} takes {', '.join(_LEVELS[name])}"))
    arch = go.identity.modules.settings.get("GOARCH", "amd64") if go.identity.modules else "amd64"
    if name != "GOAMD64" or arch != "amd64" or value == "v1":
        return FINE
    flags = cpu_flags(host)
    missing = releases.missing_flags(value, flags) if flags else ()
    return State("above-cpu", " ".join(missing)) if missing else FINE


def cpu_flags(host: Host) -> frozenset[str]:
    """The first CPU's flags by /proc/cpuinfo; empty when it cannot be read."""
    for line in host.read("/proc/cpuinfo", limit=8 << 20).data.decode("utf-8", "replace").splitlines():
        key, _, value = line.partition(":")
        if key.strip() in {"flags", "Features"}:
            return frozenset(value.split())
    return frozenset()


def _shape(value: str) -> State:
    for part in value.split(":"):
        if part.startswith("~"):
            return State("tilde", part)
        if part and not part.startswith("/"):
            return State("relative", part)
    return FINE


def _writable(host: Host, go: ContextGo, value: str) -> State:
    """The first of a list, or its nearest existing parent, must be writable by the user of the context."""
    if go.context.id == "sudo":
        return FINE
    place = clean(value.partition(":")[0])
    at = host.stat(place)
    while at.status == "absent" and place != "/":
        place = place.rpartition("/")[0] or "/"
        at = host.stat(place)
    if at.status == "ok" and stat.S_ISDIR(at.mode) and not may_write(host, at):
        return State("unwritable", mark(f"{place} belongs to uid {at.uid}, mode {stat.S_IMODE(at.mode):o}"), roots="" if at.uid else place)
    return FINE
