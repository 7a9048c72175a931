"""Can a program handle, forbid and record its own page faults (userfaultfd and its write and access tracking)?"""

import errno
import os

from inspector.probes.questions.abi import PAGE, Region, ioctl, libc, open_pagemap, scan, syscall
from inspector.probes.questions.answer import Answer, absent, inert, restricted, unknown, works
from inspector.probes.questions.refusal import CAP_SYS_PTRACE, no, privileged, seccomp_filtered, sysctl

_USER_MODE_ONLY = 1
_API, _REGISTER, _WRITE_PROTECT, _ACCESS_PROTECT = 0xC018AA3F, 0xC020AA00, 0xC018AA06, 0xC018AA09
_API_VERSION = 0xAA
_F_WRITE_PROTECT, _F_SIGBUS, _F_UNPOPULATED, _F_WP_ASYNC, _F_RWP, _F_RWP_ASYNC = 1 << 0, 1 << 7, 1 << 13, 1 << 15, 1 << 17, 1 << 18
_MODE_WRITE_PROTECT, _MODE_ACCESS = 2, 8
_IS_WRITTEN, _IS_ACCESSED = 1 << 1, 1 << 9
_SCAN_AND_PROTECT = 3
_SYSCTL = "vm.unprivileged_userfaultfd"


def _open(flags: int = 0) -> tuple[int, int]:
    return syscall("userfaultfd", os.O_CLOEXEC | os.O_NONBLOCK | flags)


def _open_any() -> tuple[int, int]:
    """A descriptor of either sort: faults of user mode are enough to prove tracking."""
    fd, error = _open(_USER_MODE_ONLY)
    return (fd, error) if error != errno.EINVAL else _open()


def _features(fd: int, wanted: int = 0) -> int:
    _, answer = ioctl(fd, _API, "3Q", _API_VERSION, wanted, 0)
    return answer[1]


def _owner_of_refusal() -> str:
    value = sysctl(_SYSCTL)
    return f"sysctl {_SYSCTL}={value}" if value == "0" and not privileged(CAP_SYS_PTRACE) else ""


def _owner_of_both() -> str:
    """Who refuses user-mode faults as well: the sysctl did so up to 5.10; since 5.11 it cannot, so under a filter the filter is the likelier one."""
    return "" if seccomp_filtered() else _owner_of_refusal()


def userfaultfd() -> Answer:
    """Open a descriptor for all faults, else one for user-mode faults only, and read the feature mask."""
    fd, error = _open()
    if fd >= 0:
        mask = f"0x{_features(fd):x}"
        return works(f"opened, features {mask}", mask)
    fd, second = _open(_USER_MODE_ONLY)
    if fd >= 0:
        mask = f"0x{_features(fd):x}"
        by = _owner_of_refusal() or "seccomp filter"
        return restricted(by, f"faults raised inside the kernel are refused, user-mode faults are handled (features {mask})", error, mask)
    return no(error, "userfaultfd()", by=_owner_of_both() if second != errno.EINVAL else _owner_of_refusal())


def write_protect() -> Answer:
    """Protect one page of two and see the kernel's own write into it refused, into its neighbour accepted."""
    fd, error = _open_any()
    if fd < 0:
        return no(error, "userfaultfd()", by=_owner_of_both())
    try:
        _features(fd, _F_WRITE_PROTECT | _F_SIGBUS)
    except OSError as failed:
        return absent("UFFDIO_API refuses the write-protect feature", failed.errno or 0)
    region = Region(2)
    region.poke_all()
    try:
        ioctl(fd, _REGISTER, "4Q", region.address, region.size, _MODE_WRITE_PROTECT, 0)
        ioctl(fd, _WRITE_PROTECT, "3Q", region.address, PAGE, 1)
    except OSError as failed:
        return absent(f"write-protect mode refused: {failed.strerror}", failed.errno or 0)
    written = [_kernel_can_write(region.address + i * PAGE) for i in range(2)]
    if written == [False, True]:
        return works("a write into the protected page was stopped, into its neighbour not")
    return inert("the page was protected without complaint, but a write went through") if written[0] else unknown(f"writes accepted: {written}")


def _kernel_can_write(address: int) -> bool:
    reader, writer = os.pipe()
    try:
        os.write(writer, b"x")
        return bool(libc.read(reader, address, 1) == 1)
    finally:
        os.close(reader)
        os.close(writer)


def _tracking(features: int, mode: int) -> tuple[int, Region] | Answer:
    """A descriptor with the features and a populated region registered in the mode, or why there is none."""
    fd, error = _open_any()
    if fd < 0:
        return no(error, "userfaultfd()", by=_owner_of_both())
    region = Region(8)
    region.poke_all()
    try:
        _features(fd, features)
        ioctl(fd, _REGISTER, "4Q", region.address, region.size, mode, 0)
    except OSError as failed:
        if failed.errno == errno.EINVAL:
            return absent("UFFDIO_API does not know the feature: EINVAL", errno.EINVAL)
        return unknown(f"could not register memory: {failed.strerror}", failed.errno or 0)
    return fd, region


def wp_async() -> Answer:
    """Write two pages of a watched region and scan: exactly these two, and nothing the next time."""
    ready = _tracking(_F_WP_ASYNC | _F_UNPOPULATED, _MODE_WRITE_PROTECT)
    if isinstance(ready, Answer):
        return ready
    _, region = ready
    try:
        pagemap = open_pagemap()
        scan(pagemap, region, mask=_IS_WRITTEN, report=_IS_WRITTEN, flags=_SCAN_AND_PROTECT)
        region.poke(1, 2)
        region.poke(5, 2)
        first, second = (scan(pagemap, region, mask=_IS_WRITTEN, report=_IS_WRITTEN, flags=_SCAN_AND_PROTECT) for _ in range(2))
    except OSError as error:
        return unknown(f"PAGEMAP_SCAN: {error.strerror}", error.errno or 0)
    if (first, second) == ([(1, 2), (5, 6)], []):
        return works("wrote pages 1 and 5 of 8: exactly these were reported, then none")
    return unknown(f"wrote pages 1 and 5, scans reported {first} and {second}")


def rwp() -> Answer:
    """Read one page and write another of a watched region: both, and only both, are reported as accessed."""
    ready = _tracking(_F_RWP | _F_RWP_ASYNC, _MODE_ACCESS)
    if isinstance(ready, Answer):
        return ready
    fd, region = ready
    try:
        ioctl(fd, _ACCESS_PROTECT, "3Q", region.address, region.size, 1)
        region.peek(2)
        region.poke(4, 2)
        found = scan(open_pagemap(), region, mask=_IS_ACCESSED, report=_IS_ACCESSED)
    except OSError as error:
        return unknown(f"access tracking: {error.strerror}", error.errno or 0)
    if found == [(2, 3), (4, 5)]:
        return works("read page 2 and wrote page 4 of 8: exactly these were reported")
    return unknown(f"touched pages 2 and 4, the scan reported {found}")


