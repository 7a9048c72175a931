"""Plans become edits: steps on one file build on each other, links lead to their target, what cannot be edited is refused with its reason."""

import os
from pathlib import Path

import pytest

from inspector.changes.edits import materialize
from inspector.changes.problems import Refused
from inspector.host.local import LocalHost
from inspector.model.base import text
from inspector.model.plan import CommentOutLine, Plan, PutFirstInPath, Step

GO = "/usr/local/go/bin"


def plan(*steps: Step) -> Plan:
    return Plan(id="p", finding="f", title=text("t"), reason=text("r"), safety="safe", steps=steps)


def first(path: Path, shell: str = "bash") -> PutFirstInPath:
    return PutFirstInPath(file=str(path), directory=GO, shell=shell)


def test_several_steps_on_one_file_are_one_edit(tmp_path: Path) -> None:
    path = tmp_path / ".bashrc"
    path.write_bytes(b"export PATH=/usr/bin:$PATH\nalias l=ls\n")
    (tmp_path / "link").symlink_to(".bashrc")
    steps = (first(tmp_path / "link"), CommentOutLine(file=str(path), line=1, text="export PATH=/usr/bin:$PATH", shell="bash"))
    (edit,) = materialize(LocalHost(), plan(*steps))
    assert edit.path == str(path)
    assert edit.before == path.read_bytes()
    assert edit.after.splitlines()[0] == b"# go-inspector: export PATH=/usr/bin:$PATH"
    assert GO.encode() in edit.after


def test_a_second_time_there_is_nothing_to_change(tmp_path: Path) -> None:
    path = tmp_path / ".bashrc"
    (edit,) = materialize(LocalHost(), plan(first(path)))
    assert edit.before is None
    path.write_bytes(edit.after)
    assert materialize(LocalHost(), plan(first(path))) == ()


def test_a_line_that_moved_is_refused(tmp_path: Path) -> None:
    path = tmp_path / ".bashrc"
    path.write_bytes(b"alias l=ls\n")
    with pytest.raises(Refused) as refusal:
        materialize(LocalHost(), plan(CommentOutLine(file=str(path), line=1, text="export PATH=/usr/bin:$PATH", shell="bash")))
    assert refusal.value.reason == "no-such-line"


def test_what_cannot_be_edited_says_why(tmp_path: Path) -> None:
    (tmp_path / "binary").write_bytes(b"a\0b")
    (tmp_path / "large").write_bytes(b"a" * ((1 << 20) + 1))
    (tmp_path / "loop").symlink_to("loop")
    os.mkfifo(tmp_path / "fifo")
    for name, reason in {"binary": "binary", "large": "too-large", "loop": "link-loop", "fifo": "not-regular"}.items():
        with pytest.raises(Refused) as refusal:
            materialize(LocalHost(), plan(first(tmp_path / name)))
        assert refusal.value.reason == reason
    with pytest.raises(Refused) as refusal:
        materialize(LocalHost(), plan(first(tmp_path / "rc", shell="nosuchshell")))
    assert refusal.value.reason == "unsupported"
