"""Does the agent observe the process it is pointed at, change its target, and stop with it?"""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.agents import AgentProcess
from support.allowed import require_fault_sampling, require_write_tracking
from support.gotrees import GoTree
from support.homes import Home
from support.touchers import Running, build_c

from inspector.model import messages as msg


@pytest.fixture(scope="module", autouse=True)
def _allowed() -> None:
    require_fault_sampling()


@pytest.fixture
def program(tmp_path: Path) -> Iterator[Running]:
    running = Running(build_c(tmp_path), 1000, tmp_path / "file")
    yield running
    running.end()


def test_counts_grow_and_the_code_comes_when_asked(home: Home, program: Running) -> None:
    with AgentProcess(home) as agent:
        agent.ask(msg.Observe(id=5, pid=program.pid))
        first = agent.expect(msg.Observed)
        assert (first.id, first.pid, first.ended) == (5, program.pid, False)
        program.go()
        done = agent.expect(msg.Observed, lambda m: sum(row.samples for row in m.rows) > 10_000)
        counts = {(row.function, row.kind): row.samples for row in done.rows}
        assert counts["touch_again", "again"] == pytest.approx(3000, rel=0.01)
        assert done.lost == 0
        agent.ask(msg.Observe(id=6, pid=program.pid, code="touch_again"))
        listed = agent.expect(msg.Observed, lambda m: m.id == 6)
        assert listed.code
        assert sum(one.hits for one in listed.code.instructions) == pytest.approx(3000, rel=0.01)
        assert sum(row.samples for row in listed.rows) >= sum(row.samples for row in done.rows)


STORM = """
package main

import "runtime/debug"

var sink []byte

func main() {
	for {
		sink = make([]byte, 32<<20)
		for i := 0; i < len(sink); i += 4096 {
			sink[i] = 1
		}
		sink = nil
		debug.FreeOSMemory()
	}
}
"""


def test_what_is_wrong_with_a_go_program_is_told_with_what_helps(home: Home, go127: GoTree, tmp_path: Path) -> None:
    (tmp_path / "main.go").write_text(STORM)
    go127.run("build", "-o", str(tmp_path / "storm"), "main.go", cwd=tmp_path)
    program = subprocess.Popen([tmp_path / "storm"])
    try:
        with AgentProcess(home) as agent:
            agent.ask(msg.Observe(id=5, pid=program.pid))
            told = agent.expect(msg.Observed, lambda m: bool(m.signs))
    finally:
        program.kill()
        program.wait()
    sign = told.signs[0]
    assert sign.check == "fault-storm"
    assert "storm" in sign.text.render()
    assert sign.advice
    assert sign.commands


def test_it_ends_with_its_process_and_another_can_follow(home: Home, program: Running) -> None:
    with AgentProcess(home) as agent:
        short = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(1)"])
        agent.ask(msg.Observe(id=1, pid=short.pid))
        agent.expect(msg.Observed, lambda m: m.pid == short.pid)
        short.wait()
        last = agent.expect(msg.Observed, lambda m: m.ended)
        assert "ended" in last.why
        agent.ask(msg.Observe(id=2, pid=program.pid))
        assert agent.expect(msg.Observed, lambda m: m.id == 2).pid == program.pid
        agent.ask(msg.Observe(id=3, pid=0))
        agent.ask(msg.Observe(id=4, pid=2**22 - 1))
        gone = agent.expect(msg.Observed, lambda m: m.id == 4)
        assert gone.ended
        assert "ended" in gone.why


def test_a_heap_is_asked_for_on_request(home: Home, program: Running) -> None:
    with AgentProcess(home) as agent:
        agent.ask(msg.AskHeap(id=9, pid=program.pid))
        answer = agent.expect(msg.HeapTold)
        assert (answer.id, answer.pid, answer.heap.source) == (9, program.pid, "")
        assert "no TCP port" in answer.heap.why


def test_writes_are_tracked_on_request(home: Home, program: Running) -> None:
    require_write_tracking()
    with AgentProcess(home) as agent:
        agent.ask(msg.TrackWrites(id=9, pid=program.pid, seconds=0.5))
        answer = agent.expect(msg.Written)
        assert (answer.id, answer.report.why) == (9, "")
        agent.ask(msg.TrackWrites(id=10, pid=os.getpid() + 4_000_000, seconds=0.5))
        assert agent.expect(msg.Written, lambda m: m.id == 10).report.why
