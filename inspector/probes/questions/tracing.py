"""Can kernel and programs be traced and patched: tracefs, ftrace, probes, eBPF, BTF, live patches?"""

import ctypes
import errno
import os
import struct

from inspector.probes.questions.abi import syscall
from inspector.probes.questions.answer import Answer, absent, part, restricted, unknown, works
from inspector.probes.questions.refusal import CAP_BPF, CAP_SYS_ADMIN, lockdown, mounted, no, no_file, privileged, read_text, sysctl

_MAP_CREATE, _PROG_LOAD = 0, 5
_MAP_ARRAY, _PROG_SOCKET_FILTER = 2, 1
_TAINT_LIVEPATCH = 1 << 15


def tracefs_root() -> str:
    """Where tracefs is mounted, empty when nowhere; the old automount below debugfs counts."""
    place = mounted("tracefs")
    if place:
        return place
    below = mounted("debugfs")
    return f"{below}/tracing" if below and os.path.isdir(f"{below}/tracing/events") else ""


def _known_to_kernel() -> bool:
    return "tracefs" in (read_text("/proc/filesystems") or "").split()


def _tracefs_file(name: str) -> str | Answer:
    """The text of a tracefs file, or why it cannot be had."""
    if not _known_to_kernel():
        return absent("tracefs is not among this kernel's file systems")
    root = tracefs_root()
    if not root:
        return restricted("mount tracefs", "the kernel knows tracefs, but it is not mounted here")
    path = f"{root}/{name}"
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return file.read(1 << 20)
    except OSError as error:
        if error.errno == errno.ENOENT and lockdown() == "confidentiality":
            return restricted("lockdown confidentiality", f"{path}: taken away by lockdown", errno.ENOENT)
        return no_file(error, path, missing="not built")


def tracefs() -> Answer:
    """Read the list of tracers."""
    text = _tracefs_file("available_tracers")
    return text if isinstance(text, Answer) else works(f"{tracefs_root()}: tracers {text.strip() or 'none'}")


def ftrace() -> Answer:
    """Find the function tracer in the list of tracers."""
    text = _tracefs_file("available_tracers")
    if isinstance(text, Answer):
        return text
    if "function" not in text.split():
        return absent(f"tracers built in: {text.strip()}")
    if sysctl("kernel.ftrace_enabled") == "0":
        return restricted("sysctl kernel.ftrace_enabled=0", "the function tracer is built, and switched off")
    return works("function tracer available")


def _lists_probe_sources() -> bool:
    """Whether this kernel would list kprobe and uprobe among its event sources: 4.17 and later do, before that their absence proves nothing."""
    major, _, rest = os.uname().release.partition(".")
    minor = rest.partition(".")[0].partition("-")[0]
    known = major.isdigit() and minor.isdigit() and os.path.isdir("/sys/bus/event_source/devices/software")
    return known and (int(major), int(minor)) >= (4, 17)


def _dynamic_probe(kind: str) -> Answer:
    hint = os.path.isdir(f"/sys/bus/event_source/devices/{kind}")
    text = _tracefs_file(f"{kind}_events")
    if not isinstance(text, Answer):
        return works(f"{kind}_events readable, {len(text.splitlines())} set by others")
    if text.state == "restricted" and not hint and _lists_probe_sources():
        return absent(f"no {kind} source among the kernel's event sources")
    return text


def kprobes() -> Answer:
    """Look for kprobe_events; none is set, tracing state is everybody's."""
    if lockdown() == "confidentiality":
        return restricted("lockdown confidentiality", "kprobes are taken away by lockdown")
    return _dynamic_probe("kprobe")


def uprobes() -> Answer:
    """Look for uprobe_events."""
    return _dynamic_probe("uprobe")


def _bpf(command: int, attributes: bytes) -> tuple[int, int]:
    return syscall("bpf", command, ctypes.create_string_buffer(attributes, len(attributes)), len(attributes))


def bpf() -> Answer:
    """Create an array map and load the smallest program, `return 0`."""
    fd, error = _bpf(_MAP_CREATE, struct.pack("IIII", _MAP_ARRAY, 4, 4, 1))
    if fd < 0:
        if error == errno.EINVAL:
            return absent("bpf(BPF_MAP_CREATE): EINVAL", error)
        return no(error, "bpf(BPF_MAP_CREATE)", by=_bpf_owner())
    program = ctypes.create_string_buffer(struct.pack("=BBhiBBhi", 0xB7, 0, 0, 0, 0x95, 0, 0, 0), 16)
    text = ctypes.create_string_buffer(b"GPL")
    fd, error = _bpf(_PROG_LOAD, struct.pack("IIQQIIQI", _PROG_SOCKET_FILTER, 2, ctypes.addressof(program), ctypes.addressof(text), 0, 0, 0, 0))
    if fd >= 0:
        return works("created a map and loaded a program")
    return no(error, "bpf(BPF_PROG_LOAD)", by=_bpf_owner())


def _bpf_owner() -> str:
    value = sysctl("kernel.unprivileged_bpf_disabled")
    return f"sysctl kernel.unprivileged_bpf_disabled={value}" if value in ("1", "2") and not privileged(CAP_BPF, CAP_SYS_ADMIN) else ""


def btf() -> Answer:
    """Read the magic number of the kernel's own type data."""
    path = "/sys/kernel/btf/vmlinux"
    try:
        with open(path, "rb") as file:
            head = file.read(2)
            size = os.fstat(file.fileno()).st_size
    except OSError as error:
        return no_file(error, path, missing="built without DEBUG_INFO_BTF")
    if head in (b"\x9f\xeb", b"\xeb\x9f"):
        return works(f"{path}: {size // 1024} kB of type data")
    return unknown(f"{path} does not begin with the BTF magic number")


def livepatch() -> Answer:
    """List the live patches the kernel has loaded."""
    path = "/sys/kernel/livepatch"
    try:
        patches = sorted(os.listdir(path))
    except OSError as error:
        return no_file(error, path, missing="built without LIVEPATCH")
    states = [f"{name} ({'enabled' if read_text(f'{path}/{name}/enabled') == '1' else 'disabled'})" for name in patches]
    tainted = int(read_text("/proc/sys/kernel/tainted") or 0) & _TAINT_LIVEPATCH
    refused = sysctl("kernel.modules_disabled") == "1"
    if refused and not patches:
        return restricted("sysctl kernel.modules_disabled=1", "live patching is built, but modules may no longer be loaded")
    loaded = part(f"{len(patches)} patches loaded")
    past = part("the kernel was live-patched since boot") if tainted and not patches else ""
    return works("; ".join(filter(None, (loaded, *states, past))), str(len(patches)))


def sched_ext() -> Answer:
    """Read which BPF scheduler, if any, is in charge."""
    path = "/sys/kernel/sched_ext/state"
    try:
        with open(path, encoding="utf-8") as file:
            state = file.read().strip()
    except OSError as error:
        return no_file(error, path, missing="built without SCHED_CLASS_EXT")
    return works(f"{state} {read_text('/sys/kernel/sched_ext/root/ops') or ''}".strip(), state)

