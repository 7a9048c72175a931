"""Killed or refused at any file system call: nothing torn, nothing mixed, nothing left over, no wrong report."""

import errno
from pathlib import Path

import pytest
from support.crash import EDITED, Sweep

NO_EXCHANGE = {"renameat2": errno.EINVAL}
NO_LINKS = {"renameat2": errno.EINVAL, "linkat": errno.EPERM}


@pytest.mark.slow
def test_a_kill_at_every_call_leaves_all_old_or_all_new(tmp_path: Path) -> None:
    sweep = Sweep(tmp_path)
    tally = sweep.kills(range(1, sweep.calls() + 1))
    print(tally.row("SIGKILL at every file call"))
    assert tally.clean(), tally.worst()
    assert tally.points >= 250
    assert len(EDITED) >= 5
    assert tally.old + tally.new == tally.points
    assert tally.new > 10


@pytest.mark.parametrize("without", [NO_EXCHANGE, NO_LINKS], ids=["link-and-rename", "in-place"])
def test_file_systems_that_cannot_exchange(tmp_path: Path, without: dict[str, int]) -> None:
    sweep = Sweep(tmp_path, without)
    calls = sweep.calls()
    tally = sweep.kills(range(calls * 2 // 5, calls + 1, 6))
    assert tally.clean(), tally.worst()
    assert tally.old
    assert tally.new


def test_a_kill_inside_recovery_is_recovered_from(tmp_path: Path) -> None:
    sweep = Sweep(tmp_path)
    calls = sweep.calls()
    tally = sweep.kills_in_recovery(range(calls * 3 // 4, calls + 1, calls // 16), runs=120)
    assert tally.clean(), tally.worst()
    assert tally.points == 120


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EIO, errno.EDQUOT, errno.EACCES, errno.EINTR], ids=lambda code: errno.errorcode[code])
def test_an_error_means_all_old_and_success_means_all_new(tmp_path: Path, code: int) -> None:
    sweep = Sweep(tmp_path)
    tally = sweep.errors(range(1 + code % 7, sweep.calls() + 1, 9), code)
    assert tally.clean(), tally.worst()
    assert tally.points > 50
    assert tally.old + tally.new == tally.points
