"""Where in the code and in memory do faults happen? Every one of a process, its threads and children, or of all, sampled by the kernel."""

import os
import select
import time
from collections import Counter
from operator import attrgetter

import numpy as np

from inspector.faults.decode import CHAIN_DEPTH, Decoded, Ended, Event, Executed, Forked, Mapped, decode, together
from inspector.faults.perf_event import MAJOR_FAULTS, PAGE_FAULTS, EventSpec, Ring, online_cpus, refusal, refusing_setting
from inspector.faults.roster import raise_descriptor_limit
from inspector.faults.tally import Tally
from inspector.i18n import mark
from inspector.model.faults import Listing, Where

_MOST_PAGES = 4096
_MAJOR_PAGES = 8
_MOST_ROUNDS = 20
_REREAD_S = 0.5


class FaultTrace:
    """One observation of a process, or of all (`pid` None, which needs CAP_PERFMON).

    `attach`, then `wait` and `drain` until done, `rows` whenever wanted, `close` at the end.
    `lost` counts records the kernel dropped because nobody drained in time; `why` says what limits the answer,
    `refused_by` the kernel setting that refuses it.
    """

    def __init__(self, pid: int | None, *, chains: bool = False, proc: str = "/proc") -> None:
        """With `chains` every fault brings its call chain, where frame pointers allow; that costs the program about half a fault more each."""
        self.pid = pid
        self._chains = chains
        self.lost = 0
        self.why = self.refused_by = ""
        self.tally = Tally(proc)
        self._proc = proc
        self._rings: list[Ring] = []
        self._major: list[Ring] = []
        self._tids: set[int] = set()
        self._poll = select.poll()
        self._reread = 0.0

    def attach(self) -> bool:
        """Begin to sample; False with `why` set where that is refused."""
        raise_descriptor_limit()
        try:
            self._open(user_only=False)
        except OSError as first:
            self.close()
            if self.pid is None:
                reason = refusal(first, everyone=True, proc=self._proc)
                self.why = mark(f"attribution of all processes: {reason}; --pid PID works for one's own, --light asks for root's help")
                return False
            try:
                self._open(user_only=True)
            except OSError as error:
                self.close()
                told = error if isinstance(error, PermissionError) else first
                self.why, self.refused_by = refusal(told, proc=self._proc), refusing_setting(told, proc=self._proc)
                return False
            self.why = mark("faults the kernel takes for the program, as in read(2) into new memory, are not seen without CAP_PERFMON")
        for ring in self._rings + self._major:
            ring.enable()
        for ring in self._rings:
            self._poll.register(ring.fd, select.POLLIN)
        return True

    def wait(self, timeout_s: float) -> None:
        """Sleep until a ring is a quarter full, the process ended, or the time is over."""
        if not any(mask & select.POLLIN for _, mask in self._poll.poll(max(0.0, timeout_s) * 1000)):
            time.sleep(0.001)

    def drain(self) -> None:
        """Take what the rings hold and count it."""
        buffers = [ring.drain() for ring in self._rings]
        major = [decode(data) for ring in self._major if (data := ring.drain())]
        parts = [decode(data, chains=self._chains) for data in buffers if data]
        for part in parts + major:
            self.lost += part.lost
        now = time.monotonic()
        if now - self._reread > _REREAD_S:
            self._reread = now
            if self.pid is not None:
                self.tally.reread(self.pid)
        slow = {(int(s["tid"]), int(s["address"]) >> 12) for part in major for s in part.samples}
        self._count(parts, slow)

    def finish(self) -> None:
        """Take what was sampled last."""
        self.drain()

    def rows(self, top: int) -> tuple[Where, ...]:
        """The places with the most faults so far."""
        return self.tally.ledger.rows(top)

    def stacks(self) -> Counter[tuple[str, ...]]:
        """Faults by call chain, outermost function first; empty unless chains were asked for."""
        return self.tally.ledger.stacks()

    def listing(self, function: str) -> Listing | None:
        """The instructions of a function with their faults so far; None where it did not fault."""
        return self.tally.ledger.listing(function)

    @property
    def samples(self) -> int:
        """Faults counted so far."""
        return self.tally.total

    def close(self) -> None:
        """Stop sampling; what was counted stays."""
        for ring in self._rings + self._major:
            ring.close()
        self._rings, self._major = [], []
        self._tids.clear()
        self._poll = select.poll()

    def _count(self, parts: list[Decoded], slow: set[tuple[int, int]]) -> None:
        """Samples and events of all CPUs in time order; an instruction means something else after its process replaced its program."""
        filled = [part for part in parts if part.runs]
        samples = together([run for part in filled for run in part.runs])
        samples = samples[np.argsort(samples["time"], kind="stable")] if len(filled) > 1 or self._chains else samples
        events = sorted((event for part in parts for event in part.events), key=attrgetter("time"))
        times = np.ascontiguousarray(samples["time"])
        done = 0
        for event in events:
            if isinstance(event, Executed):
                upto = int(np.searchsorted(times, event.time))
                if upto > done:
                    self.tally.add(samples[done:upto], slow)
                    done = upto
            if not isinstance(event, Ended):
                self._apply(event)
        if done < len(samples):
            self.tally.add(samples[done:], slow)
        for event in events:
            if isinstance(event, Ended):
                self.tally.ended(event.pid)

    def _apply(self, event: Event) -> None:
        match event:
            case Mapped():
                self.tally.mapped(event)
            case Forked():
                self.tally.forked(event.pid, event.parent, event.time)
            case Executed():
                self.tally.executed(event.pid)
            case Ended():
                self.tally.ended(event.pid)

    def _open(self, *, user_only: bool) -> None:
        """Events on every thread and CPU, listed again until no thread is missing: those that start later inherit."""
        spec = EventSpec(PAGE_FAULTS, tracking=True, user_only=user_only, chain=CHAIN_DEPTH if self._chains else 0)
        slow = EventSpec(MAJOR_FAULTS, user_only=user_only)
        cpus = online_cpus()
        if self.pid is None:
            self._add(-1, spec, slow, cpus)
            return
        for _ in range(_MOST_ROUNDS):
            fresh = [tid for pid in _family(self.pid, self._proc) for tid in self._threads(pid) if tid not in self._tids]
            if not fresh:
                break
            for tid in fresh:
                self._tids.add(tid)
                try:
                    self._add(tid, spec, slow, cpus)
                except ProcessLookupError:
                    continue
        if not self._rings:
            raise ProcessLookupError(3, mark("the process ended"))

    def _add(self, tid: int, spec: EventSpec, slow: EventSpec, cpus: list[int]) -> None:
        if self._rings:
            for ring in self._rings + self._major:
                ring.add(tid)
            return
        for cpu in cpus:
            self._rings.append(Ring(spec, tid, cpu, most_pages=max(_MAJOR_PAGES, _MOST_PAGES // len(cpus))))
            self._major.append(Ring(slow, tid, cpu, most_pages=_MAJOR_PAGES))

    def _threads(self, pid: int) -> list[int]:
        self.tally.space(pid)
        try:
            return [int(name) for name in os.listdir(f"{self._proc}/{pid}/task")]
        except OSError:
            return []


def _family(pid: int, proc: str) -> list[int]:
    """A process and all its descendants."""
    found, todo = [], [pid]
    while todo:
        current = todo.pop()
        found.append(current)
        try:
            tasks = os.listdir(f"{proc}/{current}/task")
        except OSError:
            continue
        for task in tasks:
            try:
                with open(f"{proc}/{current}/task/{task}/children", "rb") as file:
                    todo += [int(child) for child in file.read().split()]
            except OSError:
                continue
    return found
