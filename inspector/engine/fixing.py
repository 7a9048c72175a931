"""What does the agent answer to requests about remedies and their history? Those that only show, and those that change something."""

from inspector.engine import terminal
from inspector.engine.rehearsing import Stage
from inspector.engine.session import Session
from inspector.model import messages as msg
from inspector.model.snapshot import Snapshot

Asked = msg.Simulate | msg.SimulateBatch | msg.AskHistory | msg.AskThreeWays | msg.OpenTerminal
Changed = msg.Apply | msg.Undo | msg.Forget


def answer(session: Session, event: Asked, snapshot: Snapshot | None, stage: Stage) -> msg.Message:
    """The answer to a request that changes nothing. Raises NothingToDoError, changes.problems.PenError."""
    match event:
        case msg.Simulate():
            return msg.Rehearsed(id=event.id, rehearsal=session.simulate(event.finding, plan=event.plan, snapshot=snapshot, stage=stage))
        case msg.SimulateBatch():
            return msg.Rehearsed(id=event.id, rehearsal=session.simulate_batch(event.findings, snapshot=snapshot, stage=stage))
        case msg.AskThreeWays():
            return msg.ThreeWaysReady(id=event.id, files=session.three_ways(event.receipt))
        case msg.OpenTerminal():
            return msg.TerminalOpened(id=event.id, program=terminal.open_repaired(session, event.finding))
        case msg.AskHistory():
            return msg.HistoryReady(id=event.id, history=session.history())


def change(session: Session, event: Changed, stage: Stage) -> msg.Message:
    """Do what changes files or their history. Raises NothingToDoError, changes.problems.PenError."""
    match event:
        case msg.Apply():
            return msg.Done(id=event.id, receipt=session.apply(event.rehearsal, agreed=event.agreed, stage=stage))
        case msg.Undo():
            undo = session.undo_keeping_later if event.keep_later else session.undo
            return msg.Done(id=event.id, receipt=undo(event.receipt))
        case msg.Forget():
            session.forget()
            return msg.HistoryReady(id=event.id, history=session.history())
