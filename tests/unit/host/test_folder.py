"""Does a folder pose as a machine: identity, owners, absolute links kept inside, nothing executed?"""

from pathlib import Path

from inspector.host.base import TraceRun
from inspector.host.folder import FolderHost
from inspector.host.overlay import OverlayHost
from inspector.host.recorder import RecordingHost


def machine(root: Path) -> FolderHost:
    (root / "etc").mkdir()
    (root / "home" / "alice").mkdir(parents=True)
    (root / "etc" / "passwd").write_text("root:x:0:0::/root:/bin/sh\nalice:x:1000:1000:Alice:/home/alice:/bin/bash\n")
    (root / "etc" / "hostname").write_text("build-7\n")
    (root / "etc" / "os-release").write_text('PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\n')
    (root / "home" / "alice" / ".bashrc").write_text("PATH=/opt/go/bin:$PATH\n")
    (root / "host.toml").write_text('kernel_release = "6.1.0-28-amd64"\n[environ]\nPATH = "/usr/bin:/bin"\n')
    return FolderHost(str(root))


def test_identity_comes_from_the_folder(tmp_path: Path) -> None:
    info = machine(tmp_path).info
    assert (info.hostname, info.user, info.uid, info.home) == ("build-7", "alice", 1000, "/home/alice")
    assert (info.distribution, info.kernel_release) == ("Debian GNU/Linux 12 (bookworm)", "6.1.0-28-amd64")


def test_an_os_release_with_an_open_quote_is_told_as_it_stands(tmp_path: Path) -> None:
    (tmp_path / "etc").mkdir()
    (tmp_path / "etc" / "os-release").write_text("PRETTY_NAME=\"Never closed\n")
    assert FolderHost(str(tmp_path)).info.distribution == '"Never closed'


def test_absolute_links_stay_inside(tmp_path: Path) -> None:
    host = machine(tmp_path)
    (tmp_path / "link").symlink_to("/etc/hostname")
    (tmp_path / "escape").symlink_to("../../../../../../etc/hostname")
    assert host.read("/link").data == b"build-7\n"
    assert host.real_path("/link") == "/etc/hostname"
    assert host.read("/escape").data == b"build-7\n"


def test_a_loop_of_links_is_named(tmp_path: Path) -> None:
    host = machine(tmp_path)
    (tmp_path / "a").symlink_to("/b")
    (tmp_path / "b").symlink_to("/a")
    assert host.stat("/a").status == "loop"


def test_owners_are_posed(tmp_path: Path) -> None:
    host = machine(tmp_path)
    assert host.stat("/home/alice/.bashrc").uid == 1000
    assert host.stat("/etc/hostname").uid == 0


def test_nothing_is_executed(tmp_path: Path) -> None:
    outcome = machine(tmp_path).run_traced(TraceRun(argv=("/bin/true",), argv0="true", environ={}))
    assert outcome.status == "refused"
    assert outcome.reason


def test_an_overlay_shows_planned_files_behind_links_and_new_ones(tmp_path: Path) -> None:
    host = machine(tmp_path)
    (tmp_path / "home" / "alice" / ".profile").symlink_to(".bashrc")
    overlay = OverlayHost(host, {"/home/alice/.bashrc": b"new\n", "/home/alice/.zshenv": b"z\n"})
    assert overlay.read("/home/alice/.profile").data == b"new\n"
    assert overlay.stat("/home/alice/.bashrc").size == 4
    assert overlay.stat("/home/alice/.zshenv").uid == 1000
    assert ".zshenv" in overlay.list_dir("/home/alice").names
    assert host.read("/home/alice/.bashrc").data != b"new\n"


def test_the_recorder_remembers_absent_paths_too(tmp_path: Path) -> None:
    recorder = RecordingHost(machine(tmp_path))
    recorder.read("/home/alice/.bashrc")
    recorder.read("/home/alice/.profile")
    assert recorder.paths == {"/home/alice/.bashrc", "/home/alice/.profile"}


def test_the_recorder_knows_which_part_asked_what(tmp_path: Path) -> None:
    recorder = RecordingHost(machine(tmp_path))
    (tmp_path / "home" / "alice" / "conf.d").mkdir(parents=True)
    recorder.part("one").list_dir("/home/alice/conf.d")
    (tmp_path / "home" / "alice" / ".zshrc").symlink_to("dotfiles/zshrc")
    recorder.part("two").real_path("/home/alice/.zshrc")
    recorder.part("two").note(["/noted"])
    recorder.stat("/etc/shells")
    one, two = {"/home/alice/conf.d", "/home/alice/conf.d/"}, {"/home/alice/.zshrc", "/home/alice/dotfiles/zshrc", "/noted"}
    assert recorder.parts == {"one": one, "two": two}
    assert recorder.paths == one | two | {"/etc/shells"}
    assert "/etc/passwd" not in recorder.paths
    assert recorder.part("two").info.user
    assert "/etc/passwd" in recorder.parts["two"]
