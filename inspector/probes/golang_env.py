"""What would `go env` say in each launch context, and which line of which file decides? Nothing is run; the layers are read and laid together."""

import os
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from inspector.golang import settings as layered
from inspector.golang import versions
from inspector.golang.envfile import EnvLine, parse_env_file
from inspector.golang.goroot import parse_baked_defaults
from inspector.host.base import Host
from inspector.i18n import mark
from inspector.model.base import shown
from inspector.model.environment import Environment, LaunchContext
from inspector.model.origin import Origin, derived
from inspector.probes.golang_identity import identify
from inspector.probes.golang_places import find_in_path, goroot_of
from inspector.probes.golang_role import Identity
from inspector.probes.golang_shims import resolve

_BUILT_IN = mark("built in or computed by go")
_DEV_NULL = "/dev/null"
_FIRST_WITH_WORKSPACES = 18
_WITHOUT_HOME = "systemd-system"
"""systemd gives system services no HOME (systemd.exec(5))."""


@dataclass(frozen=True)
class ContextGo:
    """The go command a context runs, with everything its settings depend on."""

    context: LaunchContext
    path: str
    real: str
    identity: Identity
    environ: Mapping[str, str]
    layers: layered.Layers
    own_goroot: str
    directory: str
    mod: str
    work: str

    @property
    def minor(self) -> int:
        """The minor version of the go command, 99 when it cannot be told."""
        found = versions.minor(self.identity.version)
        return found if found >= 0 else 99

    def value(self, name: str, built_in: str = "") -> str:
        """The effective value of a variable that needs no derivation."""
        return layered.effective(name, self.layers, built_in).value

    @property
    def modules(self) -> bool:
        """Whether module mode, and toolchain switching with it, is on."""
        mode = self.value("GO111MODULE")
        return mode in {"", "on"} or (mode == "auto" and bool(self.mod))

    @property
    def arch(self) -> str:
        """The GOARCH the go command was built for."""
        return arch_of(self.identity)

    @property
    def governing(self) -> str:
        """The go.work, else the go.mod that decides; empty for none."""
        return self.work or self.mod


def context_gos(host: Host, environment: Environment, project: str) -> tuple[ContextGo, ...]:
    """Each context's go command in its order; contexts without one, or with a shim in its place, are left out."""
    found = (context_go(host, context, project) for context in environment.contexts)
    return tuple(go for go in found if go)


def context_go(host: Host, context: LaunchContext, project: str) -> ContextGo | None:
    """The go command of one context, None without one."""
    path = _resolve(host, context, "go")
    if not path:
        return None
    environ = environ_of(host, context)
    identity, real = identify(host, path), host.real_path(path)
    shim = resolve(host, path, identity, environ=environ, directory=project or host.info.home) if identity.role != "go-command" else None
    if shim and shim.go:
        identity, real = identify(host, shim.go), host.real_path(shim.go)
        if shim.exports_goroot and not environ.get("GOROOT"):
            environ["GOROOT"] = goroot_of(host, real)
    if identity.role != "go-command":
        return None
    own = goroot_of(host, real)
    found = versions.minor(identity.version)
    minor = found if found >= 0 else 99
    layers = read_layers(host, environ, minor=minor, own_goroot=own)
    mod, work = governing_files(host, project, environ, layers) if project else ("", "")
    if minor < _FIRST_WITH_WORKSPACES:
        work = ""
    return ContextGo(context, path, real, identity, environ, layers, own, project, mod, work)


def _resolve(host: Host, context: LaunchContext, name: str) -> str:
    tool = context.tool(name)
    if tool:
        return tool.path
    return find_in_path(host, name, ":".join(entry.entry for entry in context.path))


def environ_of(host: Host, context: LaunchContext) -> dict[str, str]:
    """A context's variables, with HOME and PATH even where they are not among the watched ones."""
    environ = {} if context.id == _WITHOUT_HOME else {"HOME": host.info.home}
    environ |= {variable.name: variable.value for variable in context.variables}
    environ["PATH"] = ":".join(entry.entry for entry in context.path)
    return environ


def read_layers(host: Host, environ: Mapping[str, str], *, minor: int, own_goroot: str) -> layered.Layers:
    """The user's env file and the GOROOT/go.env that a go of this minor would read."""
    file = layered.user_file(environ, minor)
    user = _env_file(host, file)
    root = layered.goroot_for_defaults(user, environ, own_goroot)
    defaults = f"{root}/go.env" if root and minor >= 21 else ""
    return layered.Layers(os=environ, user=user, user_file=file, goroot=_env_file(host, defaults), goroot_file=defaults)


