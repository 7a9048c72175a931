"""Is a tree's room added up as `du --apparent-size` does for its files, and is a tree without end left alone?"""

import os
import subprocess
from pathlib import Path

import msgspec
import pytest
from support.gotrees import GoTree
from support.snapshots import install, snapshot

from inspector.engine.reading_go import with_disk_use
from inspector.host.local import LocalHost
from inspector.model import wire
from inspector.probes import golang_disk
from inspector.report.text import snapshot_lines


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


def test_a_snapshot_tells_it_only_when_asked(tmp_path: Path) -> None:
    (tmp_path / "go").mkdir()
    (tmp_path / "go" / "file").write_bytes(bytes(3 << 20))
    plain = snapshot(installs=(install(str(tmp_path / "go"), "1.27.3"), install(str(tmp_path / "gone"), "1.26.0")))
    measured = with_disk_use(LocalHost(), plain)
    assert b"disk_use" not in wire.encode(plain)
    assert [row.disk_use for row in measured.golang.installs] == [3 << 20, msgspec.UNSET]
    assert any(line.rstrip().endswith("tarball  3 MiB") for line in snapshot_lines(measured, lambda _tone, text: text))
