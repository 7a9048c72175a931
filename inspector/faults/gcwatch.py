"""Is the garbage collector of an unmodified, even stripped Go process at work, and how many cycles has it begun?

runtime.gcWaitOnMark compares work.cycles and gcphase; both addresses stand in its instructions. Where the compiler has dropped that function,
runtime.gcStart increments work.cycles. What is read is believed only after it made sense: a phase of 0 to 2 and cycles that never fall.
Proven on Go 1.19 to 1.27, x86-64; the counter is that of cycle starts and may lead MemStats.NumGC by one.
"""

import ctypes
import os
import re
from typing import TYPE_CHECKING

from inspector.faults.spaces import AddressSpace
from inspector.faults.symbols import ObjectFile, Objects
from inspector.i18n import mark
from inspector.model.faults import GcState

if TYPE_CHECKING:
    from collections.abc import Iterator

_X86_64 = 62
_RELATIVE = re.compile(r"\[rip ([+-]) (0x[0-9a-f]+|\d+)\]")
_PHASES = ("off", "mark", "mark-termination")
_MOST_CYCLES = 1 << 31

_libc = ctypes.CDLL(None, use_errno=True)
_libc.process_vm_readv.restype = ctypes.c_ssize_t


class _Vector(ctypes.Structure):
    _fields_ = (("base", ctypes.c_void_p), ("length", ctypes.c_size_t))


class GcWatch:
    """The collector of one Go process. `why` says why it cannot be read, empty while it can."""

    def __init__(self, pid: int, *, proc: str = "/proc") -> None:
        self.pid = pid
        self.why = ""
        self._last = 0
        self._cycles = self._phase = 0
        try:
            self._cycles, self._phase = self._locate(proc)
        except _UnreadableError as reason:
            self.why = str(reason)
            return
        if self.read() is None and not self.why:
            self.why = mark("the collector's counters did not make sense; not believed")

    def read(self) -> GcState | None:
        """The counters now (about 2 us); None with `why` set when they cannot be had or make no sense."""
        if not self._cycles or self.why:
            return None
        cycles = self._word(self._cycles)
        phase = self._word(self._phase) if self._phase else 0
        if cycles is None or phase is None:
            return None
        if not self._last <= cycles < _MOST_CYCLES or phase >= len(_PHASES):
            self.why = mark("the collector's counters did not make sense; not believed")
            return None
        self._last = cycles
        return GcState(cycles=cycles, phase=_PHASES[phase] if self._phase else "unknown")

    def _word(self, address: int) -> int | None:
        buffer = ctypes.create_string_buffer(4)
        local, remote = _Vector(ctypes.addressof(buffer), 4), _Vector(address, 4)
        if _libc.process_vm_readv(self.pid, ctypes.byref(local), 1, ctypes.byref(remote), 1, 0) != 4:
            self.why = mark(f"the process's memory may not be read: {os.strerror(ctypes.get_errno())}")
            return None
        return int.from_bytes(buffer.raw, "little")

    def _locate(self, proc: str) -> tuple[int, int]:
        space = AddressSpace(self.pid)
        if reason := space.read(proc):
            raise _UnreadableError(reason)
        objects = Objects(proc)
        try:
            mapping = next(m for m in space.maps if m.of_file and m.inode == os.stat(f"{proc}/{self.pid}/exe").st_ino)
        except (OSError, StopIteration):
            raise _UnreadableError(mark("the executable may not be looked at")) from None
        file = objects.open(self.pid, mapping.path, mapping.device, mapping.inode)
        if file is None or file.go is None:
            raise _UnreadableError(mark("not a Go program with a table known here"))
        if file.elf.machine != _X86_64:
            raise _UnreadableError(mark("the collector is located on x86-64 only"))
        found = _counters(file)
        if not found[0]:
            raise _UnreadableError(mark("the collector's counters were not found in this runtime"))
        linked = file.elf.address_of(mapping.offset)
        bias = mapping.start - (linked if linked is not None else mapping.start)
        return found[0] + bias, found[1] + bias if found[1] else 0


class _UnreadableError(Exception):
    """Why the collector cannot be read."""


def _counters(file: ObjectFile) -> tuple[int, int]:
    """Addresses of work.cycles and gcphase as linked; 0 where not found."""
    return _from_wait(file) or _from_start(file) or (0, 0)


def _from_wait(file: ObjectFile) -> tuple[int, int] | None:
    """The load before `cmp gcphase, 1` in gcWaitOnMark is that of work.cycles."""
    loaded = 0
    for address, size, name, operands in _instructions(file, "runtime.gcWaitOnMark"):
        target = _target(operands, address + size) if "dword ptr [rip" in operands else 0
        if name == "mov" and target and operands.startswith(("e", "r")):
            loaded = target
        elif name == "cmp" and target and operands.endswith(", 1") and loaded:
            return loaded, target
        elif name in ("call", "jmp", "ret"):
            loaded = 0
    return None


def _from_start(file: ObjectFile) -> tuple[int, int] | None:
    """The atomic add, or the last increment, in gcStart is that of work.cycles."""
    pointers: dict[str, int] = {}
    last = 0
    for address, size, name, operands in _instructions(file, "runtime.gcStart"):
        target = _target(operands, address + size)
        if name == "lea" and target:
            pointers[operands.split(",")[0]] = target
        elif name == "inc" and target and operands.startswith("dword"):
            last = target
        elif name == "lock xadd":
            register = re.match(r"dword ptr \[(\w+)\]", operands)
            if found := pointers.get(register[1], 0) if register else target:
                return found, 0
    return (last, 0) if last else None


def _instructions(file: ObjectFile, function: str) -> "Iterator[tuple[int, int, str, str]]":
    try:
        import capstone
    except ImportError:
        raise _UnreadableError(mark("locating the collector needs the package capstone")) from None
    assert file.go is not None
    index = file.go.index_of(function)
    if index is None:
        return
    start, end = file.go.bounds(index)
    engine = capstone.Cs(capstone.CS_ARCH_X86, capstone.CS_MODE_64)
    yield from engine.disasm_lite(file.code(start, end), start)


def _target(operands: str, after: int) -> int:
    """The address an instruction-relative operand names, 0 for none."""
    match = _RELATIVE.search(operands)
    return 0 if match is None else after + int(match[2], 0) * (1 if match[1] == "+" else -1)
