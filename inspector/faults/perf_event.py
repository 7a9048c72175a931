"""How does the kernel hand over every page fault of a process? perf_event_open(2) on the software event, read through its mapped ring.

The record layout is that of perf_event_open(2), section "MMAP layout". A fixed period of 1 is used without PERF_SAMPLE_PERIOD, which would
make the kernel write every event whatever the period.
"""

import ctypes
import errno
import fcntl
import mmap
import os
import platform
import struct

from inspector.i18n import mark

PAGE = mmap.PAGESIZE
SOFTWARE, CACHE, RAW = 1, 3, 4
PAGE_FAULTS = 2
MAJOR_FAULTS = 6
SAMPLE_TYPE = 0x1 | 0x2 | 0x4 | 0x8
"""IP, TID, TIME, ADDR: 40 bytes per sample with the header."""
CALLCHAIN = 0x20

_ENABLE, _SET_OUTPUT = 0x2400, 0x2405
_CLOEXEC = 8
_SYSCALLS = {"x86_64": 298, "aarch64": 241, "riscv64": 241, "ppc64le": 319, "s390x": 331}
_ATTRIBUTE = struct.Struct("<IIQQQQQIIQQQQIiQIHH")
_RING_PAGES = (2048, 1024, 512, 256, 128, 64, 32, 16, 8)
_HEAD, _TAIL = 1024, 1032

_DISABLED, _INHERIT, _NO_KERNEL, _NO_HYPERVISOR = 1 << 0, 1 << 1, 1 << 5, 1 << 6
_MMAP, _COMM, _TASK, _WATERMARK, _MMAP_DATA = 1 << 8, 1 << 9, 1 << 13, 1 << 14, 1 << 17
_SAMPLE_ID, _NO_KERNEL_CHAIN, _MMAP2, _COMM_EXEC = 1 << 18, 1 << 21, 1 << 23, 1 << 24

_libc = ctypes.CDLL(None, use_errno=True)
_libc.syscall.restype = ctypes.c_long


class EventSpec:
    """What one event counts: `config` of a `kind`, sampled every `period` times (0: only counted), with side records when `tracking`."""

    def __init__(
        self, config: int, *, kind: int = SOFTWARE, tracking: bool = False, user_only: bool = False, chain: int = 0, period: int = 1
    ) -> None:  # fmt: skip
        flags = _DISABLED | _INHERIT | _NO_HYPERVISOR | _WATERMARK
        flags |= _NO_KERNEL if user_only else 0
        flags |= _MMAP | _MMAP2 | _MMAP_DATA | _COMM | _COMM_EXEC | _TASK | _SAMPLE_ID if tracking else 0
        flags |= _NO_KERNEL_CHAIN if chain else 0
        told = SAMPLE_TYPE | (CALLCHAIN if chain else 0)
        wake = _RING_PAGES[-1] * PAGE // 2
        self._fields = (kind, _ATTRIBUTE.size, config, period, told if period else 0, 0, flags, wake, 0, 0, 0, 0, 0, 0, 0, 0, 0, chain, 0)

    @staticmethod
    def enable(fd: int) -> None:
        """Let an opened event count."""
        fcntl.ioctl(fd, _ENABLE, 0)

    def open(self, pid: int, cpu: int, *, wake_bytes: int = 0) -> int:
        """A descriptor of the event on one thread and one CPU; raises OSError with the kernel's errno."""
        number = _SYSCALLS.get(platform.machine())
        if number is None:
            raise OSError(errno.ENOSYS, mark(f"perf_event_open is not known for {platform.machine()}"))
        fields = list(self._fields)
        fields[7] = wake_bytes or fields[7]
        attribute = ctypes.create_string_buffer(_ATTRIBUTE.pack(*fields), _ATTRIBUTE.size)
        words = (ctypes.c_long(number), attribute, ctypes.c_int(pid), ctypes.c_int(cpu), ctypes.c_int(-1), ctypes.c_ulong(_CLOEXEC))
        fd = int(_libc.syscall(*words))
        if fd < 0:
            code = ctypes.get_errno()
            raise OSError(code, os.strerror(code))
        return fd


