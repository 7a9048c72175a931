"""What were the fault rates over a while? The answer of the `faults` command."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from inspector.faults.gonote import GoNotes
from inspector.faults.procfs import VmCounters, stat_name
from inspector.faults.roster import Proc
from inspector.faults.sampler import Look, Sampler, system_rates
from inspector.model.faults import FaultReport, GcReport, ProcessRates, SampleBatch, SystemRates, Where

_DRAIN_S = 0.1
_COLLECTOR_S = 0.01


@dataclass(slots=True)
class _Sum:
    """Faults of one process over the whole measurement."""

    proc: Proc
    minor: int = 0
    major: int = 0


class _Account:
    """Adds up looks; a look across a gap is left out and the time with it."""

    def __init__(self) -> None:
        self.sums: dict[tuple[int, int], _Sum] = {}
        self.seconds = 0.0
        self.system_seconds = 0.0
        self.system: VmCounters | None = None
        self.ended = self.unattributed = 0
        self.gaps: list[str] = []

    def add(self, look: Look) -> None:
        """One more look."""
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


def measure(
    *, duration_s: float, hz: float, pid: int | None = None, top: int = 20, where: bool = False, tell: Callable[[SampleBatch], None] | None = None,
    proc: str = "/proc",
) -> FaultReport:  # fmt: skip
    """Mean fault rates over `duration_s` (s), looked at `hz` times a second: the `top` processes, or only `pid` (ending early when it ends).

    With `where` the faults of `pid`, its threads and children, or of all processes, are also attributed to functions and mappings; what
    refuses or limits that is in `why`. `tell` is given every tick. Raises ValueError on a duration or frequency that is not positive.
    """
    if duration_s <= 0 or hz <= 0:
        raise ValueError("duration and frequency must be positive")
    tracing = _Tracing(pid, proc) if where else None
    sampler = Sampler(proc=proc, pids=None if pid is None else (pid,))
    account = _Account()
    try:
        first = sampler.look(every=True)
        if tell:
            tell(sampler.present(first))
        if pid is not None and not sampler.roster.procs:
            return _nothing(duration_s, hz, f"no process {pid}, or it may not be read")
        collector = _Collector(pid, proc) if pid is not None and GoNotes(proc).is_go(pid) else None
        end = time.monotonic() + duration_s
        while (left := end - time.monotonic()) > 0 and (pid is None or sampler.roster.procs):
            _sleep(min(1 / hz, left), tracing, collector)
            look = sampler.look(every=time.monotonic() >= end)
            account.add(look)
            if tell:
                tell(sampler.present(look))
        rows = _rows(account, sampler, top, proc)
        places = tracing.finish(top) if tracing else ()
        reasons = (*account.gaps, *sampler.limits(), _remainder(account, pid), _early(sampler, pid), tracing.why if tracing else "")
    finally:
        sampler.close()
        if tracing:
            tracing.close()
    return FaultReport(
        duration_s=round(account.seconds, 3),
        hz=hz,
        system=system_rates(account.system or VmCounters(0, 0), account.system_seconds or 1.0),
        processes=rows,
        where=places,
        lost=tracing.lost if tracing else 0,
        gc=collector.report(account.seconds) if collector else None,
        why="; ".join(filter(None, reasons)),
    )


class _Tracing:
    """An attribution that may have been refused: then it has no rows and a reason."""

    def __init__(self, pid: int | None, proc: str) -> None:
        from inspector.faults.trace import FaultTrace

        self._trace = FaultTrace(pid, proc=proc)
        self.on = self._trace.attach()

    @property
    def why(self) -> str:
        """What limits the attribution."""
        return self._trace.why

    @property
    def lost(self) -> int:
        """Samples the kernel dropped."""
        return self._trace.lost

    def step(self, seconds: float) -> None:
        """Wait for samples and take them."""
        self._trace.wait(min(seconds, _DRAIN_S))
        self._trace.drain()

    def finish(self, top: int) -> tuple[Where, ...]:
        """Take the last samples; the places."""
        if self.on:
            self._trace.drain()
        return self._trace.rows(top)

    def close(self) -> None:
        """Stop sampling."""
        self._trace.close()


class _Collector:
    """Looks at a Go process's garbage collector while the measurement waits."""

    def __init__(self, pid: int, proc: str) -> None:
        from inspector.faults.gcwatch import GcWatch

        self._watch = GcWatch(pid, proc=proc)
        self._first = self._latest = self._watch.read()
        self._looks = self._marking = 0

    def step(self) -> None:
        """One look."""
        state = self._watch.read()
        if state is not None:
            self._latest = state
            self._looks += 1
            self._marking += state.phase.startswith("mark")

    def report(self, seconds: float) -> GcReport:
        """What was seen."""
        if self._first is None or self._latest is None:
            return GcReport(why=self._watch.why)
        cycles = self._latest.cycles - self._first.cycles
        return GcReport(cycles=cycles, per_s=cycles / seconds if seconds else 0.0, marking=self._marking / max(self._looks, 1))


def _sleep(seconds: float, tracing: _Tracing | None, collector: _Collector | None) -> None:
    end = time.monotonic() + seconds
    while (left := end - time.monotonic()) > 0:
        if tracing and tracing.on:
            tracing.step(min(left, _COLLECTOR_S) if collector else left)
        else:
            time.sleep(min(left, _COLLECTOR_S) if collector else left)
        if collector:
            collector.step()


def _nothing(duration_s: float, hz: float, why: str) -> FaultReport:
    return FaultReport(duration_s=duration_s, hz=hz, system=SystemRates(minor_per_s=0, major_per_s=0), processes=(), why=why)


def _rows(account: _Account, sampler: Sampler, top: int, proc: str) -> tuple[ProcessRates, ...]:
    notes = GoNotes(proc)
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


def _remainder(account: _Account, pid: int | None) -> str:
    if pid is not None or not account.seconds:
        return ""
    ended, rest = account.ended / account.seconds, account.unattributed / account.seconds
    parts = [f"{ended:.0f}/s by processes that ended between two looks" if ended >= 1 else "", f"{rest:.0f}/s not attributable" if rest >= 1 else ""]
    return ", ".join(filter(None, parts))


def _early(sampler: Sampler, pid: int | None) -> str:
    return f"process {pid} ended" if pid is not None and not sampler.roster.procs else ""
