"""Which kernels stand beside each other? Words (`live`, a measured kernel, a configuration, a report) become a comparison or a map."""

import os
from collections.abc import Iterable

from inspector.host.base import Host
from inspector.host.local import LocalHost
from inspector.i18n import mark
from inspector.kernel import measured, releases
from inspector.kernel.compare import Side, compare
from inspector.kernel.measured import Column, MeasuredKernel, column, kernel_map
from inspector.kernel.rows import row
from inspector.model.kernel import Capability, Evidence, Kernel, LiveState, Verdict
from inspector.model.kernels import Comparison, KernelMap
from inspector.probes.kernel_sources import SNAPSHOT_LIMIT, UnreadableSourceError, file_side, kernel_side, live_side

LIVE = "live"
_ZIP = b"PK\x03\x04"
_VERDICTS: dict[LiveState, Verdict] = {
    "works": "available", "restricted": "restricted", "busy": "restricted", "inert": "restricted", "absent": "absent", "unknown": "unknown",
}  # fmt: skip


def compare_words(before: str, after: str, host: Host, *, known: Kernel | None = None) -> Comparison:
    """What differs between the kernels two words name; `known` is the host's own, if it was looked at. Raises UnreadableSourceError."""
    return compare(side(before, host, known=known), side(after, host, known=known))


def map_with(here: Kernel, files: Iterable[str]) -> KernelMap:
    """The map of capabilities with this kernel and those that files tell; a file that tells none is named in `refused`."""
    given: list[Column] = []
    refused: list[str] = []
    for path in files:
        try:
            told = _from_file(path)
        except UnreadableSourceError as reason:
            refused.append(str(reason))
        else:
            given.append(column(told.kernel, name=os.path.basename(path), kind="given"))
    return kernel_map(here, given=given, refused=tuple(refused))


def side(word: str, host: Host, *, known: Kernel | None = None) -> Side:
    """The kernel a word names: the host's own for `live`, a measured one by its id, else what a file tells. Raises UnreadableSourceError."""
    if word == LIVE:
        return live_side(host, known)
    tested = next((kernel for kernel in measured.load() if kernel.id == word), None)
    return _measured_side(tested) if tested else _from_file(word)


def _from_file(path: str) -> Side:
    disk = LocalHost()
    if disk.read(path, limit=SNAPSHOT_LIMIT).data[: len(_ZIP)] != _ZIP:
        return file_side(path, disk)
    from inspector.report.opening import open_report
    from inspector.report.reading import UnreadableError

    try:
        return kernel_side(os.path.basename(path), open_report(path).snapshot.kernel)
    except UnreadableError as reason:
        raise UnreadableSourceError(f"{path}: {reason}") from None


def _measured_side(tested: MeasuredKernel) -> Side:
    version = releases.parse(tested.release)
    found = tuple(_capability(name, state, tested) for name, state in tested.states.items())
    kernel = Kernel(release=tested.release, version=version.text(), config_source="", capabilities=found)
    return Side(name=tested.name, kernel=kernel, version=version)


def _capability(name: str, state: LiveState, tested: MeasuredKernel) -> Capability:
    known = row(name)
    assert known is not None, name
    seen = Evidence(kind="live", name=known.asked.kind, value=state, says=mark(f"measured on {tested.release}"))
    return Capability(
        id=name, title=known.title, group=known.group, verdict=_VERDICTS[state], known="observed", state=state, evidence=(seen,), because=seen.says
    )
