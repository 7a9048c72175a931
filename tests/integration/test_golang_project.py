"""Does each context's predicted toolchain equal what the real go answers in that project?"""

from pathlib import Path

import pytest
from support.gotrees import GoTree
from support.homes import Home

from inspector.engine.session import Session
from inspector.golang import versions
from inspector.model.golang import Project, Selection
from inspector.model.look import LookOptions

CASES: dict[str, tuple[str, str]] = {
    "plain": ("go 1.22", ""),
    "same": ("go 1.27.3", ""),
    "older-by-env-file": ("go 1.22", "GOTOOLCHAIN=go1.24.11"),
    "floor-and-auto": ("go 1.22", "GOTOOLCHAIN=go1.24.11+auto"),
    "upgrade-by-line": ("go 1.22\n\ntoolchain go1.99.1", ""),
    "upgrade-by-go-line": ("go 1.99.1", "GOTOOLCHAIN=path"),
    "local-refuses": ("go 1.99.1", "GOTOOLCHAIN=local"),
    "default-forbids": ("go 1.22\n\ntoolchain default", ""),
    "modules-off": ("go 1.99.1", "GO111MODULE=off"),
    "invalid": ("go 1.22", "GOTOOLCHAIN=bash"),
    "language-version": ("go 1.22", "GOTOOLCHAIN=go1.26"),
    "impostor": ("go 1.22", "GOTOOLCHAIN=go1.27.9"),
}


@pytest.fixture
def project(home: Home, go119: GoTree, tmp_path: Path) -> Path:
    """A project, and a PATH that also holds go1.24.11 (an impostor of 1.19.8 here) and go1.27.9."""
    names = home.path / "names"
    names.mkdir()
    for name in ("go1.24.11", "go1.27.9"):
        (names / name).symlink_to(go119.go)
    home.write(".bashrc", f'PATH="{{good}}:$PATH:{names}"\nexport GOPROXY=off\n')
    directory = tmp_path / "project"
    directory.mkdir()
    return directory


def predicted(home: Home, project: Path) -> tuple[Project, Selection]:
    snapshot = Session(LookOptions(home=str(home.path), project=str(project))).look(parts=("environment", "golang")).snapshot
    asked = snapshot.golang.project
    assert asked is not None
    return asked, next(s for s in asked.selections if s.context == "interactive-terminal")


@pytest.mark.parametrize("case", CASES)
def test_prediction_equals_the_real_answer(home: Home, project: Path, case: str) -> None:
    lines, env = CASES[case]
    (project / "go.mod").write_text(f"module example.com/p\n\n{lines}\n")
    if env:
        file = home.path / ".config" / "go" / "env"
        file.parent.mkdir(parents=True)
        file.write_text(env + "\n")
    asked, chosen = predicted(home, project)
    real = home.shell("/bin/bash", "-ic", f"cd {project} && go version 2>&1")
    words = real.splitlines()[-1] if real else ""
    if chosen.found == "nowhere":
        assert chosen.prints.replace("go: ", "").split(" for ")[0].split(":")[0] in words or "is a language version" in words
    else:
        assert f"go version go{chosen.selected} " in words, (chosen, real)
    assert asked.module == "example.com/p"
    assert asked.per_context["interactive-terminal"] == chosen.selected


def test_what_a_refusing_go_prints_is_foretold_word_for_word(home: Home, project: Path) -> None:
    (project / "go.mod").write_text("module example.com/p\n\ngo 1.99.1\n")
    (project / "p.go").write_text("package p\n")
    file = home.path / ".config" / "go" / "env"
    file.parent.mkdir(parents=True)
    file.write_text("GOTOOLCHAIN=local\n")
    _, chosen = predicted(home, project)
    assert home.shell("/bin/bash", "-ic", f"cd {project} && go build . 2>&1") == chosen.prints


def test_the_current_directory_is_the_project_where_a_go_mod_governs_it(home: Home, project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (project / "go.mod").write_text("module example.com/p\n\ngo 1.22\n")
    (project / "below").mkdir()
    options = LookOptions(home=str(home.path), execute=False)
    monkeypatch.chdir(project / "below")
    found = Session(options).look(parts=("environment", "golang")).snapshot.golang.project
    assert found is not None
    assert (found.dir, found.governed_by) == (str(project / "below"), str(project / "go.mod"))
    monkeypatch.chdir(home.path)
    assert Session(options).look(parts=("environment", "golang")).snapshot.golang.project is None


def test_a_go_work_above_beats_the_go_mod(home: Home, project: Path) -> None:
    below = project / "deep" / "module"
    below.mkdir(parents=True)
    (below / "go.mod").write_text("module example.com/p\n\ngo 1.22\n")
    (project / "go.work").write_text("go 1.99.1\n\nuse ./deep/module\n")
    asked, chosen = predicted(home, below)
    assert asked.governed_by == str(project / "go.work")
    assert versions.release(chosen.wanted) == "1.99.1"
    assert "download go1.99.1" in home.shell("/bin/bash", "-ic", f"cd {below} && go version 2>&1")
