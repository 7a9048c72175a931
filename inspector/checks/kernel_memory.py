"""Does a memory setting of this kernel work against Go programs?

What it does: looks at strict overcommit, few mappings, huge pages that are off, that every page fault compacts memory for, and khugepaged where
they are always on.
Why is this bad: under strict overcommit commits fail although memory is free; too few mappings make mmap fail; compaction lets a page fault take
milliseconds (Documentation/admin-guide/mm/transhuge.rst); khugepaged lets the memory of a Go program grow again after the garbage collector has
returned it (golang/go#64332, go.dev/doc/gc-guide).
Symptom: `fatal error: runtime: cannot allocate memory`, `mmap: cannot allocate memory`, or resident memory far above the heap.
"""

from collections.abc import Iterator
from typing import NamedTuple

from inspector.checks import kernel_plans
from inspector.checks.golang_rules import report
from inspector.checks.registry import Check
from inspector.i18n import mark
from inspector.model.base import Severity, text
from inspector.model.finding import Finding, FixRef
from inspector.model.origin import Origin
from inspector.model.plan import Plan
from inspector.model.snapshot import Snapshot

ID = "kernel-memory"
DEFAULT_MAP_COUNT, ENOUGH_MAPS = 65530, 262144
_STRICT = mark("vm.overcommit_memory is 2: commits of memory fail before memory is used up")
_MAPS = mark("vm.max_map_count is {value}, below the kernel's own default of {default}")
_NEVER = mark("Huge pages are off: programs that ask for them get none")
_STALLS = mark("A page fault may wait until memory is compacted into a huge page (defrag is {value})")
_FILLS = mark("khugepaged may fill memory that Go programs gave back (max_ptes_none is {value})")


class _Rule(NamedTuple):
    capability: str
    setting: str
    value: str | int
    wanted: str | int
    severity: Severity
    template: str


def judge(snapshot: Snapshot) -> Iterator[Finding]:
    """One finding for each such setting."""
    for rule in _rules(snapshot):
        sentence = text(rule.template, value=rule.value, default=DEFAULT_MAP_COUNT)
        cause = Origin(kind="kernel", file=kernel_plans.place(rule.setting), text=str(rule.value))
        fix = FixRef(plan=f"{ID}:{rule.setting}", safety="careful")
        yield report(
            ID, rule.severity, sentence, cause, key=rule.setting, fix=fix, capability=rule.capability, value=rule.value, wanted=rule.wanted
        )


def _rules(snapshot: Snapshot) -> Iterator[_Rule]:
    overcommit, maps, huge = (snapshot.kernel.capability(name) for name in ("overcommit", "max-map-count", "thp"))
    if overcommit and overcommit.value == "2":
        yield _Rule("overcommit", "vm.overcommit_memory", 2, 0, "warning", _STRICT)
    if maps and maps.value.isdigit() and int(maps.value) < DEFAULT_MAP_COUNT:
        yield _Rule("max-map-count", "vm.max_map_count", int(maps.value), ENOUGH_MAPS, "warning", _MAPS)
    if huge and huge.refused_by == "setting /sys/kernel/mm/transparent_hugepage/enabled=never":
        yield _Rule("thp", "huge_pages.enabled", "never", "madvise", "info", _NEVER)
    elif huge and huge.value == "always" and _applies(snapshot, "go-khugepaged-memory"):
        yield _Rule("thp", "huge_pages.max_ptes_none", 511, 0, "info", _FILLS)
    if huge and huge.value == "always" and _applies(snapshot, "go-huge-page-compaction"):
        yield _Rule("thp", "huge_pages.defrag", "always", "defer+madvise", "info", _STALLS)


def _applies(snapshot: Snapshot, issue_id: str) -> bool:
    return any(issue.id == issue_id and issue.applies == "yes" for issue in snapshot.kernel.known_issues)


def plans(snapshot: Snapshot, finding: Finding) -> Iterator[Plan]:
    """The setting changed until the next start, or for good."""
    for rule in _rules(snapshot):
        if f"{ID}:{rule.setting}" == finding.id:
            yield from kernel_plans.plans(finding, rule.setting, rule.value, rule.wanted)


CHECK = Check(id=ID, judge=judge, plans=plans)
