"""Is somebody asked before a file is written in place, and told beforehand what cannot be changed? On real files, hard-linked and open."""

import os
from pathlib import Path

import pytest
from support.homes import Home

from inspector.changes.problems import Refused
from inspector.engine.session import Session
from inspector.model.look import LookOptions

DEAD = 'export EDITOR=vi\nexport PATH="$PATH:$HOME/gone"\n'


@pytest.fixture
def linked(home: Home) -> Path:
    """A .bashrc that needs a remedy and has another name."""
    home.write(".profile", ". ~/.bashrc\n")
    rc = home.write(".bashrc", DEAD)
    os.link(rc, home.path / "kept-elsewhere")
    return rc


def dead_entry(session: Session) -> str:
    found = session.look(parts=("environment", "golang")).snapshot.findings
    return next(finding.id for finding in found if finding.check == "path-missing-entry")


def test_a_hard_link_is_asked_about_and_stays_one_file(home: Home, linked: Path) -> None:
    session = Session(LookOptions(home=str(home.path), shell="/bin/bash"))
    rehearsal = session.simulate(dead_entry(session))
    assert [ask.params["path"] for ask in rehearsal.asks] == [str(linked)]
    with pytest.raises(Refused, match="nobody agreed"):
        session.apply(rehearsal)
    assert linked.read_text() == DEAD
    receipt = session.apply(rehearsal, agreed=True)
    assert receipt.outcome == "verified", receipt.notes
    assert linked.samefile(home.path / "kept-elsewhere")
    assert linked.read_text() != DEAD
    session.undo(receipt.id)
    assert (home.path / "kept-elsewhere").read_text() == DEAD


def test_on_the_command_line_yes_alone_is_no_answer(home: Home, linked: Path) -> None:
    refused = home.inspect("fix", "apply", "path-missing-entry", "--yes")
    assert (refused.returncode, "--in-place" in refused.stderr) == (1, True), refused.stderr
    assert linked.read_text() == DEAD
    assert home.inspect("fix", "apply", "--all-safe", "--yes").returncode == 1, "what needs an answer is not part of a batch"
    assert linked.read_text() == DEAD
    done = home.inspect("fix", "apply", "path-missing-entry", "--yes", "--in-place")
    assert done.returncode == 0, done.stdout + done.stderr
    assert linked.samefile(home.path / "kept-elsewhere")


def test_what_the_pen_would_refuse_is_told_by_the_rehearsal(home: Home) -> None:
    home.write(".profile", ". ~/.bashrc\n")
    rc = home.write(".bashrc", DEAD)
    session = Session(LookOptions(home=str(home.path), shell="/bin/bash"))
    finding = dead_entry(session)
    home.path.chmod(0o777)
    rehearsal = session.simulate(finding)
    assert "others may write in" in rehearsal.refused
    assert not rehearsal.removes
    assert rehearsal.by_hand.startswith("#!/bin/sh"), "what to do instead"
    home.path.chmod(0o755)
    assert session.simulate(finding).removes
    assert rc.read_text() == DEAD
