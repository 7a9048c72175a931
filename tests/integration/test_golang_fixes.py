"""Are Go's settings found at their line in a real home, does taking the line out remove the finding, and does undo bring back the bytes?"""

import json
from pathlib import Path

import pytest
from support.golang_lines import ENV_FILE_STORIES, RC_STORIES
from support.homes import Home

from inspector.engine.session import Session
from inspector.model.look import LookOptions


def session(home: Home) -> Session:
    return Session(LookOptions(home=str(home.path)))


def fix_and_undo(home: Home, check: str, file: Path, number: int) -> None:
    before = file.read_bytes()
    look = session(home)
    found = [f for f in look.look(parts=("environment", "golang")).snapshot.findings if f.check == check]
    assert len(found) == 1, found
    assert (found[0].cause.file, found[0].cause.line) == (str(file), number)
    rehearsal = look.simulate(found[0].id)
    assert found[0].id in rehearsal.vanish
    assert not rehearsal.appear
    receipt = look.apply(rehearsal)
    assert receipt.outcome == "verified"
    assert check not in {f.check for f in look.look(parts=("environment", "golang")).snapshot.findings}
    look.undo(receipt.id)
    assert file.read_bytes() == before


@pytest.mark.parametrize("check", ENV_FILE_STORIES)
def test_a_line_of_the_env_file(home: Home, check: str) -> None:
    home.write(".bashrc", 'PATH="{good}:$PATH"\n')
    file = home.path / ".config" / "go" / "env"
    file.parent.mkdir(parents=True)
    file.write_text(f"# mine\nGOVCS=*:git\n{ENV_FILE_STORIES[check].format(root=home.good.resolve().parent)}\nGONOPROXY=example.com\n")
    fix_and_undo(home, check, file, 3)


@pytest.mark.parametrize("check", RC_STORIES)
def test_a_line_of_bashrc(home: Home, check: str) -> None:
    file = home.write(".bashrc", 'PATH="{good}:$PATH"\n' + RC_STORIES[check] + "\nalias ll='ls -l'\n")
    fix_and_undo(home, check, file, 2)


def test_settings_name_the_line_and_agree_with_the_real_go(home: Home) -> None:
    home.write(".bashrc", 'PATH="{good}:$PATH"\nexport GOFLAGS=-mod=mod\nexport GOPATH=$HOME/gopath\n')
    file = home.path / ".config" / "go" / "env"
    file.parent.mkdir(parents=True)
    file.write_text("GOPRIVATE=example.com/*\nGOFLAGS=-trimpath\n")
    snapshot = Session(LookOptions(home=str(home.path))).look(parts=("environment", "golang")).snapshot
    names = ("GOFLAGS", "GOPATH", "GOPRIVATE", "GOMODCACHE", "GOPROXY", "GOVERSION")
    rows = {name: snapshot.golang.setting(name, "interactive-terminal") for name in names}
    places = {name: row.origin.place() for name, row in rows.items() if row}
    assert places["GOFLAGS"] == f"{home.path}/.bashrc:2"
    assert places["GOPATH"] == f"{home.path}/.bashrc:3"
    assert places["GOPRIVATE"] == f"{file}:1"
    assert "/go.env:" in places["GOPROXY"]
    assert rows["GOFLAGS"] is not None
    assert [origin.place() for origin in rows["GOFLAGS"].overridden] == [f"{file}:2"]
    theirs = json.loads(home.shell("/bin/bash", "-ic", "go env -json"))
    assert {name: row.value for name, row in rows.items() if row} == {name: theirs[name] for name in rows}


def test_the_env_command_names_the_line_of_the_env_file(home: Home) -> None:
    file = home.path / ".config" / "go" / "env"
    file.parent.mkdir(parents=True)
    file.write_text("GOPRIVATE=example.com/*\n")
    contexts = {context["id"]: context for context in home.json("env", "GOPRIVATE")["contexts"]}
    (row,) = contexts["script"]["settings"]
    assert (row["value"], row["origin"]["file"], row["origin"]["line"]) == ("example.com/*", str(file), 1)
    assert home.inspect("env", "GOPRIVATE").returncode == 0
    assert home.inspect("env", "GOTMPDIR").returncode == 1
    assert "~/.config/go/env:1" in home.inspect("env", "--context", "script").stdout
