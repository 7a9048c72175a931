"""GC cycles read from outside against the program's own NumGC and gctrace."""

import os
import re
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.gotrees import GoTree

from inspector.faults.gcwatch import GcWatch
from inspector.faults.report import measure

SOURCE = """
package main

import (
	"fmt"
	"runtime"
)

var sink []byte

func main() {
	fmt.Println("ready")
	var cycles int
	for {
		if _, err := fmt.Scanln(&cycles); err != nil {
			return
		}
		for i := 0; i < cycles; i++ {
			sink = make([]byte, 1<<20)
			runtime.GC()
		}
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		fmt.Println(m.NumGC)
	}
}
"""


class Collecting:
    """A program that collects as often as it is told and says how often it has."""

    def __init__(self, path: Path) -> None:
        environ = os.environ | {"GODEBUG": "gctrace=1"}
        pipe = subprocess.PIPE
        self.process = subprocess.Popen([path], stdin=pipe, stdout=pipe, stderr=pipe, text=True, env=environ)
        self.answer()

    def answer(self) -> str:
        assert self.process.stdout
        return self.process.stdout.readline().strip()

    def end(self) -> str:
        """Let it end; what it wrote to standard error."""
        with self.process:
            assert self.process.stdin
            assert self.process.stderr
            self.process.stdin.close()
            return self.process.stderr.read()

    def collect(self, cycles: int) -> int:
        assert self.process.stdin
        self.process.stdin.write(f"{cycles}\n")
        self.process.stdin.flush()
        return int(self.answer())


@pytest.fixture
def collecting(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Collecting]:
    tree, *flags = request.param
    go: GoTree = request.getfixturevalue(tree)
    (tmp_path / "main.go").write_text(SOURCE)
    go.run("build", *flags, "-o", str(tmp_path / "prog"), "main.go", cwd=tmp_path)
    program = Collecting(tmp_path / "prog")
    yield program
    if program.process.returncode is None:
        program.end()


STRIPPED = "-ldflags=-s -w"
BUILDS = [(tree, *flags) for tree in ("go119", "go127") for flags in ((), (STRIPPED,), ("-buildmode=pie", STRIPPED))]


@pytest.mark.parametrize("collecting", BUILDS, indirect=True)
def test_cycles_are_those_the_program_counts(collecting: Collecting) -> None:
    watch = GcWatch(collecting.process.pid)
    assert watch.why == ""
    for cycles in (3, 4, 11):
        counted = collecting.collect(cycles)
        state = watch.read()
        assert state
        assert state.cycles == counted
        assert state.phase == "off"
    traced = re.findall(r"^gc \d+ @", collecting.end(), re.MULTILINE)
    assert len(traced) == 18
    assert watch.read() is None
    assert "may not be read" in watch.why


@pytest.mark.parametrize("collecting", BUILDS[:1], indirect=True)
def test_the_report_of_a_go_process_has_its_collector(collecting: Collecting) -> None:
    threading.Timer(0.2, collecting.collect, (25,)).start()
    report = measure(duration_s=1.5, hz=4, pid=collecting.process.pid)
    assert report.gc
    assert (report.gc.cycles, report.gc.why) == (25, "")
    assert report.processes[0].go


def test_other_programs_say_why_not() -> None:
    watch = GcWatch(os.getpid())
    assert watch.read() is None
    assert "not a Go program" in watch.why
    assert GcWatch(2**22 - 1).why
