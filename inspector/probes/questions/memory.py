"""Can this kernel tell which pages a process touched, and where they are?"""

import ctypes
import errno
import os

from inspector.probes.questions.abi import MADV_GUARD_INSTALL, PAGE, Region, ioctl, libc, open_pagemap, scan
from inspector.probes.questions.answer import Answer, absent, inert, part, restricted, unknown, works
from inspector.probes.questions.refusal import CAP_SYS_ADMIN, by_capability, no_file, privileged, read_text

_SOFT_DIRTY, _PRESENT = 1 << 55, 1 << 63
_PFN = (1 << 55) - 1
_IS_PRESENT = 1 << 3
_CLEAR_SOFT_DIRTY = "4"
_PROCMAP_QUERY = 0xC0686611


def soft_dirty() -> Answer:
    """Clear, write one page of eight, and see whether exactly that one is marked. The write to clear_refs succeeds on every kernel."""
    region = Region(8)
    region.poke_all()
    try:
        pagemap = open_pagemap()
        with open("/proc/self/clear_refs", "w", encoding="utf-8") as file:
            file.write(_CLEAR_SOFT_DIRTY)
    except OSError as error:
        if error.errno == errno.EROFS:
            return restricted("mount /proc read-only", "/proc/self/clear_refs: EROFS", error.errno)
        return no_file(error, error.filename or "/proc/self/clear_refs", missing="built without PROC_PAGE_MONITOR")
    before = _dirty_pages(region, pagemap)
    region.poke(1, 2)
    after = _dirty_pages(region, pagemap)
    if (before, after) == ([], [1]):
        return works("cleared, wrote page 1 of 8: exactly page 1 is marked")
    if not after:
        return inert("clear_refs accepted the request, but a page written afterwards is not marked")
    return unknown(f"marked before the write: {before}, after it: {after}, expected only page 1")


def _dirty_pages(region: Region, pagemap: int) -> list[int]:
    return [i for i, entry in enumerate(region.entries(pagemap)) if entry & _SOFT_DIRTY]


def pagemap() -> Answer:
    """Touch a page and find it present; a frame number of zero means frame numbers are hidden."""
    region = Region(1)
    region.poke(0)
    try:
        entry = region.entries(open_pagemap())[0]
    except OSError as error:
        return no_file(error, "/proc/self/pagemap", missing="built without PROC_PAGE_MONITOR")
    if not entry & _PRESENT:
        return unknown(f"a page just written reads as not present (0x{entry:016x})")
    if entry & _PFN:
        return works("entries and page frame numbers readable", "pfn")
    return restricted(by_capability(CAP_SYS_ADMIN), "entries readable, page frame numbers read as zero", value="no-pfn")


def pagemap_scan() -> Answer:
    """Ask for the present pages of a region where two runs were touched."""
    region = Region(8)
    for page in (1, 2, 5):
        region.poke(page)
    try:
        pagemap_fd = open_pagemap()
    except OSError as error:
        return no_file(error, "/proc/self/pagemap", missing="built without PROC_PAGE_MONITOR")
    try:
        found = scan(pagemap_fd, region, any_of=_IS_PRESENT, report=_IS_PRESENT)
    except OSError as error:
        if error.errno == errno.ENOTTY:
            return absent("ioctl PAGEMAP_SCAN: ENOTTY", error.errno)
        return unknown(f"ioctl PAGEMAP_SCAN: {error.strerror}", error.errno or 0)
    if found != [(1, 3), (5, 6)]:
        return unknown(f"touched pages 1, 2 and 5 of 8, the scan reported {found}")
    highest = _highest_category(pagemap_fd, region)
    return works(f"reported exactly the pages touched; page categories up to bit {highest}", str(highest))


def _highest_category(pagemap_fd: int, region: Region) -> int:
    highest = 0
    for bit in range(16):
        try:
            scan(pagemap_fd, region, any_of=1 << bit, report=1 << bit)
        except OSError:
            break
        highest = bit
    return highest


