"""Is a moment kept when something relevant changed, and only then; bounded, private, with what else happened, and forgotten on request?"""

import gzip
import os
import time
from pathlib import Path

import msgspec
import pytest
from support.snapshots import HOME, context, go, line, snapshot

from inspector.engine import kept
from inspector.engine.comparing import UnusableSideError, side
from inspector.engine.kept import Keeper, relevant, unkept
from inspector.host.folder import FolderHost
from inspector.model.look import LookOptions
from inspector.model.snapshot import LookInfo, Snapshot

OLD = snapshot(context("cron", go("/usr/bin/go", "1.19.8", line("/etc/crontab", 3))))
NEW = snapshot(context("cron", go("/usr/local/go/bin/go", "1.27.3", line("/etc/crontab", 3))))


def local(seconds: float) -> str:
    return time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(seconds))


@pytest.fixture
def host(tmp_path: Path) -> FolderHost:
    """A machine whose package manager was busy an hour ago and just now, and whose crontab was edited just now."""
    now = time.time()
    root = tmp_path / "machine"
    files = {
        "etc/crontab": "PATH=/usr/local/go/bin:/usr/bin\n",
        "etc/passwd": f"alice:x:1000:1000::{HOME}:/bin/bash\n",
        "var/log/dpkg.log": f"{local(now - 3600)} install old:amd64 <none> 1\n{local(now)} startup archives unpack\n"
        f"{local(now)} upgrade tzdata:all 1 2\n{local(now)} install golang-1.24:amd64 <none> 1.24.1-1\nnot a line\n\xff\n",
        "var/log/apt/history.log": f"Start-Date: {local(now)}\nCommandline: apt install golang-1.24\nEnd-Date: {local(now)}\n",
    }
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return FolderHost(str(root), home=HOME)


def test_only_what_changed_is_kept_with_what_happened_meanwhile(host: FolderHost, tmp_path: Path) -> None:
    keeper = Keeper(str(tmp_path / "state"))
    assert keeper.consider(host, OLD)
    assert not keeper.consider(host, msgspec.structs.replace(OLD, taken_at="2027-01-01T00:00:00Z"))
    (file,) = (tmp_path / "state/kept").iterdir()
    earlier = time.time() - 60
    os.utime(file, (earlier, earlier))
    assert keeper.consider(host, NEW)
    newest, first = keeper.points()
    assert (first.changes, first.since) == ((), "")
    assert [(row.key, row.left, row.right) for row in newest.changes if row.section == "tools"] == [
        ("cron: go", "1.19.8 /usr/bin/go", "1.27.3 /usr/local/go/bin/go")
    ]
    assert [(cause.what, cause.name, cause.detail) for cause in newest.causes] == [
        ("ran", "apt install golang-1.24", ""),
        ("installed", "golang-1.24", "1.24.1-1"),
        ("upgraded", "tzdata", "1 → 2"),
        ("edited", "/etc/crontab", ""),
    ]
    assert newest.causes[1].origin.place() == "/var/log/dpkg.log:4"
    assert keeper.snapshot(newest.id) == NEW


def test_what_is_kept_is_private_whole_and_forgotten(host: FolderHost, tmp_path: Path) -> None:
    keeper = Keeper(str(tmp_path / "state"))
    keeper.consider(host, OLD)
    (file,) = (tmp_path / "state/kept").iterdir()
    assert (file.stat().st_mode & 0o777, file.parent.stat().st_mode & 0o777) == (0o600, 0o700)
    file.write_bytes(gzip.compress(b"{}\n{}"))
    assert keeper.points() == ()
    assert keeper.consider(host, NEW)
    keeper.forget()
    assert keeper.points() == ()
    assert list((tmp_path / "state/kept").iterdir()) == []


def test_the_oldest_give_way(host: FolderHost, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept, "MOST", 3)
    keeper = Keeper(str(tmp_path / "state"))
    for n in range(6):
        keeper.consider(host, snapshot(context("cron", go("/usr/bin/go", f"1.{n}", line("/etc/crontab", 3)))))
    assert len(keeper.points()) == 3
    monkeypatch.setattr(kept, "MOST_BYTES", 10)
    keeper.consider(host, OLD)
    assert len(keeper.points()) == 1


def test_what_could_not_be_told_is_no_change(host: FolderHost, tmp_path: Path) -> None:
    failed = msgspec.structs.replace(NEW, look=LookInfo(failed={"environment": "timeout"}))
    assert not Keeper(str(tmp_path / "state")).consider(host, failed)
    cron = msgspec.structs.replace(OLD.environment.contexts[0], known="failed", tools=(), path=())
    unsure: Snapshot = snapshot(cron)
    assert relevant(OLD, unsure) == ()
    assert relevant(OLD, NEW)


@pytest.mark.parametrize("word", ["kept:", "kept:../../etc/passwd", "kept:20261129T050113000000Z-00000000", "kept:\0"])
def test_a_moment_that_is_not_there_is_a_sentence(tmp_path: Path, word: str) -> None:
    with pytest.raises(UnusableSideError, match="no such moment"):
        side(word, None, Keeper(str(tmp_path)))


def test_nothing_is_kept_of_other_homes_and_folders(host: FolderHost) -> None:
    assert unkept(host, LookOptions())
