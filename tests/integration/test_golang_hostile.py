"""Does a look at a hostile home and repository execute, write or connect anything of theirs? Seen by strace, over the whole look."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from support.homes import Home

TOP = Path(__file__).parents[2]
_EXEC = re.compile(r'execve(?:at)?\((?:AT_FDCWD|\d+)?,? ?"([^"]*)"')
_OPEN_FOR_WRITING = re.compile(r'openat\([^,]+, "([^"]*)", [^)]*(?:O_WRONLY|O_RDWR|O_CREAT)')


def canary(path: Path, marker: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\ntouch {marker}\n")
    path.chmod(0o755)
    return path


def hostile(home: Home, repository: Path, marker: Path) -> None:
    """Everything that other tools would run or obey."""
    evil = canary(home.path / "evil" / "go", marker)
    canary(home.path / "evil" / "go1.99.9", marker)
    canary(home.path / "evil" / "git", marker)
    canary(home.path / ".goenv" / "shims" / "go", marker)
    canary(home.path / ".asdf" / "shims" / "go", marker)
    canary(home.path / "sdk" / "go1.99.1" / "bin" / "go", marker)
    canary(home.path / "go" / "bin" / "gopls", marker)
    os.symlink(evil, repository / "go")
    canary(repository / "bin" / "go", marker)
    (repository / "go.mod").write_text("module evil\n\ngo 1.99\n\ntoolchain go1.99.9\n")
    (repository / "go.work").write_text("go 1.99\n\nuse .\n")
    for name in (".envrc", ".tool-versions", "mise.toml", ".go-version", "GNUmakefile"):
        (repository / name).write_text(f"golang 1.99.9\n$(touch {marker})\n`touch {marker}`\n")
    (repository / ".git").mkdir()
    (repository / ".git" / "config").write_text(f"[core]\n\tfsmonitor = touch {marker}\n\tsshCommand = touch {marker}\n")
    settings = repository / ".vscode" / "settings.json"
    settings.parent.mkdir()
    settings.write_text(f'{{"go.goroot": "{home.path}/evil", "go.toolsEnvVars": {{"GOFLAGS": "-toolexec={evil}"}}}}')
    env = home.path / ".config" / "go" / "env"
    env.parent.mkdir(parents=True)
    env.write_text(f"GOFLAGS=-toolexec={evil}\nGOTOOLCHAIN=go1.99.9+auto\nGOPROXY=http://192.0.2.1\nCC={evil}\n")
    home.write(".bashrc", f'PATH=".:{home.path}/evil::{repository}/bin:~/x:{{good}}:$PATH:"\nexport GOROOT={home.path}/evil\n')


@pytest.mark.parametrize("execute", [False, True])
def test_nothing_foreign_is_executed_written_or_connected(home: Home, tmp_path: Path, execute: bool) -> None:
    marker, repository, trace = tmp_path / "marker", tmp_path / "repository", tmp_path / "trace"
    repository.mkdir()
    hostile(home, repository, marker)
    before = {path: path.lstat().st_mtime_ns for root in (home.path, repository) for path in root.rglob("*")}
    command = [sys.executable, "-m", "inspector", "snapshot", "--json", "--home", str(home.path), "--project", str(repository)]
    command += [] if execute else ["--no-sandbox-run"]
    strace = ["strace", "-f", "-qq", "-s", "4096", "-o", str(trace), "-e", "trace=execve,execveat,connect,socket,openat"]
    environ = home.environ(PYTHONPATH=str(TOP), PYTHONDONTWRITEBYTECODE="1", PATH=f"{home.path}/evil:/usr/bin:/bin")
    done = subprocess.run([*strace, *command], cwd=repository, env=environ, capture_output=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    assert not marker.exists()
    calls = trace.read_text(errors="replace").splitlines()
    executed = {found.group(1) for call in calls if (found := _EXEC.search(call))}
    assert executed
    ours = (str(home.path), str(repository))
    assert not [path for path in executed if path.startswith(ours) or not path.startswith("/")]
    assert not [path for path in executed if path.rpartition("/")[2].startswith(("go", "git"))]
    assert not [call for call in calls if ("connect(" in call or "socket(" in call) and "AF_INET" in call]
    if not execute:
        written = [found.group(1) for call in calls if (found := _OPEN_FOR_WRITING.search(call))]
        assert not [path for path in written if path.startswith(ours)]
    after = {path: path.lstat().st_mtime_ns for root in (home.path, repository) for path in root.rglob("*")}
    assert after == before
