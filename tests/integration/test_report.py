"""Does what leaves open again, and does nothing hostile get in? The real commands, a folder that poses as a machine, and sixty bad bundles."""



import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import msgspec
import pytest
from support import secrets_corpus as corpus
from support.hostile_bundles import good, packed, png_bomb, summed
from support.snapshots import context, go, line, snapshot

from inspector.engine.session import Session
from inspector.model import wire
from inspector.model.look import LookOptions
from inspector.report.bundle import Draft
from inspector.report.compare import compare
from inspector.report.opening import open_report
from inspector.report.reading import UnreadableError
from inspector.report.text import snapshot_lines


def run(*words: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "inspector", *words],
        cwd=cwd,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        env=dict(os.environ, PYTHONPATH=str(TOP)),
    )


TOP = Path(__file__).resolve().parents[2]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """alice's machine, with a secret of every kind in her init file."""
    root = tmp_path / "machine"
    (root / "etc").mkdir(parents=True)
    (root / "home/alice").mkdir(parents=True)
    (root / "etc/passwd").write_text("root:x:0:0::/root:/bin/bash\nalice:x:1000:1000:Alice Liddell:/home/alice:/bin/bash\n")
    (root / "etc/hostname").write_text("rabbit-hole\n")
    (root / "etc/os-release").write_text('PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\n')
    lines = ["export PATH=/usr/local/go/bin:$PATH\n# for alice on rabbit-hole", *(text for _, _, text in corpus.secrets(3, per_kind=2))]
    (root / "home/alice/.bashrc").write_text("\n".join(lines) + "\n")
    (root / "home/alice/.profile").write_text(". ~/.bashrc\n")
    return root


def everything(path: Path) -> bytes:
    with zipfile.ZipFile(path) as bundle:
        return b"\n".join(bundle.read(name) + name.encode() for name in bundle.namelist())


@pytest.mark.parametrize("inputs", [False, True])
def test_report_of_a_folder_leaks_nothing_and_opens(folder: Path, tmp_path: Path, *, inputs: bool) -> None:
    target = tmp_path / "r.zip"
    made = run("report", "--root", str(folder), "--no-pictures", *(["--with-inputs"] if inputs else []), "-o", str(target), cwd=tmp_path)
    assert made.returncode == 0, made.stderr
    data = everything(target)
    assert [word for word in (b"alice", b"liddell", b"rabbit-hole") if word in data.lower()] == []
    secrets = corpus.secrets(3, per_kind=2)
    leaked = [kind for kind, secret, _ in secrets if secret.encode() in data]
    assert len(leaked) <= (0.05 * len(secrets) if inputs else 0), leaked
    assert target.stat().st_mode & 0o077 == 0
    opened = run("open", "--json", str(target), cwd=tmp_path)
    assert opened.returncode == 0, opened.stderr
    assert json.loads(opened.stdout)["host"]["user"] == "user1"
    assert "user1@host1" in run("open", "--text", str(target), cwd=tmp_path).stdout
    same = run("diff", str(target), str(target), cwd=tmp_path)
    assert (same.returncode, same.stderr) == (0, "")


@pytest.mark.parametrize("command", [("report", "--no-pictures"), ("snapshot",)], ids=lambda words: words[0])
@pytest.mark.parametrize("place", ["/dev/full", "absent/r"])
def test_what_cannot_be_written_exits_like_a_full_standard_output(folder: Path, tmp_path: Path, command: tuple[str, ...], place: str) -> None:
    done = run(*command, "--root", str(folder), "-o", place, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (74, "")
    assert done.stderr.splitlines()[-1].endswith(("No space left on device", "No such file or directory"))


def test_a_report_on_a_full_disk_leaves_nothing_behind(folder: Path, tmp_path: Path) -> None:
    report = f"{sys.executable} -m inspector report --no-pictures --root {folder} -o disk/r.zip"
    script = f"mkdir disk; mount -t tmpfs -o size=8k tmpfs disk && {report}; echo $?; ls -A disk"
    done = subprocess.run(
        ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c", script],
        cwd=tmp_path, capture_output=True, text=True, timeout=120, check=False, env=dict(os.environ, PYTHONPATH=str(TOP)),
    )  # fmt: skip
    if "mount" in done.stderr:
        pytest.skip(done.stderr)
    assert done.stdout == "74\n"
    assert done.stderr.endswith("disk/r.zip: No space left on device\n")


@pytest.mark.parametrize("story", ["hidden-profile", "literal-tilde"])
def test_what_was_opened_says_the_same_as_what_was_seen(tmp_path: Path, story: str) -> None:
    draft = Draft(Session(LookOptions(root=str(TOP / "tests/hosts" / story))).look().snapshot)
    target = tmp_path / "r.zip"
    target.write_bytes(draft.pack())
    opened = open_report(str(target))
    assert compare(draft.snapshot, opened.snapshot).differing() == ()
    assert opened.snapshot == draft.snapshot
    assert list(snapshot_lines(opened.snapshot, lambda _role, words: words)) == list(snapshot_lines(draft.snapshot, lambda _role, words: words))


def test_special_files_are_refused_at_once(tmp_path: Path) -> None:
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    for path in (str(fifo), "/dev/zero", str(tmp_path), str(tmp_path / "absent")):
        with pytest.raises(UnreadableError):
            open_report(path)


def test_a_picture_bomb_is_named_and_the_rest_is_shown(tmp_path: Path) -> None:
    target = tmp_path / "r.zip"
    target.write_bytes(packed(summed(good(), "pictures/window-light.png", png_bomb(30_000))))
    opened = open_report(str(target))
    assert opened.pictures == ()
    assert any("too large" in note for note in opened.notes)


def test_a_newer_schema_opens_as_far_as_it_can(tmp_path: Path) -> None:
    parts = good()
    newer = parts["snapshot.json"].replace(b'"schema": 1', b'"schema": 7, "tomorrow": {"x": [1]}')
    target = tmp_path / "r.zip"
    target.write_bytes(packed(summed(parts, "snapshot.json", newer)))
    assert any("newer" in note for note in open_report(str(target)).notes)


def test_diff_of_snapshots(tmp_path: Path) -> None:
    one = snapshot(context("cron", go("/usr/bin/go", "1.19.8", line("/etc/crontab", 3))))
    two = snapshot(context("cron", go("/usr/local/go/bin/go", "1.27.3", line("/etc/crontab", 3))))
    for name, doc in (("a.json", one), ("b.json", two)):
        (tmp_path / name).write_bytes(wire.encode(doc))
    done = run("diff", "a.json", "b.json", "--json", cwd=tmp_path)
    assert done.returncode == 1, done.stderr
    rows = json.loads(done.stdout)["rows"]
    assert {row["key"] for row in rows if row["state"] == "differs"} == {"cron: go", "cron"}
    assert run("diff", "a.json", "a.json", cwd=tmp_path).returncode == 0
    assert run("diff", "a.json", "none.json", cwd=tmp_path).returncode == 3
    assert msgspec.json.decode(done.stdout)["same"] is False


def test_a_report_of_the_first_schema_opens_for_ever() -> None:
    opened = open_report(str(TOP / "tests" / "data" / "report-schema-1.zip"))
    assert opened.notes == ()
    assert opened.redacted
    assert len(opened.samples) == 1
    assert opened.snapshot.environment.contexts[1].tools[0].version == "1.19.8"
