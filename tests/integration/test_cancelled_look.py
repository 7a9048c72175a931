"""Is a look that hangs in somebody's init file ended when it is not wanted any more? What it saw stays, says so, and nothing runs on."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from support.agents import AgentProcess
from support.homes import Home

from inspector.model import messages as msg
from inspector.model.environment import LaunchContext
from inspector.model.snapshot import Snapshot

TOP = Path(__file__).resolve().parents[2]
SLEEP = "/usr/bin/sleep 3217.25"
"""Nobody else sleeps for so long."""


def sleepers() -> list[int]:
    """Processes that run what the init file starts: as long as one is there, so is the sandbox around it."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal():
            try:
                words = (entry / "cmdline").read_bytes()
            except OSError:
                continue
            if words.split(b"\0")[1:2] == [b"3217.25"]:
                found.append(int(entry.name))
    return found


def wait_until(true, timeout_s: float = 15.0) -> float:
    begun = time.monotonic()
    while not true():
        assert time.monotonic() < begun + timeout_s
        time.sleep(0.02)
    return time.monotonic() - begun


def hanging(home: Home) -> None:
    """A home whose interactive shells never get to the end; its login shell only reads .profile."""
    home.write(".profile", 'PATH="{good}:$PATH"\n')
    home.write(".bashrc", f'export PATH="/usr/bin:$PATH"\n{SLEEP}\n')


def context(snapshot: Snapshot, name: str) -> LaunchContext:
    found = snapshot.environment.context(name)
    assert found is not None
    return found


def whole(message: msg.SnapshotReady) -> bool:
    return not message.partial


def test_the_first_look_is_cancelled(home: Home) -> None:
    hanging(home)
    with AgentProcess(home) as agent:
        assert agent.expect(msg.SnapshotReady).partial
        wait_until(sleepers)
        cancelled, running = time.monotonic(), set(sleepers())
        agent.ask(msg.Cancel(id=0))
        snapshot = agent.expect(msg.SnapshotReady, whole).snapshot
        took = time.monotonic() - cancelled
        assert running.isdisjoint(sleepers())
        agent.expect(msg.Progress, lambda progress: progress.id == 0 and not progress.stage)
    assert took < 5, "shells may take ten seconds each, and there are several"
    assert snapshot.look.failed["environment"].startswith("the look was cancelled; ")
    assert snapshot.look.failed["golang"] == "the look was cancelled"
    assert snapshot.kernel.capabilities, "what was seen before stays"
    cut = context(snapshot, "interactive-terminal")
    assert cut.known == "predicted"
    assert "the look was cancelled" in cut.why
    assert [entry.entry for entry in cut.path][:1] == ["/usr/bin"], "foretold from its files"


def test_a_later_look_keeps_what_the_earlier_one_saw(home: Home) -> None:
    home.write(".profile", 'PATH="{good}:$PATH"\n')
    home.write(".bashrc", 'export PATH="/opt/seen:$PATH"\n')
    with AgentProcess(home) as agent:
        before = agent.expect(msg.SnapshotReady, whole).snapshot
        assert context(before, "interactive-terminal").known == "observed"
        agent.expect(msg.Status)
        hanging(home)
        wait_until(sleepers)
        running = set(sleepers())
        agent.ask(msg.Cancel(id=0))
        after = agent.expect(msg.SnapshotReady, lambda message: bool(message.snapshot.look.failed)).snapshot
        kept = context(after, "interactive-terminal")
        assert (kept.known, kept.path) == ("observed", context(before, "interactive-terminal").path)
        assert any("cancelled" in note for note in kept.notes)
        assert after.golang == before.golang
        assert running.isdisjoint(sleepers())
        home.write(".bashrc", "# nothing\n")
        again = agent.expect(msg.SnapshotReady, lambda message: not message.snapshot.look.failed).snapshot
        assert context(again, "interactive-terminal").notes == context(before, "interactive-terminal").notes


def test_a_closed_window_leaves_nothing(home: Home) -> None:
    hanging(home)
    with AgentProcess(home) as agent:
        agent.expect(msg.SnapshotReady)
        wait_until(sleepers)
        running = set(sleepers())
        assert agent.process.stdin is not None
        agent.process.stdin.close()
        assert agent.process.wait(10) == 0
        assert running.isdisjoint(sleepers())


@pytest.mark.parametrize("end", ["interrupt", "kill"])
def test_a_command_that_is_interrupted_leaves_nothing(home: Home, end: str) -> None:
    hanging(home)
    command = subprocess.Popen(
        [sys.executable, "-m", "inspector", "which", "--home", str(home.path)], cwd=TOP, env=home.environ(), stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, text=True, start_new_session=True,
    )  # fmt: skip
    wait_until(sleepers)
    if end == "interrupt":
        os.killpg(command.pid, signal.SIGINT)  # as a terminal does
    else:
        command.kill()
    told, complained = command.communicate(timeout=20)
    assert (told, complained) == ("", "")
    assert command.returncode == (130 if end == "interrupt" else -signal.SIGKILL)
    wait_until(lambda: not sleepers(), 5.0)
