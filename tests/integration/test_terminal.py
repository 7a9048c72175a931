"""Does the button's terminal have the repaired environment, whatever terminal program is there, and is nothing written?"""

import time
from pathlib import Path

import pytest
from support.homes import Home

from inspector.engine import terminal
from inspector.engine.session import NothingToDoError, Session
from inspector.model.look import LookOptions

# A terminal program: a pseudo-terminal whose user types one line.
_TERMINAL = "#!/bin/sh\nshift\nprintf 'command -v go >{answer}; exit\\n' | exec script -qec \"$*\" /dev/null\n"


@pytest.fixture
def session(home: Home, monkeypatch: pytest.MonkeyPatch) -> Session:
    home.write(".bashrc", '# mine\nPATH="{good}:$PATH"\nexport PATH="/usr/bin:$PATH"\n')
    monkeypatch.setenv("HOME", str(home.path))
    return Session(LookOptions(home=str(home.path), shell="/bin/bash"))


def shadowed(session: Session) -> str:
    findings = session.look(parts=("environment", "golang")).snapshot.findings
    return next(finding.id for finding in findings if finding.check == "go-shadowed" and finding.cause.line)


def test_a_terminal_program_runs_the_repaired_shell(session: Session, home: Home, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    answer, programs = tmp_path / "answer", tmp_path / "programs"
    programs.mkdir()
    (programs / "gnome-terminal").write_text(_TERMINAL.format(answer=answer))
    (programs / "gnome-terminal").chmod(0o755)
    monkeypatch.setenv("PATH", f"{programs}:/usr/bin:/bin")
    before = home.bytes_of_all()
    assert terminal.open_repaired(session, shadowed(session)) == "gnome-terminal"
    end = time.monotonic() + 90
    while not (answer.exists() and answer.read_text().endswith("\n")):
        assert time.monotonic() < end, "the terminal never answered"
        time.sleep(0.1)
    assert answer.read_text().strip() == f"{home.good}/go"
    kept = home.bytes_of_all()
    assert {name: kept[name] for name in before} == before


def test_where_there_is_none_that_is_said(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    finding = shadowed(session)
    monkeypatch.setattr(terminal.shutil, "which", lambda _name: None)
    with pytest.raises(NothingToDoError, match="fix shell"):
        terminal.open_repaired(session, finding)
