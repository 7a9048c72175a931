"""Killed or refused at any file system call: nothing torn, nothing mixed, nothing left over, no wrong report."""

import errno
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.crash import EDITED, Sweep

NO_EXCHANGE = {"renameat2": errno.EINVAL}
NO_LINKS = {"renameat2": errno.EINVAL, "linkat": errno.EPERM}


@pytest.fixture
def scratch(tmp_path: Path) -> Iterator[Path]:
    """A directory in memory where that carries attributes (Linux 6.6), else on the disk: what a kill leaves does not depend on it, the time does."""
    with tempfile.TemporaryDirectory(dir="/dev/shm" if os.access("/dev/shm", os.W_OK) else None) as memory:
        try:
            os.setxattr(memory, "user.probe", b"1")
        except OSError:
            yield tmp_path
        else:
            yield Path(memory)


@pytest.mark.slow
def test_a_kill_at_every_call_leaves_all_old_or_all_new(scratch: Path) -> None:
    sweep = Sweep(scratch)
    tally = sweep.kills(range(1, sweep.calls() + 1))
    print(tally.row("SIGKILL at every file call"))
    assert tally.clean(), tally.worst()
    assert tally.points >= 250
    assert len(EDITED) >= 5
    assert tally.old + tally.new == tally.points
    assert tally.new > 10


@pytest.mark.parametrize("without", [NO_EXCHANGE, NO_LINKS], ids=["link-and-rename", "in-place"])
def test_file_systems_that_cannot_exchange(scratch: Path, without: dict[str, int]) -> None:
    sweep = Sweep(scratch, without)
    calls = sweep.calls()
    tally = sweep.kills(range(calls * 2 // 5, calls + 1, 6))
    assert tally.clean(), tally.worst()
    assert tally.old
    assert tally.new


def test_a_kill_inside_recovery_is_recovered_from(scratch: Path) -> None:
    sweep = Sweep(scratch)
    calls = sweep.calls()
    tally = sweep.kills_in_recovery(range(calls, calls * 3 // 4, -(calls // 16)), every=9)
    assert tally.clean(), tally.worst()
    assert tally.points >= 80
    assert tally.old
    assert tally.new


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EIO, errno.EDQUOT, errno.EACCES, errno.EINTR], ids=lambda code: errno.errorcode[code])
def test_an_error_means_all_old_and_success_means_all_new(scratch: Path, code: int) -> None:
    sweep = Sweep(scratch)
    tally = sweep.errors(range(1 + code % 7, sweep.calls() + 1, 9), code)
    assert tally.clean(), tally.worst()
    assert tally.points > 50
    assert tally.old + tally.new == tally.points
