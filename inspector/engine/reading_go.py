"""Who reads what a page about Go asks for beyond the look? Dropped binaries, and what the installs take on disk."""

from datetime import UTC, datetime

import msgspec

from inspector.host.base import Host
from inspector.model import messages as msg
from inspector.model.snapshot import Snapshot
from inspector.probes.golang_binaries import probe_binaries
from inspector.probes.golang_binary_fit import ground_of
from inspector.probes.golang_disk import disk_use


def answer(host: Host, event: msg.ReadBinaries | msg.MeasureInstalls, snapshot: Snapshot | None) -> msg.Message:
    """Answer from files; nothing is run."""
    if isinstance(event, msg.ReadBinaries):
        project = snapshot.golang.project if snapshot else None
        ground = ground_of(host, today=datetime.now(UTC).date().isoformat(), project_go=project.go_directive if project else "")
        return msg.BinariesRead(id=event.id, binaries=probe_binaries(host, event.paths, ground=ground))
    return msg.InstallsMeasured(id=event.id, bytes_of=_measured(host, snapshot) if snapshot else {})


def _measured(host: Host, snapshot: Snapshot) -> dict[str, int]:
    """GOROOT to what it takes, in bytes; one that is too large to count is left out."""
    measured = {install.goroot: disk_use(host, install.goroot) for install in snapshot.golang.installs if install.goroot}
    return {root: size for root, size in measured.items() if size is not None}


def with_disk_use(host: Host, snapshot: Snapshot) -> Snapshot:
    """The snapshot with what every installation takes on disk."""
    sizes = _measured(host, snapshot)
    installs = tuple(msgspec.structs.replace(i, disk_use=sizes[i.goroot]) if i.goroot in sizes else i for i in snapshot.golang.installs)
    return msgspec.structs.replace(snapshot, golang=msgspec.structs.replace(snapshot.golang, installs=installs))
