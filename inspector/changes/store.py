"""Where are the way back and its proof kept? A private directory with bytes by hash, records of transactions, and a lock.

`txn/obj/<sha256>` old and new bytes · `txn/journal/<id>` begun · `txn/history/<id>` done, the undo list ·
`txn/conflict/` bytes nobody asked us to drop.
Everything is 0600 in 0700 directories: rc files hold secrets.
"""

import errno
import fcntl
import os
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress

from inspector import i18n
from inspector.changes import disk, journal
from inspector.changes.journal import Damaged, Record
from inspector.changes.problems import Refused
from inspector.i18n import mark

_AREAS = ("obj", "journal", "history", "conflict")
_SUFFIX = ".tmp"
_DAMAGED = ".damaged"
_SET_ASIDE = mark("the record {name} is damaged ({why}) and was set aside; nothing was changed by it")
LOCK_WAIT_S = 10.0


class Store:
    """The pen's memory below one directory. Use inside `locked()`."""

    def __init__(self, state_dir: str) -> None:
        self.root = os.path.join(state_dir, "txn")
        self._fds: dict[str, int] = {}

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Make the directories, take the lock (waiting up to LOCK_WAIT_S seconds), give both back at the end; raises Refused."""
        try:
            lock = self._open_lock()
        except OSError as error:
            raise Refused("state-dir", self.root, error.strerror or "") from error
        try:
            self._wait_for(lock)
            self._open_areas()
            yield
        finally:
            for fd in [*self._fds.values(), lock]:
                disk.close(fd)
            self._fds.clear()

    def _open_lock(self) -> int:
        os.makedirs(self.root, mode=0o700, exist_ok=True)
        info = os.stat(self.root)
        if info.st_uid != os.geteuid() or info.st_mode & 0o077:
            raise OSError(errno.EPERM, mark("it must be ours and private (0700)"))
        return os.open(os.path.join(self.root, "lock"), os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)

    @staticmethod
    def _wait_for(lock: int) -> None:
        deadline = time.monotonic() + LOCK_WAIT_S
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if time.monotonic() > deadline:
                    raise Refused("busy") from None
                time.sleep(0.02)
            except OSError as error:
                raise Refused("state-dir", "lock", error.strerror or "") from error
            else:
                return

    def _open_areas(self) -> None:
        try:
            for area in _AREAS:
                path = os.path.join(self.root, area)
                with suppress(FileExistsError):
                    os.mkdir(path, 0o700)
                self._fds[area] = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
        except OSError as error:
            raise Refused("state-dir", self.root, error.strerror or "") from error

    def free_bytes(self) -> int:
        """Bytes an ordinary user can still write where the store lies."""
        found = os.fstatvfs(self._fds["obj"])
        return found.f_bavail * found.f_frsize

    # ---- bytes by hash

    def keep(self, contents: Mapping[str, bytes]) -> None:
        """Put bytes into the store under their hashes, on the disk when this returns; raises OSError."""
        fd = self._fds["obj"]
        fresh = [(sha, data) for sha, data in contents.items() if disk.look(fd, sha.encode()).sha256 != sha]
        for sha, data in fresh:
            disk.remove(fd, sha.encode() + _SUFFIX.encode())
            disk.create(fd, sha.encode() + _SUFFIX.encode(), data)
        for sha, _ in fresh:
            os.rename(sha + _SUFFIX, sha, src_dir_fd=fd, dst_dir_fd=fd)
        if fresh:
            os.fsync(fd)

    def fetch(self, sha: str) -> bytes | None:
        """The bytes of a hash, None when they are lost or damaged; raises OSError."""
        if not sha:
            return None
        seen = disk.look(self._fds["obj"], sha.encode())
        return seen.data if seen.sha256 == sha else None

    def rescue(self, name: bytes, data: bytes) -> str:
        """Keep bytes that nobody asked us to drop; returns the path of the copy; raises OSError."""
        label = f"{time.strftime('%Y%m%dT%H%M%S', time.gmtime())}-{disk.digest(data)[:12]}-{os.fsdecode(name)[:80]}"
        with suppress(FileExistsError):
            disk.create(self._fds["conflict"], os.fsencode(label), data)
            os.fsync(self._fds["conflict"])
        return os.path.join(self.root, "conflict", label)

    # ---- records

    def write(self, area: str, record: Record) -> None:
        """Write or replace a record, on the disk when this returns; raises OSError."""
        fd, name = self._fds[area], record.id.encode()
        disk.remove(fd, name + _SUFFIX.encode())
        disk.create(fd, name + _SUFFIX.encode(), journal.encode(record))
        os.rename(name + _SUFFIX.encode(), name, src_dir_fd=fd, dst_dir_fd=fd)
        os.fsync(fd)

    def read(self, area: str, tx_id: str) -> Record | None:
        """A record, None when there is none; raises Damaged or OSError."""
        if not tx_id or "/" in tx_id or tx_id.startswith("."):
            return None
        seen = disk.look(self._fds[area], tx_id.encode())
        return journal.decode(seen.data) if seen.kind == "file" else None

    def names(self, area: str) -> list[str]:
        """The ids in an area, oldest first."""
        return sorted(name for name in os.listdir(self._fds[area]) if not name.endswith((_SUFFIX, _DAMAGED)))

    def retire(self, record: Record) -> None:
        """Move a finished record from the journal into the history; raises OSError."""
        os.rename(record.id, record.id, src_dir_fd=self._fds["journal"], dst_dir_fd=self._fds["history"])
        os.fsync(self._fds["history"])
        os.fsync(self._fds["journal"])

    def forget(self, area: str, tx_id: str) -> None:
        """Remove a record; raises OSError."""
        disk.remove(self._fds[area], tx_id.encode())
        os.fsync(self._fds[area])

    # ---- tidying

    def records(self, area: str) -> tuple[list[Record], list[str]]:
        """Every sound record of an area, oldest first, and a note for each damaged one, which is set aside; raises OSError."""
        found: list[Record] = []
        notes: list[str] = []
        for name in self.names(area):
            try:
                record = self.read(area, name)
            except Damaged as error:
                os.rename(name, name + _DAMAGED, src_dir_fd=self._fds[area], dst_dir_fd=self._fds[area])
                notes.append(i18n.tr(_SET_ASIDE, name=name, why=str(error)))
                continue
            if record is not None:
                found.append(record)
        return found, notes

    def sweep(self) -> None:
        """Remove half-written files of ours and bytes no record needs; keeps all bytes while a damaged record might need them; raises OSError."""
        kept = [*self.records("journal")[0], *self.records("history")[0]]
        needed = {sha for record in kept for entry in record.entries for sha in (entry.before, entry.after)}
        damaged = False
        for area in ("journal", "history"):
            names = os.listdir(self._fds[area])
            damaged = damaged or any(name.endswith(_DAMAGED) for name in names)
            for name in names:
                if name.endswith(_SUFFIX):
                    disk.remove(self._fds[area], name.encode())
        for name in os.listdir(self._fds["obj"]):
            if name.endswith(_SUFFIX) or (name not in needed and not damaged):
                disk.remove(self._fds["obj"], name.encode())

    def forget_everything(self) -> None:
        """Remove the history, what was kept of other programs' writes, and all bytes no unfinished transaction needs; raises OSError."""
        for area in ("history", "conflict"):
            for name in os.listdir(self._fds[area]):
                disk.remove(self._fds[area], os.fsencode(name))
            os.fsync(self._fds[area])
        self.sweep()
