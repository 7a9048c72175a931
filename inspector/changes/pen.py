"""How are several files changed so that after any error, kill or power cut all are old or all are new, and can be taken back?

The order (each step on the disk before the next): lock · bytes into the store · record PREPARED · new files staged beside the old ones with all
metadata · names exchanged, displaced bytes checked · verification · record COMMITTED (the point of no return) · displaced files dropped · history.
"""

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from msgspec.structs import replace as with_fields

from inspector.changes import disk, history, place, swap
from inspector.changes.journal import Damaged, Record
from inspector.changes.prepare import FREE_BYTES_NEEDED, FREE_SHOWN, Job, Wanted, prepare, wanted_of
from inspector.changes.problems import PenError, Refused, Undecided
from inspector.changes.store import Store
from inspector.changes.swap import MustWriteInPlace, Slot
from inspector.changes.wayback import WayBack
from inspector.i18n import mark, say
from inspector.model.base import exact_bytes, shown
from inspector.model.plan import FileEdit, ReceiptFile, ThreeWay

DIRECTORY_MODE = 0o755
_UNFINISHED = mark("an interrupted change of {files} was put back")
_FINISHED = mark("an interrupted change of {files} was completed; its last step was still open")
_LATER = mark("an interrupted change of {files} could not be settled yet ({why}); it is tried again at the next start")
_CLEANUP = mark("applied; tidying up failed ({why}) and is done at the next start")


@dataclass(frozen=True, slots=True)
class Transaction:
    """A change that stands: `files` with their hashes, `undoes` the id of the transaction it took back, `notes` for the user."""

    id: str
    applied_at: str
    files: tuple[ReceiptFile, ...]
    undoes: str = ""
    undone_by: str = ""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Caution:
    """A file that would not be exchanged but written in place, and why: a reader may see a mix for a moment."""

    path: str
    in_place: str


