"""Where neither bubblewrap nor namespaces work: does nothing that a shell does under Landlock last, and does nothing get out?"""

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest
from support.escapes import CONNECT, ESCAPES, running
from support.shell_homes import ShellHome

from inspector.engine.session import Session
from inspector.host import confined, confinement, sandbox, sandbox_filter
from inspector.host.base import SandboxInfo, TraceOutcome, TraceRun
from inspector.model.look import LookOptions

pytestmark = pytest.mark.skipif(
    confined.abi() < confined.LEAST_ABI or not sandbox_filter.program(), reason=f"Landlock {confined.abi()} here, {confined.LEAST_ABI} is needed"
)
NAP = f"74{os.getpid()}"
USERS = pytest.mark.parametrize("uid", [-1, pytest.param(12345, marks=pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another"))])


def python(code: str) -> str:
    """A command that runs this with the name of a file of the user in `kept`."""
    return f'/usr/bin/python3 -c \'import os; kept = os.environ["HOME"] + "/kept"; {code}\''


LASTING = {
    "mode": "chmod 777 ~/kept ~",
    "owner": "chown 12345 ~/kept; chgrp 12345 ~/kept",
    "time": "touch -d 2001-01-01 ~/kept; touch ~/kept",
    "attribute": "setfattr -n user.gi -v x ~/kept; " + python('os.setxattr(kept, b"user.gi", b"x")'),
    "content": "echo x >~/kept; : >>~/kept; dd if=/dev/null of=~/kept; " + python("os.truncate(kept, 0)"),
    "emptied-reading": python("os.open(kept, os.O_RDONLY | os.O_TRUNC)"),
    "names": "mv ~/kept ~/lost; ln ~/kept ~/other; ln -s ~/kept ~/link; rm -rf ~/kept; mkdir ~/new; mkfifo ~/pipe; echo x >~/file",
    "outside": "echo x >/tmp/gi-confined-file; echo x >/dev/shm/gi-confined-file; echo x >/var/tmp/gi-confined-file",
}


@pytest.fixture
def landlock(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine on which nothing else works."""
    monkeypatch.setattr(sandbox, "choose", lambda: SandboxInfo("landlock", "no namespace here", confinement.HIDES))


@pytest.fixture
def home(tmp_path: Path, landlock: None) -> Path:
    tmp_path.chmod(0o755)
    for parent in tmp_path.parents:
        if parent.name.startswith("pytest"):
            parent.chmod(0o755)
    made = tmp_path / "home"
    made.mkdir(mode=0o777)
    made.chmod(0o777)
    (made / "kept").write_text("real")
    (made / "kept").chmod(0o666)
    return made


def run(home: Path, script: str, *, uid: int = -1, timeout_s: float = 10.0) -> TraceOutcome:
    """`bash -c SCRIPT` under Landlock."""
    environ = {"HOME": str(home), "PATH": "/usr/sbin:/usr/bin:/sbin:/bin"}
    argv = ("/bin/bash", "-c", script)
    return sandbox.run(TraceRun(argv=argv, argv0="bash", environ=environ, home=str(home), uid=uid, gid=uid, timeout_s=timeout_s))


def scratches() -> set[str]:
    return {str(path) for place in ("/dev/shm", "/tmp") for path in Path(place).glob("go-inspector-shell-*")}


@USERS
@pytest.mark.parametrize("way", LASTING)
def test_nothing_at_home_changes(home: Path, uid: int, way: str) -> None:
    for name in ("kept", "."):
        os.chown(home / name, uid, uid) if uid >= 0 else None

    def state() -> list[object]:
        found = (home / "kept").stat()
        attributes = os.listxattr(home / "kept")
        return [
            (home / "kept").read_bytes(),
            found.st_mode,
            found.st_uid,
            found.st_gid,
            found.st_mtime_ns,
            attributes,
            os.listdir(home),
            home.stat().st_mode,
        ]

    before, scratch = state(), scratches()
    outcome = run(home, f"{LASTING[way]}; echo end >&187", uid=uid)
    assert (outcome.status, outcome.trace) == ("ended", b"end\n"), outcome
    assert state() == before
    assert not any(Path(place, "gi-confined-file").exists() for place in ("/tmp", "/dev/shm", "/var/tmp"))
    assert scratches() == scratch


@USERS
@pytest.mark.parametrize("way", ESCAPES)
def test_no_way_out(home: Path, uid: int, way: str) -> None:
    before = [Path(p).read_text() for p in ("/proc/sys/kernel/core_pattern", "/proc/sys/vm/swappiness")]
    outside = subprocess.Popen(["/bin/sleep", "60"])
    try:
        outcome = run(home, f"OUTSIDE={outside.pid}; {ESCAPES[way]}", uid=uid)
        assert outcome.status == "ended", outcome
        assert outside.poll() is None
    finally:
        outside.kill()
        outside.wait()
    if way not in ("device", "ptrace"):  # what is only named there can be listed, but neither read nor written: the next test
        assert b"escaped" not in outcome.trace, outcome
    assert not any(os.path.exists(f"{place}/gi-escaped") for place in ("/etc", "/usr", "/var/lib"))
    assert [Path(p).read_text() for p in ("/proc/sys/kernel/core_pattern", "/proc/sys/vm/swappiness")] == before


def test_memory_of_others_is_neither_read_nor_written(home: Path) -> None:
    outside = subprocess.Popen(["/bin/sleep", "60"])
    try:
        script = f"head -c1 /proc/{outside.pid}/environ >&187; cat /proc/{outside.pid}/maps >&187; echo x >/proc/{outside.pid}/mem; ulimit -n 64"
        assert run(home, script).trace == b""
    finally:
        outside.kill()
        outside.wait()


@USERS
def test_no_socket_outside_answers(home: Path, servers: tuple[str, int], uid: int) -> None:
    outcome = run(home, CONNECT.format(path=servers[0], port=servers[1]), uid=uid)
    assert outcome.trace.split(b"\n")[:3] == [b"refused path", b"refused abstract", b"refused tcp"], outcome


@USERS
def test_daemons_are_gone_however_the_start_ends(home: Path, uid: int) -> None:
    daemons = "setsid sleep N & (sleep N &) ; (setsid bash -c 'trap \"\" TERM HUP; sleep N' &); nohup setsid sleep N >/dev/null 2>&1 & "
    outcome = run(home, f"{daemons} echo done >&187".replace("N", NAP), uid=uid)
    assert (outcome.status, outcome.trace) == ("ended", b"done\n"), outcome
    assert running(f"sleep {NAP}") == ""
    outcome = run(home, f"{daemons} trap '' TERM HUP INT; sleep N".replace("N", NAP), uid=uid, timeout_s=0.7)
    assert outcome.status == "timed-out"
    assert running(f"sleep {NAP}") == ""


def test_the_end_of_the_agent_is_the_end_of_the_shell(home: Path) -> None:
    code = f"""if True:
        import sys; sys.path.insert(0, {str(Path(__file__).parents[3])!r})
        from inspector.host import sandbox
        from inspector.host.base import TraceRun
        argv = ("/bin/bash", "-c", "setsid sleep {NAP}1 & sleep {NAP}1")
        sandbox._start(TraceRun(argv=argv, argv0="bash", environ={{"PATH": "/usr/bin:/bin"}}), "landlock")
    """
    agent = subprocess.Popen([sys.executable, "-c", code])
    until = time.monotonic() + 20
    while not running(f"sleep {NAP}1") and time.monotonic() < until:
        time.sleep(0.02)
    assert running(f"sleep {NAP}1")
    agent.kill()
    agent.wait()
    while running(f"sleep {NAP}1") and time.monotonic() < until:
        time.sleep(0.02)
    assert running(f"sleep {NAP}1") == ""
    for left in scratches():
        shutil.rmtree(left, ignore_errors=True)


def test_scratch_can_be_written_and_endless_output_is_cut(home: Path) -> None:
    assert run(home, "echo here >$TMPDIR/x && mkdir -m 0 $TMPDIR/y && cat $TMPDIR/x >&187; cat <<E >&187\nfed\nE").trace == b"here\nfed\n"
    assert run(home, "yes >&187", timeout_s=60).status == "output-limit"


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_what_the_real_shell_ends_with_is_shown_with_predicted_lines(shell_home: ShellHome, landlock: None, shell: str) -> None:
    shell_home.shell = f"/bin/{shell}"
    name = {"bash": ".bashrc", "zsh": ".zshrc", "fish": ".config/fish/config.fish"}[shell]
    shell_home.write(name, "set -gx PATH /added $PATH\n" if shell == "fish" else "PATH=/added:$PATH\n")
    found = shell_home.look("interactive-terminal")
    assert found.known == "observed", found.why
    assert ":".join(entry.entry for entry in found.path) == shell_home.real(f"/bin/{shell}", "-ic", TERM="dumb")["PATH"]
    assert (Path(found.path[0].origin.file).name, found.path[0].origin.line) == (Path(name).name, 1)
    assert found.path[0].origin.confidence != "exact"


def test_the_scratch_directory_is_nobodys_tmpdir(home: Path) -> None:
    home.chmod(0o755)
    (home / ".bashrc").write_text("export GOFLAGS=-mod=mod\n")
    snapshot = Session(LookOptions(home=str(home), shell="/bin/bash")).look(parts=("environment", "golang")).snapshot
    terminal = snapshot.environment.context("interactive-terminal")
    assert terminal is not None
    assert "nothing can be laid over its files" in terminal.why, "seen under Landlock"
    names = {variable.name: variable.value for variable in terminal.variables}
    assert names["GOFLAGS"] == "-mod=mod"
    assert names.get("TMPDIR") == os.environ.get("TMPDIR")
    assert [finding.id for finding in snapshot.findings if finding.check == "tmpdir-missing"] == []
