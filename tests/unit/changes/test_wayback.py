"""What an interrupted overwrite can leave is told from what a user wrote; records are acted on only when they are whole."""

from pathlib import Path

import pytest

from inspector.changes import journal
from inspector.changes.journal import Damaged, Entry, Record
from inspector.changes.pen import Pen
from inspector.changes.wayback import is_mix
from inspector.model.plan import FileEdit

OLD, NEW = b"a" * 1500, b"b" * 2000
RECORD = Record(
    id="t1", began="2026-11-23T07:00:00Z", state="prepared",
    entries=(Entry(directory=b"/home/u", name=b".bashrc", temp=b".t.new~", aside=b".t.old~", action="replace", before="0" * 64, after="1" * 64),),
)  # fmt: skip


@pytest.mark.parametrize(
    "data",
    [OLD, NEW, NEW[:700] + OLD[700:], NEW[:512] + OLD[512:], OLD[:512] + NEW[512:1500], NEW[:1500], b"\0" * 512 + OLD[512:], NEW[:1024] + bytes(976)],
)
def test_a_mix_is_recognised(data: bytes) -> None:
    assert is_mix(data, OLD, NEW)


@pytest.mark.parametrize("data", [b"", b"c" * 1600, OLD + b"my line\n", NEW + b"my line\n", b"x" + OLD[1:], NEW[:512] + b"mine" + OLD[516:]])
def test_a_users_edit_is_not_a_mix(data: bytes) -> None:
    assert not is_mix(data, OLD, NEW)


def test_a_record_comes_back_whole_or_not_at_all() -> None:
    data = journal.encode(RECORD)
    assert journal.decode(data) == RECORD
    for length in range(len(data)):
        with pytest.raises(Damaged):
            journal.decode(data[:length])
    for position in range(len(data)):
        with pytest.raises(Damaged):
            journal.decode(data[:position] + bytes([data[position] ^ 4]) + data[position + 1 :])


def test_a_record_of_a_later_version_is_not_acted_on() -> None:
    later = journal.encode(Record(id="t", began="", state="prepared", entries=(), format=99))
    with pytest.raises(Damaged, match="format 99"):
        journal.decode(later)


def test_a_damaged_record_is_set_aside_and_nothing_is_changed_by_it(tmp_path: Path) -> None:
    pen = Pen(str(tmp_path / "state"))
    path = tmp_path / ".bashrc"
    path.write_bytes(b"one\n")
    done = pen.apply([FileEdit(path=str(path), target=str(path), before=b"one\n", after=b"two\n")])
    record = tmp_path / "state/txn/history" / done.id
    broken = tmp_path / "state/txn/journal" / done.id
    broken.write_bytes(record.read_bytes()[:-9])
    (note,) = pen.recover()
    assert "set aside" in note
    assert path.read_bytes() == b"two\n"
    assert pen.recover() == ()
    pen.undo(done.id)
    assert path.read_bytes() == b"one\n"
