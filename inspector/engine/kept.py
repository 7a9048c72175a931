"""When did this machine change? A snapshot is kept whenever something relevant is not as in the one kept last; bounded, private, forgettable."""

import gzip
import hashlib
import os
import re
import time
import zlib
from collections.abc import Iterable
from contextlib import suppress
from datetime import UTC, datetime

import msgspec

from inspector.changes import disk
from inspector.host.base import Host
from inspector.i18n import mark
from inspector.model import wire
from inspector.model.comparison import Row
from inspector.model.kept import Cause, Point
from inspector.model.look import LookOptions
from inspector.model.origin import Origin
from inspector.model.snapshot import Snapshot
from inspector.probes.package_log import packages_changed
from inspector.report.compare import compare

MOST = 100
MOST_BYTES = 8 << 20
_LARGEST = 16 << 20
_ID = re.compile(r"\d{8}T\d{12}Z-[0-9a-f]{8}\Z")
_SUFFIX = ".gz"
_UNSURE = ("failed", "predicted")
_OF_PROJECT = ("findings", "settings", "path")


def unkept(host: Host, options: LookOptions) -> str:
    """Why nothing of what these options look at is kept, empty if it is: only the user's own account, seen in full, has a history here."""
    if host.kind != "local" or options.home or options.user:
        return mark("Moments are kept only of your own account on this machine.")
    if options.shell or not options.execute:
        return mark("Moments are kept only while your login shell may be traced.")
    return ""


class Keeper:
    """The kept moments below the application's private state directory: one file each, a Point and its snapshot."""

    def __init__(self, state_dir: str) -> None:
        self._root = os.path.join(state_dir, "kept")

    def points(self) -> tuple[Point, ...]:
        """Every kept moment that can be read, newest first."""
        found = (self._read(name)[0] for name in reversed(self._names()))
        return tuple(point for point in found if point is not None)

    def snapshot(self, point_id: str) -> Snapshot | None:
        """The snapshot of a moment, None where there is none that can be read."""
        return self._read(point_id)[1] if _ID.match(point_id) else None

    def consider(self, host: Host, snapshot: Snapshot) -> bool:
        """Keep the snapshot if something relevant changed since the one kept last, and say whether; raises OSError."""
        if snapshot.look.failed:
            return False
        names, now = self._names(), time.time()
        last = self._read(names[-1])[1] if names else None
        if last is None:
            self._keep(Point(id=_new_id(snapshot), taken_at=snapshot.taken_at), snapshot)
            return True
        confirmed = os.path.join(self._root, names[-1] + _SUFFIX)
        changes = relevant(last, snapshot)
        if not changes:
            os.utime(confirmed, (now, now))
            return False
        since = os.stat(confirmed).st_mtime
        causes = (*packages_changed(host, since, now), *_edited(host, changes, since))
        moment = datetime.fromtimestamp(since, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        self._keep(Point(id=_new_id(snapshot), taken_at=snapshot.taken_at, since=moment, changes=changes, causes=causes), snapshot)
        return True

    def forget(self) -> None:
        """Remove every kept moment; raises OSError."""
        with suppress(FileNotFoundError):
            for name in os.listdir(self._root):
                os.unlink(os.path.join(self._root, name))

    def _names(self) -> list[str]:
        try:
            return sorted(name.removesuffix(_SUFFIX) for name in os.listdir(self._root) if _ID.match(name.removesuffix(_SUFFIX)))
        except OSError:
            return []

    def _read(self, point_id: str) -> tuple[Point | None, Snapshot | None]:
        try:
            with gzip.open(os.path.join(self._root, point_id + _SUFFIX), "rb") as file:
                head, body = file.readline(_LARGEST), file.read(_LARGEST)
            return wire.decode(head, Point), wire.decode(body, Snapshot)
        except (OSError, EOFError, zlib.error, msgspec.MsgspecError):
            return None, None

    def _keep(self, point: Point, snapshot: Snapshot) -> None:
        os.makedirs(self._root, mode=0o700, exist_ok=True)
        name, part = os.fsencode(point.id + _SUFFIX), b".part"
        data = gzip.compress(wire.encode(point) + b"\n" + wire.encode(snapshot), 6, mtime=0)
        fd = os.open(self._root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            disk.remove(fd, part)
            disk.create(fd, part, data)
            os.rename(part, name, src_dir_fd=fd, dst_dir_fd=fd)
            os.fsync(fd)
        finally:
            disk.close(fd)
        self._make_room()

    def _make_room(self) -> None:
        """The oldest go."""
        paths = [os.path.join(self._root, name + _SUFFIX) for name in reversed(self._names())]
        total = 0
        for n, path in enumerate(paths):
            total += os.stat(path).st_size
            if n and (n >= MOST or total > MOST_BYTES):
                os.unlink(path)


def _new_id(snapshot: Snapshot) -> str:
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S%fZ")
    return f"{stamp}-{hashlib.sha256(wire.encode(snapshot)).hexdigest()[:8]}"


def relevant(before: Snapshot, after: Snapshot) -> tuple[Row, ...]:
    """What differs and means something: not a context that could not be traced this time, not a verdict nobody could tell."""
    unsure = {c.id for side in (before, after) for c in side.environment.contexts if c.known in _UNSURE}
    projects = [side.golang.project.dir if side.golang.project else "" for side in (before, after)]
    elsewhere = projects[0] != projects[1]
    return tuple(
        row for row in compare(before, after).differing()
        if row.context not in unsure and _matters(row) and not (elsewhere and row.section in _OF_PROJECT)
    )  # fmt: skip


def _matters(row: Row) -> bool:
    if row.section == "capabilities":
        words = row.left.partition(" ")[0], row.right.partition(" ")[0]
        return words[0] != words[1] and "unknown" not in words
    if row.section == "findings":
        return row.state != "differs" and not (row.left or row.right).startswith("info")
    return True


def _edited(host: Host, changes: Iterable[Row], since: float) -> tuple[Cause, ...]:
    """The files that made the new values so and were written since."""
    home, causes = host.info.home, []
    places = (place.rpartition(":")[0] or place for row in changes for place in (row.right_from, row.left_from))
    for place in dict.fromkeys(place for place in places if place.startswith(("/", "~/"))):
        path = home + place[1:] if place.startswith("~") else place
        found = host.stat(path)
        if found.status == "ok" and found.mtime_ns / 1e9 >= since:
            at = datetime.fromtimestamp(found.mtime_ns / 1e9, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
            causes.append(Cause(at=at, what="edited", name=place, origin=Origin(kind="file", file=path)))
    return tuple(causes[:8])
