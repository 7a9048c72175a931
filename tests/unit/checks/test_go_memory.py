"""Do the rules about a Go program's memory fire on the versions and signs they name, offer what helps, and stay silent otherwise?"""

from types import ModuleType

import msgspec
import pytest
from support.posed_root import load
from support.snapshots import snapshot

from inspector.checks import huge_page_stalls, huge_pages_fill, locked_memory_limit, measured, memory_not_taken_back, registry
from inspector.model.faults import FaultReport, GoMemory, HugePages, ProcessRates, SystemRates
from inspector.model.golang import Problem
from inspector.model.kernel import KnownIssue
from inspector.model.plan import AsRoot
from inspector.model.snapshot import Snapshot

ALWAYS = HugePages(enabled="always", defrag="always", max_ptes_none=511)
MADVISE = HugePages(enabled="madvise", defrag="madvise", max_ptes_none=511)
MB = 1 << 10


def report(version: str, *, free: int = 0, huge: int = 0, per_s: float = 0.0, pages: HugePages | None = MADVISE) -> FaultReport:
    """One Go process of 200 MB."""
    process = ProcessRates(pid=7, name="api", started_at=3, go=True, minor_per_s=1, major_per_s=0, minor=1, major=0)
    row = GoMemory(pid=7, started_at=3, version=version, resident_kb=200 * MB, lazy_free_kb=free * MB, huge_kb=huge * MB)
    system = SystemRates(minor_per_s=1, major_per_s=0, huge_per_s=per_s, collapsed_per_s=0.0)
    return FaultReport(duration_s=1, hz=1, system=system, processes=(process,), go_memory=(row,), huge_pages=pages)


STORIES = [
    (memory_not_taken_back, report("1.14.3", free=90), "90 MB of its 200 MB"),
    (huge_page_stalls, report("1.21.0", huge=40, per_s=3), "go 1.21.0"),
    (huge_page_stalls, report("1.21", huge=40, per_s=3), "go 1.21,"),
    (huge_page_stalls, report("1.21.3", huge=40, per_s=3), "go 1.21.3"),
    (huge_page_stalls, report("1.27.3", huge=40, per_s=3, pages=ALWAYS), "defrag is always"),
    (huge_pages_fill, report("1.27.3", huge=150, pages=ALWAYS), "150 MB of the 200 MB"),
]
SILENT = [
    report("1.16", free=90),
    report("1.14.3", free=20),
    report("1.21.4", huge=40, per_s=3),
    report("1.21.0", huge=0, per_s=3),
    report("1.21.0", huge=40, per_s=0),
    report("1.21.0", huge=40, per_s=3, pages=None),
    report("1.27.3", huge=150),
    report("1.21.0", huge=150, pages=ALWAYS),
    report("", huge=150, pages=msgspec.structs.replace(ALWAYS, max_ptes_none=0)),
]


@pytest.mark.parametrize(("rule", "seen", "words"), STORIES)
def test_each_sign_is_one_finding_with_a_remedy(rule: ModuleType, seen: FaultReport, words: str) -> None:
    [finding] = measured.judge(seen)
    assert finding.check == rule.ID
    assert words in finding.title
    assert "api" in finding.title
    host = msgspec.structs.replace(snapshot(), faults=seen)
    assert list(rule.judge(host)) == [finding]
    plans = registry.plans_for(host, finding)
    assert plans
    for plan in plans:
        assert plan.commands
        for step in plan.steps:
            assert isinstance(step, AsRoot)
            [(name, value)] = step.arguments["settings"].items()
            assert value in load().SETTINGS[name][1]


@pytest.mark.parametrize("seen", SILENT)
def test_nothing_is_said_without_the_sign_or_of_another_version(seen: FaultReport) -> None:
    assert list(measured.judge(seen)) == []
    assert list(memory_not_taken_back.judge(snapshot())) == []


def machine(applies: str, *problems: Problem) -> Snapshot:
    issue = KnownIssue(id="go-signal-avx-corruption", title="t", applies=applies, why="w", source="s")
    known = msgspec.structs.replace(snapshot().kernel, known_issues=(issue,))
    golang = msgspec.structs.replace(snapshot().golang, problems=problems)
    return msgspec.structs.replace(snapshot(), kernel=known, golang=golang)


def test_the_locked_memory_limit_counts_only_where_go_locks_memory() -> None:
    low = Problem(id="locked-memory-limit", detail="64 KiB")
    [finding] = locked_memory_limit.judge(machine("yes", low))
    assert "64 KiB" in finding.title
    assert registry.plans_for(machine("yes", low), finding)[0].commands == ("ulimit -l unlimited",)
    assert list(locked_memory_limit.judge(machine("no", low))) == []
    assert list(locked_memory_limit.judge(machine("yes"))) == []
