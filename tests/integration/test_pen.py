"""The pen on real files: metadata beside what other tools leave, concurrent writers, full disks, mounts, links, refusals."""

import os
import random
import shutil
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from inspector.changes.pen import Pen
from inspector.changes.problems import Refused
from inspector.model.plan import FileEdit

ROOT = pytest.mark.skipif(os.geteuid() != 0, reason="mounting and foreign owners need uid 0")
LINE = b"export PATH=/usr/local/go/bin:$PATH\n"


def edit(path: Path, after: bytes) -> FileEdit:
    before = path.read_bytes() if path.exists() else None
    return FileEdit(path=str(path), target=str(path.resolve()), before=before, after=after)


def append(path: Path) -> FileEdit:
    return edit(path, (path.read_bytes() if path.exists() else b"") + LINE)


@pytest.fixture
def pen(tmp_path: Path) -> Pen:
    return Pen(str(tmp_path / "state"))


@pytest.fixture
def home(tmp_path: Path) -> Path:
    path = tmp_path / "home"
    path.mkdir()
    return path


# ---- metadata


def _decorated(home: Path) -> Path:
    """A dotfile as people have them: a link into a farm, its target with mode, group, access list, attribute and a second name."""
    (home / "farm").mkdir(parents=True)
    target = home / "farm" / "bashrc"
    target.write_bytes(b"# mine\n")
    target.chmod(0o640)
    if os.geteuid() == 0:
        os.chown(target, -1, 4242)
    os.setxattr(target, "user.note", b"kept?")
    subprocess.run(["setfacl", "-m", "u:12345:r", str(target)], check=True)
    (home / ".bashrc").symlink_to("farm/bashrc")
    (home / "farm" / "twin").hardlink_to(target)
    return home / ".bashrc"


def _metadata(home: Path) -> dict[str, object]:
    link, twin = home / ".bashrc", home / "farm" / "twin"
    info = link.stat()
    attributes = {name: os.getxattr(link, name) for name in os.listxattr(link)}
    return {
        "mode": stat.S_IMODE(info.st_mode),
        "group": info.st_gid,
        "access list": attributes.get("system.posix_acl_access"),
        "attribute": attributes.get("user.note"),
        "link": link.is_symlink(),
        "hard link": link.samefile(twin),
    }


def _by_sed(path: Path) -> None:
    subprocess.run(["sed", "-i", "$a export A=1", str(path)], check=True)


