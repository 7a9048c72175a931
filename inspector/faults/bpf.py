"""Which process faults at which instruction, all over the system, counted inside the kernel? A small BPF program on the page-fault event.

Written down instruction by instruction and loaded with bpf(2): its context is of the stable interface (struct bpf_perf_event_data), so neither a
compiler nor type information is needed. Needs CAP_BPF and CAP_PERFMON, Linux 5.8 (ring-free reading by batches: 5.6).
"""

import ctypes
import errno
import fcntl
import os
import platform
import struct
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from inspector.faults.perf_event import PAGE_FAULTS, EventSpec, inside_user_namespace, online_cpus, refusal
from inspector.i18n import mark

REGION_BITS = 21
"""Data addresses are counted by regions of 2 MiB: enough to tell the mapping, few enough to stay in the kernel."""

_ENTRIES = 1 << 16
_BATCH = 1 << 14
_LICENSE = b"GPL\0"
_SYSCALL = {"x86_64": 321, "aarch64": 280}
_LAYOUT = {"x86_64": (128, 176), "aarch64": (256, 280)}
"""Offsets of the instruction pointer and of the fault's address in the program's context."""

_MAP_CREATE, _UPDATE, _PROG_LOAD, _TAKE_BATCH = 0, 2, 5, 25
_HASH, _PERF_EVENT = 1, 7
_SET_BPF = 0x4004_2408
_LOOKUP, _INSERT, _PID = 1, 2, 14
_KEY, _VALUE = 24, 8

Counts = npt.NDArray[np.uint64]


class Taken(NamedTuple):
    """What was counted since the last time: process, instruction, first address of the region, faults; and how many found no room."""

    pids: Counts
    ips: Counts
    addresses: Counts
    counts: Counts
    lost: int


class CannotCountError(Exception):
    """Why the kernel does not count for us."""


class KernelCounts:
    """The program, its table, and the events it is attached to. Everything ends with `close`, or with us."""

    def __init__(self, proc: str = "/proc") -> None:
        """Load and attach; raises CannotCountError."""
        self._fds: list[int] = []
        if platform.machine() not in _LAYOUT:
            raise CannotCountError(mark(f"counting in the kernel is not known for {platform.machine()}"))
        try:
            self._table = self._keep(_bpf(_MAP_CREATE, struct.pack("<5I", _HASH, _KEY, _VALUE, _ENTRIES, 0)))
            self._seed()
            program = self._keep(_load(_program(self._table, *_LAYOUT[platform.machine()])))
            spec = EventSpec(PAGE_FAULTS)
            for cpu in online_cpus():
                event = self._keep(spec.open(-1, cpu))
                fcntl.ioctl(event, _SET_BPF, program)
                spec.enable(event)
        except OSError as error:
            self.close()
            raise CannotCountError(_refusal(error, proc)) from error

    def take(self) -> Taken:
        """The counts since the last call; they begin at zero again."""
        keys: list[npt.NDArray[np.uint64]] = []
        values: list[npt.NDArray[np.uint64]] = []
        position = ctypes.create_string_buffer(8)
        first = True
        while True:
            room, counts = np.zeros((_BATCH, 3), np.uint64), np.zeros(_BATCH, np.uint64)
            at = ctypes.addressof(position)
            attribute = bytearray(struct.pack("<4QIIQQ", 0 if first else at, at, room.ctypes.data, counts.ctypes.data, _BATCH, self._table, 0, 0))
            more = True
            try:
                _bpf(_TAKE_BATCH, attribute)
            except OSError as error:
                if error.errno != errno.ENOENT:
                    raise
                more = False
            found = struct.unpack_from("<I", attribute, 32)[0]
            keys.append(room[:found])
            values.append(counts[:found])
            first = False
            if not more:
                break
        return self._taken(np.concatenate(keys), np.concatenate(values))

    def close(self) -> None:
        """Detach and give everything back."""
        for fd in reversed(self._fds):
            os.close(fd)
        self._fds = []

    def _taken(self, keys: npt.NDArray[np.uint64], values: Counts) -> Taken:
        real = keys[:, 0] != 0
        lost = int(values[~real & (keys[:, 1] == 0)].sum())
        self._seed()
        keys, values = keys[real], values[real]
        return Taken(keys[:, 0], keys[:, 1], keys[:, 2] << np.uint64(REGION_BITS), values, lost)

    def _seed(self) -> None:
        """The entry of all zeroes takes what finds no room."""
        key, value = ctypes.create_string_buffer(_KEY), ctypes.create_string_buffer(_VALUE)
        words = struct.pack("<IIQQQ", self._table, 0, ctypes.addressof(key), ctypes.addressof(value), 0)
        _bpf(_UPDATE, words)

    def _keep(self, fd: int) -> int:
        self._fds.append(fd)
        return fd


