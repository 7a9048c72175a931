"""What does a Go program say of its collector under GODEBUG=gctrace=1? One line per cycle, as package runtime documents it."""

import re
from collections import deque

from inspector.model.faults import GcCycle

_LINE = re.compile(rb"gc (\d+) @([\d.]+)s (\d+)%: .*?(\d+)->(\d+)->(\d+) MB(?:, (\d+) MB goal)?")
_KEPT = 60


class GcTrace:
    """The latest cycles, and how many there were."""

    def __init__(self) -> None:
        self.cycles: deque[GcCycle] = deque(maxlen=_KEPT)

    def take(self, line: bytes) -> bool:
        """Whether the line was one of the collector's; it is remembered then."""
        found = _LINE.match(line)
        if not found:
            return False
        number, at, share, start, _end, live, goal = found.groups()
        goal_mb = float(goal) if goal else None
        cycle = GcCycle(number=int(number), at_s=float(at), cpu=int(share) / 100, start_mb=float(start), live_mb=float(live), goal_mb=goal_mb)
        self.cycles.append(cycle)
        return True
