"""Does a change that turns out otherwise than rehearsed take itself back? With real shells, and somebody who writes in between."""

from pathlib import Path

import msgspec
import pytest
from support.homes import Home

from inspector.changes.disk import digest
from inspector.engine.session import NothingToDoError, Session
from inspector.model.look import LookOptions
from inspector.model.plan import Receipt, Rehearsal

OLD_FIRST = 'export PATH="/usr/bin:$PATH"\n'


@pytest.fixture
def session(home: Home) -> Session:
    home.write(".profile", 'PATH="{good}:$PATH"\n. ~/.bashrc\n')
    home.write(".bashrc", f"# mine\n{OLD_FIRST}")
    return Session(LookOptions(home=str(home.path), shell="/bin/bash"))


def rehearsed(session: Session) -> Rehearsal:
    found = session.look(parts=("environment", "golang")).snapshot.findings
    rehearsal = session.simulate(next(finding.id for finding in found if finding.check == "go-shadowed"))
    assert rehearsal.removes
    return rehearsal


def taken_back(session: Session, receipt: Receipt, rc: Path) -> str:
    """Why, once it is sure that it was."""
    assert receipt.outcome == "rolled-back"
    assert rc.read_text() == f"# mine\n{OLD_FIRST}"
    assert session.history().receipts[0].outcome == "rolled-back"
    with pytest.raises(NothingToDoError):
        session.undo(receipt.id)
    return receipt.notes[0]


def test_another_tool_that_is_found_takes_it_back(session: Session, home: Home) -> None:
    rehearsal = rehearsed(session)
    later = (home.path / ".profile").read_text() + OLD_FIRST
    (home.path / ".profile").write_text(later)
    why = taken_back(session, session.apply(rehearsal), home.path / ".bashrc")
    assert "login-terminal: go was rehearsed as" in why
    assert (home.path / ".profile").read_text() == later


def test_a_finding_that_was_not_rehearsed_takes_it_back(session: Session, home: Home) -> None:
    rehearsal = rehearsed(session)
    edit = rehearsal.edits[0]
    after = edit.after + b'export PATH="$PATH:~/x"\n'
    other = msgspec.structs.replace(edit, after=after, after_sha256=digest(after))
    why = taken_back(session, session.apply(msgspec.structs.replace(rehearsal, edits=(other,))), home.path / ".bashrc")
    assert why.endswith("was not rehearsed")


def test_a_start_that_became_slow_is_no_matter_of_the_plan(session: Session, home: Home) -> None:
    rehearsal = rehearsed(session)
    (home.path / ".bashrc").write_text("sleep 0.6\n" + (home.path / ".bashrc").read_text())
    found = session.look(parts=("environment", "golang")).snapshot
    assert {f.check for f in found.findings} >= {"slow-startup", "go-shadowed"}
    again = session.simulate(next(f.id for f in found.findings if f.check == "go-shadowed"), snapshot=found)
    assert not [name for name in (*again.vanish, *again.appear, *again.stay) if name.startswith("slow-startup")]
    assert again.plan.id == rehearsal.plan.id
