"""Where is a stranger's file parsed? In this process of its own: little memory, little time, and it can write no file."""

import os
import resource
import sys

import msgspec

from inspector.model.opened import Opened
from inspector.report.reading import LARGEST_FILE, UnreadableError, read

MEMORY = 256 << 20
CPU_S = 4


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """What the worker brought back: the report, or why there is none."""

    opened: Opened | None = None
    unreadable: str = ""


def main() -> int:
    """Read a report from standard input, write a Verdict to standard output."""
    for limit, value in ((resource.RLIMIT_AS, MEMORY), (resource.RLIMIT_CPU, CPU_S), (resource.RLIMIT_FSIZE, 0), (resource.RLIMIT_CORE, 0)):
        resource.setrlimit(limit, (value, value))
    try:
        verdict = Verdict(opened=read(_input()))
    except UnreadableError as reason:
        verdict = Verdict(unreadable=str(reason))
    except MemoryError:
        verdict = Verdict(unreadable="it needs too much memory")
    sys.stdout.buffer.write(msgspec.json.encode(verdict))
    sys.stdout.buffer.flush()
    return 0


def _input() -> bytes:
    data = bytearray()
    while len(data) <= LARGEST_FILE and (piece := os.read(0, 1 << 20)):
        data += piece
    return bytes(data)


if __name__ == "__main__":
    sys.exit(main())