def _by_temp_and_rename(path: Path) -> None:
    temp = path.with_name("tmp-name")
    fd = os.open(temp, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    os.write(fd, path.read_bytes() + LINE)
    os.close(fd)
    temp.replace(path)


@ROOT
def test_metadata_is_kept_where_other_tools_lose_it(tmp_path: Path, pen: Pen) -> None:
    kept: dict[str, int] = {}
    ways = {"pen": lambda path: pen.apply([append(path)]), "sed -i": _by_sed, "temp and rename": _by_temp_and_rename}
    for name, write in ways.items():
        home = tmp_path / name
        path = _decorated(home)
        before = _metadata(home)
        write(path)
        after = _metadata(home)
        assert path.read_bytes() != b"# mine\n"
        kept[name] = sum(before[key] == after[key] for key in before)
    print("metadata kept:", {name: f"{count}/6" for name, count in kept.items()})
    assert kept["pen"] == 6
    assert kept["sed -i"] < 6
    assert kept["temp and rename"] < 6


@pytest.mark.parametrize("twin", [False, True], ids=["exchanged", "in-place"])
def test_undo_restores_bytes_and_metadata(tmp_path: Path, pen: Pen, twin: bool) -> None:
    home = tmp_path / "home"
    path = _decorated(home)
    if not twin:
        (home / "farm/twin").unlink()
        (home / "farm/twin").symlink_to("bashrc")
    before, data = _metadata(home), path.read_bytes()
    done = pen.apply([append(path)])
    assert path.read_bytes() == data + LINE
    pen.undo(done.id)
    assert (_metadata(home), path.read_bytes()) == (before, data)


def test_an_undone_creation_removes_the_file_and_its_directories(home: Path, pen: Pen) -> None:
    path = home / ".config/environment.d/50-go.conf"
    done = pen.apply([edit(path, b"PATH=/usr/local/go/bin:$PATH\n")])
    assert stat.S_IMODE(path.stat().st_mode) == 0o644
    pen.undo(done.id)
    assert list(home.iterdir()) == []


def test_directories_that_others_use_by_then_stay(home: Path, pen: Pen) -> None:
    path = home / ".config/environment.d/50-go.conf"
    done = pen.apply([edit(path, b"A=1\n")])
    (home / ".config/mine").write_bytes(b"")
    pen.undo(done.id)
    assert sorted(str(p.relative_to(home)) for p in home.rglob("*")) == [".config", ".config/mine"]


def test_undo_can_be_undone_and_only_once(home: Path, pen: Pen) -> None:
    path = home / ".profile"
    done = pen.apply([edit(path, b"one\n")])
    undone = pen.undo(done.id)
    assert not path.exists()
    with pytest.raises(Refused) as refusal:
        pen.undo(done.id)
    assert refusal.value.reason == "undone-already"
    pen.undo(undone.id)
    assert path.read_bytes() == b"one\n"
    assert [one.undoes for one in pen.history()] == [undone.id, done.id, ""]


# ---- random files


def _random_file(chance: random.Random) -> bytes:
    kind = chance.randrange(6)
    if kind == 0:
        return b""
    if kind == 1:
        return chance.randbytes(chance.randrange(2000))
    lines = [bytes(chance.choices(b"abc =$\"'\\\xe4\xf6\t#\0", k=chance.randrange(60))) for _ in range(chance.randrange(40))]
    return (b"\r\n" if kind == 2 else b"\n").join(lines) + (b"\n" if kind == 3 else b"")


def test_undo_returns_identical_bytes_for_random_files(home: Path, pen: Pen) -> None:
    """Forty transactions of twenty-five files: 1,000 files. `GO_INSPECTOR_RANDOM_FILES=10000` makes it the published figure."""
    chance = random.Random(5)
    count = int(os.environ.get("GO_INSPECTOR_RANDOM_FILES", "1000"))
    for start in range(0, count, 25):
        before = {home / f"f{number}": _random_file(chance) for number in range(start, start + 25)}
        for path, data in before.items():
            path.write_bytes(data)
        edits = [edit(path, data + LINE if chance.random() < 0.5 else _random_file(chance) + b"x") for path, data in before.items()]
        pen.undo(pen.apply(edits).id)
        assert {path: path.read_bytes() for path in before} == before
        for path in before:
            path.unlink()


def test_the_largest_file_and_one_byte_more(home: Path, pen: Pen) -> None:
    path = home / "big"
    data = random.Random(1).randbytes(1 << 20)
    path.write_bytes(data)
    done = pen.apply([edit(path, data[:-1] + b"!" + LINE)])
    with pytest.raises(Refused) as refusal:
        pen.undo(done.id)
    assert refusal.value.reason == "too-large"


# ---- other writers

_WRITER = """
import os, sys, time
path, end, count = sys.argv[1], time.monotonic() + float(sys.argv[2]), 0
while time.monotonic() < end:
    fd = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
    os.write(fd, b"line %d\\n" % count)
    os.close(fd)
    count += 1
    time.sleep(0.0015 if count % 200 else 0.1)
print(count)
"""


def test_a_concurrent_writer_loses_no_line(home: Path, pen: Pen, tmp_path: Path) -> None:
    path = home / ".bashrc"
    path.write_bytes(b"# start\n")
    seconds = float(os.environ.get("GO_INSPECTOR_WRITER_S", "4"))
    with subprocess.Popen([sys.executable, "-c", _WRITER, str(path), str(seconds)], stdout=subprocess.PIPE) as writer:
        applied, answers = 0, []
        while writer.poll() is None:
            seen = path.read_bytes()  # once: a line that comes between two readings would be taken out by the edit itself
            try:
                pen.apply([FileEdit(path=str(path), target=str(path), before=seen, after=b"# head\n" + seen)])
                applied += 1
            except Refused as refusal:
                answers.append(refusal.reason)
            time.sleep(0.002)
        assert writer.stdout is not None
        written = int(writer.stdout.read())
    told = [copy for copy in home.iterdir() if copy != path]  # a writer that kept the old file open for long has it left to it, and the user is told
    lines = {line for copy in (path, *told, *(tmp_path / "state/txn/conflict").iterdir()) for line in copy.read_bytes().splitlines()}
    lost = [number for number in range(written) if b"line %d" % number not in lines]
    print(f"{written} lines in {seconds} s, {applied} edits applied, {len(answers)} refused, {len(told)} left, {len(lost)} lost")
    assert written
    assert set(answers) <= {"stale", "in-use"}
    assert lost == []
    pen.apply([edit(path, b"# head\n" + path.read_bytes())])


def test_a_change_since_the_preview_is_refused(home: Path, pen: Pen) -> None:
    path = home / ".bashrc"
    path.write_bytes(b"one\n")
    planned = append(path)
    path.write_bytes(b"two\n")
    with pytest.raises(Refused) as refusal:
        pen.apply([planned])
    assert refusal.value.reason == "stale"
    assert path.read_bytes() == b"two\n"


def test_undo_refuses_when_the_file_moved_on(home: Path, pen: Pen) -> None:
    path = home / ".bashrc"
    path.write_bytes(b"one\n")
    done = pen.apply([append(path)])
    with path.open("ab") as file:
        file.write(b"mine\n")
    with pytest.raises(Refused) as refusal:
        pen.undo(done.id)
    assert refusal.value.reason == "moved-on"
    assert path.read_bytes() == b"one\n" + LINE + b"mine\n"


def test_a_line_appended_during_verification_survives_the_rollback(home: Path, pen: Pen) -> None:
    path = home / ".bashrc"
    path.write_bytes(b"one\n")

    def verify() -> str:
        assert path.read_bytes() == b"one\n" + LINE
        with path.open("ab") as file:
            file.write(b"theirs\n")
        return "not what was rehearsed"

    with pytest.raises(Refused) as refusal:
        pen.apply([append(path)], verify)
    assert (refusal.value.reason, refusal.value.detail) == ("verification", "not what was rehearsed")
    assert path.read_bytes() == b"one\ntheirs\n"
    assert "carried over" in refusal.value.notes[0]
    assert [p.name for p in home.iterdir()] == [".bashrc"]


def test_an_interruption_during_verification_puts_everything_back(home: Path, pen: Pen) -> None:
    path = home / ".bashrc"
    path.write_bytes(b"one\n")

    def verify() -> str:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        pen.apply([append(path), edit(home / "new", b"x")], verify)
    assert {p.name: p.read_bytes() for p in home.iterdir()} == {".bashrc": b"one\n"}


def test_a_second_inspector_waits_for_the_first(home: Path, pen: Pen, tmp_path: Path) -> None:
    path = home / ".bashrc"
    path.write_bytes(b"0\n")
    code = (
        "import sys, pathlib\n"
        "from inspector.changes.pen import Pen\nfrom inspector.changes.problems import Refused\nfrom inspector.model.plan import FileEdit\n"
        "pen, path, done = Pen(sys.argv[1]), pathlib.Path(sys.argv[2]), 0\n"
        "while done < 20:\n"
        "    data = path.read_bytes()\n"
        "    try:\n"
        "        pen.apply([FileEdit(path=str(path), target=str(path), before=data, after=data + b'x')])\n"
        "        done += 1\n"
        "    except Refused as refusal:\n"
        "        assert refusal.reason in ('stale', 'busy'), refusal\n"
    )
    running = [subprocess.Popen([sys.executable, "-c", code, str(tmp_path / "state"), str(path)]) for _ in range(3)]
    assert [one.wait() for one in running] == [0, 0, 0]
    assert path.read_bytes() == b"0\n" + b"x" * 60
    assert len(pen.history()) == 60


# ---- refusals


def _refused(pen: Pen, *edits: FileEdit) -> str:
    with pytest.raises(Refused) as refusal:
        pen.apply(edits)
    return refusal.value.reason


@ROOT
@pytest.mark.parametrize(("flag", "reason"), [("i", "immutable"), ("a", "append-only")])
def test_inode_flags_refuse(home: Path, pen: Pen, flag: str, reason: str) -> None:
    path = home / ".bashrc"
    path.write_bytes(b"one\n")
    other = home / ".profile"
    other.write_bytes(b"p\n")
    subprocess.run(["chattr", f"+{flag}", str(path)], check=True)
    try:
        assert _refused(pen, append(other), append(path)) == reason
    finally:
        subprocess.run(["chattr", f"-{flag}", str(path)], check=True)
    assert other.read_bytes() == b"p\n"


def test_what_is_no_regular_file_is_refused_at_once(home: Path, pen: Pen) -> None:
    os.mkfifo(home / "fifo")
    (home / "loop").symlink_to("loop")
    (home / "dir").mkdir()
    started = time.monotonic()
    for name, reason in {"fifo": "not-regular", "loop": "link-loop", "dir": "not-regular"}.items():
        path = str(home / name)
        assert _refused(pen, FileEdit(path=path, target=path, before=b"", after=b"x")) == reason
    assert time.monotonic() - started < 10


@ROOT
def test_files_of_others_and_shared_directories_are_refused(home: Path, pen: Pen) -> None:
    theirs = home / "theirs"
    theirs.write_bytes(b"1\n")
    os.chown(theirs, 12345, -1)
    assert _refused(pen, append(theirs)) == "not-ours"
    shared = home / "shared"
    shared.mkdir()
    (shared / "rc").write_bytes(b"1\n")
    shared.chmod(0o777)
    assert _refused(pen, append(shared / "rc")) == "writable-by-others"


def test_one_file_by_two_names_is_refused(home: Path, pen: Pen) -> None:
    (home / "a").write_bytes(b"1\n")
    (home / "b").symlink_to("a")
    (home / "c").hardlink_to(home / "a")
    assert _refused(pen, append(home / "a"), append(home / "b")) == "twice"
    assert _refused(pen, append(home / "a"), append(home / "c")) == "twice"


def test_nothing_to_do_is_an_answer(home: Path, pen: Pen) -> None:
    (home / "a").write_bytes(b"1\n")
    assert _refused(pen, edit(home / "a", b"1\n")) == "nothing-to-do"
    assert pen.history() == ()


def test_a_link_that_leads_elsewhere_by_now_is_refused(home: Path, pen: Pen) -> None:
    (home / "a").write_bytes(b"1\n")
    (home / "b").write_bytes(b"1\n")
    (home / "rc").symlink_to("a")
    planned = append(home / "rc")
    (home / "rc").unlink()
    (home / "rc").symlink_to("b")
    assert _refused(pen, planned) == "stale"


def test_a_name_that_is_no_text_survives_the_wire(home: Path, pen: Pen) -> None:
    path = os.fsencode(home) + b"/caf\xe9rc"
    with open(path, "wb") as file:
        file.write(b"1\n")
    planned = FileEdit(path="shown", target="shown", path_bytes=path, target_bytes=path, before=b"1\n", after=b"2\n")
    done = pen.apply([planned])
    with open(path, "rb") as file:
        assert file.read() == b"2\n"
    assert done.files[0].path_bytes == path


def test_a_state_directory_open_to_others_is_refused(home: Path, tmp_path: Path) -> None:
    (tmp_path / "state/txn").mkdir(parents=True)
    (tmp_path / "state/txn").chmod(0o755)
    assert _refused(Pen(str(tmp_path / "state")), edit(home / "a", b"1\n")) == "state-dir"


def test_what_is_kept_is_private(home: Path, pen: Pen, tmp_path: Path) -> None:
    pen.apply([edit(home / "a", b"export TOKEN=secret\n")])
    for path in (tmp_path / "state/txn").rglob("*"):
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600), path


