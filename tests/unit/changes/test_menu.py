"""Does the menu entry start this program, touch only the user's data directory, and leave nothing of ours behind?"""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from inspector.changes import menu

ENTRY = f"applications/{menu.ID}.desktop"


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty home whose data directory nobody has made yet."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("XDG_DATA_DIRS", str(tmp_path / "system"))
    return tmp_path / "data"


def files(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


def test_looking_writes_nothing(data: Path) -> None:
    state = menu.state()
    assert not state.installed
    assert {file.state for file in state.files} == {"absent"}
    assert not data.exists()


def test_installed_validated_and_removed_to_the_last_file(data: Path, tmp_path: Path) -> None:
    state = menu.install()
    assert state.installed
    assert {file.state for file in state.files} == {"same"}
    assert {file.path for file in state.files} <= {str(data / name) for name in files(data)}
    checked = subprocess.run(["desktop-file-validate", str(data / ENTRY)], capture_output=True, text=True)
    assert (checked.returncode, checked.stdout + checked.stderr) == (0, "")
    text = (data / ENTRY).read_text()
    assert f"TryExec={menu.launch_command()[0]}\n" in text
    assert "Exec=go-inspector" not in text
    assert {path.name for path in tmp_path.iterdir()} == {"data"}
    assert not menu.remove().installed
    left = {name for name in files(data) if not name.startswith("mime/")}
    assert left <= {"applications/mimeinfo.cache"}, "only what the desktop's own tools wrote may stay"
    assert not any(menu.ID.encode() in (data / name).read_bytes() for name in files(data))


def test_an_older_entry_of_ours_is_replaced(data: Path) -> None:
    menu.install()
    (data / ENTRY).write_text((data / ENTRY).read_text() + "X-Old=1\n")
    assert {file.state for file in menu.state().files if file.path.endswith(".desktop")} == {"older"}
    menu.install()
    assert "X-Old" not in (data / ENTRY).read_text()


@pytest.mark.parametrize("act", [menu.install, menu.remove])
def test_somebody_elses_entry_is_left_alone(data: Path, act) -> None:
    (data / ENTRY).parent.mkdir(parents=True)
    (data / ENTRY).write_text("[Desktop Entry]\nName=mine\n")
    state = act()
    assert str(data / ENTRY) in state.why
    assert files(data) - {"applications/mimeinfo.cache"} == {ENTRY}
    assert (data / ENTRY).read_text() == "[Desktop Entry]\nName=mine\n"


def test_a_packages_entry_is_enough(data: Path, tmp_path: Path) -> None:
    (tmp_path / "system/applications").mkdir(parents=True)
    (tmp_path / "system" / ENTRY).touch()
    assert str(tmp_path / "system" / ENTRY) in menu.install().why
    assert not data.exists()


@pytest.mark.parametrize("path", ["/opt/plain", "/home/a b/Go $HOME `x` \"q\" \\ 100/App.AppImage", "/tmp/Go Inspector's.AppImage"])
def test_any_path_starts_by_the_desktops_own_rules(path: str, data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A program at that path says so when GLib, which knows the rules, starts the entry."""
    program = tmp_path / path.lstrip("/")
    program.parent.mkdir(parents=True)
    said = tmp_path / "said"
    program.write_text(f'#!/bin/sh\nprintf "%s\\n" "$@" >"{said}.new"; mv "{said}.new" "{said}"\n')
    program.chmod(0o755)
    monkeypatch.setitem(sys._xoptions, "go_inspector_image", str(program))
    menu.install()
    subprocess.run(["gio", "launch", str(data / ENTRY), "/etc/hostname"], check=True, capture_output=True, timeout=20)
    deadline = subprocess.run(["sh", "-c", f'n=0; until [ -e "{said}" ] || [ $n -gt 100 ]; do sleep 0.1; n=$((n+1)); done'], timeout=30)
    assert deadline.returncode == 0
    assert said.read_text() == "window\n/etc/hostname\n"


@pytest.mark.parametrize("sign", ["%", "="])
def test_a_path_no_entry_can_hold_is_refused_with_the_reason(sign: str, data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys._xoptions, "go_inspector_image", f"/opt/Go{sign}.AppImage")
    assert f"/opt/Go{sign}.AppImage" in menu.install().why
    assert not data.exists()


def test_the_command_shows_and_does_not_act_unasked(data: Path) -> None:
    def run(*words: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "inspector", "menu", *words]
        return subprocess.run(command, capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=60, env=dict(os.environ))

    asked = run("install")
    assert asked.returncode == 1
    assert not data.exists()
    assert str(data / ENTRY).replace(str(data.parent), "~") in asked.stdout
    assert json.loads(run("install", "--yes", "--json").stdout)["installed"] is True
    assert json.loads(run("show", "--json").stdout)["installed"] is True
    assert json.loads(run("remove", "--yes", "--json").stdout)["installed"] is False
    assert not (data / ENTRY).exists()
