"""Does a program wait for storage in page faults?

What it does: looks at measured rates (only `faults` measures); a process above 20 major faults per second is a finding.
Why is this bad: each waits for a device, and in Go code it pins the thread and its P for that time: other goroutines wait too
(erigontech/erigon#23815 measured 1.9 times the throughput after avoiding it).
Symptom: latency spikes without CPU use; `pgmajfault` and, when memory is short, swap-in grow.
"""

from collections.abc import Iterator

from inspector.checks.registry import Check
from inspector.i18n import mark
from inspector.model.base import text
from inspector.model.faults import FaultReport, ProcessRates
from inspector.model.finding import Finding, FixRef
from inspector.model.origin import Origin
from inspector.model.plan import Plan
from inspector.model.snapshot import Snapshot

ID = "major-faults"
LIMIT_PER_S = 20.0
_SWAPPING_PER_S = 100.0

_FILES = mark("{name} (process {pid}) waits for storage {rate} times per second in page faults on mapped files")
_SWAP = mark("{name} (process {pid}) waits for swapped-out memory {rate} times per second")
_PLAN = mark("Give {name} the memory it works on")
_PLAN_WHY = mark("Swap-in means more memory is in use than there is; for files, read them with read(2) or keep them in the page cache.")
_COMMANDS = ("free -m; cat /proc/pressure/memory", "GOMEMLIMIT=<less than the memory there is> PROGRAM", "vmtouch -l FILE")


def judge(snapshot: Snapshot) -> Iterator[Finding]:
    """One finding for each process above the limit."""
    if snapshot.faults is not None:
        yield from judge_report(snapshot.faults)


def judge_report(report: FaultReport) -> Iterator[Finding]:
    """The same from a report alone."""
    for process in report.processes:
        if process.major_per_s >= LIMIT_PER_S:
            yield _finding(process, swapping=(report.system.swap_in_per_s or 0.0) >= _SWAPPING_PER_S)


def _finding(process: ProcessRates, *, swapping: bool) -> Finding:
    sentence = text(_SWAP if swapping else _FILES, name=process.name, pid=process.pid, rate=f"{process.major_per_s:.0f}")
    return Finding(
        id=f"{ID}:{process.pid}:{process.started_at}", check=ID, severity="warning" if process.go else "info", title=sentence.said(),
        text=sentence, cause=Origin(kind="kernel", file=f"/proc/{process.pid}/stat"), fix=FixRef(plan=ID, safety="manual"),
        facts={"name": process.name, "pid": process.pid, "swapping": int(swapping)},
    )  # fmt: skip


def plans(_snapshot: Snapshot, finding: Finding) -> Iterator[Plan]:
    """Advice."""
    name = finding.facts["name"]
    yield Plan(id=ID, finding=finding.id, title=text(_PLAN, name=name), reason=text(_PLAN_WHY), safety="manual", commands=_COMMANDS)


CHECK = Check(id=ID, judge=judge, plans=plans)
