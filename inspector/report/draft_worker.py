"""Where is a report redacted? In this process of its own: little memory, little time, and it can write no file."""

import resource
import sys

import msgspec

from inspector.report.drafting import Made, Order, make

MEMORY = 256 << 20
CPU_S = 30


def main() -> int:
    """Read an Order from standard input, write what was Made of it to standard output."""
    for limit, value in ((resource.RLIMIT_AS, MEMORY), (resource.RLIMIT_CPU, CPU_S), (resource.RLIMIT_FSIZE, 0), (resource.RLIMIT_CORE, 0)):
        resource.setrlimit(limit, (value, value))
    try:
        made = make(msgspec.msgpack.decode(sys.stdin.buffer.read(), type=Order))
    except MemoryError:
        made = Made(refused="it needs too much memory")
    sys.stdout.buffer.write(msgspec.msgpack.encode(made))
    sys.stdout.buffer.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())
