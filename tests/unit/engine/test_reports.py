"""Is a report written whole or not at all, and is what is no file never replaced by one?"""

import os
import stat
from pathlib import Path

import pytest

from inspector.engine.reports import save


def test_a_device_is_written_to_and_not_replaced(tmp_path: Path) -> None:
    link = tmp_path / "full"
    link.symlink_to("/dev/full")
    with pytest.raises(OSError, match="No space left"):
        save(str(link), b"x" * 10)
    assert stat.S_ISCHR(os.stat("/dev/full").st_mode)
    assert link.is_symlink()
    assert os.listdir(tmp_path) == ["full"]


def test_a_file_is_replaced_whole_and_private(tmp_path: Path) -> None:
    target = tmp_path / "report.zip"
    target.write_bytes(b"old")
    save(str(target), b"new")
    assert target.read_bytes() == b"new"
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    assert os.listdir(tmp_path) == ["report.zip"]
