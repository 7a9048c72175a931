"""Undo on the command line when the file was edited since: shown, refused, done while keeping the edits; and a history that is forgotten."""

import subprocess
import sys
from pathlib import Path

import pytest

from inspector.changes.pen import Pen
from inspector.changes.receipts import ReceiptBook
from inspector.model.plan import FileEdit, Receipt

LINE = b"export PATH=/usr/local/go/bin:$PATH\n"


class Applied:
    """A home with one applied change."""

    def __init__(self, home: Path) -> None:
        self.home, self.rc = home, home / ".bashrc"
        self.rc.write_bytes(b"alias l=ls\n")
        self.state = str(home / ".local/state/go-inspector")
        edit = FileEdit(path=str(self.rc), target=str(self.rc), before=b"alias l=ls\n", after=b"alias l=ls\n" + LINE)
        done = Pen(self.state).apply([edit])
        self.id = done.id
        receipt = Receipt(id=done.id, finding="f", plan="p", applied_at=done.applied_at, verified=True, outcome="verified", files=done.files)
        ReceiptBook(self.state).add(receipt)

    def fix(self, *words: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "inspector", "fix", *words, "--home", str(self.home)]
        return subprocess.run(command, capture_output=True, text=True, timeout=200, check=False, cwd=Path(__file__).parents[2])


@pytest.fixture
def applied(tmp_path: Path) -> Applied:
    return Applied(tmp_path)


def test_a_file_that_moved_on_is_shown_and_undone_with_its_later_edits(applied: Applied) -> None:
    applied.rc.write_bytes(applied.rc.read_bytes() + b"alias m=more\n")
    refused = applied.fix("undo", applied.id)
    assert refused.returncode == 1
    assert f"-{LINE.decode()}" in refused.stdout
    assert "--keep-later" in refused.stdout
    assert "was changed after that" in refused.stderr
    assert applied.fix("undo", applied.id, "--keep-later").returncode == 0
    assert applied.rc.read_bytes() == b"alias l=ls\nalias m=more\n"
    assert "was undone at" in applied.fix("undo", applied.id).stderr


def test_the_same_lines_are_not_guessed(applied: Applied) -> None:
    applied.rc.write_bytes(b"alias l=ls\nexport PATH=/opt/go/bin:$PATH\n")
    refused = applied.fix("undo", applied.id, "--keep-later")
    assert refused.returncode == 1
    assert "both changes touch the same lines" in applied.fix("undo", applied.id).stdout
    assert applied.rc.read_bytes() == b"alias l=ls\nexport PATH=/opt/go/bin:$PATH\n"


def test_the_history_is_forgotten_only_when_asked(applied: Applied) -> None:
    assert applied.fix("forget").returncode == 1
    assert applied.id in applied.fix("history").stdout
    assert applied.fix("forget", "--yes").returncode == 0
    assert applied.id not in applied.fix("history").stdout
    assert not [path for path in Path(applied.state).rglob("*") if path.is_file() and path.name != "lock"]
    assert applied.fix("undo", applied.id).returncode == 1
