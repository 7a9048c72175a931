"""Counted faults against programs that touch a known number of pages."""

import os
import resource
import select
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.forked import become_nobody, in_child, mount_own_proc

from inspector.faults.report import measure
from inspector.faults.sampler import Sampler

PAGES = 20_000
TOUCHER = """
import mmap, sys, threading, os
PAGE = mmap.PAGESIZE
def touch(pages):
    m = mmap.mmap(-1, pages * PAGE, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
    m.madvise(mmap.MADV_NOHUGEPAGE)
    for at in range(0, pages * PAGE, PAGE):
        m[at] = 1
    return m
print("ready", flush=True)
for line in sys.stdin:
    pages, threads, children = map(int, line.split())
    if children:
        for _ in range(children):
            if not (pid := os.fork()):
                touch(pages)
                os._exit(0)
            os.waitpid(pid, 0)
    else:
        workers = [threading.Thread(target=touch, args=(pages // threads,)) for _ in range(threads)]
        [w.start() for w in workers]
        [w.join() for w in workers]
    print("done", flush=True)
"""


class Toucher:
    """A child that touches pages when told."""

    def __init__(self, *, user: int | None = None) -> None:
        self.process = subprocess.Popen([sys.executable, "-c", TOUCHER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, user=user)
        self.answer()

    @property
    def pid(self) -> int:
        return self.process.pid

    def answer(self) -> None:
        assert self.process.stdout
        self.process.stdout.readline()

    def answered(self, *, within_s: float) -> bool:
        assert self.process.stdout
        return bool(select.select([self.process.stdout], [], [], within_s)[0])

    def order(self, pages: int, threads: int = 1, children: int = 0) -> None:
        assert self.process.stdin
        self.process.stdin.write(f"{pages} {threads} {children}\n")
        self.process.stdin.flush()

    def touch(self, pages: int, threads: int = 1, children: int = 0) -> None:
        self.order(pages, threads, children)
        self.answer()

    def end(self) -> None:
        self.process.kill()
        self.process.communicate()


@pytest.fixture
def toucher() -> Iterator[Toucher]:
    child = Toucher()
    yield child
    child.end()


@pytest.mark.parametrize("threads", [1, 8])
def test_every_page_is_counted_within_one_percent(toucher: Toucher, threads: int) -> None:
    sampler = Sampler()
    for _ in range(8):
        sampler.tick()
    toucher.order(PAGES, threads)
    counted = 0.0
    done = False
    while not done:
        done = toucher.answered(within_s=0.1)
        batch = sampler.tick()
        counted += sum(p.minor_per_s * batch.interval_s for p in batch.processes if p.pid == toucher.pid)
    sampler.close()
    toucher.answer()
    assert counted == pytest.approx(PAGES, rel=0.01)


def test_children_that_live_between_two_looks_are_credited(toucher: Toucher) -> None:
    """What is not attributed is the whole machine's, so of three rounds one must be undisturbed by others."""
    told = []
    for _ in range(3):
        sampler = Sampler()
        sampler.look(every=True)
        toucher.touch(2_000, children=20)
        look = sampler.look()
        sampler.close()
        assert look.system
        own = sum(p.d_minor + p.d_major for p in look.changed)
        assert look.ended_faults >= 20 * 2_000
        allowed = 0.01 * look.system.faults + 500
        told.append(look.unattributed <= allowed and own + look.ended_faults <= look.system.faults + allowed)
    assert any(told)


def test_report_of_one_process(toucher: Toucher) -> None:
    threading.Timer(0.3, toucher.order, (PAGES,)).start()
    report = measure(duration_s=4, hz=5, pid=toucher.pid)
    toucher.answer()
    assert [p.pid for p in report.processes] == [toucher.pid]
    assert report.processes[0].minor_per_s * report.duration_s == pytest.approx(PAGES, rel=0.01)
    assert report.processes[0].user
    assert "-c" in report.processes[0].command


def test_report_of_all_is_bounded_by_top(toucher: Toucher) -> None:
    threading.Timer(0.1, toucher.order, (PAGES,)).start()
    report = measure(duration_s=3, hz=4, top=3)
    toucher.answer()
    assert len([p for p in report.processes if not p.go]) <= 3
    assert report.processes[0].minor_per_s >= report.processes[-1].minor_per_s
    assert report.system.minor_per_s * report.duration_s >= PAGES * 0.99


def test_report_of_a_process_that_ends_says_so() -> None:
    child = subprocess.Popen(["sleep", "0.3"])
    waiter = threading.Thread(target=child.wait)
    waiter.start()
    started = time.monotonic()
    report = measure(duration_s=5, hz=10, pid=child.pid)
    waiter.join()
    assert time.monotonic() - started < 4
    assert "ended" in report.why


def test_report_of_no_process_says_so() -> None:
    assert "no process" in measure(duration_s=1, hz=1, pid=2**22 - 1).why


def test_descriptors_run_out_and_nothing_is_lost(toucher: Toucher) -> None:
    """In a child with a hard limit of 24 descriptors every process that stays is still read."""
    script = (
        "import os, resource; resource.setrlimit(resource.RLIMIT_NOFILE, (24, 24))\n"
        "from inspector.faults.sampler import Sampler\n"
        "there = lambda: {int(name) for name in os.listdir('/proc') if name.isdigit()}\n"
        "before = there(); sampler = Sampler(); sampler.tick(); stable = before & there()\n"
        "procs = sampler.roster.procs\n"
        "print(len(stable), len([p for p in stable if p not in procs or procs[p].stat is None]), sum(p.fd >= 0 for p in procs.values()))\n"
    )
    sleepers = [subprocess.Popen(["sleep", "60"]) for _ in range(30)]
    try:
        done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=Path(__file__).parents[2])
    finally:
        for sleeper in sleepers:
            sleeper.kill()
            sleeper.wait()
    stable, missed, kept = map(int, done.stdout.split())
    assert stable > 30
    assert missed == 0
    assert 0 < kept < 24


