"""Does the agent sample in focus, record and replay, measure control groups, and run a program under observation?"""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.agents import AgentProcess
from support.allowed import require_fault_sampling
from support.gotrees import GoTree
from support.homes import Home

from inspector.model import messages as msg

BUSY = """
import mmap, time
while True:
    m = mmap.mmap(-1, 1 << 20)
    for i in range(0, 1 << 20, 4096):
        m[i] = 1
    m.close()
    time.sleep(0.01)
"""
COLLECTING = """
package main

import "runtime"

var kept []byte

func main() {
	for i := 0; i < 20; i++ {
		kept = make([]byte, 8<<20)
		for at := 0; at < len(kept); at += 4096 {
			kept[at] = 1
		}
		runtime.GC()
	}
}
"""


@pytest.fixture
def busy() -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen([sys.executable, "-c", BUSY])
    yield process
    process.kill()
    process.wait()


def test_processes_in_focus_are_sampled_at_their_own_rate(home: Home, busy: "subprocess.Popen[bytes]") -> None:
    with AgentProcess(home) as agent:
        agent.ask(msg.Focus(pids=(busy.pid,), hz=10.0))
        ticks = [agent.expect(msg.Samples, lambda m: m.focus).batches[0] for _ in range(8)]
        assert {row.pid for tick in ticks for row in tick.processes} == {busy.pid}
        rates = sorted(row.minor_per_s for tick in ticks[2:] for row in tick.processes)
        assert rates[len(rates) // 2] > 1000
        assert ticks[-1].time_s - ticks[0].time_s < 5
        agent.ask(msg.Focus(pids=(), hz=0.0))


def test_what_was_recorded_comes_back(home: Home, busy: "subprocess.Popen[bytes]", tmp_path: Path) -> None:
    path = tmp_path / "run.faults"
    with AgentProcess(home) as agent:
        agent.ask(msg.Sampling(hz=10.0))
        agent.ask(msg.Record(id=1, path=str(path)))
        assert agent.expect(msg.Recording).path == str(path)
        agent.expect(msg.Recording, lambda m: m.ticks >= 10)
        agent.ask(msg.Record(id=2, path=""))
        ended = agent.expect(msg.Recording, lambda m: m.id == 2)
        assert (ended.path, ended.ticks >= 10) == ("", True)
        agent.ask(msg.Replay(id=3, path=str(path)))
        replayed = agent.expect(msg.Replayed)
        assert (replayed.id, replayed.last, len(replayed.batches)) == (3, True, ended.ticks)
        assert busy.pid in {row.pid for batch in replayed.batches for row in batch.processes}
        agent.ask(msg.Record(id=4, path=str(path)))
        assert "exists" in agent.expect(msg.Failed, lambda m: m.id == 4).reason
        agent.ask(msg.Replay(id=5, path=__file__))
        assert "recording" in agent.expect(msg.Failed, lambda m: m.id == 5).reason
        status = agent.expect(msg.SamplingStatus)
        assert status.fault_ns is not None
        assert 50 < status.fault_ns < 1e6


def test_control_groups_are_measured_or_the_reason_is_said(home: Home) -> None:
    with AgentProcess(home) as agent:
        agent.ask(msg.AskGroups(id=7))
        groups = agent.expect(msg.Groups)
        assert groups.id == 7
        assert groups.rows or groups.why or os.path.exists("/sys/fs/cgroup")


def test_a_go_program_is_run_with_its_collector_heard(home: Home, go127: GoTree, tmp_path: Path) -> None:
    require_fault_sampling()
    (tmp_path / "main.go").write_text(COLLECTING)
    go127.run("build", "-o", str(tmp_path / "prog"), "main.go", cwd=tmp_path)
    with AgentProcess(home) as agent:
        agent.ask(msg.RunProgram(id=1, argv=("./prog",), directory=str(tmp_path), chains=True))
        last = agent.expect(msg.Observed, lambda m: m.ended)
        assert last.id == 1
        assert "main.main" in {row.function for row in last.rows}
        assert any(stack.frames[-1] == "main.main" or "main.main" in stack.frames for stack in last.stacks)
        assert last.gc
        assert len(last.gc.trace) >= 20
        assert last.gc.trace[-1].start_mb >= 8
        agent.ask(msg.RunProgram(id=2, argv=("./no-such-program",), directory=str(tmp_path)))
        assert "no-such-program" in agent.expect(msg.Failed, lambda m: m.id == 2).reason


def test_a_program_ends_with_the_agent(home: Home, tmp_path: Path) -> None:
    require_fault_sampling()
    with AgentProcess(home) as agent:
        agent.ask(msg.RunProgram(id=1, argv=("sleep", "600"), directory=str(tmp_path)))
        pid = agent.expect(msg.Observed).pid
        assert os.path.exists(f"/proc/{pid}")
    assert not os.path.exists(f"/proc/{pid}/exe") or os.readlink(f"/proc/{pid}/exe") == ""
