"""The sampler on a /proc made of files: schedule, credit, gaps and restrictions."""

import itertools
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from inspector.faults import sampler as sampler_module
from inspector.faults.roster import Proc
from inspector.faults.sampler import Sampler

pytestmark = pytest.mark.filterwarnings("error")


class PosedProc:
    """A folder that poses as /proc; files are rewritten in place because the sampler keeps them open."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.faults = self.major = 0
        self.last_pid = 1
        self.boot_faults(0)
        self.put("loadavg", "0 0 0 1/1 1\n")

    def put(self, name: str, text: str) -> None:
        path = self.root / name
        path.parent.mkdir(exist_ok=True)
        with path.open("r+" if path.exists() else "w") as file:
            file.truncate(0)
            file.write(text)

    def boot_faults(self, total: int, major: int = 0) -> None:
        self.put("vmstat", f"nr_free_pages 1\npgfault {total}\npgmajfault {major}\nthp_fault_alloc 0\n")

    def process(self, pid: int, *, minor: int = 0, major: int = 0, children: int = 0, parent: int = 1, name: str = "x", started: int = 1) -> None:
        self.put(f"{pid}/stat", f"{pid} ({name}) S {parent} 0 0 0 -1 0 {minor} {children} {major} 0 5 5 0 0 20 0 1 0 {started} 0 0 0\n")
        self.put(f"{pid}/status", f"Name:\t{name}\nTgid:\t{pid}\nPid:\t{pid}\n")

    def fork(self, pid: int, **fields: object) -> None:
        self.process(pid, started=1 << 60, **fields)  # type: ignore[arg-type]
        self.put("loadavg", f"0 0 0 1/1 {pid}\n")

    def thread(self, pid: int, leader: int) -> None:
        self.process(pid)
        self.put(f"{pid}/status", f"Name:\tx\nTgid:\t{leader}\nPid:\t{pid}\n")
        self.put("loadavg", f"0 0 0 1/1 {pid}\n")

    def gone(self, pid: int) -> None:
        self.put(f"{pid}/stat", "")
        for file in (self.root / str(pid)).iterdir():
            file.unlink()
        (self.root / str(pid)).rmdir()


@pytest.fixture
def posed(tmp_path: Path) -> PosedProc:
    return PosedProc(tmp_path)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[float]]:
    """Monotonic and boot time of the sampler, one second later at every look; the second is added to boot time, the third is what reading took."""
    cell = [100.0, 0.0, 0.0]

    class Clock:
        CLOCK_BOOTTIME = 7

        @staticmethod
        def monotonic() -> float:
            cell[0] += 1.0
            return cell[0]

        @staticmethod
        def perf_counter() -> float:
            return cell[2]

        @staticmethod
        def clock_gettime(_: int) -> float:
            return cell[0] + cell[1]

        @staticmethod
        def thread_time_ns() -> int:
            return 0

    monkeypatch.setattr(sampler_module, "time", Clock)
    return cell


def rates(batch: sampler_module.SampleBatch) -> dict[int, float]:
    return {p.pid: p.minor_per_s + p.major_per_s for p in batch.processes}


def test_first_tick_has_totals_and_no_rates(posed: PosedProc, clock: list[float]) -> None:
    posed.process(10, minor=500, major=3)
    first = Sampler(proc=str(posed.root)).tick()
    assert first.system is None
    assert "first look" in first.why
    assert [(p.minor, p.major, p.minor_per_s) for p in first.processes] == [(500, 3, 0.0)]


def test_minor_excludes_major(posed: PosedProc, clock: list[float]) -> None:
    posed.process(10)
    sampler = Sampler(proc=str(posed.root))
    sampler.tick()
    posed.boot_faults(100, major=7)
    posed.process(10, minor=93, major=7)
    batch = sampler.tick()
    assert batch.system
    assert (batch.system.minor_per_s, batch.system.major_per_s) == (93.0, 7.0)
    assert (batch.processes[0].minor_per_s, batch.processes[0].major_per_s) == (93.0, 7.0)
    assert batch.unattributed_per_s == 0


def test_a_burst_of_a_quiet_process_is_found_in_its_own_tick(posed: PosedProc, clock: list[float]) -> None:
    for pid in range(10, 200):
        posed.process(pid)
    sampler = Sampler(proc=str(posed.root))
    for _ in range(40):
        sampler.tick()
    posed.boot_faults(5000)
    posed.process(77, minor=5000)
    assert rates(sampler.tick())[77] == 5000


def test_quiet_processes_are_asked_rarely_and_lose_nothing(posed: PosedProc, clock: list[float]) -> None:
    for pid in range(10, 110):
        posed.process(pid)
    sampler = Sampler(proc=str(posed.root))
    for _ in range(40):
        sampler.tick()
    asked: list[int] = []
    read = sampler.roster.read
    sampler.roster.read = lambda procs: asked.append(len(procs)) or read(procs)  # type: ignore[func-returns-value,assignment]
    posed.boot_faults(3)
    posed.process(50, minor=3)
    total = sum(rates(sampler.tick()).get(50, 0.0) for _ in range(20))
    assert total == 3
    assert sum(asked) < 20 * 100 / 4


def test_new_processes_count_from_zero_and_threads_are_no_processes(posed: PosedProc, clock: list[float]) -> None:
    posed.process(10)
    sampler = Sampler(proc=str(posed.root))
    sampler.tick()
    posed.boot_faults(400)
    posed.fork(11, minor=400)
    posed.thread(12, leader=11)
    batch = sampler.tick()
    assert rates(batch)[11] == 400
    assert batch.process_count == 2


def test_faults_of_unseen_children_come_back_through_the_parent(posed: PosedProc, clock: list[float]) -> None:
    posed.process(10)
    sampler = Sampler(proc=str(posed.root))
    sampler.tick()
    posed.boot_faults(1000)
    posed.process(10, children=900)
    batch = sampler.tick()
    assert batch.ended_per_s == 900
    assert batch.unattributed_per_s == 100


def test_a_child_seen_alive_is_not_counted_twice(posed: PosedProc, clock: list[float]) -> None:
    posed.process(10)
    posed.process(11, parent=10, minor=50)
    posed.process(12, parent=11, minor=20)
    sampler = Sampler(proc=str(posed.root))
    sampler.tick()
    posed.boot_faults(130)
    posed.gone(12)
    posed.gone(11)
    posed.process(10, children=200)
    batch = sampler.tick()
    assert batch.ended_per_s == 130
    assert batch.unattributed_per_s == 0


def test_heirs_that_end_one_after_another_pass_on_what_was_seen(posed: PosedProc, clock: list[float]) -> None:
    posed.process(10)
    posed.process(11, parent=10, minor=50)
    posed.process(12, parent=11, minor=5000)
    sampler = Sampler(proc=str(posed.root))
    sampler.tick()
    posed.gone(12)
    sampler.tick()
    posed.gone(11)
    sampler.tick()
    posed.process(10, children=5080)
    posed.boot_faults(6000)
    batch = sampler.tick()
    assert batch.ended_per_s == 30
    assert batch.unattributed_per_s == 5970


def test_a_quiet_family_that_ended_is_not_counted_twice(posed: PosedProc, clock: list[float]) -> None:
    posed.process(10)
    posed.process(11, parent=10, minor=50)
    posed.process(12, parent=11, minor=5000)
    sampler = Sampler(proc=str(posed.root))
    for n in range(6):
        posed.process(10, minor=n)
        sampler.tick()
    posed.gone(12)
    posed.gone(11)
    posed.process(10, minor=5, children=5080)
    posed.boot_faults(1000)
    look = sampler.look()
    assert {p.pid for p in look.gone} == {11, 12}
    assert look.ended_faults == 30


def test_what_the_system_had_not_counted_yet_is_told_in_the_next_tick(posed: PosedProc, clock: list[float]) -> None:
    posed.process(10)
    sampler = Sampler(proc=str(posed.root))
    sampler.tick()
    posed.boot_faults(500)
    posed.process(10, children=900)
    assert sampler.tick().ended_per_s == 500
    posed.boot_faults(1000)
    batch = sampler.tick()
    assert batch.ended_per_s == 400
    assert batch.unattributed_per_s == 100


def test_a_recycled_pid_is_another_process(posed: PosedProc, clock: list[float]) -> None:
    posed.process(10, minor=1000, name="old")
    posed.put("loadavg", "0 0 0 1/1 500\n")
    sampler = Sampler(proc=str(posed.root))
    sampler.tick()
    posed.gone(10)
    posed.boot_faults(30)
    posed.fork(10, minor=30, name="new")
    batch = sampler.tick()
    row = {p.pid: p for p in batch.processes}[10]
    assert (row.name, row.minor, row.minor_per_s) == ("new", 30, 30.0)


def test_suspend_is_a_gap_not_a_rate(posed: PosedProc, clock: list[float]) -> None:
    posed.process(10)
    sampler = Sampler(proc=str(posed.root))
    sampler.tick()
    clock[1] += 3600
    posed.boot_faults(9_000_000)
    posed.process(10, minor=9_000_000)
    batch = sampler.tick()
    assert batch.system is None
    assert "suspended for 3600 s" in batch.why
    assert set(rates(batch).values()) == {0.0}
    posed.boot_faults(9_000_010)
    after = sampler.tick()
    assert after.system
    assert after.system.minor_per_s == 10


def test_a_read_that_is_stuck_is_a_gap_and_its_faults_belong_to_no_interval(posed: PosedProc, clock: list[float]) -> None:
    for pid in (10, 11):
        posed.process(pid)
    sampler = Sampler(proc=str(posed.root))
    sampler.tick()
    read = sampler.roster.read

    def stuck(procs: Sequence[Proc]) -> list[bytes]:
        """Process 10 is read before the minute, the system after it."""
        sampler.roster.read = read  # type: ignore[method-assign]
        raws = read(procs)
        clock[0] += 60
        clock[2] += 60
        posed.process(10, minor=6000)
        posed.boot_faults(6000)
        return raws

    posed.process(10, minor=100)
    sampler.roster.read = stuck  # type: ignore[method-assign]
    batch = sampler.tick()
    assert batch.system is None
    assert "stuck for 60 s" in batch.why
    assert set(rates(batch).values()) == {0.0}
    posed.process(10, minor=6010)
    posed.boot_faults(6010)
    after = sampler.tick()
    assert after.system
    assert (after.system.minor_per_s, after.interval_s) == (10.0, 1.0)
    assert rates(after)[10] == 10.0
    assert after.unattributed_per_s == 0


def test_a_clock_that_is_set_changes_nothing(posed: PosedProc, monkeypatch: pytest.MonkeyPatch) -> None:
    """The time of day goes back a day and forward two between looks; rates are of the time that passed."""
    posed.process(10)
    jumps = itertools.cycle((-86_400.0, 172_800.0))
    monkeypatch.setattr(time, "time", lambda: 1_700_000_000.0 + next(jumps))
    sampler = Sampler(proc=str(posed.root))
    sampler.tick()
    for faults in (1000, 2000):
        time.sleep(0.1)
        posed.process(10, minor=faults)
        posed.boot_faults(faults)
        batch = sampler.tick()
        assert batch.system
        assert 0.05 < batch.interval_s < 60
        assert batch.system.minor_per_s == pytest.approx(1000 / batch.interval_s)
        assert "suspended" not in batch.why


def test_counters_that_go_backwards_are_a_gap(posed: PosedProc, clock: list[float]) -> None:
    posed.boot_faults(1000)
    sampler = Sampler(proc=str(posed.root))
    sampler.tick()
    posed.boot_faults(10)
    batch = sampler.tick()
    assert batch.system is None
    assert "backwards" in batch.why


def test_a_late_tick_says_it_is_a_mean(posed: PosedProc, clock: list[float]) -> None:
    sampler = Sampler(proc=str(posed.root))
    sampler.tick()
    clock[0] += 59
    posed.boot_faults(600)
    batch = sampler.tick()
    assert batch.system
    assert batch.system.minor_per_s == 10
    assert "means over 60 s" in batch.why


def test_without_vmstat_processes_still_count(posed: PosedProc, clock: list[float]) -> None:
    (posed.root / "vmstat").unlink()
    posed.process(10)
    sampler = Sampler(proc=str(posed.root))
    sampler.tick()
    posed.process(10, minor=12)
    batch = sampler.tick()
    assert batch.system is None
    assert "vmstat" in batch.why
    assert rates(batch) == {10: 12.0}


def test_an_empty_or_absent_proc_is_an_empty_answer_with_a_reason(tmp_path: Path, clock: list[float]) -> None:
    batch = Sampler(proc=str(tmp_path / "nowhere")).tick()
    assert batch.processes == ()
    assert "cannot be listed" in batch.why


def test_garbage_in_a_stat_file_drops_that_process_only(posed: PosedProc, clock: list[float]) -> None:
    posed.process(10, minor=1)
    posed.process(11, minor=2)
    posed.put("11/stat", "11 (broken")
    batch = Sampler(proc=str(posed.root)).tick()
    assert [p.pid for p in batch.processes] == [10]


def test_more_processes_than_descriptors(posed: PosedProc, clock: list[float]) -> None:
    for pid in range(10, 60):
        posed.process(pid)
    sampler = Sampler(proc=str(posed.root))
    sampler.roster._limit = 20
    sampler.tick()
    posed.boot_faults(50 * 40)
    for pid in range(10, 60):
        posed.process(pid, minor=40)
    batch = sampler.tick()
    assert rates(batch) == dict.fromkeys(range(10, 60), 40.0)
    assert sum(p.fd >= 0 for p in sampler.roster.procs.values()) == 20
