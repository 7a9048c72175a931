"""How does Python speak to the kernel without a C library's help? Syscall numbers, ioctls, raw anonymous memory, pagemap entries."""

import ctypes
import fcntl
import os
import struct

MACHINE = os.uname().machine
PAGE = os.sysconf("SC_PAGESIZE")
_X86 = MACHINE == "x86_64"

# include/uapi/asm-generic/unistd.h and arch/x86/entry/syscalls/syscall_64.tbl; 424 and above are the same everywhere
NUMBERS = {
    "userfaultfd": 323 if _X86 else 282,
    "perf_event_open": 298 if _X86 else 241,
    "bpf": 321 if _X86 else 280,
    "seccomp": 317 if _X86 else 277,
    "membarrier": 324 if _X86 else 283,
    "rseq": 334 if _X86 else 293,
    "io_uring_setup": 425,
    "fsopen": 430,
    "fsconfig": 431,
    "fsmount": 432,
    "pidfd_open": 434,
    "clone3": 435,
    "close_range": 436,
    "process_madvise": 440,
    "landlock_create_ruleset": 444,
    "memfd_secret": 447,
    "futex_waitv": 449,
    "cachestat": 451,
    "lsm_list_modules": 461,
    "mseal": 462,
}

MADV_HUGEPAGE, MADV_NOHUGEPAGE, MADV_MERGEABLE, MADV_COLLAPSE, MADV_GUARD_INSTALL = 14, 15, 12, 25, 102
_PROT_READ_WRITE, _MAP_PRIVATE_ANONYMOUS = 3, 0x22
PAGEMAP_SCAN = 0xC0606610
_MAP_FAILED = ctypes.c_void_p(-1).value

libc = ctypes.CDLL(None, use_errno=True)
libc.syscall.restype = ctypes.c_long
libc.mmap.restype = ctypes.c_void_p
libc.mmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int, ctypes.c_int, ctypes.c_int, ctypes.c_long]
libc.madvise.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int]
libc.read.argtypes = [ctypes.c_int, ctypes.c_void_p, ctypes.c_size_t]
libc.read.restype = ctypes.c_ssize_t
libc.write.argtypes = [ctypes.c_int, ctypes.c_void_p, ctypes.c_size_t]
libc.write.restype = ctypes.c_ssize_t


def syscall(name: str, *arguments: "int | ctypes.Array[ctypes.c_char] | None") -> tuple[int, int]:
    """The result and, when it is negative, the errno. Buffers are passed by address."""
    ctypes.set_errno(0)
    passed = [ctypes.c_long(a) if isinstance(a, int) else a for a in arguments]
    result: int = libc.syscall(ctypes.c_long(NUMBERS[name]), *passed)
    return result, ctypes.get_errno() if result < 0 else 0


def ioctl(fd: int, request: int, layout: str, *values: int) -> tuple[int, tuple[int, ...]]:
    """Pass a struct packed by `layout` and bring back the result with the struct as the kernel left it; raises OSError."""
    argument = bytearray(struct.pack(layout, *values))
    result: int = fcntl.ioctl(fd, request, argument, True)
    return result, struct.unpack(layout, argument)


class Region:
    """Anonymous private memory at a known address, small pages unless `huge`; it lives until the question's process ends."""

    def __init__(self, pages: int, *, huge: bool = False, align: int = PAGE) -> None:
        self.pages = pages
        self.size = pages * PAGE
        start = libc.mmap(None, self.size + align, _PROT_READ_WRITE, _MAP_PRIVATE_ANONYMOUS, -1, 0)
        if start is None or start == _MAP_FAILED:
            raise OSError(ctypes.get_errno(), "mmap of anonymous memory failed")
        self.address: int = -(-start // align) * align
        if not huge:
            libc.madvise(self.address, self.size, MADV_NOHUGEPAGE)

    def poke(self, page: int, value: int = 1) -> None:
        """Write one byte into a page."""
        ctypes.c_ubyte.from_address(self.address + page * PAGE).value = value

    def peek(self, page: int) -> int:
        """Read one byte of a page."""
        return ctypes.c_ubyte.from_address(self.address + page * PAGE).value

    def poke_all(self) -> None:
        """Write one byte into every page."""
        for page in range(self.pages):
            self.poke(page)

    def advise(self, advice: int) -> int:
        """madvise the whole region; 0 or the errno."""
        return 0 if libc.madvise(self.address, self.size, advice) == 0 else ctypes.get_errno()

    def entries(self, pagemap: int) -> list[int]:
        """The pagemap entry of each page."""
        raw = os.pread(pagemap, 8 * self.pages, self.address // PAGE * 8)
        return list(struct.unpack(f"{self.pages}Q", raw))

    def huge_kb(self) -> int:
        """AnonHugePages of the mapping that holds this region, from smaps, in kB."""
        inside = False
        with open("/proc/self/smaps", encoding="utf-8", errors="replace") as smaps:
            for line in smaps:
                head = line.split(None, 1)[0]
                if "-" in head and not head.endswith(":"):
                    low, _, high = head.partition("-")
                    inside = int(low, 16) <= self.address < int(high, 16)
                elif inside and head == "AnonHugePages:":
                    return int(line.split()[1])
        return 0


def scan(pagemap: int, region: Region, *, mask: int = 0, any_of: int = 0, report: int, flags: int = 0) -> list[tuple[int, int]]:
    """PAGEMAP_SCAN over a region: ranges (first page, page after last) whose pages carry the categories asked for; raises OSError.

    struct pm_scan_arg is twelve u64: size, flags, start, end, walk_end, vec, vec_len, max_pages, category_inverted, mask, anyof, return.
    """
    room = 16
    vector = (ctypes.c_uint64 * (3 * room))()
    end = region.address + region.size
    count, _ = ioctl(pagemap, PAGEMAP_SCAN, "12Q", 96, flags, region.address, end, 0, ctypes.addressof(vector), room, 0, 0, mask, any_of, report)
    found = [(vector[3 * i], vector[3 * i + 1]) for i in range(count)]
    return [((low - region.address) // PAGE, (high - region.address) // PAGE) for low, high in found]


def open_pagemap() -> int:
    """/proc/self/pagemap for reading; raises OSError."""
    return os.open("/proc/self/pagemap", os.O_RDONLY | os.O_CLOEXEC)
