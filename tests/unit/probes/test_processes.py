"""Is it seen which PATH a running program has, and whether it is older than the file that would change it?"""

import os
import shutil
import subprocess
import time
from pathlib import Path

import pytest
from support.shell_homes import ShellHome

from inspector.model.environment import RunningProgram
from inspector.probes import environment


def seen(home: ShellHome, pid: int) -> RunningProgram | None:
    found = environment.probe(home.host(), contexts=("interactive-terminal",), identify=lambda _host, _path: "unknown")
    return next((program for program in found.processes if program.pid == pid), None)


@pytest.fixture
def gopls(shell_home: ShellHome, tmp_path: Path) -> Path:
    """A program called gopls that does nothing for a minute."""
    made = tmp_path / "gopls"
    shutil.copy("/bin/sleep", made)
    return made


def test_a_program_is_stale_after_an_edit_that_matters(shell_home: ShellHome, gopls: Path) -> None:
    rc = shell_home.write(".bashrc", "export GOFLAGS=-x\n")
    os.utime(rc, (time.time() - 3600, time.time() - 3600))
    program = subprocess.Popen([str(gopls), "60"], env={"PATH": "/usr/bin:/bin", "HOME": str(shell_home.path)})
    try:
        time.sleep(0.1)
        before = seen(shell_home, program.pid)
        assert before is not None
        assert (before.name, before.path, before.stale) == ("gopls", "/usr/bin:/bin", False)
        rc.write_text("export PATH=/new/go/bin:$PATH\n")
        os.utime(rc, (time.time() + 2, time.time() + 2))
        after = seen(shell_home, program.pid)
        assert after is not None
        assert after.stale is True
        assert "restart it" in after.why
        assert str(rc) in after.why
        rc.write_text("alias x=y\n")
        os.utime(rc, (time.time() + 2, time.time() + 2))
        same = seen(shell_home, program.pid)
        assert same is not None
        assert (same.stale, "still the same" in same.why) == (False, True)
    finally:
        program.kill()
        program.wait()


def test_a_shell_says_that_it_cannot_be_known(shell_home: ShellHome) -> None:
    program = subprocess.Popen(["/bin/bash", "--norc", "-c", "sleep 60; :"], env={"PATH": "/usr/bin:/bin"})
    try:
        time.sleep(0.1)
        rc = shell_home.write(".bashrc", "PATH=/x:$PATH\n")
        os.utime(rc, (time.time() + 2, time.time() + 2))
        found = seen(shell_home, program.pid)
        assert found is not None
        assert (found.stale, found.go) == ("unknown", "/usr/bin/go" if Path("/usr/bin/go").exists() else "")
    finally:
        subprocess.run(["pkill", "-P", str(program.pid)], check=False)
        program.kill()
        program.wait()


def test_a_program_that_overwrote_its_environment_is_left_out(shell_home: ShellHome, gopls: Path) -> None:
    program = subprocess.Popen([str(gopls), "60"], env={})
    try:
        time.sleep(0.1)
        assert seen(shell_home, program.pid) is None
    finally:
        program.kill()
        program.wait()
