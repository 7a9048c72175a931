"""Who reads what a page about Go asks for beyond the look? Dropped binaries, and what the installs take on disk."""

from datetime import UTC, datetime

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
    roots = [install.goroot for install in snapshot.golang.installs if install.goroot] if snapshot else []
    measured = {root: disk_use(host, root) for root in roots}
    return msg.InstallsMeasured(id=event.id, bytes_of={root: size for root, size in measured.items() if size is not None})
