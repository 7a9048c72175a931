"""Parsers of the kernel's counters, on real text and on text that tries to mislead."""

import mmap
import os
from pathlib import Path

import pytest

from inspector.faults.procfs import Vmstat, parse_stat, stat_name

AFTER_NAME = "S 7 42 42 0 -1 4194304 1001 2002 3 4 50 60 0 0 20 0 1 0 98765 1000 200 18446744073709551615 0 0 0 0"


@pytest.mark.parametrize("name", ["bash", "a b", "x) S 1 (y", ")", "(", "tab\there"])
def test_counters_do_not_depend_on_the_name(name: str) -> None:
    raw = f"42 ({name}) {AFTER_NAME}".encode()
    stat = parse_stat(raw)
    assert (stat.parent, stat.minor, stat.children_minor, stat.major, stat.children_major) == (7, 1001, 2002, 3, 4)
    assert (stat.cpu_ticks, stat.started_at, stat.faults, stat.children) == (110, 98765, 1004, 2006)
    assert stat_name(raw) == name


def test_undecodable_name_is_shown_not_raised() -> None:
    assert stat_name(b"1 (\xff\xfe) S 0") == "\ufffd\ufffd"


@pytest.mark.parametrize("raw", [b"", b"42 (x", b"42 (x) S 1 2", b"42 (x) S a b c d e f g h i j k l m n o p q r s t u"])
def test_text_that_is_no_stat_line_is_an_error(raw: bytes) -> None:
    with pytest.raises((ValueError, IndexError)):
        parse_stat(raw)


def test_own_stat_agrees_with_getrusage() -> None:
    import resource

    raw = Path("/proc/self/stat").read_bytes()
    usage = resource.getrusage(resource.RUSAGE_SELF)
    stat = parse_stat(raw)
    assert stat.parent == os.getppid()
    assert stat.minor <= usage.ru_minflt <= stat.minor + 200
    assert stat.major <= usage.ru_majflt


def test_vmstat_of_this_machine_grows() -> None:
    vmstat = Vmstat()
    first = vmstat.read()
    with mmap.mmap(-1, 512 * mmap.PAGESIZE) as memory:
        memory.madvise(mmap.MADV_NOHUGEPAGE)
        for at in range(0, len(memory), mmap.PAGESIZE):
            memory[at] = 1
        second = vmstat.read()
    vmstat.close()
    assert first
    assert second
    assert second.faults >= first.faults + 512
    assert second.major >= first.major


def test_absent_vmstat_says_so(tmp_path: Path) -> None:
    vmstat = Vmstat(str(tmp_path))
    assert vmstat.read() is None
    assert "vmstat" in vmstat.why


@pytest.mark.parametrize("text", ["", "nr_free_pages 3\n", "nr_x 1\npgfault many\npgmajfault 1\n"])
def test_vmstat_without_the_keys_says_so(tmp_path: Path, text: str) -> None:
    (tmp_path / "vmstat").write_text(text)
    vmstat = Vmstat(str(tmp_path))
    assert vmstat.read() is None
    vmstat.close()
    assert "pgfault" in vmstat.why


def test_what_the_kernel_does_not_count_is_none(tmp_path: Path) -> None:
    (tmp_path / "vmstat").write_text("x 1\npgfault 10\npgmajfault 2\npswpin 5\n")
    (tmp_path / "pressure").mkdir()
    (tmp_path / "pressure" / "memory").write_text("some avg10=0.00 avg60=0.00 avg300=0.00 total=700\nfull avg10=0.00 total=3\n")
    vmstat = Vmstat(str(tmp_path))
    first = vmstat.read()
    (tmp_path / "vmstat").write_text("x 1\npgfault 30\npgmajfault 2\npswpin 9\nthp_fault_alloc 4\n")
    second = vmstat.read()
    vmstat.close()
    assert first
    assert second
    assert (first.swap_in, first.waited_us, first.huge) == (5, 700, None)
    grown = second.since(first)
    assert (grown.faults, grown.major, grown.swap_in, grown.huge, grown.waited_us) == (20, 0, 4, None, 0)
    assert grown.plus(grown).faults == 40
