"""What the plots point at: starts and exits of processes that fault, kills for memory, another setting of huge pages, gaps."""

from pathlib import Path

from inspector.faults.markers import MarkerWatch
from inspector.faults.procfs import Stat, VmCounters
from inspector.faults.roster import Proc
from inspector.faults.sampler import Look
from inspector.model.faults import ProcessRates


def look(**parts: object) -> Look:
    return Look(**{"time_s": 10.0, "interval_s": 1.0, "first": False, **parts})  # type: ignore[arg-type]


def proc(pid: int, *, base: int) -> Proc:
    made = Proc(pid, -1, 0)
    made.stat, made.base = Stat(1, 5000, 0, 0, 0, 0, 77), Stat(1, base, 0, 0, 0, 0, 77)
    return made


def row(pid: int, minor: int) -> ProcessRates:
    return ProcessRates(pid=pid, name="api", started_at=77, go=True, minor_per_s=1.0, major_per_s=0.0, minor=minor, major=0)


def test_each_thing_that_happened_once(tmp_path: Path) -> None:
    setting = tmp_path / "enabled"
    setting.write_text("always [madvise] never\n")
    watch = MarkerWatch(str(setting))
    assert watch.look(look(system=VmCounters(10, 0, killed=0)), ()) == ()
    setting.write_text("[always] madvise never\n")
    told = watch.look(look(system=VmCounters(10, 0, killed=2), gap="suspended for 60 s"), ())
    assert [(one.kind, one.text) for one in told] == [("suspend", "suspended for 60 s"), ("oom", "2"), ("huge-pages", "always")]
    assert watch.look(look(), ()) == ()
    watch.close()


def test_only_processes_that_fault_much_start_and_end(tmp_path: Path) -> None:
    watch = MarkerWatch(str(tmp_path / "absent"))
    new, old, small = proc(1, base=0), proc(2, base=4000), proc(3, base=0)
    told = watch.look(look(changed=[new, old, small]), (row(1, 5000), row(2, 5000), row(3, 10)))
    assert [(one.kind, one.pid, one.name) for one in told] == [("start", 1, "api")]
    assert watch.look(look(changed=[new]), (row(1, 6000),)) == ()
    told = watch.look(look(gone=[new, old, small]), ())
    assert [(one.kind, one.pid) for one in told] == [("exit", 1), ("exit", 2)]
    watch.close()


def test_the_first_look_starts_nothing(tmp_path: Path) -> None:
    watch = MarkerWatch(str(tmp_path / "absent"))
    assert watch.look(look(first=True, changed=[proc(1, base=0)]), (row(1, 5000),)) == ()
    watch.close()
