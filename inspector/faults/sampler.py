"""How many page faults did the system and each process take since the last tick, at the lowest cost of asking?

Counters are cumulative, so a process that showed no change three times is asked every 16th tick only, spread evenly. When the system took
more faults than the processes asked can explain, all are asked in the same tick. Faults of children that ended between two looks
come back through their parent's counter of waited-for children; what remains is reported as unattributed. Counters are read one after the other, so a
tick may explain more than the system took by then: that is set off against the next one.
"""

import heapq
import time
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from inspector.faults.gonote import GoNotes
from inspector.faults.markers import MarkerWatch
from inspector.faults.procfs import Stat, VmCounters, Vmstat, hidden_reason, parse_stat, stat_name
from inspector.faults.roster import Proc, Roster
from inspector.i18n import mark
from inspector.model.faults import ProcessRates, SampleBatch, SystemRates

_CALM = 3
_SLOTS = 16
_SUSPEND_S = 0.5
_STUCK_S = 1.0
"""How long one reading of everything may take before its rates would be of another interval than the one it is called by."""
_LATE_FACTOR = 5.0
_RESIDUAL_FLOOR = 256
_OVERSHOOT = 128
_RECENT_TICKS = 60
_GO_CHECKS_PER_TICK = 32
_TICKS_PER_S = 100
"""USER_HZ, the unit of start times in /proc; 100 on every architecture this runs on."""


@dataclass(slots=True)
class Look:
    """One reading: what changed since the one before. `system` is None where it cannot be told; `gap` says why rates would be lies."""

    time_s: float
    interval_s: float
    first: bool
    system: VmCounters | None = None
    changed: list[Proc] = field(default_factory=list)
    gone: list[Proc] = field(default_factory=list)
    ended_faults: int = 0
    unattributed: int = 0
    gap: str = ""


