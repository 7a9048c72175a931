"""A power cut at any moment leaves all files old or all new on ext4, XFS and btrfs. The whole of it: `python tests/support/power_loss.py`."""

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.power_loss import FILE_SYSTEMS, sweep

pytestmark = pytest.mark.skipif(
    os.geteuid() != 0 or not os.path.exists("/dev/fuse") or not os.path.exists("/dev/loop-control"),
    reason="a disk that remembers its writes needs uid 0, /dev/fuse and loop devices",
)


@pytest.fixture
def memory(tmp_path: Path) -> Iterator[Path]:
    """Images are copied once a state: in memory where there is some."""
    with tempfile.TemporaryDirectory(dir="/dev/shm" if os.access("/dev/shm", os.W_OK) else str(tmp_path)) as name:
        yield Path(name)


@pytest.mark.parametrize(("kind", "every"), [("ext4", 6), ("xfs", 4), ("btrfs", 20)])
def test_a_power_cut_leaves_all_old_or_all_new(memory: Path, kind: str, every: int) -> None:
    tally = sweep(kind, memory, subsets=2, every=every)
    print(tally.row(f"power cut, {kind}"))
    assert kind in FILE_SYSTEMS
    assert tally.clean(), tally.worst()
    assert tally.points >= 30
    assert tally.old
    assert tally.new


def test_the_replay_sees_what_a_missing_fsync_does(memory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: the same transaction without fsync loses files, so a clean table means something."""
    monkeypatch.setattr(os, "fsync", lambda _fd: None)
    tally = sweep("xfs", memory, subsets=2)
    print(tally.row("power cut, xfs, without fsync"))
    assert not tally.clean()
