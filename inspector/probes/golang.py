"""What Go is on this machine? Installs, settings, the project's toolchain and the user's tools, all read from files; no go command is ever run."""

from inspector.host.base import Host
from inspector.model.environment import Environment
from inspector.model.golang import Binary, Golang
from inspector.probes.golang_binaries import probe_binaries
from inspector.probes.golang_env import ContextGo, context_gos
from inspector.probes.golang_identity import version_of
from inspector.probes.golang_installs import find_installs
from inspector.probes.golang_project import probe_project
from inspector.probes.golang_settings import probe_settings

__all__ = ["probe", "probe_binaries", "version_of"]


def probe(host: Host, environment: Environment, *, project: str = "") -> Golang:
    """Everything known about Go for the launch contexts of `environment`; `project` is the directory whose toolchain is asked for, empty for none."""
    gos = context_gos(host, environment, project)
    return Golang(
        installs=find_installs(host, environment, project=project),
        env=probe_settings(host, gos),
        project=probe_project(host, gos, project) if project else None,
        binaries=_tools(host, gos),
    )


def _tools(host: Host, gos: tuple[ContextGo, ...]) -> tuple[Binary, ...]:
    """The programs in every context's GOBIN, else the first GOPATH's bin."""
    places: dict[str, None] = {}
    for go in gos:
        gopath = go.value("GOPATH", f"{go.environ.get('HOME', '')}/go").partition(":")[0]
        places[go.value("GOBIN") or f"{gopath}/bin"] = None
    return probe_binaries(host, [place for place in places if place.startswith("/") and host.stat(place).status == "ok"])
