"""Dotfile managers are recognised by what they leave on disk, and get what keeps a change from being undone."""

import shutil
import subprocess
from pathlib import Path

import pytest

from inspector.changes.edits import materialize
from inspector.changes.gitindex import tracked
from inspector.changes.owners import Owner, owner_of
from inspector.changes.problems import Refused
from inspector.host.local import LocalHost
from inspector.model.base import text
from inspector.model.plan import Plan, PutFirstInPath


@pytest.fixture
def home(tmp_path: Path) -> Path:
    path = tmp_path / "home"
    path.mkdir()
    (path / ".bashrc").write_bytes(b"alias l=ls\n")
    return path


def owner(home: Path, name: str = ".bashrc") -> Owner | None:
    return owner_of(LocalHost(home=str(home)), str(home / name))


def plan(path: Path) -> Plan:
    step = PutFirstInPath(file=str(path), directory="/usr/local/go/bin", shell="bash")
    return Plan(id="p", finding="f", title=text("t"), reason=text("r"), safety="safe", steps=(step,))


def git(directory: Path, *words: str, git_dir: str = "") -> None:
    place = ["--git-dir", git_dir, "--work-tree", str(directory)] if git_dir else []
    environ = {"PATH": "/usr/bin:/bin", "HOME": str(directory), "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_SYSTEM": "/dev/null"}
    subprocess.run(["git", *place, *words], cwd=directory, env=environ, check=True, capture_output=True)


def test_an_ordinary_dotfile_is_only_the_users(home: Path) -> None:
    assert owner(home) is None
    assert owner(home, ".profile") is None


def test_a_stow_farm_is_edited_behind_the_link_and_said(home: Path) -> None:
    (home / "dotfiles/bash").mkdir(parents=True)
    (home / ".bashrc").rename(home / "dotfiles/bash/.bashrc")
    (home / ".bashrc").symlink_to("dotfiles/bash/.bashrc")
    found = owner(home)
    assert found is not None
    assert (found.manager, found.source) == ("link-farm", str(home / "dotfiles/bash"))
    (edit,) = materialize(LocalHost(home=str(home)), plan(home / ".bashrc"))
    assert edit.target == str(home / "dotfiles/bash/.bashrc")
    assert "a link into" in edit.notes[0].render()


@pytest.mark.parametrize("version", ["2", "4"])
def test_a_tracked_dotfile_wants_a_commit(home: Path, version: str) -> None:
    for number in range(20):
        (home / f"f{number}").write_bytes(b"")
    git(home, "init", "-q")
    git(home, "config", "index.version", version)
    assert owner(home) is None
    git(home, "add", ".bashrc", *(f"f{number}" for number in range(20)))
    git(home, "update-index", "--index-version", version)
    found = owner(home)
    assert found is not None
    assert (found.manager, found.source) == ("git", str(home))
    assert len(tracked((home / ".git/index").read_bytes())) == 21


@pytest.mark.parametrize(("place", "manager"), [(".local/share/yadm/repo.git", "yadm"), (".cfg", "git")])
def test_repositories_with_the_home_as_work_tree(home: Path, place: str, manager: str) -> None:
    (home / place).parent.mkdir(parents=True, exist_ok=True)
    git(home, "init", "-q", "--bare", str(home / place))
    git(home, "add", "-f", ".bashrc", git_dir=str(home / place))
    found = owner(home)
    assert found is not None
    assert (found.manager, found.source) == (manager, str(home / place))
    assert owner(home, ".profile") is None


def test_chezmoi_gets_the_same_change(home: Path) -> None:
    source = home / ".local/share/chezmoi/home/private_dot_config/exact_go/private_env"
    source.parent.mkdir(parents=True)
    (home / ".local/share/chezmoi/.chezmoiroot").write_text("home\n")
    target = home / ".config/go/env"
    target.parent.mkdir(parents=True)
    for path in (source, target):
        path.write_bytes(b"export A=1\n")
    found = owner(home, ".config/go/env")
    assert found is not None
    assert (found.manager, found.source, found.mirrored) == ("chezmoi", str(source), True)
    edits = materialize(LocalHost(home=str(home)), plan(target))
    assert [edit.path for edit in edits] == [str(target), str(source)]
    assert edits[0].after == edits[1].after


@pytest.mark.parametrize(("name", "data"), [("dot_bashrc.tmpl", b"alias l=ls\n"), ("modify_dot_bashrc", b"alias l=ls\n"), ("dot_bashrc", b"other\n")])
def test_chezmoi_sources_that_are_not_the_text_itself_are_only_named(home: Path, name: str, data: bytes) -> None:
    (home / ".config/chezmoi").mkdir(parents=True)
    (home / ".config/chezmoi/chezmoi.toml").write_text('sourceDir = "~/src"\n')
    (home / "src").mkdir()
    (home / "src" / name).write_bytes(data)
    found = owner(home)
    assert found is not None
    assert (found.manager, found.mirrored) == ("chezmoi", False)
    (edit,) = materialize(LocalHost(home=str(home)), plan(home / ".bashrc"))
    assert "chezmoi edit" in edit.notes[0].render()


def test_a_store_is_read_only(home: Path) -> None:
    store = Path("/nix/store/00000000000000000000000000000000-home-manager-files")
    if store.parent.exists():
        pytest.skip("this machine has a real Nix store")
    (home / ".bashrc").unlink()
    (home / ".bashrc").symlink_to(store / ".bashrc")
    with pytest.raises(Refused) as refusal:
        materialize(LocalHost(home=str(home)), plan(home / ".bashrc"))
    assert refusal.value.reason == "managed"
    assert "home-manager" in str(refusal.value)


def test_damage_in_an_index_ends_the_list(home: Path) -> None:
    git(home, "init", "-q")
    git(home, "add", ".bashrc")
    data = (home / ".git/index").read_bytes()
    for length in range(len(data)):
        assert tracked(data[:length]) <= {b".bashrc"}
    shutil.rmtree(home / ".git")
    assert tracked(b"\xff" * 200) == frozenset()
