#!/usr/bin/python3 -IS
"""Which process faults at which instruction, all over the system? Counts made in the kernel, told once a second as JSON lines on stdout.

Started by pkexec only (action org.goinspector.helper.observe), without arguments, and ends with its standard input, after ten minutes, or when
nobody reads any more. It takes no other input, changes nothing, and writes no file. The first line says whether it counts, every other one has
`counts` (process, instruction, first address of a 2 MiB region, faults), `lost` (faults that found no room) and `maps`: for processes that faulted
and whose memory map is new or another one, its text and the path of its program, without which an instruction has no name.
"""

import ctypes
import errno
import fcntl
import json
import os
import platform
import re
import resource
import select
import signal
import struct
import sys
import syslog
import time
import zlib
from array import array
from collections.abc import Iterator
from contextlib import suppress
from typing import NamedTuple

LIFE_S, EVERY_S, REREAD_S, MAPS_AT_ONCE, MAP_LIMIT = 600.0, 1.0, 5.0, 64, 1 << 20
REGION_BITS, ENTRIES, BATCH = 21, 1 << 16, 1 << 14
KEY, VALUE = 24, 8
SYSTEM_CALLS = {"x86_64": (321, 298), "aarch64": (280, 241)}  # bpf, perf_event_open
CONTEXT = {"x86_64": (128, 176), "aarch64": (256, 280)}  # instruction pointer and address in struct bpf_perf_event_data
MAP_CREATE, UPDATE, PROG_LOAD, TAKE_BATCH, HASH, PERF_EVENT = 0, 2, 5, 25, 1, 7
LOOKUP, INSERT, PID = 1, 2, 14
SET_BPF, ENABLE, SOFTWARE, PAGE_FAULTS, CLOSE_ON_EXEC = 0x4004_2408, 0x2400, 1, 2, 8
_LIBC = ctypes.CDLL(None, use_errno=True)
_LIBC.syscall.restype = ctypes.c_long


class Taken(NamedTuple):
    """What was counted since the last time: rows of process, instruction, address and faults, and how many faults found no room."""

    rows: list[tuple[int, int, int, int]]
    lost: int


