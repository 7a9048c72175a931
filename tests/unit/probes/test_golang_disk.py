"""Is a tree's room added up as `du --apparent-size` does for its files, and is a tree without end left alone?"""

import os
import subprocess
from pathlib import Path

import pytest
from support.gotrees import GoTree

from inspector.host.local import LocalHost
from inspector.probes import golang_disk


def test_every_file_counts_once_and_links_do_not(tmp_path: Path) -> None:
    (tmp_path / "src" / "deep").mkdir(parents=True)
    (tmp_path / "VERSION").write_bytes(bytes(100))
    (tmp_path / "src" / "a.go").write_bytes(bytes(3000))
    os.link(tmp_path / "src" / "a.go", tmp_path / "src" / "deep" / "b.go")
    (tmp_path / "loop").symlink_to(tmp_path)
    (tmp_path / "far").symlink_to("/usr")
    assert golang_disk.disk_use(LocalHost(), str(tmp_path)) == 3100


def test_it_agrees_with_du_on_a_real_tree(go119: GoTree) -> None:
    ours = golang_disk.disk_use(LocalHost(), str(go119.tools))
    said = subprocess.run(["du", "--apparent-size", "-B1", "-s", str(go119.tools)], capture_output=True, text=True, check=True).stdout
    assert ours is not None
    assert 0 <= int(said.split()[0]) - ours <= 1 << 16  # the directory itself


def test_a_tree_without_end_is_not_walked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(golang_disk, "MAX_ENTRIES", 10)
    for number in range(11):
        (tmp_path / str(number)).touch()
    assert golang_disk.disk_use(LocalHost(), str(tmp_path)) is None