def procmap_query() -> Answer:
    """Look up one mapping by an address inside it."""
    region = Region(1)
    fd = os.open("/proc/self/maps", os.O_RDONLY | os.O_CLOEXEC)
    try:
        _, answer = ioctl(fd, _PROCMAP_QUERY, "13Q", 104, 0, region.address, *([0] * 10))
    except OSError as error:
        if error.errno == errno.ENOTTY:
            return absent("ioctl PROCMAP_QUERY: ENOTTY", error.errno)
        return unknown(f"ioctl PROCMAP_QUERY: {error.strerror}", error.errno or 0)
    start, end = answer[3], answer[4]
    if start <= region.address < end:
        return works("returned the mapping that holds the address")
    return unknown(f"returned 0x{start:x}-0x{end:x} for address 0x{region.address:x}")


def guard_regions() -> Answer:
    """Guard one page of two and see that the kernel refuses to read it for us: EFAULT instead of a SIGSEGV of our own."""
    region = Region(2)
    region.poke_all()
    if libc.madvise(region.address, PAGE, MADV_GUARD_INSTALL) != 0:
        error = ctypes.get_errno()
        return absent("madvise(MADV_GUARD_INSTALL): EINVAL", error) if error == errno.EINVAL else unknown("madvise(MADV_GUARD_INSTALL) failed", error)
    readable = [_readable(region.address + i * PAGE) for i in range(2)]
    if readable == [False, True]:
        return works("the guarded page cannot be read, its neighbour can")
    return inert("madvise accepted the request, but the page can still be read")


def _readable(address: int) -> bool:
    reader, writer = os.pipe()
    try:
        return bool(libc.write(writer, address, 1) == 1)
    finally:
        os.close(reader)
        os.close(writer)


def kernel_pages() -> Answer:
    """Read the flags of one physical page."""
    path = "/proc/kpageflags"
    try:
        fd = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except OSError as error:
        if error.errno in (errno.EPERM, errno.EACCES) and not privileged(CAP_SYS_ADMIN):
            return restricted("file /proc/kpageflags (root only)", f"{path}: refused to uid {os.geteuid()}", error.errno)
        return no_file(error, path, missing="built without PROC_PAGE_MONITOR")
    try:
        entry = os.pread(fd, 8, 8)
    except OSError as error:
        return no_file(error, path, missing="gone")
    return works("flags of a physical page readable") if len(entry) == 8 else unknown(f"read {len(entry)} bytes of 8")


def page_idle() -> Answer:
    """Look whether the bitmap is there and open to us; setting bits would disturb another observer, so none is set."""
    path = "/sys/kernel/mm/page_idle/bitmap"
    try:
        fd = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except OSError as error:
        if error.errno in (errno.EPERM, errno.EACCES):
            return restricted("file /sys/kernel/mm/page_idle/bitmap (root only)", f"{path}: refused to uid {os.geteuid()}", error.errno)
        return no_file(error, path, missing="IDLE_PAGE_TRACKING is not built")
    return works("bitmap readable") if len(os.pread(fd, 8, 0)) == 8 else unknown("bitmap reads short")


def damon() -> Answer:
    """Look, without starting it, whether DAMON's sysfs is there and whether someone already runs it."""
    admin = "/sys/kernel/mm/damon/admin/kdamonds/nr_kdamonds"
    holders = [name for name in ("damon_stat", "damon_reclaim", "damon_lru_sort") if read_text(f"/sys/module/{name}/parameters/enabled") == "Y"]
    try:
        with open(admin, encoding="utf-8") as file:
            used = int(file.read())
    except OSError as error:
        return no_file(error, admin, missing="DAMON_SYSFS is not built")
    if holders:
        return Answer("busy", f"held by module {', '.join(holders)}", refused_by=f"setting /sys/module/{holders[0]}/parameters/enabled=Y")
    if used:
        return Answer("busy", f"{used} kdamond set up by someone else", refused_by=f"process {part('another DAMON user')}")
    return works("sysfs interface present and free")


def mglru() -> Answer:
    """Read which parts of the multi-generational LRU are switched on."""
    path = "/sys/kernel/mm/lru_gen/enabled"
    try:
        with open(path, encoding="utf-8") as file:
            text = file.read().strip()
    except OSError as error:
        return no_file(error, path, missing="LRU_GEN is not built")
    if int(text, 16) & 1:
        return works(f"switched on, parts {text}", text)
    return inert(f"built, switched off ({text})", f"setting {path}={text}", text)