class Ring:
    """The buffer of one CPU that events write to; the events are opened through it and enabled together."""

    def __init__(self, spec: EventSpec, tid: int, cpu: int, *, most_pages: int = 2048) -> None:
        """Open the first event and map the largest ring the memory-lock limits allow; raises OSError."""
        self.pages = 0
        for pages in _RING_PAGES:
            if pages > most_pages:
                continue
            fd = spec.open(tid, cpu, wake_bytes=pages * PAGE // 4)
            try:
                self._map = mmap.mmap(fd, (pages + 1) * PAGE, mmap.MAP_SHARED, mmap.PROT_READ | mmap.PROT_WRITE)
            except OSError as error:
                os.close(fd)
                if error.errno not in (errno.EPERM, errno.ENOMEM) or pages == _RING_PAGES[-1]:
                    raise
                continue
            self.pages, self.fd = pages, fd
            break
        self._spec, self._cpu = spec, cpu
        self._fds = [self.fd]
        self._size = self.pages * PAGE
        self._head = ctypes.c_uint64.from_buffer(self._map, _HEAD)
        self._tail = ctypes.c_uint64.from_buffer(self._map, _TAIL)

    def add(self, tid: int) -> None:
        """One more thread that writes here; raises OSError."""
        fd = self._spec.open(tid, self._cpu, wake_bytes=self._size // 4)
        self._fds.append(fd)
        fcntl.ioctl(fd, _SET_OUTPUT, self.fd)

    def enable(self) -> None:
        """Start counting on every thread added so far; repeating it is harmless."""
        for fd in self._fds:
            fcntl.ioctl(fd, _ENABLE, 0)

    def drain(self) -> bytes:
        """Everything written since the last call, as whole records."""
        head, tail = self._head.value, self._tail.value
        if head == tail:
            return b""
        start, end = tail % self._size, head % self._size
        view = self._map
        out = view[PAGE + start : PAGE + end] if start < end else view[PAGE + start : PAGE + self._size] + view[PAGE : PAGE + end]
        self._tail.value = head
        return out

    def close(self) -> None:
        """Stop counting and give everything back."""
        del self._head, self._tail
        self._map.close()
        for fd in self._fds:
            os.close(fd)
        self._fds.clear()


def refusal(error: OSError, *, everyone: bool = False, proc: str = "/proc") -> str:
    """Why the kernel said no to sampling a process, or `everyone`, and what would change that."""
    if error.errno in (errno.EACCES, errno.EPERM):
        level = paranoia(proc)
        if _seccomp_filtered(proc):
            return mark("a seccomp filter refuses perf_event_open (container profile); run outside it or allow the call")
        if level is not None and level > 2:
            remedy = "sudo sysctl kernel.perf_event_paranoid=2"
            return mark(f"kernel.perf_event_paranoid={level} forbids fault sampling; remedy: {remedy}, or CAP_PERFMON")
        if error.errno == errno.EACCES and inside_user_namespace(proc):
            return mark("root of a user namespace (a container) may sample its own processes only; remedy: run outside it, with CAP_PERFMON")
        if error.errno == errno.EACCES and everyone:
            return mark("they belong to others; remedy: root, or CAP_PERFMON")
        if error.errno == errno.EACCES:
            return mark("the process belongs to another user or may not be traced; remedy: run as its user, or with CAP_PERFMON")
        return mark("the kernel refuses fault sampling (memory-lock limit kernel.perf_event_mlock_kb, or missing CAP_PERFMON)")
    if error.errno in (errno.ENOENT, errno.EOPNOTSUPP, errno.ENOSYS):
        return mark(f"this kernel has no page-fault event: {error.strerror}")
    if error.errno == errno.ESRCH:
        return mark("the process ended")
    if error.errno in (errno.EMFILE, errno.ENFILE):
        return mark("too many threads for the descriptor limit (one per thread and CPU); remedy: raise ulimit -n")
    return f"perf_event_open: {error.strerror}"


def refusing_setting(error: OSError, *, proc: str = "/proc") -> str:
    """The kernel setting behind a refusal, empty where it was something else."""
    level = paranoia(proc)
    refused = error.errno in (errno.EACCES, errno.EPERM) and not _seccomp_filtered(proc)
    return "kernel.perf_event_paranoid" if refused and level is not None and level > 2 else ""


def paranoia(proc: str = "/proc") -> int | None:
    """kernel.perf_event_paranoid, None where it cannot be read."""
    try:
        with open(f"{proc}/sys/kernel/perf_event_paranoid", "rb") as file:
            return int(file.read())
    except (OSError, ValueError):
        return None


def inside_user_namespace(proc: str = "/proc") -> bool:
    """Whether rights here are rights over some users only (user_namespaces(7)): outside every one, all ids stand for themselves."""
    try:
        with open(f"{proc}/self/uid_map", "rb") as file:
            return file.read().split() != [b"0", b"0", b"4294967295"]
    except OSError:
        return False


def _seccomp_filtered(proc: str) -> bool:
    try:
        with open(f"{proc}/self/status", "rb") as file:
            return b"\nSeccomp:\t2" in file.read()
    except OSError:
        return False


def online_cpus() -> list[int]:
    """Numbers of the CPUs that run."""
    try:
        with open("/sys/devices/system/cpu/online") as file:
            text = file.read().strip()
    except OSError:
        return list(range(os.cpu_count() or 1))
    cpus: list[int] = []
    for part in text.split(","):
        first, _, last = part.partition("-")
        cpus += range(int(first), int(last or first) + 1)
    return cpus
