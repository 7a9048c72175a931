"""Write rates of running, unmodified programs against the pages they really write; and that the programs do not notice."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from support.allowed import require_write_tracking
from support.gotrees import GoTree

from inspector.faults import softdirty
from inspector.faults.dirty import CannotTrackError, DirtyTracker, measure_dirty
from inspector.faults.inject import stopped

PAGES = 3000
GO_SOURCE = """
package main

import (
	"fmt"
	"os"
	"strconv"
	"time"
)

func main() {
	pages, _ := strconv.Atoi(os.Args[1])
	memory := make([]byte, 64<<20)
	for i := 0; i < len(memory); i += 4096 {
		memory[i] = 1
	}
	go func() {
		for x := 0; ; x++ {
			_ = make([]byte, 100)
		}
	}()
	fmt.Println("ready")
	for round := byte(0); ; round++ {
		for i := 0; i < pages; i++ {
			memory[i*4096] = round
		}
		time.Sleep(time.Millisecond)
	}
}
"""
PYTHON_WRITER = """
import mmap, sys
PAGE = mmap.PAGESIZE
memory = mmap.mmap(-1, 20000 * PAGE, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
memory.madvise(mmap.MADV_NOHUGEPAGE)
for at in range(0, len(memory), PAGE):
    memory[at] = 1
print("ready", flush=True)
for line in sys.stdin:
    for at in range(0, int(line) * PAGE, PAGE):
        memory[at] = 2
    print("done", flush=True)
"""
Start = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture(scope="module", autouse=True)
def _allowed() -> None:
    require_write_tracking()


@pytest.fixture
def start() -> Iterator[Start]:
    programs: list[subprocess.Popen[str]] = []

    def run(*argv: object) -> "subprocess.Popen[str]":
        program = subprocess.Popen([str(word) for word in argv], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        programs.append(program)
        assert program.stdout
        program.stdout.readline()
        return program

    yield run
    for program in programs:
        program.kill()
        program.communicate()


def write(program: "subprocess.Popen[str]", pages: int) -> None:
    assert program.stdin
    assert program.stdout
    program.stdin.write(f"{pages}\n")
    program.stdin.flush()
    assert program.stdout.readline() == "done\n"


def test_exactly_the_pages_written_are_counted(start: Start) -> None:
    program = start(sys.executable, "-c", PYTHON_WRITER)
    tracker = DirtyTracker(program.pid)
    tracker.scan()
    for pages in (1, 1000, 20_000, 0):
        write(program, pages)
        written = tracker.scan()["anonymous"]
        assert pages <= written <= pages + 60
    tracker.close()
    write(program, 500)


@pytest.mark.parametrize("tree", ["go119", "go127"])
def test_a_busy_go_program_is_counted_and_runs_on(tree: str, tmp_path: Path, start: Start, request: pytest.FixtureRequest) -> None:
    go: GoTree = request.getfixturevalue(tree)
    (tmp_path / "main.go").write_text(GO_SOURCE)
    go.run("build", "-ldflags=-s -w", "-o", str(tmp_path / "prog"), "main.go", cwd=tmp_path)
    program = start(tmp_path / "prog", PAGES)
    tracker = DirtyTracker(program.pid)
    tracker.scan()
    for _ in range(3):
        time.sleep(0.2)
        assert PAGES <= tracker.scan()["Go heap"] <= PAGES + 2500
    tracker.close()
    for _ in range(30):
        DirtyTracker(program.pid).close()
    assert program.poll() is None
    report = measure_dirty(program.pid, duration_s=0.4, hz=10)
    assert report.rows[0].mapping == "Go heap"
    assert report.method == "write-protect"
    assert report.working_set
    assert PAGES <= report.working_set <= PAGES + 4000
    assert report.extra_faults >= PAGES


def test_a_sleeping_program_sleeps_on_and_ends_well() -> None:
    """Sleep is restarted by the kernel after each interruption, and lasts as long as it was to."""
    started = time.monotonic()
    with subprocess.Popen(["sleep", "4"]) as program:
        time.sleep(0.3)
        times = 0
        while time.monotonic() - started < 2:
            DirtyTracker(program.pid).close()
            times += 1
            time.sleep(0.02)
        assert program.wait() == 0
    assert times > 3
    assert 3.9 < time.monotonic() - started < 9


def test_a_call_made_inside_is_the_process_s_own(start: Start) -> None:
    program = start(sys.executable, "-c", PYTHON_WRITER)
    with stopped(program.pid) as thread:
        assert thread.call(39) == program.pid
        assert thread.call(110) == os.getpid()
        assert thread.call(3, 9999) == -9
    write(program, 10)


def test_processes_that_cannot_be_tracked_say_why_and_run_on() -> None:
    assert measure_dirty(2**22 - 1, duration_s=0.1).why == "the process ended"
    with pytest.raises(CannotTrackError, match=r"may not be traced|ended|own"):
        DirtyTracker(os.getpid())


def test_soft_dirty_bits_are_believed_only_where_they_work(start: Start) -> None:
    program = start(sys.executable, "-c", PYTHON_WRITER)
    if not softdirty.works():
        with pytest.raises(softdirty.NotSoftDirtyError, match="CONFIG_MEM_SOFT_DIRTY"):
            softdirty.SoftDirtyTracker(program.pid)
        return
    tracker = softdirty.SoftDirtyTracker(program.pid)
    tracker.scan()
    write(program, 1000)
    assert 1000 <= tracker.scan()["anonymous"] <= 1060
    tracker.close()


def test_a_process_that_ends_while_it_is_watched(start: Start) -> None:
    program = start(sys.executable, "-c", "print('ready', flush=True); import time; time.sleep(0.4)")
    report = measure_dirty(program.pid, duration_s=3, hz=10)
    assert "ended" in report.why
    assert report.duration_s < 2.5


def test_watching_ends_when_it_is_not_wanted_any_more(start: Start) -> None:
    program = start(sys.executable, "-c", PYTHON_WRITER)
    wanted = iter((False, False, True))
    report = measure_dirty(program.pid, duration_s=30, hz=10, given_up=lambda: next(wanted))
    assert report.duration_s < 10
    assert not report.why
    write(program, 10)
