"""Where do the faults of all processes happen, at almost no cost to them? Counts made in the kernel, attributed process by process.

The count knows process, instruction and region of memory, not the single fault: kinds are told only where the mapping is a file, a process that
ended before its first count was taken stays unnamed, and there are no call chains.
"""

import time
from collections import Counter

from inspector.faults.bpf import CannotCountError, KernelCounts
from inspector.faults.tally import Tally
from inspector.i18n import mark
from inspector.model.faults import Listing, Where

COUNTED = mark("counted in the kernel: kinds are known of file mappings only, and processes that ended soon after they began have no names")
_TAKE_S = 0.25
_REREAD_S = 1.0


class CountedTrace:
    """All processes, as FaultTrace observes them but counted in the kernel: `attach`, `wait` and `drain`, `rows`, `close`."""

    def __init__(self, *, proc: str = "/proc") -> None:
        self.lost = 0
        self.why = self.refused_by = ""
        self.tally = Tally(proc)
        self._proc = proc
        self._counts: KernelCounts | None = None
        self._taken = 0.0
        self._read: dict[int, float] = {}

    def attach(self) -> bool:
        """Begin to count; False with `why` set where that is refused."""
        try:
            self._counts = KernelCounts(self._proc)
        except CannotCountError as reason:
            self.why = str(reason)
            return False
        self.why = COUNTED
        return True

    def wait(self, timeout_s: float) -> None:
        """Sleep; the kernel counts."""
        time.sleep(max(0.0, timeout_s))

    def drain(self) -> None:
        """Take the counts, four times a second; processes are named while they are there."""
        if self._counts is not None and time.monotonic() - self._taken >= _TAKE_S:
            self._take(self._counts)

    def finish(self) -> None:
        """Take what was counted last."""
        if self._counts is not None:
            self._take(self._counts)

    def rows(self, top: int) -> tuple[Where, ...]:
        """The places with the most faults so far."""
        return self.tally.ledger.rows(top)

    def stacks(self) -> Counter[tuple[str, ...]]:
        """Never any."""
        return Counter()

    def listing(self, function: str) -> Listing | None:
        """The instructions of a function with their faults so far; None where it did not fault."""
        return self.tally.ledger.listing(function)

    def close(self) -> None:
        """Stop counting; what was counted stays."""
        if self._counts is not None:
            self._counts.close()
        self._counts = None

    def _take(self, counts: KernelCounts) -> None:
        now = self._taken = time.monotonic()
        taken = counts.take()
        self.lost += taken.lost
        for pid in sorted(set(taken.pids.tolist())):
            if now - self._read.get(pid, -_REREAD_S) >= _REREAD_S:
                self._read[pid] = now
                self.tally.renew(pid)
        columns = (taken.pids, taken.ips, taken.addresses, taken.counts)
        for pid, ip, address, count in zip(*(column.tolist() for column in columns), strict=True):
            self.tally.count(pid, ip, address, count)
