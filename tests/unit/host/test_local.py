"""Is every kind of bad file named with its reason, without waiting and without reading it?"""

import os
import socket
from pathlib import Path

import pytest

from inspector.host.local import LocalHost

HOST = LocalHost()


def test_a_regular_file_comes_with_its_bytes_and_owner(tmp_path: Path) -> None:
    file = tmp_path / "rc"
    file.write_bytes(b"PATH=\xff\n")
    content = HOST.read(str(file))
    assert (content.status, content.data) == ("ok", b"PATH=\xff\n")
    assert content.info is not None
    assert content.info.uid == os.getuid()


def test_special_files_are_named_and_not_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "fifo")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(tmp_path / "sock"))
        assert "FIFO" in HOST.read(str(tmp_path / "fifo")).reason
        assert "socket" in HOST.read(str(tmp_path / "sock")).reason
        assert "directory" in HOST.read(str(tmp_path)).reason
        assert "character device" in HOST.read("/dev/zero").reason


def test_a_symlink_loop_is_a_loop(tmp_path: Path) -> None:
    (tmp_path / "a").symlink_to("b")
    (tmp_path / "b").symlink_to("a")
    assert HOST.read(str(tmp_path / "a")).status == "loop"
    assert HOST.stat(str(tmp_path / "a")).status == "loop"


def test_a_huge_sparse_file_is_not_read(tmp_path: Path) -> None:
    with (tmp_path / "big").open("wb") as file:
        file.truncate(5 << 30)
    content = HOST.read(str(tmp_path / "big"))
    assert content.status == "too-large"
    assert content.data == b""


@pytest.mark.parametrize("path", ["/nonexistent/x", "/etc/passwd/x", "/etc/nul\0byte"])
def test_what_is_not_there_is_absent(path: str) -> None:
    assert HOST.read(path).status == "absent"
    assert HOST.stat(path).status == "absent"


def test_a_listing_stops_at_its_limit_and_says_so(tmp_path: Path) -> None:
    for number in range(30):
        (tmp_path / f"{number:02}").touch()
    listing = HOST.list_dir(str(tmp_path), limit=10)
    assert listing.truncated
    assert len(listing.names) == 10
    assert not HOST.list_dir(str(tmp_path)).truncated
