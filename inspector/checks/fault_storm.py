"""Does a Go program spend its time in page faults?

What it does: looks at measured rates (only `faults` measures); a Go process above 20,000 minor faults per second is a finding, and where faults
were attributed the sign that dominates names the mechanism.
Why is this bad: a minor fault costs 0.3 to 2 us of kernel time, a huge-page fault milliseconds, and none of it shows in a Go CPU profile as yours.
Symptom: high system time; runtime.memclrNoHeapPointers or mallocgc on top of a profile (golang/go#74375, #73581); a saw-tooth of RSS.
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

ID = "fault-storm"
LIMIT_PER_S = 20_000
_DOMINANT = 0.3

_TITLE = mark("{name} (process {pid}) takes {rate} page faults per second{sign}")
_SIGNS = {
    "write-after-read": mark(": memory is read before it is written, which faults twice per page (golang/go#74375)"),
    "again": mark(": memory given back to the kernel is touched again and again"),
    "first-touch": mark(": it keeps taking fresh memory"),
    "copy-on-write": mark(": pages shared since a fork or with a file are copied"),
    "file": mark(": it walks through mapped files"),
}
_COMMANDS = {
    "again": ("GOGC=200 GOMEMLIMIT=<most of the memory it may use> PROGRAM", "GODEBUG=madvdontneed=0 PROGRAM"),
    "first-touch": ("GOMEMLIMIT=<most of the memory it may use> GOGC=200 PROGRAM", "go tool pprof -sample_index=alloc_space PROFILE"),
    "write-after-read": ("go-inspector faults --pid PID --code FUNCTION",),
}
_PLAN = mark("Let {name} keep or reuse its memory")
_PLAN_WHY = mark("Fewer pages are given back and taken again; measure with `go-inspector faults --pid {pid} --where` before and after.")


def judge(snapshot: Snapshot) -> Iterator[Finding]:
    """One finding for each Go process above the limit."""
    if snapshot.faults is not None:
        yield from judge_report(snapshot.faults)


def judge_report(report: FaultReport) -> Iterator[Finding]:
    """The same from a report alone."""
    for process in report.processes:
        if process.go and process.minor_per_s >= LIMIT_PER_S:
            yield _finding(process, _sign(report))


def _sign(report: FaultReport) -> str:
    """The kind of fault behind at least 30 % of the attributed ones, the more telling one first; empty where nothing was attributed."""
    shares: dict[str, float] = {}
    for place in report.where:
        shares[place.kind] = shares.get(place.kind, 0.0) + place.share
    return next((kind for kind in _SIGNS if shares.get(kind, 0.0) >= _DOMINANT), "")


def _finding(process: ProcessRates, sign: str) -> Finding:
    sentence = text(_TITLE, name=process.name, pid=process.pid, rate=f"{process.minor_per_s:.0f}", sign=_SIGNS.get(sign, ""))
    return Finding(
        id=f"{ID}:{process.pid}:{process.started_at}", check=ID, severity="warning", title=sentence.said(), text=sentence,
        cause=Origin(kind="kernel", file=f"/proc/{process.pid}/stat"), fix=FixRef(plan=ID, safety="manual"),
        facts={"sign": sign, "pid": process.pid, "name": process.name, "per_s": round(process.minor_per_s)},
    )  # fmt: skip


def plans(_snapshot: Snapshot, finding: Finding) -> Iterator[Plan]:
    """Advice: what to set or build for the sign seen."""
    sign = str(finding.facts.get("sign", ""))
    if sign in _COMMANDS:
        name, pid = finding.facts["name"], finding.facts["pid"]
        yield Plan(
            id=ID, finding=finding.id, title=text(_PLAN, name=name), reason=text(_PLAN_WHY, pid=pid), safety="manual", commands=_COMMANDS[sign]
        )


CHECK = Check(id=ID, judge=judge, plans=plans)
