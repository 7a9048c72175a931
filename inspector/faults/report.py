"""What were the fault rates over a while? The answer of the `faults` command."""

import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from inspector.faults.goheap import ask_heap
from inspector.faults.gomemory import go_memory, huge_pages
from inspector.faults.gonote import GoNotes
from inspector.faults.launch import Launched
from inspector.faults.lent import Lender
from inspector.faults.observation import Observation
from inspector.faults.parts import Parts
from inspector.faults.procfs import VmCounters, stat_name
from inspector.faults.roster import Proc
from inspector.faults.sampler import Look, Sampler, system_rates
from inspector.i18n import mark
from inspector.model.faults import FaultReport, ProcessRates, SampleBatch, SystemRates

_PASSWORD_S = 300.0
"""How long somebody who is asked for a password may take."""


@dataclass(slots=True)
class _Sum:
    """Faults of one process over the whole measurement."""

    proc: Proc
    minor: int = 0
    major: int = 0


class _Account:
    """Adds up looks; a look across a gap is left out and the time with it."""

    def __init__(self, sampler: Sampler, notes: GoNotes, *, alone: bool, tell: Callable[[SampleBatch], None] | None) -> None:
        self._sampler = sampler
        self.notes = notes
        self._alone = alone
        self._tell = tell
        self.sums: dict[tuple[int, int], _Sum] = {}
        self.seconds = 0.0
        self.system_seconds = 0.0
        self.system: VmCounters | None = None
        self.ended = self.unattributed = 0
        self.gaps: list[str] = []

    def begin(self) -> None:
        """The look that all others count from."""
        first = self._sampler.look(every=True)
        if self._tell:
            self._tell(self._sampler.present(first))

    @property
    def orphaned(self) -> bool:
        """Whether the one process that was to be looked at is gone."""
        return self._alone and not self._sampler.roster.procs

    def look(self, *, every: bool) -> None:
        """One more look, at all processes or at those that are due."""
        look = self._sampler.look(every=every)
        if self._alone:
            for proc in self._sampler.roster.procs.values():
                proc.go = proc.go or self.notes.is_go(proc.pid)
        if self._tell:
            self._tell(self._sampler.present(look))
        self._add(look)

    def reasons(self) -> list[str]:
        """What the rates do not tell."""
        ended, rest = self.ended / (self.seconds or 1), self.unattributed / (self.seconds or 1)
        parts = (
            mark(f"{ended:.0f}/s by processes that ended between two looks") if ended >= 1 else "",
            mark(f"{rest:.0f}/s not attributable") if rest >= 1 else "",
        )
        return [*self.gaps, *self._sampler.limits(), ", ".join(filter(None, parts))]

    def _add(self, look: Look) -> None:
        if look.gap:
            self.gaps.append(look.gap)
            return
        self.seconds += look.interval_s
        if look.system is not None:
            self.system_seconds += look.interval_s
            self.system = look.system.plus(self.system) if self.system else look.system
        self.ended += look.ended_faults
        self.unattributed += look.unattributed
        for proc in look.changed:
            if proc.stat and (proc.d_minor or proc.d_major):
                entry = self.sums.setdefault((proc.pid, proc.stat.started_at), _Sum(proc))
                entry.proc = proc
                entry.minor += proc.d_minor
                entry.major += proc.d_major


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a measurement is to bring besides rates.

    `where`: attribute the faults of the process, its threads and children, or of all processes, to functions and mappings; `light`: those of all
    processes counted in the kernel instead of sampled, by the `lender` where that is refused;
    `heap`: ask the process for its heap at the end;
    `code`: the instructions of that function with their faults; `tell` is given every tick; `program` is let go and observed as `pid`;
    `stacks` is given the faults by call chain at the end, outermost function first.
    """

    where: bool = False
    light: bool = False
    lender: Lender | None = None
    heap: bool = False
    code: str = ""
    tell: Callable[[SampleBatch], None] | None = None
    program: Launched | None = None
    stacks: Callable[[Counter[tuple[str, ...]]], None] | None = None


def measure(
    *, duration_s: float, hz: float, pid: int | None = None, top: int = 20, wanted: Wanted = Wanted(), proc: str = "/proc"
) -> FaultReport:  # fmt: skip
    """Mean fault rates over `duration_s` (s), looked at `hz` times a second: the `top` processes, or only `pid` (ending early when it ends).

    What refuses or limits an answer is in `why`. Raises ValueError on a duration or frequency that is not positive.
    """
    if duration_s <= 0 or hz <= 0:
        raise ValueError(mark("duration and frequency must be positive"))
    pid = wanted.program.pid if wanted.program else pid
    where = wanted.where or bool(wanted.code)
    observation = Observation(
        pid, where=where, chains=wanted.stacks is not None, light=wanted.light, program=wanted.program, lender=wanted.lender, proc=proc
    )
    sampler = Sampler(proc=proc, pids=None if pid is None else (pid,))
    account = _Account(sampler, GoNotes(proc), alone=pid is not None, tell=wanted.tell)
    parts = Parts(pid, proc=proc)
    try:
        observation.settle(_PASSWORD_S)
        account.begin()
        if pid is not None and not sampler.roster.procs:
            return _nothing(duration_s, hz, mark(f"no process {pid}, or it may not be read"))
        _spend(duration_s, hz, wanted.program, account, observation)
        if wanted.stacks:
            wanted.stacks(observation.stacks())
        seconds = account.seconds or 1.0
        rows = _rows(account, sampler, top)
        return FaultReport(
            duration_s=round(account.seconds, 3),
            hz=hz,
            system=system_rates(account.system or VmCounters(0, 0), account.system_seconds or 1.0),
            processes=rows,
            cgroups=parts.groups(seconds, top),
            threads=parts.threads(seconds, top),
            where=observation.rows(top),
            lost=observation.lost,
            gc=observation.collector_report(account.seconds),
            code=observation.listing(wanted.code) if wanted.code else None,
            tlb=observation.tlb(),
            go_memory=go_memory([(row.pid, row.started_at) for row in rows if row.go], proc=proc),
            huge_pages=huge_pages(),
            heap=ask_heap(pid, proc=proc) if wanted.heap and pid is not None else None,
            why="; ".join(filter(None, (*account.reasons(), _early(sampler, pid), observation.why))),
        )
    finally:
        sampler.close()
        observation.close()


def _spend(duration_s: float, hz: float, program: Launched | None, account: _Account, observation: Observation) -> None:
    """Look until the time is over, or there is nothing left to look at."""
    if program:
        program.begin()
    end = time.monotonic() + duration_s
    while (left := end - time.monotonic()) > 0 and not account.orphaned:
        observation.spend(min(1 / hz, left))
        account.look(every=time.monotonic() >= end)
        if program and program.ended:
            break
    observation.finish()


def _nothing(duration_s: float, hz: float, why: str) -> FaultReport:
    return FaultReport(duration_s=duration_s, hz=hz, system=SystemRates(minor_per_s=0, major_per_s=0), processes=(), why=why)


def _rows(account: _Account, sampler: Sampler, top: int) -> tuple[ProcessRates, ...]:
    notes = account.notes
    sums = sorted(account.sums.values(), key=lambda s: s.minor + s.major, reverse=True)[:top]
    shown = {s.proc.pid for s in sums}
    quiet = [_Sum(p) for p in sampler.roster.procs.values() if p.stat and p.pid not in shown and notes.is_go(p.pid)]
    seconds = account.seconds or 1.0
    return tuple(_row(s, seconds, notes) for s in sums + quiet[:top])


def _row(entry: _Sum, seconds: float, notes: GoNotes) -> ProcessRates:
    stat = entry.proc.stat
    assert stat is not None
    user, command = describe(entry.proc.pid)
    return ProcessRates(
        pid=entry.proc.pid,
        name=stat_name(entry.proc.raw),
        started_at=stat.started_at,
        go=notes.is_go(entry.proc.pid) or bool(entry.proc.go),
        minor_per_s=entry.minor / seconds,
        major_per_s=entry.major / seconds,
        minor=stat.minor,
        major=stat.major,
        user=user,
        command=command,
    )


def describe(pid: int) -> tuple[str, str]:
    """User and command line of a process, empty where not told. May block on a process that holds its memory map: never call it in a tick."""
    import psutil

    try:
        process = psutil.Process(pid)
        return process.username(), " ".join(process.cmdline())
    except (psutil.Error, OSError, KeyError):
        return "", ""


def _early(sampler: Sampler, pid: int | None) -> str:
    return mark(f"process {pid} ended") if pid is not None and not sampler.roster.procs else ""