def _program(table: int, ip_at: int, address_at: int) -> bytes:
    """count[tgid, ip, address >> 21] += 1, into the entry of zeroes where there is no room."""
    key, one = -_KEY, -_KEY - _VALUE
    add = [_op(0xDB, 0, 1, 0, 0)]
    find = [*_table_in_r1(table), _op(0xBF, 2, 10), _op(0x07, 2, 0, 0, key), _op(0x85, imm=_LOOKUP)]
    zero_key = [_op(0x7A, 10, 0, key + 8 * n, 0) for n in range(3)]
    leave = [_op(0xB7, 0, imm=0), _op(0x95)]
    insert = [
        _op(0x7A, 10, 0, one, 1), *_table_in_r1(table), _op(0xBF, 2, 10), _op(0x07, 2, 0, 0, key), _op(0xBF, 3, 10), _op(0x07, 3, 0, 0, one),
        _op(0xB7, 4, imm=1), _op(0x85, imm=_INSERT),
    ]  # fmt: skip
    count = [_op(0xB7, 1, imm=1), *add, *leave]
    words = [
        _op(0xBF, 6, 1), _op(0x85, imm=_PID), _op(0x77, 0, imm=32), _op(0x7B, 10, 0, key),
        _op(0x79, 1, 6, ip_at), _op(0x7B, 10, 1, key + 8),
        _op(0x79, 1, 6, address_at), _op(0x77, 1, imm=REGION_BITS), _op(0x7B, 10, 1, key + 16),
        *find, _op(0x15, 0, 0, len(count)), *count,
        *insert, _op(0x55, 0, 0, len(leave)), *leave,
        *find, _op(0x15, 0, 0, len(count)), *count,
        *zero_key, *find, _op(0x15, 0, 0, len(count) - len(leave)), *count,
    ]  # fmt: skip
    return b"".join(words)


def _op(code: int, to: int = 0, source: int = 0, offset: int = 0, imm: int = 0) -> bytes:
    """One instruction: operation, registers, offset, immediate."""
    return struct.pack("<BBhi", code, to | source << 4, offset, imm)


def _table_in_r1(table: int) -> list[bytes]:
    """The wide load of a table's descriptor, which the kernel replaces by its address."""
    return [_op(0x18, 1, 1, 0, table), _op(0)]


def _load(program: bytes) -> int:
    code, license_text = ctypes.create_string_buffer(program, len(program)), ctypes.create_string_buffer(_LICENSE)
    log = ctypes.create_string_buffer(1 << 16)
    words = struct.pack(
        "<IIQQIIQII", _PERF_EVENT, len(program) // 8, ctypes.addressof(code), ctypes.addressof(license_text), 1, len(log), ctypes.addressof(log), 0, 0
    )
    return _bpf(_PROG_LOAD, words)


def _bpf(command: int, attribute: bytes | bytearray) -> int:
    """One call; a bytearray takes back what the kernel wrote. Raises OSError."""
    buffer = ctypes.create_string_buffer(bytes(attribute), 128)
    result = int(_libc.syscall(ctypes.c_long(_SYSCALL[platform.machine()]), ctypes.c_int(command), buffer, ctypes.c_uint(128)))
    if isinstance(attribute, bytearray):
        attribute[:] = buffer.raw[: len(attribute)]
    if result < 0:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))
    return result


_libc = ctypes.CDLL(None, use_errno=True)
_libc.syscall.restype = ctypes.c_long


def _refusal(error: OSError, proc: str) -> str:
    if error.errno == errno.EPERM and inside_user_namespace(proc):
        return mark("counting in the kernel needs root of the machine, which root of a user namespace (a container) is not")
    if error.errno == errno.EPERM:
        return mark("counting in the kernel needs root (CAP_BPF and CAP_PERFMON), and a kernel that is not locked down")
    if error.errno == errno.ENOSYS:
        return mark("this kernel has no bpf(2), or a seccomp filter hides it")
    return refusal(error, proc=proc)
