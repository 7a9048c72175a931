"""Who says no? Tells a seccomp filter, a sysctl, a missing capability, lockdown and a mount apart, in the order facts proved to be safe.

The same errno has several causes: under a filter EPERM and ENOSYS say nothing about the kernel, uid 0 may lack a capability, and a
sysctl that owns the feature explains a refusal before an errno does.
"""

import ctypes
import errno
import os

from inspector.probes.questions.abi import syscall
from inspector.probes.questions.answer import Answer, absent, errno_name, restricted, unknown

CAP_SYS_PTRACE, CAP_SYS_ADMIN, CAP_SYS_RESOURCE, CAP_PERFMON, CAP_BPF = 19, 21, 24, 38, 39
CAPABILITY_NAMES = {19: "CAP_SYS_PTRACE", 21: "CAP_SYS_ADMIN", 24: "CAP_SYS_RESOURCE", 38: "CAP_PERFMON", 39: "CAP_BPF"}
_FSCONFIG_CREATE = 6
_REFUSALS = (errno.EPERM, errno.EACCES)


def read_text(path: str) -> str | None:
    """A small kernel file's text without surrounding blanks, None when it cannot be read."""
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return file.read(1 << 16).strip()
    except OSError:
        return None


def status(key: str) -> str:
    """A line of /proc/self/status, empty when this kernel does not print it."""
    for line in (read_text("/proc/self/status") or "").splitlines():
        name, _, value = line.partition(":")
        if name == key:
            return value.strip()
    return ""


def seccomp_filtered() -> bool:
    """Whether a seccomp filter stands between this process and the kernel."""
    return status("Seccomp") == "2"


def has_capability(number: int) -> bool:
    """Whether the effective set holds a capability (in this user namespace)."""
    try:
        return bool(int(status("CapEff"), 16) >> number & 1)
    except ValueError:
        return False


def in_initial_namespace() -> bool:
    """Whether this user namespace is the first one: a capability held in another does not open the kernel's own doors."""
    mapped = read_text("/proc/self/uid_map")
    return mapped is None or mapped.split() == ["0", "0", "4294967295"]


def privileged(*numbers: int) -> bool:
    """Whether one of the capabilities is held where it counts."""
    return in_initial_namespace() and any(has_capability(n) for n in numbers)


def sysctl(name: str) -> str | None:
    """A sysctl's value by dotted name, None when this kernel has none of that name or hides it."""
    return read_text("/proc/sys/" + name.replace(".", "/"))


def sysctl_is(name: str, *values: str) -> str:
    """`sysctl NAME=VALUE` when the sysctl has one of the values, else empty: usable as `refused_by`."""
    value = sysctl(name)
    return f"sysctl {name}={value}" if value in values else ""


def lockdown() -> str:
    """The active lockdown level (`none`, `integrity`, `confidentiality`), empty when it cannot be read."""
    text = read_text("/sys/kernel/security/lockdown") or detached_text("securityfs", "lockdown")
    _, _, rest = text.partition("[")
    return rest.partition("]")[0]


def detached_text(kind: str, name: str) -> str:
    """A file of a kernel file system that is not mounted: mounted nowhere, seen only through a descriptor of this process; needs CAP_SYS_ADMIN."""
    if mounted(kind) or seccomp_filtered():
        return ""
    context, _ = syscall("fsopen", ctypes.create_string_buffer(kind.encode()), 1)
    if context < 0 or syscall("fsconfig", context, _FSCONFIG_CREATE, None, None, 0)[0] < 0:
        return ""
    root, _ = syscall("fsmount", context, 1, 0)
    return read_text(f"/proc/self/fd/{root}/{name}") or "" if root >= 0 else ""


def mounted(kind: str) -> str:
    """Where a file system type is mounted first, empty when nowhere in this mount namespace."""
    for line in (read_text("/proc/self/mounts") or "").splitlines():
        fields = line.split()
        if len(fields) > 2 and fields[2] == kind:
            return fields[1]
    return ""


def by_capability(*numbers: int) -> str:
    """`capability CAP_X or CAP_Y`, and that one held in a child user namespace does not count, as `refused_by`."""
    names = " or ".join(CAPABILITY_NAMES[n] for n in numbers)
    if any(has_capability(n) for n in numbers) and not in_initial_namespace():
        return f"capability {names} in the initial user namespace"
    return f"capability {names}"


def no(error: int, what: str, *, by: str = "") -> Answer:
    """Turn an errno into an answer: named by `by` if the question knows the owner, else by a filter, else by what the errno means.

    ENOSYS without a filter is the only errno that proves a syscall absent.
    """
    if error in _REFUSALS and by:
        return restricted(by, f"{what}: {errno_name(error)}", error)
    if error in (errno.EPERM, errno.ENOSYS) and seccomp_filtered():
        return restricted("seccomp filter", f"{what}: {errno_name(error)} under a seccomp filter, which proves nothing about the kernel", error)
    if error == errno.ENOSYS:
        return absent(f"{what}: ENOSYS", error)
    if error in _REFUSALS:
        return restricted("lsm or container policy", f"{what}: {errno_name(error)}", error)
    return unknown(f"{what}: {errno_name(error)}", error)


def no_file(error: OSError, path: str, *, missing: str) -> Answer:
    """Turn a failed open of a kernel file into an answer; `missing` says what ENOENT means for it."""
    number = error.errno or 0
    if number == errno.ENOENT:
        return absent(f"{path}: {missing}", number)
    if number in _REFUSALS:
        if lockdown() == "confidentiality":
            return restricted("lockdown confidentiality", f"{path}: {errno_name(number)}", number)
        return restricted(f"file {path} (mode {_mode(path)}, uid {os.geteuid()})", f"{path}: {errno_name(number)}", number)
    return unknown(f"{path}: {errno_name(number)}", number)


def _mode(path: str) -> str:
    try:
        return f"{os.stat(path).st_mode & 0o7777:04o}"
    except OSError:
        return "unseen"
