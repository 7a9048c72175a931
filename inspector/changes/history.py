"""What can still be taken back, what would that mean for files that moved on, and what is old enough to forget?"""

import os
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta

from inspector.changes import disk, place
from inspector.changes.diff import unified
from inspector.changes.journal import Damaged, Entry, Record
from inspector.changes.merge import merge3
from inspector.changes.prepare import Wanted
from inspector.changes.problems import Refused
from inspector.changes.store import Store
from inspector.model.base import exact_bytes, shown
from inspector.model.plan import FileEdit, ThreeWay

KEEP_VERSIONS = 30
KEEP_DAYS = 90


def known(store: Store, tx_id: str) -> Record:
    """A finished transaction that was not undone; raises Refused."""
    try:
        record = store.read("history", tx_id)
    except Damaged as error:
        raise Refused("unknown-transaction", tx_id, str(error)) from error
    if record is None:
        raise Refused("unknown-transaction", tx_id)
    if record.undone_by:
        raise Refused("undone-already", tx_id)
    return record


def way_back(store: Store, record: Record) -> list[Wanted]:
    """What undoes a transaction, provided every file is as it left them; raises Refused when bytes are lost."""
    return [
        Wanted(path=path, target=path, before=_fetch(store, entry, entry.after), after=_fetch(store, entry, entry.before), mode=entry.mode)
        for entry in record.entries
        for path in (os.path.join(entry.directory, entry.name),)
    ]


def _fetch(store: Store, entry: Entry, sha: str) -> bytes | None:
    data = store.fetch(sha)
    if sha and data is None:
        raise Refused("lost-bytes", os.path.join(entry.directory, entry.name))
    return data


def three_ways(store: Store, record: Record) -> tuple[ThreeWay, ...]:
    """Each file of a transaction as it left it, as it was before, as it is now, and now without it; raises Refused."""
    return tuple(_three_way(store, entry) for entry in record.entries)


def _three_way(store: Store, entry: Entry) -> ThreeWay:
    left, before, now = _fetch(store, entry, entry.after), _fetch(store, entry, entry.before), _now(entry)
    path = os.fsdecode(os.path.join(entry.directory, entry.name))
    merge = merge3(left or b"", before or b"", now or b"")
    merged = None if merge.conflicts or now is None else merge.data
    preview = FileEdit(path=shown(path), target=shown(path), before=now, after=merged or b"")
    return ThreeWay(
        path=shown(path), path_bytes=exact_bytes(path), left=left, before=before, now=now, merged=merged, conflicts=merge.conflicts,
        diff=unified([preview]) if merged is not None else "",
    )  # fmt: skip


def _now(entry: Entry) -> bytes | None:
    try:
        directory = place.open_directory(entry.directory)
    except FileNotFoundError:
        return None
    try:
        seen = disk.look(directory, entry.name)
    finally:
        disk.close(directory)
    return seen.data if seen.kind == "file" else None


def merged_way_back(store: Store, record: Record) -> list[Wanted]:
    """What takes a transaction out of files that moved on, keeping what came later; raises Refused (`moved-on`) where both touched the same lines."""
    wanted: list[Wanted] = []
    for entry, three in zip(record.entries, three_ways(store, record), strict=True):
        path = os.path.join(entry.directory, entry.name)
        if three.merged is None:
            raise Refused("moved-on", path)
        gone = three.before is None and not three.merged
        wanted.append(Wanted(path=path, target=path, before=three.now, after=None if gone else three.merged, mode=entry.mode))
    return wanted


def outlived(records: Sequence[Record], now: datetime) -> Iterable[Record]:
    """Of all finished transactions, oldest first, those that are too old to be kept or have enough newer versions of each of their files."""
    limit = now - timedelta(days=KEEP_DAYS)
    newer: Counter[bytes] = Counter()
    for record in reversed(records):
        paths = [os.path.join(entry.directory, entry.name) for entry in record.entries]
        if _time(record) < limit or all(newer[path] >= KEEP_VERSIONS for path in paths):
            yield record
        newer.update(paths)


def _time(record: Record) -> datetime:
    try:
        return datetime.strptime(record.began, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    except ValueError:
        return datetime.now(UTC)
