"""What can the kernel of this host do? Reads its configuration and identity through the Host and, on the live machine, asks it."""

from collections.abc import Collection

import msgspec

from inspector.host.base import Host
from inspector.i18n import mark
from inspector.kernel import ikconfig, kconfig, releases, rows
from inspector.kernel.judge import judge
from inspector.kernel.kconfig import KernelConfig
from inspector.model.base import UNKNOWN
from inspector.model.kernel import Kernel
from inspector.probes.kernel_details import details, patches
from inspector.probes.kernel_facts import facts
from inspector.probes.live import Asking

IMAGE_LIMIT = 64 << 20
"""Bytes of a bootable kernel at most; the largest distribution ones have 16 MiB."""
CONFIG_LIMIT = 8 << 20
"""Bytes of a kernel configuration at most; the largest distribution ones have 300 kB."""


def config_places(release: str) -> tuple[str, ...]:
    """Where a configuration of this release may lie, best first: only the first is the running kernel's own word."""
    return (
        "/proc/config.gz",
        f"/boot/config-{release}",
        f"/lib/modules/{release}/config",
        f"/usr/lib/modules/{release}/config",
        f"/usr/lib/ostree-boot/config-{release}",
        f"/usr/src/linux-headers-{release}/.config",
        f"/lib/modules/{release}/build/.config",
    )


def image_places(release: str) -> tuple[str, ...]:
    """Where a kernel of this release may lie that has its configuration inside; unpacking one takes up to a second, so they come last."""
    module = f"/lib/modules/{release}/kernel/kernel/configs.ko"
    images = (f"/boot/vmlinuz-{release}", f"/lib/modules/{release}/vmlinuz", f"/usr/lib/modules/{release}/vmlinuz")
    return (module, f"{module}.xz", f"{module}.gz", *images)


def read_config(host: Host, release: str) -> tuple[KernelConfig | None, str]:
    """The first usable configuration, or None and why there is none."""
    reasons: list[str] = []
    for path in config_places(release):
        content = host.read(path, limit=CONFIG_LIMIT)
        if content.status == "absent":
            continue
        if content.status != "ok":
            reasons.append(f"{path}: {content.reason or content.status}")
            continue
        config = kconfig.parse(content.data, source=path)
        if config.usable():
            return config, ""
        reasons.append(config.why)
    for path in image_places(release):
        content = host.read(path, limit=IMAGE_LIMIT)
        if content.status == "ok":
            config = embedded_config(path, content.data)
            if config.usable():
                return config, ""
            reasons.append(config.why)
        elif content.status != "absent":
            reasons.append(f"{path}: {content.reason or content.status}")
    return None, "; ".join(reasons) or mark(f"no configuration of kernel {release} is installed here")


def embedded_config(path: str, image: bytes) -> KernelConfig:
    """The configuration inside a kernel image or module; unusable, with the reason, where there is none."""
    found = ikconfig.extract(image)
    return kconfig.parse(found.config, source=path) if found.config else KernelConfig(source=path, why=f"{path}: {found.why}")


def probe(host: Host, *, live: bool = True, only: Collection[str] = (), explain: bool = True) -> Kernel:
    """Look at the host's kernel.

    `live` asks the running kernel (the live machine only); `only` restricts to these capability ids;
    `explain` adds why an absent capability is not in this kernel.
    """
    asked = [row for row in rows.load() if not only or row.id in only]
    asking = Asking(asked) if live and host.kind == "local" and asked else None
    known = identify(host)
    version = releases.parse(known.version)
    config, why = read_config(host, known.release)
    answers = asking.answers() if asking else {}
    more = details(host, known.release, answers)
    arch = host.info.architecture if host.info.architecture != UNKNOWN else ""
    judged = (judge(row, live=answers.get(row.id), config=config, version=version, arch=arch, explain=explain) for row in asked)
    return msgspec.structs.replace(
        known,
        config_source=config.source if config else "",
        capabilities=tuple(msgspec.structs.replace(c, evidence=(*c.evidence, *more.get(c.id, ()))) for c in judged),
        facts=facts(host, known.release, config, why) if not only else (),
        patches=patches(host) if not only else (),
        why=why,
    )


def identify(host: Host) -> Kernel:
    """The kernel's release and upstream version only."""
    release = _release(host)
    version = releases.upstream(release, banner=_line(host, "/proc/version"), signature=_line(host, "/proc/version_signature"))
    return Kernel(release=release, version=version.text() if version.known() else "", config_source="")


def _release(host: Host) -> str:
    return _line(host, "/proc/sys/kernel/osrelease") or host.info.kernel_release


def _line(host: Host, path: str) -> str:
    content = host.read(path)
    return content.data.decode("utf-8", "replace").strip() if content.status == "ok" else ""