class Sampler:
    """Fault counters of all processes (or only `pids`) under `proc`; `top` rows are reported per tick besides Go processes.

    `expected_s` is the caller's tick period: a tick that comes five times later says so. Not thread-safe; `close` gives descriptors back.
    """

    def __init__(self, *, top: int = 50, proc: str = "/proc", pids: Collection[int] | None = None, expected_s: float = 1.0) -> None:
        self.top = top
        self.expected_s = expected_s
        self.roster = Roster(proc, pids)
        self._go = GoNotes(proc)
        self._vmstat = Vmstat(proc)
        self._markers = MarkerWatch()
        self._vm: VmCounters | None = None
        self._tick = 0
        self._clock = (0.0, 0.0)
        self._slots: list[list[Proc]] = [[] for _ in range(_SLOTS + 1)]
        self._unexplained = 0.0
        self._ahead = 0
        self._withheld = 0
        self._owed: dict[int, int] = {}
        self._recent: dict[int, tuple[int, Proc]] = {}
        self._go_procs: dict[int, Proc] = {}
        self._unchecked: list[Proc] = []
        self._restricted = pids is not None
        self._hidden = hidden_reason(proc)

    def tick(self) -> SampleBatch:
        """Look once more and report rates since the last tick; the first tick has totals and no rates."""
        started = time.thread_time_ns()
        return self.present(self.look(), started)

    def present(self, look: Look, started_ns: int | None = None) -> SampleBatch:
        """The latest look as a tick of the stream; `started_ns` is the thread's CPU time before it, for the cost."""
        started = time.thread_time_ns() if started_ns is None else started_ns
        rows = self._rows(look)
        interval = look.interval_s
        rated = not look.first and not look.gap and interval > 0
        system = system_rates(look.system, interval) if rated and look.system is not None else None
        return SampleBatch(
            time_s=look.time_s,
            interval_s=interval,
            system=system,
            processes=rows,
            process_count=len(self.roster.procs),
            ended_per_s=look.ended_faults / interval if rated else 0.0,
            unattributed_per_s=look.unattributed / interval if rated else 0.0,
            markers=self._markers.look(look, rows),
            cost_ms=(time.thread_time_ns() - started) / 1e6,
            why=self._why(look),
        )

    def look(self, *, every: bool = False) -> Look:
        """Read what is due (or `every` process) and return the changes; `tick` without the presentation."""
        self._tick += 1
        begun, now, boot = time.perf_counter(), time.monotonic(), time.clock_gettime(time.CLOCK_BOOTTIME)
        last, last_boot = self._clock
        look = Look(time_s=now, interval_s=now - last if last else 0.0, first=not last)
        if last and (boot - last_boot) - (now - last) > _SUSPEND_S:
            look.gap = mark(f"suspended for {boot - last_boot - (now - last):.0f} s")
        self._clock = (now, boot)
        self._due(self.roster.discover())
        slot = self._tick % len(self._slots)
        due, self._slots[slot] = self._slots[slot], []
        if every:
            due = list(self.roster.procs.values())
        self._read(list(dict.fromkeys(p for p in due if p.due == self._tick or every)), look, last_boot)
        self._read(self._parents(look), look, last_boot)
        self._read_system(look)
        if look.system is None or self._residual(look) < -max(_OVERSHOOT, look.system.faults * 0.01):
            while late := self._children(look):
                self._read(late, look, last_boot)
            self._read(self._parents(look), look, last_boot)
        if not look.first and not every and self._suspicious(look):
            self._sweep(look, last_boot)
        took = time.perf_counter() - begun
        if took > _STUCK_S and not look.first:
            look.gap = look.gap or mark(f"reading was stuck for {took:.0f} s")
            self._read_anew(look, last_boot)
        self._settle(look)
        return look

    def _read_anew(self, look: Look, last_boot: float) -> None:
        """Some were read before the reading stuck, others after: what is counted from now on is counted from the same moment."""
        fresh = Look(time_s=look.time_s, interval_s=look.interval_s, first=False)
        self._read(list(self.roster.procs.values()), fresh, last_boot)
        self._read_system(fresh)
        look.gone += fresh.gone
        self._clock = (time.monotonic(), time.clock_gettime(time.CLOCK_BOOTTIME))

    def close(self) -> None:
        """Give all descriptors back."""
        self.roster.close()
        self._vmstat.close()
        self._markers.close()

    def _due(self, procs: Iterable[Proc]) -> None:
        """Processes that are to be read in this tick."""
        for proc in procs:
            proc.due = self._tick
            self._slots[self._tick % len(self._slots)].append(proc)

    def _read(self, procs: list[Proc], look: Look, last_boot: float) -> None:
        tick, slots = self._tick, self._slots
        count = len(slots)
        for proc, raw in zip(procs, self.roster.read(procs), strict=True):
            proc.looked = tick
            if raw == proc.raw and raw:
                proc.calm += 1
                if proc.calm == _CALM and proc.go is None:
                    self._unchecked.append(proc)
            elif raw and (stat := _parsed(raw)):
                self._changed(proc, raw, stat, look, last_boot)
            else:
                self._lost(proc, look)
                continue
            calm = proc.calm
            due = tick + (1 if calm < _CALM else _SLOTS if calm > _CALM else 1 + proc.pid % _SLOTS)
            if due != proc.due:
                proc.due = due
                slots[due % count].append(proc)

    def _changed(self, proc: Proc, raw: bytes, stat: Stat, look: Look, last_boot: float) -> None:
        old = proc.stat
        if old is None:
            older = look.first or stat.started_at < int(last_boot * _TICKS_PER_S)
            old = proc.base = stat if older else Stat(stat.parent, 0, 0, 0, 0, 0, stat.started_at)
        if stat_name(raw) != stat_name(proc.raw):
            proc.go = None
            self._go_procs.pop(proc.pid, None)
        proc.raw, proc.stat, proc.calm = raw, stat, 0
        proc.d_minor, proc.d_major = stat.minor - old.minor, stat.major - old.major
        proc.d_children = stat.children - old.children
        if proc.d_minor or proc.d_major:
            self._recent[proc.pid] = (self._tick, proc)
        look.changed.append(proc)

    def _lost(self, proc: Proc, look: Look) -> None:
        look.gone.append(proc)
        self._go_procs.pop(proc.pid, None)
        self._recent.pop(proc.pid, None)
        if successor := self.roster.drop(proc):
            self._due((successor,))

    def _parents(self, look: Look) -> list[Proc]:
        """Who waited for the gone, and what appeared meanwhile under a number read before."""
        procs, tick = self.roster.procs, self._tick
        late = self._slots[tick % len(self._slots)]
        self._slots[tick % len(self._slots)] = []
        found = [p for p in late if p.looked != tick]
        found += [procs[pid] for pid in _seen_of_gone(look, self._owed) if pid in procs and procs[pid].looked != tick]
        return list(dict.fromkeys(found))

    def _children(self, look: Look) -> list[Proc]:
        """Children of those who waited for one, and of the gone: what ended since it was last asked would be counted twice."""
        waited = {p.pid for p in look.changed if p.d_children} | {p.pid for p in look.gone}
        return [p for p in self.roster.procs.values() if p.looked != self._tick and p.stat and p.stat.parent in waited]

    def _read_system(self, look: Look) -> None:
        vm, last = self._vmstat.read(), self._vm
        self._vm = vm
        if vm is None or last is None:
            return
        delta = vm.since(last)
        if delta.faults < 0 or delta.major < 0:
            look.gap = look.gap or mark("the system's counters went backwards")
            return
        look.system = delta

    def _residual(self, look: Look) -> int:
        """Faults of the system that no process read so far explains; credits children that ended to their parents first."""
        if look.system is None:
            return 0
        own = sum(p.d_minor + p.d_major for p in look.changed)
        return look.system.faults - own - self._ended(look)

    def _ended(self, look: Look) -> int:
        """Faults of ended children that were never seen on the children themselves."""
        seen = _seen_of_gone(look, self._owed)
        return sum(max(0, p.d_children - seen.get(p.pid, 0)) for p in look.changed if p.d_children)

    def _suspicious(self, look: Look) -> bool:
        residual = self._residual(look)
        floor = max(_RESIDUAL_FLOOR, 2 * self._unexplained, (look.system.faults if look.system else 0) * 0.05)
        return residual > floor

    def _sweep(self, look: Look, last_boot: float) -> None:
        """Ask every process not asked in this tick; remember what even that leaves unexplained, so as not to sweep for it again."""
        self._read([p for p in self.roster.procs.values() if p.looked != self._tick], look, last_boot)
        self._unexplained = max(self._unexplained, float(self._residual(look)))

    def _settle(self, look: Look) -> None:
        look.ended_faults = self._ended(look)
        if look.system is not None:
            # More than the system had was seen before on children whose own parents died first: whom they went to cannot be told afterwards.
            left = look.system.faults - sum(p.d_minor + p.d_major for p in look.changed) + self._ahead
            # What does not fit, because counters are not read at one moment, may fit into the next ticks.
            told = min(look.ended_faults + self._withheld, max(0, left))
            self._withheld = min(look.ended_faults + self._withheld - told, look.system.faults)
            look.ended_faults = told
            left -= told
            if not self._restricted:
                look.unattributed, self._ahead = max(0, left), max(min(0, left), -look.system.faults)
        self._unexplained = max(self._unexplained * 0.9, 0.0)
        waited = {p.pid: p.d_children for p in look.changed if p.d_children}
        seen = _seen_of_gone(look, self._owed)
        fresh = _seen_of_gone(look, {pid: faults for pid, faults in self._owed.items() if pid not in self.roster.procs})
        owed = {pid: min(faults, seen[pid] - waited.get(pid, 0)) for pid, faults in fresh.items() if pid in self.roster.procs}
        self._owed = {pid: faults for pid, faults in owed.items() if faults > 0}

    def _why(self, look: Look) -> str:
        if look.first:
            reason = mark("first look: totals, no rates yet")
        elif look.gap:
            reason = look.gap
        elif look.interval_s > _LATE_FACTOR * self.expected_s:
            reason = mark(f"late: these rates are means over {look.interval_s:.0f} s")
        else:
            reason = ""
        return "; ".join(filter(None, (reason, *self.limits())))

    def limits(self) -> list[str]:
        """Why this machine's /proc does not tell everything: one reason per restriction met, empty where it tells all."""
        refused = mark(f"{self.roster.refused} processes may not be read") if self.roster.refused else ""
        return [reason for reason in (self._vmstat.why, self.roster.why, self._hidden, refused) if reason]

    def _rows(self, look: Look) -> tuple[ProcessRates, ...]:
        oldest = self._tick - _RECENT_TICKS
        for pid in [pid for pid, (seen, _) in self._recent.items() if seen < oldest]:
            del self._recent[pid]
        self._check_go(look)
        candidates = self.roster.procs.values() if look.first else [p for _, p in self._recent.values()]
        best = heapq.nlargest(self.top, (p for p in candidates if p.stat), key=self._weight)
        chosen = dict.fromkeys(best)
        chosen.update(dict.fromkeys(heapq.nlargest(self.top, self._go_procs.values(), key=self._weight)))
        rates = not look.first and not look.gap and look.interval_s > 0
        return tuple(self._row(p, look.interval_s if rates else 0.0) for p in chosen)

    def _weight(self, proc: Proc) -> tuple[int, int]:
        now = self._fresh(proc)
        return (proc.d_minor + proc.d_major if now else 0), (proc.stat.faults if proc.stat else 0)

    def _fresh(self, proc: Proc) -> bool:
        return proc.looked == self._tick and proc.calm == 0

    def _row(self, proc: Proc, interval_s: float) -> ProcessRates:
        stat = proc.stat
        assert stat is not None
        if proc.go is None:
            self._ask_go(proc)
        per_s = 1 / interval_s if interval_s and self._fresh(proc) else 0.0
        return ProcessRates(
            pid=proc.pid,
            name=stat_name(proc.raw),
            started_at=stat.started_at,
            go=bool(proc.go),
            minor_per_s=proc.d_minor * per_s,
            major_per_s=proc.d_major * per_s,
            minor=stat.minor,
            major=stat.major,
        )

    def _check_go(self, look: Look) -> None:
        """Settle for a few processes per tick whether they run Go: first those that lived through three quiet looks."""
        if look.first:
            self._unchecked.extend(p for p in self.roster.procs.values() if p.stat)
        for _ in range(min(_GO_CHECKS_PER_TICK, len(self._unchecked))):
            proc = self._unchecked.pop()
            if proc.go is None and proc.due >= 0:
                self._ask_go(proc)

    def _ask_go(self, proc: Proc) -> None:
        proc.go = self._go.is_go(proc.pid)
        if proc.go:
            self._go_procs[proc.pid] = proc


