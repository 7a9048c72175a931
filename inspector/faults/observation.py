"""What happens inside the observed process while rates are measured? Attribution and the Go collector, each only if asked for and allowed."""

import time
from collections import Counter
from typing import TYPE_CHECKING

import msgspec

from inspector.faults.gonote import GoNotes
from inspector.faults.parts import Parts
from inspector.i18n import mark
from inspector.model.faults import GcReport, GcState, Listing, Stack, ThreadRates, TlbReport, Where

if TYPE_CHECKING:
    from inspector.faults.counting import CountedTrace
    from inspector.faults.gcwatch import GcWatch
    from inspector.faults.launch import Launched
    from inspector.faults.lent import Lender
    from inspector.faults.tlb import TlbWatch
    from inspector.faults.trace import FaultTrace

_DRAIN_S = 0.1
_COLLECTOR_S = 0.01
_LISTENS_EVERY_S = 5.0
"""A program with many connections takes milliseconds to be asked at which ports it listens."""


class Observation:
    """Spends the time of a measurement looking; numpy and the disassembler are imported only when there is something to look at."""

    def __init__(
        self, pid: int | None, *, where: bool, chains: bool = False, light: bool = False, program: "Launched | None" = None,
        lender: "Lender | None" = None, proc: str = "/proc",
    ) -> None:  # fmt: skip
        """Of a process, or of all (`light`: counted in the kernel, where that is refused by the `lender`); `program` is the one behind `pid`
        where it was started for this."""
        self._lender = lender
        self._ask_again = 0.0
        self._listens: tuple[str, ...] = ()
        self._light = light
        self._trace: FaultTrace | CountedTrace | None = None
        self._watch: GcWatch | None = None
        self._first: GcState | None = None
        self._latest: GcState | None = None
        self._looks = self._marking = 0
        self._told = (0, 0)
        self._program = program
        self._pid, self._proc = pid, proc
        self._parts: tuple[float, Parts] | None = None
        self._tlb: TlbWatch | None = None
        self._chains = chains
        self._level: int | None = None
        self.why = self.refused_by = ""
        if where or chains:
            self._attach()
        self._notes = GoNotes(proc)
        self._find_collector()

    def _find_collector(self) -> None:
        """A process may become a Go program while it is observed."""
        if self._pid is None or self._watch is not None or not self._notes.is_go(self._pid):
            return
        from inspector.faults.gcwatch import GcWatch

        self._watch = GcWatch(self._pid, proc=self._proc)
        self._first = self._latest = self._watch.read()

    def _attach(self) -> None:
        from inspector.faults.perf_event import paranoia

        self._level = paranoia(self._proc)
        trace = self._make(self._pid, self._chains, self._proc)
        attached = trace.attach()
        if not attached and self._lender and self._lender.start:
            trace.close()
            trace = self._lender.start()
            attached = trace.attach()
        self._trace = trace if attached else None
        unlent = self._lender.why if self._lender and not attached else ""
        self.why, self.refused_by = "; ".join(filter(None, (unlent, trace.why))), trace.refused_by
        if self._pid is not None:
            from inspector.faults.tlb import TlbWatch

            self._tlb = TlbWatch(self._pid, proc=self._proc)

    def _attach_again(self) -> None:
        """The setting that refused may have been changed since."""
        from inspector.faults.perf_event import paranoia

        if paranoia(self._proc) != self._level:
            if self._tlb:
                self._tlb.close()
            self._attach()

    def _make(self, pid: int | None, chains: bool, proc: str) -> "FaultTrace | CountedTrace":
        if self._light and pid is None:
            from inspector.faults.counting import CountedTrace

            return CountedTrace(proc=proc)
        from inspector.faults.trace import FaultTrace

        return FaultTrace(pid, chains=chains, proc=proc)

    def spend(self, seconds: float) -> None:
        """Look for that long (s)."""
        if self.refused_by:
            self._attach_again()
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            self._find_collector()
            step = min(left, _COLLECTOR_S if self._first else _DRAIN_S)
            if self._trace:
                self._trace.wait(step)
                self._trace.drain()
                self.why = self._trace.why
            else:
                time.sleep(step)
            self._look_at_collector()

    def settle(self, seconds: float) -> None:
        """Wait for whoever was asked to agree or to refuse, at most that long (s)."""
        if self._lender is None or self._trace is None:
            return
        from inspector.faults.lent import WAITING

        end = time.monotonic() + seconds
        while self._trace.why == WAITING and time.monotonic() < end:
            self._trace.wait(_DRAIN_S)
            self._trace.drain()
        self.why = self._trace.why

    def finish(self) -> None:
        """Take what was sampled last."""
        if self._trace:
            self._trace.finish()

    def rows(self, top: int) -> tuple[Where, ...]:
        """The places with the most faults."""
        return self._trace.rows(top) if self._trace else ()

    @property
    def lost(self) -> int:
        """Samples the kernel dropped."""
        return self._trace.lost if self._trace else 0

    def stacks(self) -> Counter[tuple[str, ...]]:
        """Faults by call chain, outermost function first; empty unless chains were asked for and allowed."""
        return self._trace.stacks() if self._trace else Counter()

    def hottest_stacks(self, most: int) -> tuple[Stack, ...]:
        """The call chains with the most faults."""
        return tuple(Stack(frames=frames, samples=count) for frames, count in self.stacks().most_common(most))

    def threads(self, top: int) -> tuple[ThreadRates, ...]:
        """Rates of the process's threads since this was asked before; none the first time."""
        before, now = self._parts, time.monotonic()
        self._parts = (now, Parts(self._pid, proc=self._proc))
        return before[1].threads(now - before[0], top) if before and self._pid is not None else ()

    def tlb(self) -> TlbReport | None:
        """Misses of the TLB since this was asked before; None where nobody is attributed or all processes are."""
        return self._tlb.report() if self._tlb else None

    def listens(self) -> tuple[str, ...]:
        """Loopback addresses at which a Go program listens."""
        if self._pid is None or not self._notes.is_go(self._pid):
            return ()
        from inspector.faults.goheap import listening

        now = time.monotonic()
        if now >= self._ask_again:
            self._ask_again, self._listens = now + _LISTENS_EVERY_S, listening(self._pid, proc=self._proc)
        return self._listens

    def listing(self, function: str) -> Listing:
        """A function's instructions with their faults; empty with the reason where it did not fault."""
        found = self._trace.listing(function) if self._trace else None
        return found or Listing(function=function, object="", instructions=(), why=self.why or mark("no fault was seen in a function of this name"))

    def collector_report(self, seconds: float) -> GcReport | None:
        """What the collector did, None for a process that is not Go."""
        report = self._watched(seconds)
        told = tuple(self._program.collections.cycles) if self._program else ()
        return msgspec.structs.replace(report or GcReport(cycles=len(told)), trace=told) if told else report

    def _watched(self, seconds: float) -> GcReport | None:
        if self._watch is None:
            return None
        if self._first is None or self._latest is None:
            return GcReport(why=self._watch.why)
        cycles = self._latest.cycles - self._first.cycles
        looks, marking = self._looks - self._told[0], self._marking - self._told[1]
        self._told = (self._looks, self._marking)
        return GcReport(
            cycles=cycles,
            per_s=cycles / seconds if seconds else 0.0,
            marking=self._marking / max(self._looks, 1),
            recent=marking / max(looks, 1),
        )

    def close(self) -> None:
        """Stop sampling."""
        for part in (self._trace, self._tlb):
            if part:
                part.close()

    def _look_at_collector(self) -> None:
        state = self._watch.read() if self._watch and self._first else None
        if state is not None:
            self._latest = state
            self._looks += 1
            self._marking += state.phase.startswith("mark")
