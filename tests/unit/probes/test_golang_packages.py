"""Is the owner of a file found in each package manager's own records, without running any?"""

import sqlite3
import struct
from collections.abc import Callable
from pathlib import Path

import pytest

from inspector.golang.rpm_header import package_of
from inspector.host.folder import FolderHost
from inspector.probes.golang_packages import Owner, owner_of

GO = "/usr/lib/golang/bin/go"


def header(name: str, directories: list[str], indexes: list[int]) -> bytes:
    """An rpm header with the three tags that matter."""
    data, rows = b"", []
    for tag, kind, content, count in (
        (1000, 6, name.encode() + b"\0", 1),
        (1116, 4, struct.pack(f">{len(indexes)}i", *indexes), len(indexes)),
        (1118, 8, b"".join(d.encode() + b"\0" for d in directories), len(directories)),
    ):
        data += bytes(-len(data) % 4)
        rows.append(struct.pack(">iIiI", tag, kind, len(data), count))
        data += content
    return struct.pack(">II", len(rows), len(data)) + b"".join(rows) + data


def rpm(root: Path) -> None:
    file = root / "var/lib/rpm/rpmdb.sqlite"
    file.parent.mkdir(parents=True)
    connection = sqlite3.connect(file)
    connection.execute("CREATE TABLE Packages (hnum INTEGER PRIMARY KEY, blob BLOB NOT NULL)")
    connection.execute("CREATE TABLE Basenames (key TEXT NOT NULL, hnum INTEGER NOT NULL, idx INTEGER NOT NULL)")
    connection.execute("INSERT INTO Packages VALUES (1, ?)", (header("other", ["/usr/share/"], [0]),))
    connection.execute("INSERT INTO Packages VALUES (2, ?)", (header("golang-bin", ["/usr/lib/", "/usr/lib/golang/bin/"], [0, 1]),))
    connection.executemany("INSERT INTO Basenames VALUES (?, ?, ?)", [("go", 1, 0), ("golang", 2, 0), ("go", 2, 1)])
    connection.commit()
    connection.close()


def dpkg(root: Path) -> None:
    info = root / "var/lib/dpkg/info"
    info.mkdir(parents=True)
    (info / "base-files.list").write_text("/.\n/usr\n")
    (info / "golang-1.22-go:amd64.list").write_text(f"/.\n{GO}\n")


def apk(root: Path) -> None:
    (root / "lib/apk/db").mkdir(parents=True)
    (root / "lib/apk/db/installed").write_text("P:busybox\nF:bin\nR:go\n\nP:go\nF:usr/lib/golang/bin\nR:gofmt\nR:go\n")


def pacman(root: Path) -> None:
    package = root / "var/lib/pacman/local/go-2:1.25.5-1"
    package.mkdir(parents=True)
    (package / "files").write_text(f"%FILES%\nusr/\n{GO[1:]}\n")


def xbps(root: Path) -> None:
    (root / "var/db/xbps").mkdir(parents=True)
    (root / "var/db/xbps/.go-files.plist").write_text(f"<plist><string>{GO}</string></plist>")


@pytest.mark.parametrize(
    ("make", "owner"),
    [
        (dpkg, Owner("dpkg", "golang-1.22-go")),
        (rpm, Owner("rpm", "golang-bin")),
        (apk, Owner("apk", "go")),
        (pacman, Owner("pacman", "go")),
        (xbps, Owner("xbps", "go")),
    ],
)
def test_each_record_is_read(tmp_path: Path, make: Callable[[Path], None], owner: Owner) -> None:
    make(tmp_path)
    host = FolderHost(str(tmp_path))
    assert owner_of(host, GO) == owner
    assert owner_of(host, "/usr/lib/elsewhere/go") == Owner()
    assert owner_of(host, "/home/alice/go/bin/go") == Owner()


def test_a_damaged_rpm_data_base_owns_nothing(tmp_path: Path) -> None:
    (tmp_path / "var/lib/rpm").mkdir(parents=True)
    (tmp_path / "var/lib/rpm/rpmdb.sqlite").write_bytes(b"SQLite format 3\0" + b"\xff" * 200)
    assert owner_of(FolderHost(str(tmp_path)), GO) == Owner()
    whole = header("golang-bin", ["/usr/lib/golang/bin/"], [0])
    assert package_of(whole, 0, "/usr/lib/golang/bin/") == "golang-bin"
    for cut in range(len(whole)):
        assert "golang-bin".startswith(package_of(whole[:cut], 0, "/usr/lib/golang/bin/"))
    assert package_of(b"\xff" * 64, 0, "/") == ""