def system_rates(grown: VmCounters, seconds: float) -> SystemRates:
    """The system's rates from the growth of its counters."""
    huge, refused, collapsed, swapped, dirtied = (None if value is None else value / seconds for value in grown[2:7])
    return SystemRates(
        minor_per_s=(grown.faults - grown.major) / seconds,
        major_per_s=grown.major / seconds,
        huge_per_s=huge,
        huge_refused_per_s=refused,
        collapsed_per_s=collapsed,
        swap_in_per_s=swapped,
        dirtied_per_s=dirtied,
        memory_wait=None if grown.waited_us is None else grown.waited_us / 1e6 / seconds,
    )


def _seen_of_gone(look: Look, owed: dict[int, int]) -> dict[int, int]:
    """For the nearest ancestor still there of each process that is gone: the faults that its counter of children will repeat.

    `owed` are those of the look before that it had not repeated by then; an heir that is gone by now leaves them to its own.
    """
    parents = {p.pid: p.stat.parent for p in look.gone if p.stat}
    left = [(p.stat.parent, p.stat.faults + p.stat.children) for p in look.gone if p.stat]
    seen: dict[int, int] = {}
    for nearest, faults in (*left, *owed.items()):
        heir, steps = nearest, 0
        while heir in parents and steps < len(parents):
            heir, steps = parents[heir], steps + 1
        seen[heir] = seen.get(heir, 0) + faults
    return seen


def _parsed(raw: bytes) -> Stat | None:
    try:
        return parse_stat(raw)
    except (ValueError, IndexError):
        return None
