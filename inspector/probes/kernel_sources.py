"""Which kernel does a file tell? A configuration, plain, compressed or inside a kernel image, or a document of ours, as one side of a comparison."""

from typing import TypeVar

import msgspec

from inspector.host.base import Host
from inspector.i18n import mark
from inspector.kernel import ikconfig, kconfig, releases, rows
from inspector.kernel.compare import Side
from inspector.kernel.judge import judge
from inspector.kernel.kconfig import KernelConfig
from inspector.model import wire
from inspector.model.kernel import Kernel
from inspector.probes import kernel

T = TypeVar("T")
SNAPSHOT_LIMIT = 64 << 20
"""Bytes of a snapshot at most; a full one has about 300 kB."""


class _Snapshot(msgspec.Struct):
    kernel: Kernel


class UnreadableSourceError(Exception):
    """The word names nothing that tells a kernel; the message says what and why."""


def live_side(host: Host, known: Kernel | None = None) -> Side:
    """The host's own kernel, asked now unless its document is `known`."""
    found = known or kernel.probe(host)
    config, _ = kernel.read_config(host, found.release)
    return Side(name=f"live {found.release}", kernel=found, version=releases.parse(found.version), config=config)


def file_side(path: str, disk: Host) -> Side:
    """The kernel a file on `disk` tells; raises UnreadableSourceError."""
    content = disk.read(path, limit=SNAPSHOT_LIMIT)
    if content.status != "ok":
        raise UnreadableSourceError(f"{path}: {content.reason or content.status}")
    if content.data.lstrip()[:1] == b"{":
        return _from_document(path, content.data)
    config = kernel.embedded_config(path, content.data) if ikconfig.is_image(content.data) else kconfig.parse(content.data, source=path)
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


def kernel_side(name: str, found: Kernel) -> Side:
    """A kernel known by its document."""
    return Side(name=f"{name} ({found.release})", kernel=found, version=releases.parse(found.version or found.release))


def _from_document(path: str, data: bytes) -> Side:
    document = _decoded(data, _Snapshot) or _decoded(data, Kernel)
    found = document.kernel if isinstance(document, _Snapshot) else document
    if found is None:
        raise UnreadableSourceError(mark(f"{path}: neither a kernel configuration nor a snapshot"))
    return kernel_side(path, found)


def _decoded(data: bytes, kind: type[T]) -> T | None:
    try:
        return wire.decode(data, kind)
    except (msgspec.ValidationError, msgspec.DecodeError):
        return None