# ---- mounts and full disks


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A tmpfs of 5 MiB."""
    path = tmp_path / "disk"
    path.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=5m", "tmpfs", str(path)], check=True)
    yield path
    subprocess.run(["umount", str(path)], check=True)


@ROOT
def test_a_full_disk_changes_nothing(small_disk: Path, pen: Pen) -> None:
    path = small_disk / ".bashrc"
    path.write_bytes(b"one\n" * 100)
    (small_disk / "ballast").write_bytes(bytes(2 << 20))
    assert _refused(pen, append(path)) == "disk-full"
    assert path.read_bytes() == b"one\n" * 100


@ROOT
def test_a_disk_that_fills_meanwhile_changes_nothing(small_disk: Path, pen: Pen) -> None:
    """Six files of 1 MiB each do not fit beside themselves: the staging runs into ENOSPC."""
    paths = [small_disk / f"f{number}" for number in range(8)]
    for path in paths:
        path.write_bytes(b"one\n")
    edits = [edit(path, bytes([65 + number]) * (1 << 20)) for number, path in enumerate(paths)]
    assert _refused(pen, *edits) == "io-error"
    assert {path.name: path.read_bytes() for path in small_disk.iterdir()} == {path.name: b"one\n" for path in paths}


@ROOT
def test_a_read_only_file_system_is_named(small_disk: Path, pen: Pen) -> None:
    path = small_disk / ".bashrc"
    path.write_bytes(b"one\n")
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    assert _refused(pen, append(path)) == "read-only"


@ROOT
def test_a_bind_mounted_file_is_written_in_place_and_undone(home: Path, pen: Pen) -> None:
    source, path = home / "source", home / ".bashrc"
    source.write_bytes(b"a longer first version\n")
    path.write_bytes(b"")
    subprocess.run(["mount", "--bind", str(source), str(path)], check=True)
    try:
        planned = edit(path, b"short\n")
        assert [caution.in_place for caution in pen.survey([planned])] == ["bind mount"]
        done = pen.apply([planned])
        assert (path.read_bytes(), source.read_bytes()) == (b"short\n", b"short\n")
        pen.undo(done.id)
        assert source.read_bytes() == b"a longer first version\n"
    finally:
        subprocess.run(["umount", str(path)], check=True)
    assert sorted(p.name for p in home.iterdir()) == [".bashrc", "source"]


@ROOT
@pytest.mark.skipif(shutil.which("runuser") is None, reason="util-linux without runuser")
def test_an_ordinary_user_in_a_directory_that_is_not_writable(tmp_path: Path) -> None:
    """The file is mine, its directory is not: written in place, so nothing has to be created beside it."""
    base = Path("/var/tmp") / f"go-inspector-{os.getpid()}"
    (base / "home").mkdir(parents=True)
    try:
        os.chown(base / "home", 65534, -1)
        directory = base / "etc"
        directory.mkdir(mode=0o755)
        path = directory / "rc"
        path.write_bytes(b"one\n")
        os.chown(path, 65534, -1)
        code = (
            "import sys\nfrom inspector.changes.pen import Pen\nfrom inspector.model.plan import FileEdit\n"
            "print(Pen(sys.argv[1]).apply([FileEdit(path=sys.argv[2], target=sys.argv[2], before=b'one\\n', after=b'two\\n')]).notes)"
        )
        pid = os.fork()
        if pid == 0:
            os.setgid(65534)
            os.setuid(65534)
            sys.argv = ["-c", str(base / "home/state"), str(path)]
            try:
                exec(code, {})
                os._exit(0)
            finally:
                os._exit(1)
        assert os.waitpid(pid, 0)[1] == 0
        assert path.read_bytes() == b"two\n"
    finally:
        shutil.rmtree(base)


# ---- files that moved on, pruning, forgetting


def test_a_transaction_can_be_taken_out_from_under_later_changes(home: Path, pen: Pen) -> None:
    path, other = home / ".bashrc", home / "new"
    path.write_bytes(b"one\ntwo\n")
    done = pen.apply([append(path), edit(other, b"only ours\n")])
    path.write_bytes(b"zero\n" + path.read_bytes() + b"mine\n")
    three, _ = pen.three_ways(done.id)
    assert (three.before, three.merged, three.conflicts) == (b"one\ntwo\n", b"zero\none\ntwo\nmine\n", 0)
    assert "-" + LINE.decode() in three.diff
    pen.undo_merged(done.id)
    assert {p.name: p.read_bytes() for p in home.iterdir()} == {".bashrc": b"zero\none\ntwo\nmine\n"}
    with pytest.raises(Refused):
        pen.undo(done.id)


def test_where_both_touched_a_line_nothing_is_guessed(home: Path, pen: Pen) -> None:
    path = home / ".bashrc"
    path.write_bytes(b"one\n")
    done = pen.apply([append(path)])
    path.write_bytes(b"one\nexport PATH=/opt/go/bin:$PATH\n")
    (three,) = pen.three_ways(done.id)
    assert (three.merged, three.conflicts) == (None, 1)
    with pytest.raises(Refused) as refusal:
        pen.undo_merged(done.id)
    assert refusal.value.reason == "moved-on"


def test_thirty_versions_are_kept_and_their_bytes_only(home: Path, pen: Pen, tmp_path: Path) -> None:
    path = home / ".bashrc"
    for number in range(33):
        pen.apply([edit(path, b"%d\n" % number)])
    assert len(pen.history()) == 33
    pen.recover()
    assert len(pen.history()) == 30
    assert len(list((tmp_path / "state/txn/obj").iterdir())) == 31


def test_forgetting_leaves_no_bytes_behind(home: Path, pen: Pen, tmp_path: Path) -> None:
    done = pen.apply([edit(home / ".bashrc", b"export TOKEN=secret\n")])
    pen.forget()
    assert [path for path in (tmp_path / "state/txn").rglob("*") if path.is_file() and path.name != "lock"] == []
    with pytest.raises(Refused) as refusal:
        pen.undo(done.id)
    assert refusal.value.reason == "unknown-transaction"


# ---- programs that keep a file open


def test_a_file_that_is_held_open_for_writing_is_not_replaced(home: Path, pen: Pen) -> None:
    path = home / ".bashrc"
    path.write_bytes(b"one\n")
    with path.open("ab") as file:
        assert _refused(pen, append(path)) == "in-use"
        file.write(b"two\n")
    assert path.read_bytes() == b"one\ntwo\n"
    with path.open("rb"):
        pen.apply([append(path)])
    assert path.read_bytes() == b"one\ntwo\n" + LINE


def test_a_version_that_is_held_open_when_it_is_rolled_back_is_left_and_named(home: Path, pen: Pen) -> None:
    path = home / ".bashrc"
    path.write_bytes(b"one\n")
    held: list[int] = []

    def verify() -> str:
        held.append(os.open(path, os.O_WRONLY | os.O_APPEND))
        return "no"

    with pytest.raises(Refused) as refusal:
        pen.apply([append(path)], verify)
    os.write(held[0], b"late\n")
    os.close(held[0])
    (left,) = [p for p in home.iterdir() if p.name != ".bashrc"]
    assert str(left) in refusal.value.notes[0]
    assert (path.read_bytes(), left.read_bytes()) == (b"one\n", b"one\n" + LINE + b"late\n")
