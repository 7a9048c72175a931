"""What stands behind livepatch and KVM here? Loaded patches with their functions, patch services, nesting, and how QEMU would track dirty memory."""

from collections.abc import Iterator, Mapping

from inspector.host.base import Host
from inspector.i18n import mark
from inspector.model.kernel import Evidence, LiveAnswer, LivePatch

_PATCHES = "/sys/kernel/livepatch"
_FUNCTIONS_SHOWN = 8
_SERVICES = (
    ("/usr/sbin/kpatch", "kpatch"),
    ("/usr/bin/kpatch", "kpatch"),
    ("/usr/lib/systemd/system/kpatch.service", mark("kpatch at boot")),
    ("/etc/systemd/system/multi-user.target.wants/kpatch.service", mark("kpatch at boot, switched on")),
    ("/snap/bin/canonical-livepatch", "Canonical Livepatch"),
    ("/usr/bin/kcarectl", "KernelCare"),
    ("/usr/bin/klp", mark("SUSE live patching")),
    ("/usr/sbin/uptrack-upgrade", "Ksplice"),
)
_PATCH_STORE = "/var/lib/kpatch"
_NESTED = (("kvm_intel", "Intel"), ("kvm_amd", "AMD"))
_INITIALLY_SET = 2
"""Bit of KVM_CAP_MANUAL_DIRTY_LOG_PROTECT2's answer: pages start dirty and are cleared in pieces (5.7)."""


def details(host: Host, release: str, answers: Mapping[str, LiveAnswer]) -> Mapping[str, tuple[Evidence, ...]]:
    """Further evidence by capability id, for those that were asked; empty where there is nothing more to tell."""
    found: dict[str, tuple[Evidence, ...]] = {}
    if "livepatch" in answers:
        found["livepatch"] = (*_patches(host), *_services(host, release))
    if "kvm" in answers:
        found["kvm"] = (*_nesting(host), *_dirty_tracking(answers))
    return found


def _line(host: Host, path: str) -> str:
    content = host.read(path)
    return content.data.decode("utf-8", "replace").strip() if content.status == "ok" else ""


def patches(host: Host) -> tuple[LivePatch, ...]:
    """The live patches in the kernel's memory, by name."""
    return tuple(
        LivePatch(
            name=patch,
            enabled=_line(host, f"{_PATCHES}/{patch}/enabled") == "1",
            in_transition=_line(host, f"{_PATCHES}/{patch}/transition") == "1",
            functions=tuple(_functions(host, f"{_PATCHES}/{patch}")),
        )
        for patch in host.list_dir(_PATCHES).names
    )


def _patches(host: Host) -> Iterator[Evidence]:
    for patch in patches(host):
        state = mark("enabled") if patch.enabled else mark("disabled")
        moving = mark("some tasks still run the old code") if patch.in_transition else ""
        more = mark(f"{len(patch.functions) - _FUNCTIONS_SHOWN} more") if len(patch.functions) > _FUNCTIONS_SHOWN else ""
        shown = ", ".join(filter(None, (*patch.functions[:_FUNCTIONS_SHOWN], more))) or mark("no function")
        yield Evidence(kind="live", name=f"patch {patch.name}", value="; ".join(filter(None, (state, moving))), says=mark(f"replaces {shown}"))


def _functions(host: Host, folder: str) -> Iterator[str]:
    """`object:function` of each replaced function; sysfs spells it `function,position` in a directory per object."""
    for target in host.list_dir(folder).names:
        for entry in host.list_dir(f"{folder}/{target}").names:
            function, comma, _ = entry.partition(",")
            if comma:
                yield function if target == "vmlinux" else f"{target}:{function}"


def _services(host: Host, release: str) -> Iterator[Evidence]:
    for path, name in _SERVICES:
        if host.stat(path).status == "ok":
            yield Evidence(kind="live", name=name, value="installed", says=path)
    stored = [name for name in host.list_dir(f"{_PATCH_STORE}/{release}").names if name.endswith(".ko")]
    if stored:
        yield Evidence(kind="live", name=f"{_PATCH_STORE}/{release}", value=str(len(stored)), says=mark(f"loaded at boot: {', '.join(stored)}"))


def _nesting(host: Host) -> Iterator[Evidence]:
    for module, vendor in _NESTED:
        value = _line(host, f"/sys/module/{module}/parameters/nested")
        if value:
            says = mark("guests may run guests") if value in ("1", "Y") else mark(f"guests may not run guests: {module}.nested=1 allows it")
            yield Evidence(kind="live", name=mark(f"nested guests ({vendor})"), value=value, says=says)


def _dirty_tracking(answers: Mapping[str, LiveAnswer]) -> Iterator[Evidence]:
    """What QEMU's migration can choose from, best first."""
    log, ring = answers.get("kvm-dirty-log"), answers.get("kvm-dirty-ring")
    if ring and ring.state == "works":
        yield Evidence(kind="live", name=mark("QEMU dirty ring"), value=mark("possible"), says=f"-accel kvm,dirty-ring-size=4096; {ring.detail}")
    if log and log.state == "works":
        protect = int(log.value) if log.value.isdigit() else 0
        begins = mark("pages begin dirty, cleared in pieces") if protect & _INITIALLY_SET else mark("all pages are write-protected at the start")
        yield Evidence(kind="live", name=mark("QEMU dirty log"), value=mark("manual protection"), says=mark(f"used by default; {begins}"))