class Counter:
    """The program, its table, and the page-fault event of every CPU it is attached to; the kernel ends all of it with this process."""

    def __init__(self) -> None:
        self.bpf, self.perf = SYSTEM_CALLS[platform.machine()]
        self.table = self._bpf(MAP_CREATE, struct.pack("<5I", HASH, KEY, VALUE, ENTRIES, 0))
        self._seed()
        code, text = program(self.table, *CONTEXT[platform.machine()]), ctypes.create_string_buffer(b"GPL")
        held, log = ctypes.create_string_buffer(code, len(code)), ctypes.create_string_buffer(1 << 16)
        places = (ctypes.addressof(held), ctypes.addressof(text), 1, len(log), ctypes.addressof(log), 0, 0)
        loaded = self._bpf(PROG_LOAD, struct.pack("<IIQQIIQII", PERF_EVENT, len(code) // 8, *places))
        for cpu in online():
            attribute = ctypes.create_string_buffer(struct.pack("<IIQQQQQ", SOFTWARE, 112, PAGE_FAULTS, 1, 0, 0, 1), 112)
            event = self._call(self.perf, attribute, ctypes.c_int(-1), ctypes.c_int(cpu), ctypes.c_int(-1), ctypes.c_ulong(CLOSE_ON_EXEC))
            fcntl.ioctl(event, SET_BPF, loaded)
            fcntl.ioctl(event, ENABLE, 0)

    def take(self) -> Taken:
        """The counts since the last call; they begin at zero again."""
        rows: list[tuple[int, int, int, int]] = []
        lost, position, first, more = 0, ctypes.create_string_buffer(8), True, True
        while more:
            keys, counts = array("Q", bytes(KEY * BATCH)), array("Q", bytes(VALUE * BATCH))
            at = ctypes.addressof(position)
            words = struct.pack("<4QIIQQ", 0 if first else at, at, keys.buffer_info()[0], counts.buffer_info()[0], BATCH, self.table, 0, 0)
            attribute = ctypes.create_string_buffer(words, 128)
            try:
                self._call(self.bpf, ctypes.c_int(TAKE_BATCH), attribute, ctypes.c_uint(128))
            except FileNotFoundError:
                more = False
            found = struct.unpack_from("<I", attribute, 32)[0]
            for n in range(found):
                pid, ip, region = keys[3 * n : 3 * n + 3]
                lost += 0 if pid else counts[n] * (ip == 0)
                rows += [(pid, ip, region << REGION_BITS, counts[n])] if pid else []
            first = False
        self._seed()
        return Taken(rows, lost)

    def _seed(self) -> None:
        """The entry of all zeroes takes what finds no room."""
        key, value = ctypes.create_string_buffer(KEY), ctypes.create_string_buffer(VALUE)
        self._bpf(UPDATE, struct.pack("<IIQQQ", self.table, 0, ctypes.addressof(key), ctypes.addressof(value), 0))

    def _bpf(self, command: int, words: bytes) -> int:
        return self._call(self.bpf, ctypes.c_int(command), ctypes.create_string_buffer(words, 128), ctypes.c_uint(128))

    @staticmethod
    def _call(number: int, *arguments: object) -> int:
        result = int(_LIBC.syscall(ctypes.c_long(number), *arguments))
        if result < 0:
            raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
        return result


def program(table: int, ip_at: int, address_at: int) -> bytes:
    """count[process, instruction, address >> 21] += 1, into the entry of zeroes where there is no room."""
    key, one = -KEY, -KEY - VALUE
    table_in_r1 = [op(0x18, 1, 1, 0, table), op(0)]
    find = [*table_in_r1, op(0xBF, 2, 10), op(0x07, 2, 0, 0, key), op(0x85, imm=LOOKUP)]
    leave = [op(0xB7, 0, imm=0), op(0x95)]
    count = [op(0xB7, 1, imm=1), op(0xDB, 0, 1), *leave]
    insert = [
        op(0x7A, 10, 0, one, 1), *table_in_r1, op(0xBF, 2, 10), op(0x07, 2, 0, 0, key), op(0xBF, 3, 10), op(0x07, 3, 0, 0, one),
        op(0xB7, 4, imm=1), op(0x85, imm=INSERT),
    ]  # fmt: skip
    words = [
        op(0xBF, 6, 1), op(0x85, imm=PID), op(0x77, 0, imm=32), op(0x7B, 10, 0, key), op(0x79, 1, 6, ip_at), op(0x7B, 10, 1, key + 8),
        op(0x79, 1, 6, address_at), op(0x77, 1, imm=REGION_BITS), op(0x7B, 10, 1, key + 16),
        *find, op(0x15, 0, 0, len(count)), *count, *insert, op(0x55, 0, 0, len(leave)), *leave, *find, op(0x15, 0, 0, len(count)), *count,
        *(op(0x7A, 10, 0, key + 8 * n, 0) for n in range(3)), *find, op(0x15, 0, 0, len(count) - len(leave)), *count,
    ]  # fmt: skip
    return b"".join(words)


def op(code: int, to: int = 0, source: int = 0, offset: int = 0, imm: int = 0) -> bytes:
    """One instruction: operation, registers, offset, immediate."""
    return struct.pack("<BBhi", code, to | source << 4, offset, imm)


def online() -> Iterator[int]:
    """Numbers of the CPUs that run."""
    with open("/sys/devices/system/cpu/online", encoding="ascii") as file:
        for first, last in re.findall(r"(\d+)(?:-(\d+))?", file.read()):
            yield from range(int(first), int(last or first) + 1)


class Maps:
    """Memory maps of processes, each told when it is new or another one."""

    def __init__(self) -> None:
        self._read: dict[int, float] = {}
        self._known: dict[int, int] = {}

    def news(self, pids: set[int]) -> dict[int, tuple[str, str]]:
        """Program and map of those of these processes whose map changed."""
        now, found = time.monotonic(), {}
        due = [pid for pid in sorted(pids) if now - self._read.get(pid, -REREAD_S) >= REREAD_S]
        for pid in due[:MAPS_AT_ONCE]:
            self._read[pid] = now
            try:
                with open(f"/proc/{pid}/maps", "rb") as file:
                    data = file.read(MAP_LIMIT)
                exe = os.readlink(f"/proc/{pid}/exe")
            except OSError:
                continue
            if self._known.get(pid) != zlib.crc32(data):
                self._known[pid] = zlib.crc32(data)
                found[pid] = (exe, data.decode("utf-8", "replace"))
        return found


def observe(counter: Counter) -> None:
    """Tell the counts until the caller closes our standard input, or the time is over."""
    maps, end = Maps(), time.monotonic() + LIFE_S
    while time.monotonic() < end:
        if select.select([0], [], [], EVERY_S)[0]:
            return
        taken = counter.take()
        tell({"counts": taken.rows, "lost": taken.lost, "maps": maps.news({row[0] for row in taken.rows})})


def tell(line: dict[str, object]) -> None:
    """One line for the caller."""
    sys.stdout.write(json.dumps(line) + "\n")
    sys.stdout.flush()


def harden() -> None:
    """Nothing of the caller's surroundings counts; it may end us."""
    os.umask(0o077)
    os.chdir("/")
    os.environ.clear()
    os.closerange(3, 4096)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    for number in (signal.SIGPIPE, signal.SIGHUP, signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.SIG_DFL)


def main(arguments: list[str]) -> int:
    """0 when it ended as asked, 1 when the kernel refused to count, 2 for a wrong start."""
    uid = os.environ.get("PKEXEC_UID", "")
    harden()
    if len(arguments) != 1 or os.geteuid() != 0 or not re.fullmatch(r"[0-9]{1,10}", uid):
        tell({"ok": False, "text": "this observer is started by pkexec, without arguments"})
        return 2
    syslog.openlog("go-inspector-observer", facility=syslog.LOG_AUTH)
    syslog.syslog(syslog.LOG_NOTICE, f"uid {uid}: counts page faults of all processes")
    try:
        counter = Counter()
    except (OSError, KeyError) as error:
        code = error.errno if isinstance(error, OSError) else errno.ENOSYS
        tell({"ok": False, "text": f"this kernel refuses to count page faults ({os.strerror(code or errno.EINVAL)})"})
        return 1
    tell({"ok": True})
    with suppress(BrokenPipeError):
        observe(counter)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv))
