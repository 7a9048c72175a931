"""What does `go env` say, and which layer decides? OS environment, then the user's file, then GOROOT/go.env, then what is built in."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Literal

import msgspec

from inspector import resources
from inspector.golang import versions
from inspector.golang.envfile import EnvLine, goroot_line, user_line

LayerName = Literal["os", "user", "goroot", "built-in"]


class Until(msgspec.Struct, frozen=True):
    """Another default up to this minor."""

    minor: int
    default: str


class Variable(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One row of resources/golang/variables.toml."""

    name: str
    default: str = ""
    since: int = 0
    until: Until | None = None
    derived: bool = False
    only_os: bool = False
    fixed: int | None = None
    arch: tuple[str, ...] = ()


class _Table(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    variable: tuple[Variable, ...]


@lru_cache(maxsize=1)
def table() -> tuple[Variable, ...]:
    """Every variable `go env` prints, but for GOGCCFLAGS, which names a random directory."""
    return msgspec.toml.decode(resources.read_text("golang", "variables.toml"), type=_Table).variable


class Layers(msgspec.Struct, frozen=True, kw_only=True):
    """The three places a value can stand. `user_file` is the path go would read, empty for none."""

    os: Mapping[str, str]
    user: tuple[EnvLine, ...] = ()
    user_file: str = ""
    goroot: tuple[EnvLine, ...] = ()
    goroot_file: str = ""


class Machine(msgspec.Struct, frozen=True, kw_only=True):
    """What else the values depend on: the go command's raw version, GOROOT and architecture, what was found around the working
    directory, and the defaults a packager baked in (`goroot.parse_baked_defaults`).
    """

    raw: str
    own_goroot: str
    arch: str = "amd64"
    gomod: str = ""
    gowork: str = ""
    c_compiler: bool = True
    telemetry: str = "local"
    baked: Mapping[str, str] = {}

    @property
    def minor(self) -> int:
        """The minor version, 99 when it cannot be told (newer than any table)."""
        found = versions.minor(versions.release(self.raw))
        return found if found >= 0 else 99


class Setting(msgspec.Struct, frozen=True, kw_only=True):
    """A variable's effective value, the layer that decides, the line if it is a file, and what the weaker layers say."""

    name: str
    value: str
    layer: LayerName
    line: EnvLine | None = None
    weaker: tuple[tuple[LayerName, str, EnvLine | None], ...] = ()


def config_dir(environ: Mapping[str, str], minor: int) -> str:
    """os.UserConfigDir: empty when it fails. A relative XDG_CONFIG_HOME is an error from Go 1.24 on and used as it stands before."""
    return _xdg(environ, "XDG_CONFIG_HOME", ".config", minor)


def _xdg(environ: Mapping[str, str], name: str, below_home: str, minor: int) -> str:
    value = environ.get(name, "")
    if value:
        return "" if minor >= 24 and not value.startswith("/") else value
    home = environ.get("HOME", "")
    return join(home, below_home) if home else ""


def join(*parts: str) -> str:
    """filepath.Join: empty parts left out, the rest cleaned."""
    return clean("/".join(part for part in parts if part)) if any(parts) else ""


def clean(path: str) -> str:
    """filepath.Clean on a slash path."""
    out: list[str] = []
    rooted = path.startswith("/")
    for part in path.split("/"):
        if part == ".." and (rooted or (out and out[-1] != "..")):
            del out[-1:]
        elif part not in {"", "."}:
            out.append(part)
    return ("/" if rooted else "") + "/".join(out) or ("/" if rooted else ".")


def user_file(environ: Mapping[str, str], minor: int) -> str:
    """The user's env file a go of this minor reads; empty for none (GOENV=off, no home)."""
    named = environ.get("GOENV", "")
    if named:
        return "" if named == "off" else named
    directory = config_dir(environ, minor)
    return join(directory, "go/env") if directory else ""


def goroot_for_defaults(layers_user: tuple[EnvLine, ...], environ: Mapping[str, str], own: str) -> str:
    """The GOROOT whose go.env is read: the user file's line beats the OS environment here, unlike everywhere else (cfg.findGOROOT, Go >= 1.21)."""
    line = user_line(layers_user, "GOROOT")
    named = (line.value if line else "") or environ.get("GOROOT", "")
    return clean(named) if named else own


def effective(name: str, layers: Layers, built_in: str) -> Setting:
    """cfg.Getenv with its origin: a non-empty OS value; else the user file's last line, even empty; else go.env's first; else the built-in.

    An empty value of a file yields the built-in text but leaves the file responsible.
    """
    said: list[tuple[LayerName, str, EnvLine | None]] = []
    if layers.os.get(name):
        said.append(("os", layers.os[name], None))
    user, goroot = user_line(layers.user, name), goroot_line(layers.goroot, name)
    if user:
        said.append(("user", user.value, user))
    if goroot:
        said.append(("goroot", goroot.value, goroot))
    said.append(("built-in", built_in, None))
    layer, value, line = said[0]
    return Setting(name=name, value=value or built_in, layer=layer, line=line, weaker=tuple(said[1:]))


def settings(layers: Layers, machine: Machine) -> tuple[Setting, ...]:
    """Every variable that this go's `go env` prints, but for GOGCCFLAGS."""
    found: dict[str, Setting] = {}
    minor = machine.minor
    arch = effective("GOARCH", layers, machine.arch).value
    for variable in table():
        if variable.since > minor or (variable.arch and arch not in variable.arch):
            continue
        own = _only_os(layers) if variable.only_os else layers
        found[variable.name] = effective(variable.name, own, _built_in(variable, layers, machine))
    return tuple(_computed(setting, machine, found) for setting in found.values())


def _only_os(layers: Layers) -> Layers:
    return Layers(os=layers.os)


def _built_in(variable: Variable, layers: Layers, machine: Machine) -> str:
    if not variable.derived:
        if variable.name in machine.baked:
            return machine.baked[variable.name]
        return variable.until.default if variable.until and machine.minor <= variable.until.minor else variable.default
    name, minor = variable.name, machine.minor
    gopath = effective("GOPATH", layers, _default_gopath(layers, machine)).value
    first = gopath.partition(":")[0]
    cache = _xdg(layers.os, "XDG_CACHE_HOME", ".cache", minor)
    config = config_dir(layers.os, minor)
    values = {
        "GOARCH": machine.arch,
        "GOHOSTARCH": machine.arch,
        "GOPATH": _default_gopath(layers, machine),
        "GOMODCACHE": join(first, "pkg/mod") if first else "",
        "GOBIN": join(first, "bin") if first and minor >= 27 else "",
        "GOCACHE": join(cache, "go-build") if cache else "off",
        "GOENV": layers.user_file,
        "GOMOD": machine.gomod,
        "GOWORK": machine.gowork,
        "GONOPROXY": effective("GOPRIVATE", layers, "").value,
        "GONOSUMDB": effective("GOPRIVATE", layers, "").value,
        "GOROOT": machine.own_goroot,
        "GOVERSION": machine.raw,
        "GOTELEMETRY": machine.telemetry if config else "off",
        "GOTELEMETRYDIR": join(config, "go/telemetry") if config else "",
        "CGO_ENABLED": "1" if machine.c_compiler and effective("GOARCH", layers, machine.arch).value == machine.arch else "0",
    }
    return values.get(name, "")


def _default_gopath(layers: Layers, machine: Machine) -> str:
    home = layers.os.get("HOME", "")
    default = join(home, "go") if home else ""
    return "" if default and default == machine.own_goroot else default


def _computed(setting: Setting, machine: Machine, found: Mapping[str, Setting]) -> Setting:
    """Values that go derives from others or reports in its own way."""
    name = setting.name
    goroot = found["GOROOT"]
    if name == "GOROOT" and setting.layer != "built-in":
        return msgspec.structs.replace(setting, value=clean(setting.value))
    if name == "GOENV":
        return msgspec.structs.replace(setting, value=setting.weaker[-1][1] if setting.weaker else setting.value)
    if name == "GOTOOLDIR":
        value = join(clean(goroot.value), "pkg/tool", f"linux_{machine.arch}") if goroot.value else ""
        return Setting(name=name, value=value, layer="built-in")
    if name == "GOEXE":
        return Setting(name=name, value=".exe" if found["GOOS"].value == "windows" else "", layer="built-in")
    if name in _REPORTED:
        return Setting(name=name, value=setting.weaker[-1][1] if setting.weaker else setting.value, layer="built-in")
    if name == "CGO_ENABLED" and setting.value not in {"0", "1"}:
        return msgspec.structs.replace(setting, value=setting.weaker[-1][1] if setting.weaker else setting.value)
    if name == "GOCACHE" and setting.value != "off" and not setting.value.startswith("/"):
        return msgspec.structs.replace(setting, value="off")
    return setting


_REPORTED = frozenset(("GOHOSTARCH", "GOHOSTOS", "GOMOD", "GOVERSION", "GOTELEMETRY", "GOTELEMETRYDIR"))
"""Variables go reports and never takes from a layer."""
