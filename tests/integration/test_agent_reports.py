"""Does the real agent keep what changed, open reports, and compare them with this machine and its earlier moments?"""

from pathlib import Path

from support.agents import AgentProcess
from support.homes import Home

from inspector.model import messages as msg
from inspector.model.report_messages import AskTimeline, CompareReports, OpenReport, ReportOpened, ReportsCompared, TimelineReady

REPORT = Path(__file__).parents[1] / "data" / "report-schema-1.zip"


def whole(message: msg.SnapshotReady) -> bool:
    return not message.partial


def test_the_first_look_is_kept_and_everything_is_compared(tmp_path: Path) -> None:
    with AgentProcess(None, state=tmp_path) as agent:
        (point,) = agent.expect(TimelineReady, timeout_s=120).timeline.points
        assert (tmp_path / "go-inspector/kept").stat().st_mode & 0o777 == 0o700
        agent.ask(CompareReports(id=1, left=f"kept:{point.id}", right="live"))
        same = agent.expect(ReportsCompared).comparison
        assert (same.differing(), same.redacted) == ((), False)
        agent.ask(OpenReport(id=2, path=str(REPORT)))
        assert agent.expect(ReportOpened, timeout_s=60).opened.redacted
        agent.ask(CompareReports(id=3, left="live", right=str(REPORT)))
        other = agent.expect(ReportsCompared, timeout_s=60).comparison
        assert other.redacted
        assert other.differing()
        agent.ask(CompareReports(id=4, left="live", right=str(tmp_path / "absent.zip")))
        assert "No such file" in agent.expect(msg.Failed).reason


def test_of_another_home_nothing_is_kept(home: Home) -> None:
    with AgentProcess(home) as agent:
        agent.expect(msg.SnapshotReady, whole)
        agent.ask(AskTimeline(id=1))
        timeline = agent.expect(TimelineReady).timeline
        assert timeline.points == ()
        assert timeline.why
    assert not list(home.path.rglob("kept"))