def test_closing_gives_every_descriptor_back() -> None:
    before = len(os.listdir("/proc/self/fd"))
    for _ in range(3):
        sampler = Sampler()
        sampler.tick()
        sampler.close()
    assert len(os.listdir("/proc/self/fd")) == before
    assert resource.getrlimit(resource.RLIMIT_NOFILE)[0] > 0


@pytest.mark.skipif(os.geteuid() != 0, reason="mounts a /proc with hidepid, needs uid 0")
def test_hidepid_degrades_with_its_reason() -> None:
    """As nobody behind hidepid=2: own processes and system rates, and the reason why not more."""

    def act() -> tuple[int, bool, str]:
        mount_own_proc("hidepid=2")
        become_nobody()
        sampler = Sampler()
        sampler.tick()
        batch = sampler.tick()
        return batch.process_count, batch.system is not None, batch.why

    count, system, why = in_child(act)
    assert count == 1
    assert system
    assert "hidepid=" in why


REUSED = """
import mmap, os, signal, sys
from inspector.faults.sampler import Sampler

def child(pages):
    reader, writer = os.pipe()
    pid = os.fork()
    if pid == 0:
        memory = mmap.mmap(-1, pages * mmap.PAGESIZE, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
        memory.madvise(mmap.MADV_NOHUGEPAGE)
        for at in range(0, len(memory), mmap.PAGESIZE):
            memory[at] = 1
        os.write(writer, b"!")
        signal.pause()
    os.read(reader, 1)
    return pid

sampler = Sampler()
first = child(5000)
later = child(1)
before = {p.pid: p for p in sampler.tick().processes}[first]
os.kill(first, 9)
os.waitpid(first, 0)
with open("/proc/sys/kernel/ns_last_pid", "w") as file:
    file.write(str(first - 1))
second = child(1000)
batch = sampler.tick()
row = {p.pid: p for p in batch.processes}[second]
print(first == second, before.started_at != row.started_at, 1000 <= row.minor < 3000, 0 <= row.minor_per_s * batch.interval_s <= row.minor)
for pid in (second, later):
    os.kill(pid, 9)
"""


@pytest.mark.skipif(os.geteuid() != 0, reason="makes a pid namespace, needs uid 0")
def test_a_number_that_is_used_again_is_another_process() -> None:
    """With the kernel's own numbers, which begin anew between two looks."""
    words = ["unshare", "--pid", "--mount", "--fork", "--kill-child", "--mount-proc", sys.executable, "-c", REUSED]
    done = subprocess.run(words, capture_output=True, text=True, check=False, env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])})
    if "ns_last_pid" in done.stderr:
        pytest.skip(f"numbers cannot be chosen here: {done.stderr.splitlines()[-1]}")
    assert done.stdout == "True True True True\n", done.stderr
