"""A memory setting that works against Go is one finding whose plans the root helper takes; a usual value is none."""

import msgspec
import pytest
from support.posed_root import load
from support.snapshots import snapshot

from inspector.checks.kernel_memory import judge, plans
from inspector.model.kernel import Capability, Kernel, KnownIssue
from inspector.model.plan import AsRoot
from inspector.model.snapshot import Snapshot

KHUGEPAGED = KnownIssue(id="go-khugepaged-memory", title="t", applies="yes", why="w", source="s")
COMPACTION = msgspec.structs.replace(KHUGEPAGED, id="go-huge-page-compaction")


def host(name: str, value: str, refused_by: str = "", issues: tuple[KnownIssue, ...] = ()) -> Snapshot:
    row = Capability(
        id=name, title=name, group="g", evidence=(), known="observed", verdict="available", because="b", value=value, refused_by=refused_by
    )
    kernel = Kernel(release="6.1.0", version="6.1", config_source="", capabilities=(row,), known_issues=issues)
    return msgspec.structs.replace(snapshot(), kernel=kernel)


OFF = "setting /sys/kernel/mm/transparent_hugepage/enabled=never"
STORIES = [
    (host("overcommit", "2"), "vm.overcommit_memory", 0, 2),
    (host("max-map-count", "30000"), "vm.max_map_count", 262144, 2),
    (host("thp", "never", OFF), "huge_pages.enabled", "madvise", 1),
    (host("thp", "always", issues=(KHUGEPAGED,)), "huge_pages.max_ptes_none", 0, 1),
    (host("thp", "always", issues=(COMPACTION,)), "huge_pages.defrag", "defer+madvise", 1),
]


@pytest.mark.parametrize(("seen", "setting", "wanted", "ways"), STORIES)
def test_found_and_set_by_the_helper(seen: Snapshot, setting: str, wanted: int | str, ways: int) -> None:
    (finding,) = judge(seen)
    found = list(plans(seen, finding))
    assert [plan.steps for plan in found] == [
        (AsRoot(op="kernel.set", arguments={"settings": {setting: wanted}, "lasting": lasting}),) for lasting in (False, True)[:ways]
    ]
    assert wanted in load().SETTINGS[setting][1]
    assert finding.cause.file == "/" + load().SETTINGS[setting][0]
    assert all(plan.reason.render().startswith("Opens up:") and "undo" in plan.commands[-1] for plan in found)


@pytest.mark.parametrize(
    "seen",
    [host("overcommit", "0"), host("max-map-count", "65530"), host("thp", "always"), host("thp", "madvise", issues=(KHUGEPAGED, COMPACTION))],
)
def test_usual_values_are_no_finding(seen: Snapshot) -> None:
    assert list(judge(seen)) == []
