"""What confines programs here: lockdown, security modules, Yama, seccomp, Landlock, namespaces, io_uring's switch?"""

import ctypes
import errno
import os
import struct

from inspector.probes.questions.abi import libc, syscall
from inspector.probes.questions.answer import Answer, absent, inert, part, restricted, unknown, works
from inspector.probes.questions.refusal import (
    CAP_SYS_ADMIN,
    detached_text,
    lockdown,
    mounted,
    no,
    privileged,
    read_text,
    seccomp_filtered,
    status,
    sysctl,
    sysctl_is,
)

_LSM_NAMES = {100: "capability", 101: "selinux", 102: "smack", 103: "tomoyo", 104: "apparmor", 105: "yama", 106: "loadpin", 107: "safesetid",
              108: "lockdown", 109: "bpf", 110: "landlock", 111: "ima", 112: "evm", 113: "ipe"}  # fmt: skip
_LANDLOCK_VERSION = 1
_ACTION_AVAILABLE = 2
_KILL_PROCESS, _USER_NOTIFY, _ERRNO = 0x80000000, 0x7FC00000, 0x00050000
_NEW_USER = 0x10000000


def _active_modules() -> tuple[list[str], int]:
    size = ctypes.c_uint32(8 * 32)
    buffer = ctypes.create_string_buffer(8 * 32)
    count, error = syscall("lsm_list_modules", buffer, ctypes.addressof(size), 0)
    if count < 0:
        return [], error
    return [_LSM_NAMES.get(n, str(n)) for n in struct.unpack_from(f"{count}Q", buffer)], 0


def lockdown_level() -> Answer:
    """Read the level; where securityfs is not mounted, a kernel whose module list lacks lockdown has none."""
    level = lockdown()
    if level:
        return works(f"level {level}", level)
    modules, error = _active_modules()
    if modules and "lockdown" not in modules:
        return absent(f"active security modules: {', '.join(modules)}")
    if read_text("/proc/filesystems") and os.path.isdir("/sys/kernel/security") and os.listdir("/sys/kernel/security"):
        return absent("securityfs is mounted and has no lockdown file")
    return unknown("securityfs is not mounted here, so the level cannot be read", error)


def lsm_list() -> Answer:
    """Ask the kernel which modules are active, in their order."""
    modules, error = _active_modules()
    if modules:
        return works(", ".join(modules), ",".join(modules))
    text = read_text("/sys/kernel/security/lsm") or detached_text("securityfs", "lsm")
    if text:
        return works(text.replace(",", ", "), text)
    hidden = "securityfs" in (read_text("/proc/filesystems") or "").split() and not mounted("securityfs")
    if error == errno.ENOSYS and hidden and not seccomp_filtered():
        return restricted("mount securityfs", "this kernel lists its modules only in securityfs, which is not mounted here", error)
    return no(error, "lsm_list_modules()")


def yama() -> Answer:
    """Read the scope; no file means no Yama and classic rules."""
    value = sysctl("kernel.yama.ptrace_scope")
    if value is None:
        return absent("no Yama: classic rules for attaching to processes")
    words = {"0": part("classic"), "1": part("descendants only"), "2": part("CAP_SYS_PTRACE only"), "3": part("nobody until reboot")}
    return works(f"{value}: {words.get(value, 'unknown scope')}", value)


def seccomp() -> Answer:
    """Ask which actions filters may use, and whether one stands over us."""
    active = status("Seccomp")
    if not active:
        return absent("/proc/self/status has no Seccomp line")
    known = []
    for name, action in (("errno", _ERRNO), ("kill-process", _KILL_PROCESS), ("user-notify", _USER_NOTIFY)):
        result, error = syscall("seccomp", _ACTION_AVAILABLE, 0, ctypes.create_string_buffer(struct.pack("I", action), 4))
        if result == 0:
            known.append(name)
        elif error == errno.ENOSYS and active == "0":
            return absent("seccomp(): ENOSYS", error)
    over = part(f"{status('Seccomp_filters') or 'some'} filters stand over this process") if active == "2" else part("no filter over this process")
    return works(f"actions {', '.join(known) or 'unknown'}; {over}", active)


def landlock() -> Answer:
    """Ask for the version of its interface."""
    version, error = syscall("landlock_create_ruleset", None, 0, _LANDLOCK_VERSION)
    if version > 0:
        return works(f"interface version {version}", str(version))
    if error == errno.EOPNOTSUPP:
        return inert("built, but not among the active security modules", "boot lsm=")
    return no(error, "landlock_create_ruleset()")


def user_namespaces() -> Answer:
    """Enter a new one; this process ends right after."""
    if libc.unshare(_NEW_USER) == 0:
        by = sysctl_is("kernel.apparmor_restrict_unprivileged_userns", "1")
        if by and os.geteuid() != 0:
            return restricted(by, "a namespace can be made, but AppArmor takes its capabilities away")
        return works("entered a new user namespace")
    error = ctypes.get_errno()
    if error == errno.ENOSPC:
        return restricted(f"sysctl user.max_user_namespaces={sysctl('user.max_user_namespaces')}", "unshare(CLONE_NEWUSER): ENOSPC", error)
    if error == errno.EINVAL:
        return absent("unshare(CLONE_NEWUSER): EINVAL", error)
    return no(error, "unshare(CLONE_NEWUSER)", by=sysctl_is("kernel.unprivileged_userns_clone", "0"))


def io_uring() -> Answer:
    """Set up the smallest ring."""
    parameters = ctypes.create_string_buffer(120)
    fd, error = syscall("io_uring_setup", 1, parameters)
    if fd >= 0:
        (features,) = struct.unpack_from("I", parameters, 20)
        return works(f"ring set up, features 0x{features:x}", f"0x{features:x}")
    by = sysctl_is("kernel.io_uring_disabled", "2") or ("" if privileged(CAP_SYS_ADMIN) else sysctl_is("kernel.io_uring_disabled", "1"))
    if error == errno.ENOMEM:
        return unknown("io_uring_setup(): not enough lockable memory", error)
    return no(error, "io_uring_setup()", by=by)