class Pen:
    """The only writer of the user's files. `state_dir` is the application's private state directory."""

    def __init__(self, state_dir: str) -> None:
        self._store = Store(state_dir)

    def recover(self) -> tuple[str, ...]:
        """Settle whatever a crash left, before anything is looked at; returns notes for the user. Raises Refused when the state cannot be used."""
        with self._session():
            notes = self._recover()
            for record in history.outlived(self._store.records("history")[0], datetime.now(UTC)):
                self._store.forget("history", record.id)
            self._store.sweep()
            return notes

    def apply(self, edits: Sequence[FileEdit], verify: Callable[[], str] | None = None) -> Transaction:
        """Make every edit or none. `verify` runs while the way back is still open; a sentence from it rolls back.

        Raises Refused (every file is as it was) or Undecided (the disk refused the way back as well; the journal stands).
        """
        with self._session():
            notes = self._recover()
            return self._run([wanted_of(edit) for edit in edits], verify=verify, notes=notes)

    def undo(self, tx_id: str, verify: Callable[[], str] | None = None) -> Transaction:
        """Take one transaction back, byte for byte; raises Refused (`moved-on` when a file was changed since) or Undecided."""
        with self._session():
            notes = self._recover()
            record = history.known(self._store, tx_id)
            return self._run(history.way_back(self._store, record), verify=verify, notes=notes, undoes=record)

    def three_ways(self, tx_id: str) -> tuple[ThreeWay, ...]:
        """For files that moved on: what the transaction left, what was before, what is now, and now without the transaction; raises Refused."""
        with self._session():
            return history.three_ways(self._store, history.known(self._store, tx_id))

    def undo_merged(self, tx_id: str, verify: Callable[[], str] | None = None) -> Transaction:
        """Take one transaction back and keep what was changed since; raises Refused (`moved-on` where both touched the same lines) or Undecided."""
        with self._session():
            notes = self._recover()
            record = history.known(self._store, tx_id)
            return self._run(history.merged_way_back(self._store, record), verify=verify, notes=notes, undoes=record)

    def rollback(self, transaction: Transaction) -> Transaction:
        """Take back a transaction whose later verification failed; as `undo`."""
        return self.undo(transaction.id)

    def history(self) -> tuple[Transaction, ...]:
        """Every transaction that stands, newest first."""
        with self._session():
            records, notes = self._store.records("history")
            return tuple(_transaction(record, tuple(notes)) for record in reversed(records))

    def forget(self) -> None:
        """Forget every finished transaction and all bytes kept for it: nothing done so far can be undone afterwards. Raises Refused."""
        with self._session():
            self._recover()
            self._store.forget_everything()

    @staticmethod
    def survey(edits: Sequence[FileEdit]) -> tuple[Caution, ...]:
        """For the preview: which files would be written in place; raises Refused for whatever `apply` would refuse now."""
        with ExitStack() as stack, _errors_as_refusals():
            job = prepare(stack, [wanted_of(edit) for edit in edits], None)
        found = zip(job.wanted, job.in_place, strict=True)
        return tuple(Caution(shown(os.fsdecode(one.path)), why) for one, why in found if why)

    # ---- one transaction

    @contextmanager
    def _session(self) -> Iterator[None]:
        with self._store.locked(), _errors_as_refusals():
            yield

    def _run(
        self, wanted: Sequence[Wanted], *, verify: Callable[[], str] | None, notes: tuple[str, ...], undoes: Record | None = None
    ) -> Transaction:
        with ExitStack() as stack:
            job = prepare(stack, wanted, undoes)
            if self._store.free_bytes() < FREE_BYTES_NEEDED:
                raise Refused("disk-full", self._store.root, FREE_SHOWN)
            self._store.keep(job.contents())
            record = job.record
            try:
                self._store.write("journal", record)
                slots = self._forward(stack, job)
                if verify is not None and (complaint := verify()):
                    raise Refused("verification", detail=complaint)  # noqa: TRY301  the way back is below
                record = self._commit(record.id)
            except BaseException as error:  # noqa: BLE001  raised again once the files are back, whatever it was
                if not self._stands(record.id):
                    self._abort(record.id, error)
                return _transaction(record, (*notes, say(_CLEANUP, why=str(error))))
            return _transaction(record, (*notes, *self._tidy(record, slots)))

    def _forward(self, stack: ExitStack, job: Job) -> list[Slot]:
        """Stage every file, then swap every file; the names are on the disk when this returns."""
        for directory in job.record.made:
            _make_directory(directory)
        slots: list[Slot] = []
        for entry, where, one in zip(job.record.entries, job.places, job.wanted, strict=True):
            dir_fd = place.open_directory(entry.directory) if where.missing else place.reopen_directory(where.dir_fd)
            stack.callback(disk.close, dir_fd)
            slots.append(Slot(entry, dir_fd, one.before, one.after))
        for act in (swap.stage, swap.swap):
            for number in range(len(slots)):
                self._step(act, slots, number, job.record.id)
        _sync_directories(slots)
        return slots

    def _step(self, act: Callable[[Slot], None], slots: list[Slot], number: int, tx_id: str) -> None:
        """One step for one file; where it cannot be exchanged the journal says so first, then it is written in place."""
        try:
            act(slots[number])
        except MustWriteInPlace:
            slot = slots[number]
            disk.remove(slot.dir_fd, slot.entry.temp)
            slots[number] = replace(slot, entry=with_fields(slot.entry, in_place=True))
            entries = tuple(slot.entry for slot in slots)
            self._store.write("journal", with_fields(self._begun(tx_id), entries=entries))
            act(slots[number])

    def _begun(self, tx_id: str) -> Record:
        record = self._store.read("journal", tx_id)
        if record is None:
            raise Refused("state-dir", self._store.root, mark("the journal is gone"))
        return record

    def _commit(self, tx_id: str) -> Record:
        record = with_fields(self._begun(tx_id), state="committed")
        self._store.write("journal", record)
        return record

    def _stands(self, tx_id: str) -> bool:
        """After an error: was the point of no return passed all the same?"""
        try:
            record = self._store.read("journal", tx_id)
        except (OSError, Damaged):
            return False
        return record is not None and record.state == "committed"

    def _abort(self, tx_id: str, error: BaseException) -> None:
        """Put everything back and say why; an interruption goes on as what it was."""
        try:
            record = self._store.read("journal", tx_id)
            notes = self._put_back(record) if record else []
        except (OSError, Damaged, PenError) as second:
            raise Undecided(str(error), str(second)) from error
        if isinstance(error, Refused):
            error.notes = (*error.notes, *notes)
        elif isinstance(error, OSError):
            raise _refusal(error, tuple(notes)) from error
        raise error

    def _tidy(self, record: Record, slots: Sequence[Slot]) -> list[str]:
        try:
            return self._finish(record, slots)
        except (OSError, PenError, Damaged) as error:
            return [say(_CLEANUP, why=str(error))]

    # ---- recovery

    def _recover(self) -> tuple[str, ...]:
        records, notes = self._store.records("journal")
        for record in records:
            template = _FINISHED if record.state == "committed" else _UNFINISHED
            files = ", ".join(shown(os.fsdecode(os.path.join(entry.directory, entry.name))) for entry in record.entries)
            try:
                notes += self._settle(record)
                notes.append(say(template, files=files))
            except (OSError, PenError, Damaged) as error:
                notes.append(say(_LATER, files=files, why=str(error)))
        return tuple(notes)

    def _settle(self, record: Record) -> list[str]:
        if record.state == "prepared":
            return self._put_back(record)
        with ExitStack() as stack:
            return self._finish(record, self._slots(stack, record))

    def _slots(self, stack: ExitStack, record: Record) -> list[Slot]:
        """Every file of a record whose directory is still there."""
        slots: list[Slot] = []
        for entry in record.entries:
            with suppress(FileNotFoundError):
                dir_fd = place.open_directory(entry.directory)
                stack.callback(disk.close, dir_fd)
                slots.append(Slot(entry, dir_fd, self._store.fetch(entry.before), self._store.fetch(entry.after)))
        return slots

    def _put_back(self, record: Record) -> list[str]:
        way = WayBack(self._store)
        with ExitStack() as stack:
            slots = self._slots(stack, record)
            for slot in reversed(slots):
                way.put_back(slot)
            _sync_directories(slots)
        _remove_empty(record.made)
        self._store.forget("journal", record.id)
        return way.notes

    def _finish(self, record: Record, slots: Sequence[Slot]) -> list[str]:
        way = WayBack(self._store)
        for slot in slots:
            way.finish(slot)
        _sync_directories(slots)
        _remove_empty(record.leaves)
        if record.undoes and (undone := self._store.read("history", record.undoes)):
            self._store.write("history", with_fields(undone, undone_by=record.id))
        self._store.retire(record)
        return way.notes


