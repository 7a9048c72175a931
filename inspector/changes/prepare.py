"""May these files be changed at all, and what exactly would be done to each? Everything is checked before anything is touched."""

import os
import secrets
import time
from collections.abc import Iterable, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass

from inspector.changes import disk, place
from inspector.changes.journal import Entry, Record
from inspector.changes.place import Original, Place
from inspector.changes.problems import Refused
from inspector.i18n import mark
from inspector.model.plan import FileEdit

FREE_BYTES_NEEDED = 4 << 20
"""Bytes that must be free on every file system an edit writes to."""
FREE_SHOWN = f"{FREE_BYTES_NEEDED >> 20} MiB"


@dataclass(frozen=True, slots=True)
class Wanted:
    """One file as it is expected to be and as it shall become (None: no file)."""

    path: bytes
    target: bytes
    before: bytes | None
    after: bytes | None
    mode: int = 0o644


@dataclass(frozen=True, slots=True)
class Job:
    """A transaction ready to begin: its record, and per entry the place, what is wanted there, and why it is written in place (empty: it is not)."""

    record: Record
    places: tuple[Place, ...]
    wanted: tuple[Wanted, ...]
    in_place: tuple[str, ...]

    def contents(self) -> dict[str, bytes]:
        """All bytes before and after, by hash."""
        return {disk.digest(data): data for one in self.wanted for data in (one.before, one.after) if data is not None}


def prepare(stack: ExitStack, wanted: Sequence[Wanted], undoes: Record | None) -> Job:
    """Look at every file and refuse what must not be done; raises Refused or OSError. The places stay open until `stack` closes."""
    wanted = [one for one in wanted if one.before != one.after]
    if not wanted:
        raise Refused("nothing-to-do")
    found = [(one, *examine(stack, one)) for one in wanted]
    _refuse_twins([where for _, where, _ in found])
    for one, where, old in found:
        _refuse_stale(one, where, old, undoing=undoes is not None)
        _refuse_full(where.dir_fd, one)
    tx_id = f"{time.strftime('%Y%m%dT%H%M%S', time.gmtime())}-{time.time_ns() % 10**9:09d}-{secrets.token_hex(3)}"
    record = Record(
        id=tx_id,
        began=time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        state="prepared",
        entries=tuple(_entry(tx_id, number, one, where, old) for number, (one, where, old) in enumerate(found)),
        made=_directories_to_make([where for _, where, _ in found]),
        leaves=undoes.made if undoes else (),
        undoes=undoes.id if undoes else "",
    )
    reasons = tuple(old.in_place if old and one.after is not None else "" for one, _, old in found)
    return Job(record, tuple(where for _, where, _ in found), tuple(wanted), reasons)


def wanted_of(edit: FileEdit) -> Wanted:
    """An edit as the pen takes it; raises Refused when its bytes are not the previewed ones."""
    for data, claimed in ((edit.before, edit.before_sha256), (edit.after, edit.after_sha256)):
        if claimed and data is not None and disk.digest(data) != claimed:
            raise Refused("stale", edit.path, mark("its preview is damaged"))
    return Wanted(path=os.fsencode(edit.exact_path), target=os.fsencode(edit.exact_target), before=edit.before, after=edit.after, mode=edit.mode)


def examine(stack: ExitStack, wanted: Wanted) -> tuple[Place, Original | None]:
    """The place a file lies at and what is there now; raises Refused or OSError."""
    where = stack.enter_context(place.located(wanted.path))
    if wanted.target and os.path.normpath(wanted.target) != where.path:
        raise Refused("stale", wanted.path, mark("it leads to another file now"))
    return where, place.examine(where)


def _refuse_twins(places: Sequence[Place]) -> None:
    seen: set[object] = set()
    for where in places:
        keys: list[object] = [where.path]
        if not where.missing:
            with suppress(FileNotFoundError):
                info = os.stat(where.name, dir_fd=where.dir_fd, follow_symlinks=False)
                keys.append((info.st_dev, info.st_ino))
        if seen.intersection(keys):
            raise Refused("twice", where.path)
        seen.update(keys)


def _refuse_stale(wanted: Wanted, where: Place, old: Original | None, *, undoing: bool) -> None:
    now = old.data if old else None
    if now == wanted.before:
        return
    if undoing:
        raise Refused("moved-on", where.path)
    detail = mark("it is gone") if now is None else mark("it exists now") if wanted.before is None else mark("other content")
    raise Refused("stale", where.path, detail)


def _refuse_full(dir_fd: int, wanted: Wanted) -> None:
    found = os.fstatvfs(dir_fd)
    if found.f_flag & os.ST_RDONLY:
        raise Refused("read-only", wanted.path)
    if found.f_bavail * found.f_frsize < FREE_BYTES_NEEDED:
        raise Refused("disk-full", wanted.path, FREE_SHOWN)
    if wanted.before is None and not os.access(b".", os.W_OK | os.X_OK, dir_fd=dir_fd, effective_ids=True):
        raise Refused("not-ours", wanted.path, mark("its directory is not writable"))


def _entry(tx_id: str, number: int, wanted: Wanted, where: Place, old: Original | None) -> Entry:
    label = f".go-inspector.{tx_id}-{number}".encode()
    return Entry(
        directory=where.parent,
        name=where.name,
        temp=label + b".new~",
        aside=label + b".old~",
        action="create" if wanted.before is None else "remove" if wanted.after is None else "replace",
        before=disk.digest(wanted.before) if wanted.before is not None else "",
        after=disk.digest(wanted.after) if wanted.after is not None else "",
        in_place=bool(old and old.in_place and wanted.after is not None),
        mode=old.info.st_mode & 0o777 if old else wanted.mode,
    )


def _directories_to_make(places: Iterable[Place]) -> tuple[bytes, ...]:
    wanted: dict[bytes, None] = {}
    for where in places:
        path = where.directory
        for name in where.missing:
            path = os.path.join(path, name)
            wanted[path] = None
    return tuple(wanted)
