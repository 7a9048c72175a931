"""Which kernel does a word name? `live`, a configuration file, or a snapshot, as one side of a comparison."""

from typing import TypeVar

import msgspec

from inspector.host.base import Host
from inspector.kernel import kconfig, releases, rows
from inspector.kernel.compare import Side
from inspector.kernel.judge import judge
from inspector.kernel.kconfig import KernelConfig
from inspector.model import wire
from inspector.model.kernel import Kernel
from inspector.probes import kernel

LIVE = "live"
T = TypeVar("T")
SNAPSHOT_LIMIT = 64 << 20
"""Bytes of a snapshot at most; a full one has about 300 kB."""


class _Snapshot(msgspec.Struct):
    kernel: Kernel


class UnreadableSourceError(Exception):
    """The word names nothing that tells a kernel; the message says what and why."""


def side(word: str, host: Host, disk: Host) -> Side:
    """The kernel behind a word: `live` is the host's own, anything else a file on `disk`. Raises UnreadableSourceError."""
    if word == LIVE:
        found = kernel.probe(host)
        config, _ = kernel.read_config(host, found.release)
        return Side(name=f"live {found.release}", kernel=found, version=releases.parse(found.version), config=config)
    content = disk.read(word, limit=SNAPSHOT_LIMIT)
    if content.status != "ok":
        raise UnreadableSourceError(f"{word}: {content.reason or content.status}")
    if content.data.lstrip()[:1] == b"{":
        return _from_snapshot(word, content.data)
    config = kconfig.parse(content.data, source=word)
    if not config.usable():
        raise UnreadableSourceError(config.why)
    return config_side(config)


def config_side(config: KernelConfig) -> Side:
    """A kernel known by its configuration alone; its version is the header's, else the one in the file's name (`config-6.1.0-50-amd64`)."""
    name = config.source.rpartition("/")[2]
    version = releases.parse(config.release or name)
    found = Kernel(
        release=config.release or name,
        version=version.text() if version.known() else "",
        config_source=config.source,
        capabilities=tuple(judge(row, live=None, config=config, version=version) for row in rows.load()),
        why="; ".join(config.damaged[:5]),
    )
    return Side(name=config.source, kernel=found, version=version, config=config)


def _from_snapshot(word: str, data: bytes) -> Side:
    document = _decoded(data, _Snapshot) or _decoded(data, Kernel)
    found = document.kernel if isinstance(document, _Snapshot) else document
    if found is None:
        raise UnreadableSourceError(f"{word}: neither a kernel configuration nor a snapshot")
    return Side(name=f"{word} ({found.release})", kernel=found, version=releases.parse(found.version or found.release))


def _decoded(data: bytes, kind: type[T]) -> T | None:
    try:
        return wire.decode(data, kind)
    except (msgspec.ValidationError, msgspec.DecodeError):
        return None
