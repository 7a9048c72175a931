"""What do window and agent say to each other about reports, comparisons and kept moments?"""

from inspector.model.base import Doc
from inspector.model.comparison import SideBySide
from inspector.model.kept import Timeline
from inspector.model.opened import Opened


class OpenReport(Doc, frozen=True, kw_only=True, tag="open-report", tag_field="type"):
    """Read somebody's report in the capped worker, answered by ReportOpened. A word of CompareReports is accepted too."""

    id: int
    path: str


class CompareReports(Doc, frozen=True, kw_only=True, tag="compare-reports", tag_field="type"):
    """Compare two snapshots: `live`, `kept:ID`, or a file; with `redacted` as both may leave the machine. Answered by ReportsCompared."""

    id: int
    left: str
    right: str
    redacted: bool = False


class AskTimeline(Doc, frozen=True, kw_only=True, tag="ask-timeline", tag_field="type"):
    """Send every kept moment, answered by TimelineReady."""

    id: int


class ReportOpened(Doc, frozen=True, kw_only=True, tag="report-opened", tag_field="type"):
    """The answer to OpenReport."""

    id: int
    opened: Opened


class ReportsCompared(Doc, frozen=True, kw_only=True, tag="reports-compared", tag_field="type"):
    """The answer to CompareReports; `notes` say what was damaged in a file."""

    id: int
    comparison: SideBySide
    notes: tuple[str, ...] = ()


class TimelineReady(Doc, frozen=True, kw_only=True, tag="timeline", tag_field="type"):
    """The answer to AskTimeline; with id 0 when a moment was added."""

    id: int
    timeline: Timeline
