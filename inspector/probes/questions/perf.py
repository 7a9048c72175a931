"""Can page faults and hardware events be counted and sampled with perf_event_open?"""

import ctypes
import errno
import fcntl
import mmap
import os
import struct

from inspector.probes.questions.abi import PAGE, Region, syscall
from inspector.probes.questions.answer import Answer, absent, restricted, unknown, works
from inspector.probes.questions.refusal import CAP_PERFMON, CAP_SYS_ADMIN, no, no_file, privileged, sysctl
from inspector.probes.questions.tracing import tracefs_root

_HARDWARE, _SOFTWARE, _TRACEPOINT, _CACHE = 0, 1, 2, 3
_PAGE_FAULTS, _CYCLES, _DTLB_READ_MISSES = 2, 0, 0x10003
_ENABLE, _DISABLE = 0x2400, 0x2401
_DISABLED, _EXCLUDE_KERNEL, _EXCLUDE_HYPERVISOR = 1 << 0, 1 << 5, 1 << 6
_SAMPLE_IP_TID_TIME_ADDR = 0xF
_RECORD_SAMPLE = 9
_CLOSE_ON_EXEC = 8
_TOUCHED = 32


def _open(kind: int, config: int, *, period: int = 0, sample: int = 0) -> tuple[int, int]:
    attributes = ctypes.create_string_buffer(128)
    flags = _DISABLED | _EXCLUDE_KERNEL | _EXCLUDE_HYPERVISOR
    struct.pack_into("IIQQQQQ", attributes, 0, kind, 112, config, period, sample, 0, flags)
    return syscall("perf_event_open", attributes, 0, -1, -1, _CLOSE_ON_EXEC)


def _refused(error: int) -> Answer:
    value = sysctl("kernel.perf_event_paranoid")
    if value is None and error == errno.ENOENT:
        return absent("perf_event_open(): built without PERF_EVENTS", error)
    paranoid = error == errno.EACCES and value is not None and not privileged(CAP_PERFMON, CAP_SYS_ADMIN)
    return no(error, "perf_event_open()", by=f"sysctl kernel.perf_event_paranoid={value}" if paranoid else "")


def software_faults() -> Answer:
    """Count our own page faults while touching 32 fresh pages."""
    fd, error = _open(_SOFTWARE, _PAGE_FAULTS)
    if fd < 0:
        return _refused(error)
    region = Region(_TOUCHED)
    fcntl.ioctl(fd, _ENABLE, 0)
    region.poke_all()
    fcntl.ioctl(fd, _DISABLE, 0)
    (count,) = struct.unpack("Q", os.read(fd, 8))
    if count >= _TOUCHED:
        return works(f"touched {_TOUCHED} fresh pages, counted {count} faults")
    return unknown(f"touched {_TOUCHED} fresh pages, counted only {count} faults")


def fault_addresses() -> Answer:
    """Sample every fault with its address while touching 32 fresh pages and find each of them in the ring."""
    fd, error = _open(_SOFTWARE, _PAGE_FAULTS, period=1, sample=_SAMPLE_IP_TID_TIME_ADDR)
    if fd < 0:
        return _refused(error)
    try:
        ring = mmap.mmap(fd, 9 * PAGE, mmap.MAP_SHARED)
    except PermissionError as refused:
        owner = f"sysctl kernel.perf_event_mlock_kb={sysctl('kernel.perf_event_mlock_kb')}"
        return restricted(owner, "the ring exceeds what this user may lock in memory", refused.errno or 0)
    region = Region(_TOUCHED)
    fcntl.ioctl(fd, _ENABLE, 0)
    region.poke_all()
    fcntl.ioctl(fd, _DISABLE, 0)
    hits = sum(region.address <= address < region.address + region.size for address in _sampled_addresses(ring))
    if hits == _TOUCHED:
        return works(f"touched {_TOUCHED} fresh pages, got the address of each")
    return unknown(f"touched {_TOUCHED} fresh pages, got {hits} addresses inside them")


def _sampled_addresses(ring: mmap.mmap) -> list[int]:
    (head,) = struct.unpack_from("Q", ring, 1024)
    found, offset = [], 0
    while offset < min(head, 8 * PAGE):
        kind, _, size = struct.unpack_from("IHH", ring, PAGE + offset)
        if kind == _RECORD_SAMPLE and offset + 40 <= 8 * PAGE:
            found.append(struct.unpack_from("Q", ring, PAGE + offset + 32)[0])
        if size == 0:
            break
        offset += size
    return found


def fault_tracepoint() -> Answer:
    """Count exceptions:page_fault_user by its tracepoint id; the id differs per kernel and only tracefs tells it."""
    root = tracefs_root()
    path = f"{root or '/sys/kernel/tracing'}/events/exceptions/page_fault_user/id"
    if not root:
        return restricted("mount tracefs", "tracefs is not mounted, so the tracepoint's number cannot be read")
    try:
        with open(path, encoding="utf-8") as file:
            number = int(file.read())
    except OSError as error:
        return no_file(error, path, missing="this kernel has no such tracepoint")
    fd, failed = _open(_TRACEPOINT, number)
    if fd < 0:
        return _refused(failed)
    return works(f"tracepoint {number} opened", str(number))


def hardware_pmu() -> Answer:
    """Open a cycles counter, then one for dTLB misses."""
    fd, error = _open(_HARDWARE, _CYCLES)
    if fd < 0:
        if error in (errno.ENOENT, errno.EOPNOTSUPP):
            return absent("cycles: no performance monitoring unit is visible (virtual machines often have none)", error)
        return _refused(error)
    tlb, error = _open(_CACHE, _DTLB_READ_MISSES)
    return works("cycles and dTLB misses can be counted" if tlb >= 0 else "cycles can be counted, dTLB misses not on this CPU")