def _env_file(host: Host, path: str) -> tuple[EnvLine, ...]:
    return parse_env_file(host.read(path).data) if path.startswith("/") else ()


def governing_files(host: Host, directory: str, environ: Mapping[str, str], layers: layered.Layers) -> tuple[str, str]:
    """The go.mod and the go.work that govern a directory, each empty for none; a go.mod directly in TMPDIR does not count."""
    work = layered.effective("GOWORK", layers, "").value
    if work in {"", "auto"}:
        root = layered.effective("GOROOT", layers, "").value
        work = upward(host, directory, "go.work", stop_below=root)
    elif work == "off" or host.stat(work).status != "ok":
        work = ""
    mod = upward(host, directory, "go.mod")
    if os.path.dirname(mod) == host.real_path(environ.get("TMPDIR") or "/tmp"):  # noqa: S108  os.TempDir's default
        mod = ""
    return mod, work


def upward(host: Host, directory: str, name: str, *, stop_below: str = "") -> str:
    """The nearest file of this name in a directory or above it, empty for none; `stop_below` is a directory whose children's search ends there."""
    place = layered.clean(directory)
    while True:
        candidate = f"{place.rstrip('/')}/{name}"
        at = host.stat(candidate)
        if at.status == "ok" and not stat.S_ISDIR(at.mode):
            return candidate
        parent = os.path.dirname(place)
        if parent == place or (stop_below and parent == stop_below):
            return ""
        place = parent


def settings_of(host: Host, go: ContextGo) -> tuple[layered.Setting, ...]:
    """`go env` of one context."""
    return layered.settings(go.layers, _machine(host, go))


def origin_of(go: ContextGo, name: str, said: tuple[layered.LayerName, str, EnvLine | None]) -> Origin:
    """Where one layer's value stands: the init-file line that exported it, the line of an env file, or the go command itself."""
    layer, value, line = said
    if layer == "os":
        variable = go.context.variable(name)
        return variable.origin if variable else derived(mark("the environment of the context"))
    if line is not None:
        file = go.layers.user_file if layer == "user" else go.layers.goroot_file
        return _file_origin(shown(file), line.number, shown(line.text))
    return _built_in(go.real, value)


def _machine(host: Host, go: ContextGo) -> layered.Machine:
    root = layered.effective("GOROOT", go.layers, go.own_goroot).value
    baked = parse_baked_defaults(host.read(f"{root}/src/internal/buildcfg/zbootstrap.go").data)
    compiler = bool(find_in_path(host, "gcc", go.environ["PATH"])) or bool(go.environ.get("CC")) or go.minor < 20
    config = layered.config_dir(go.environ, go.minor)
    mode = host.read(f"{config}/go/telemetry/mode").data.decode("utf-8", "replace").split(" ")[0].strip() if config else ""
    modules_on = go.value("GO111MODULE") != "off" and (go.modules or go.value("GO111MODULE") == "auto")
    gomod = (go.mod or (_DEV_NULL if go.modules else "")) if modules_on else ""
    return layered.Machine(
        raw=go.identity.raw, own_goroot=go.own_goroot, arch=go.arch, gomod=gomod,
        gowork="off" if go.value("GOWORK") == "off" else go.work, c_compiler=compiler, telemetry=mode or "local", baked=baked,
    )  # fmt: skip


def arch_of(identity: Identity) -> str:
    """The GOARCH a go command says it was built with, else by its ELF machine (build info up to Go 1.17 does not say)."""
    settings = identity.modules.settings if identity.modules else {}
    if settings.get("GOARCH"):
        return settings["GOARCH"]
    machine = identity.info.machine if identity.info else 62
    return {3: "386", 40: "arm", 62: "amd64", 183: "arm64", 243: "riscv64", 258: "loong64", 22: "s390x"}.get(machine, "amd64")


@lru_cache(maxsize=1024)
def _file_origin(file: str, number: int, text: str) -> Origin:
    return Origin(kind="file", file=file, line=number, text=text)


@lru_cache(maxsize=1024)
def _built_in(go: str, value: str) -> Origin:
    return Origin(kind="program", file=shown(go), text=shown(value) or _BUILT_IN)