def _sync_directories(slots: Iterable[Slot]) -> None:
    for fd in {slot.entry.directory: slot.dir_fd for slot in slots}.values():
        os.fsync(fd)


def _make_directory(path: bytes) -> None:
    parent = place.open_directory(os.path.dirname(path))
    try:
        with suppress(FileExistsError):
            os.mkdir(os.path.basename(path), DIRECTORY_MODE, dir_fd=parent)
        os.fsync(parent)
    finally:
        disk.close(parent)


def _remove_empty(directories: Iterable[bytes]) -> None:
    for path in sorted(directories, key=len, reverse=True):
        with suppress(OSError):
            os.rmdir(path)


def _refusal(error: OSError, notes: tuple[str, ...] = ()) -> Refused:
    return Refused("io-error", str(error.filename or ""), error.strerror or str(error), notes)


@contextmanager
def _errors_as_refusals() -> Iterator[None]:
    """Whatever the system refuses outside the journalled part refuses the change: nothing was touched."""
    try:
        yield
    except OSError as error:
        raise _refusal(error) from error


def _transaction(record: Record, notes: tuple[str, ...]) -> Transaction:
    files = []
    for entry in record.entries:
        path = os.fsdecode(os.path.join(entry.directory, entry.name))
        files.append(ReceiptFile(path=shown(path), path_bytes=exact_bytes(path), before_sha256=entry.before, after_sha256=entry.after))
    return Transaction(id=record.id, applied_at=record.began, files=tuple(files), undoes=record.undoes, undone_by=record.undone_by, notes=notes)
