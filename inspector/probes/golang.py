"""What Go is on this machine? Installs, settings, the project's toolchain and the user's tools, all read from files; no go command is ever run."""

import os
from datetime import UTC, datetime

from inspector.host.base import Host
from inspector.model.environment import Environment
from inspector.model.golang import Binary, Golang
from inspector.probes.golang_binaries import probe_binaries
from inspector.probes.golang_binary_fit import ground_of
from inspector.probes.golang_env import ContextGo, context_gos, upward
from inspector.probes.golang_identity import version_of
from inspector.probes.golang_installs import find_installs
from inspector.probes.golang_project import probe_project
from inspector.probes.golang_settings import probe_settings
from inspector.probes.golang_traces import probe_editors, probe_limits, probe_runs

__all__ = ["probe", "probe_binaries", "version_of"]


def probe(host: Host, environment: Environment, *, project: str = "") -> Golang:
    """Everything known about Go for the launch contexts of `environment`.

    `project` is the directory whose toolchain is asked for; by default the current one, where a go.mod or go.work governs it.
    """
    project = _project_directory(host, project)
    gos = context_gos(host, environment, project)
    today = datetime.now(UTC).date().isoformat()
    asked = probe_project(host, gos, project) if project else None
    return Golang(
        installs=find_installs(host, environment, project=project, today=today),
        env=probe_settings(host, gos),
        project=asked,
        binaries=_tools(host, gos, today=today, project_go=asked.go_directive if asked else ""),
        editors=probe_editors(host, project),
        runs=probe_runs(host, gos),
        problems=tuple(probe_limits(host)),
    )


def _project_directory(host: Host, asked: str) -> str:
    """The absolute directory, empty for none: a folder that poses as a machine has no current directory."""
    if asked or host.kind == "folder":
        return os.path.abspath(asked) if asked else ""
    try:
        current = os.getcwd()
    except OSError:
        return ""
    return current if any(upward(host, current, name) for name in ("go.mod", "go.work")) else ""


def _tools(host: Host, gos: tuple[ContextGo, ...], *, today: str, project_go: str) -> tuple[Binary, ...]:
    """The programs in every context's GOBIN, else the first GOPATH's bin."""
    places: dict[str, None] = {}
    for go in gos:
        gopath = go.value("GOPATH", f"{go.environ.get('HOME', '')}/go").partition(":")[0]
        places[go.value("GOBIN") or f"{gopath}/bin"] = None
    there = [place for place in places if place.startswith("/") and host.stat(place).status == "ok"]
    return probe_binaries(host, there, ground=ground_of(host, today=today, project_go=project_go)) if there else ()
