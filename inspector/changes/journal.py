"""What was begun, how far did it get, and what is needed to go back? One record per transaction, sealed by its own hash."""

import hashlib
from typing import Literal

import msgspec

from inspector.i18n import mark

FORMAT = 1

Action = Literal["replace", "create", "remove"]


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One file of a transaction: where it lies, which names may stand beside it meanwhile, and its hashes before and after.

    `temp` holds the new bytes before the swap and the displaced ones after it; `aside` holds the displaced ones where names cannot be exchanged.
    A hash is empty where there is no file. `mode` are the permission bits of a file that is created.
    """

    directory: bytes
    name: bytes
    temp: bytes
    aside: bytes
    action: Action
    before: str = ""
    after: str = ""
    in_place: bool = False
    mode: int = 0o644


class Record(msgspec.Struct, frozen=True, kw_only=True):
    """One transaction. `made` are directories it makes, `leaves` such that go away with it when they are empty."""

    id: str
    began: str
    state: Literal["prepared", "committed"]
    entries: tuple[Entry, ...]
    format: int = FORMAT
    made: tuple[bytes, ...] = ()
    leaves: tuple[bytes, ...] = ()
    undoes: str = ""
    undone_by: str = ""


class Damaged(Exception):  # noqa: N818  an answer about a file, not an error of ours
    """A record that is not what was written: nothing may be done by it."""


def encode(record: Record) -> bytes:
    """The record as one line of JSON and the hash of that line."""
    line = msgspec.json.encode(record)
    return line + b"\n" + hashlib.sha256(line).hexdigest().encode() + b"\n"


def decode(data: bytes) -> Record:
    """The record behind `encode`; raises Damaged for anything else."""
    line, _, seal = data.partition(b"\n")
    if seal != hashlib.sha256(line).hexdigest().encode() + b"\n":
        raise Damaged(mark("its hash does not fit"))
    try:
        record = msgspec.json.decode(line, type=Record)
    except msgspec.MsgspecError as error:
        raise Damaged(str(error)) from error
    if record.format != FORMAT:
        raise Damaged(mark(f"format {record.format}, this program knows {FORMAT}"))
    return record
