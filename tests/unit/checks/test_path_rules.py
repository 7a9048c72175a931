"""Is a line that adds thousands of bad entries one finding, and a line that adds one a finding with a remedy?"""

from support.snapshots import HOME, line, snapshot

from inspector.checks import path_missing_entry
from inspector.model.environment import LaunchContext, PathEntry


def missing(count: int) -> LaunchContext:
    origin = line(f"{HOME}/.bashrc", 1, "PATH=" + ":".join(f"/opt/d{i}" for i in range(count)))
    path = tuple(PathEntry(entry=f"/opt/d{i}", rank=i + 1, state="missing", origin=origin) for i in range(count))
    return LaunchContext(id="interactive-terminal", title="Interactive terminal", shell="/bin/bash", known="observed", why="", path=path)


def test_a_few_are_named_each() -> None:
    assert [f.facts["entry"] for f in path_missing_entry.judge(snapshot(missing(3)))] == ["/opt/d0", "/opt/d1", "/opt/d2"]


def test_thousands_are_one_finding_with_their_number() -> None:
    (finding,) = path_missing_entry.judge(snapshot(missing(6000)))
    assert finding.facts["count"] == 6000
    assert finding.title.endswith("and 5999 more like it")
    assert len(finding.cause.text) < 500
