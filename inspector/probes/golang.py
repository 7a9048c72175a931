"""What Go is on this machine? Installs, settings, the project's toolchain and binaries, all read from files; no go command is ever run."""

from inspector.host.base import Host
from inspector.model.environment import Environment
from inspector.model.golang import Golang
from inspector.probes.golang_identity import version_of
from inspector.probes.golang_installs import find_installs

__all__ = ["probe", "version_of"]


def probe(host: Host, environment: Environment, *, project: str = "") -> Golang:
    """Everything known about Go for the launch contexts of `environment`; `project` is the directory whose toolchain is asked for."""
    del project
    return Golang(installs=find_installs(host, environment))
