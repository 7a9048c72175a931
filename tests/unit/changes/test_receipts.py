"""Receipts come back as they were kept; a damaged one is left out; none leaves its directory."""

import stat
from pathlib import Path

import msgspec
import pytest

from inspector.changes.problems import Refused
from inspector.changes.receipts import ReceiptBook
from inspector.model.plan import Receipt, ReceiptFile


def receipt(number: int) -> Receipt:
    files = (ReceiptFile(path="/home/u/.bashrc", before_sha256="a", after_sha256="b"),)
    at = f"2026-11-23T07:0{number}:00Z"
    return Receipt(id=f"r{number}", finding="go-shadowed:~/.bashrc:3", plan="p", applied_at=at, verified=True, files=files)


def test_newest_first_and_marked_undone(tmp_path: Path) -> None:
    book = ReceiptBook(str(tmp_path))
    for number in (2, 1, 3):
        book.add(receipt(number))
    assert [one.id for one in book.list().receipts] == ["r3", "r2", "r1"]
    book.mark_undone("r2", "2026-11-23T08:00:00Z")
    assert book.get("r2") == msgspec.structs.replace(receipt(2), undone="2026-11-23T08:00:00Z")
    assert book.get("r9") is None
    book.mark_undone("r9", "never")
    assert len(book.list().receipts) == 3


def test_an_empty_book(tmp_path: Path) -> None:
    assert ReceiptBook(str(tmp_path / "none")).list().receipts == ()


def test_a_damaged_receipt_is_left_out(tmp_path: Path) -> None:
    book = ReceiptBook(str(tmp_path))
    book.add(receipt(1))
    book.add(receipt(2))
    (tmp_path / "receipts/r1.json").write_bytes(b"{")
    assert [one.id for one in book.list().receipts] == ["r2"]


def test_receipts_are_private_and_stay_in_their_directory(tmp_path: Path) -> None:
    book = ReceiptBook(str(tmp_path))
    book.add(msgspec.structs.replace(receipt(1), id="../../escape"))
    (path,) = (tmp_path / "receipts").iterdir()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert book.get("../../escape") is not None


def test_an_unusable_directory_is_a_refusal(tmp_path: Path) -> None:
    (tmp_path / "receipts").write_bytes(b"")
    with pytest.raises(Refused) as refusal:
        ReceiptBook(str(tmp_path)).add(receipt(1))
    assert refusal.value.reason == "state-dir"
