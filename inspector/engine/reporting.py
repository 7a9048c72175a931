"""What does the agent answer to requests about reports, comparisons and kept moments?"""

from inspector.engine import comparing
from inspector.engine.kept import unkept
from inspector.engine.session import Session
from inspector.model import report_messages as rmsg
from inspector.model.kept import Timeline
from inspector.model.snapshot import Snapshot

Asked = rmsg.OpenReport | rmsg.CompareReports | rmsg.AskTimeline
Answered = rmsg.ReportOpened | rmsg.ReportsCompared | rmsg.TimelineReady


def answer(session: Session, event: Asked, live: Snapshot | None) -> Answered:
    """The answer; raises comparing.UnusableSideError."""
    match event:
        case rmsg.OpenReport():
            return rmsg.ReportOpened(id=event.id, opened=comparing.side(event.path, live, session.keeper))
        case rmsg.CompareReports():
            left, right = (comparing.side(word, live, session.keeper) for word in (event.left, event.right))
            compared = comparing.beside(left, right, redacted=event.redacted)
            return rmsg.ReportsCompared(id=event.id, comparison=compared, notes=(*left.notes, *right.notes))
        case rmsg.AskTimeline():
            return rmsg.TimelineReady(id=event.id, timeline=timeline(session))


def timeline(session: Session) -> Timeline:
    """Every kept moment."""
    why = unkept(session.host, session.options)
    return Timeline(points=() if why else session.keeper.points(), why=why)


def keep(session: Session, snapshot: Snapshot) -> bool:
    """Keep this moment if something changed, and say whether; raises OSError."""
    return not unkept(session.host, session.options) and session.keeper.consider(session.host, snapshot)
