"""What stands under the names of an unfinished transaction, and what is done so that all files are old, or all are new?

Every step may be repeated: a crash inside recovery is recovered by the same steps. Bytes that neither side of the transaction knows were
written by somebody else meanwhile: lines appended to the losing side are appended to the winning one, anything else is kept in `conflict/`.
"""

import os
from dataclasses import dataclass, field

from inspector.changes import disk
from inspector.changes.disk import RENAME_EXCHANGE, Seen
from inspector.changes.store import Store
from inspector.changes.swap import WRITER_WAIT_S, Slot, write_in_place
from inspector.i18n import mark, say
from inspector.model.base import shown

_CARRIED = mark("lines written to {path} meanwhile were carried over")
_RESCUED = mark("{path} was written to meanwhile; those bytes are kept in {copy}")
_HELD = mark("a program goes on writing to the version of {path} that was replaced; it was left as {copy}")
_KEPT = mark("{path} was changed by someone after the interrupted change; it was left as it is")
_SECTOR = 512


@dataclass(frozen=True, slots=True)
class WayBack:
    """The steps back (`put_back`) and the last steps forward (`finish`) for one file; `notes` collects what the user should know."""

    store: Store
    notes: list[str] = field(default_factory=list)

    def put_back(self, slot: Slot) -> None:
        """Make the file old again and leave nothing beside it; raises OSError."""
        if slot.entry.action == "create":
            self._uncreate(slot)
        elif slot.entry.action == "remove":
            self._unremove(slot)
        elif slot.entry.in_place:
            self._unwrite(slot)
        else:
            self._unswap(slot)

    def finish(self, slot: Slot) -> None:
        """The new file stands: drop what was displaced; raises OSError."""
        self._drop(slot, slot.entry.aside, loser=slot.before)
        self._drop(slot, slot.entry.temp, loser=slot.before)

    def _unswap(self, slot: Slot) -> None:
        entry = slot.entry
        target, temp = slot.target(), slot.temp()
        if slot.aside().kind == "file":
            if self._is_new(slot, target) and temp.inode in (0, target.inode):
                if temp.kind == "absent":
                    os.link(entry.name, entry.temp, src_dir_fd=slot.dir_fd, dst_dir_fd=slot.dir_fd, follow_symlinks=False)
                os.rename(entry.aside, entry.name, src_dir_fd=slot.dir_fd, dst_dir_fd=slot.dir_fd)
            else:
                self._drop(slot, entry.aside, loser=slot.before)
        elif temp.kind == "file" and self._is_new(slot, target) and not self._is_staged(slot, temp):
            disk.rename(slot.dir_fd, entry.temp, entry.name, RENAME_EXCHANGE)
        elif target.sha256 != entry.before and temp.kind == "file":
            self._say(_KEPT, slot)
        self._drop(slot, entry.temp, loser=slot.after)

    @staticmethod
    def _is_new(slot: Slot, target: Seen) -> bool:
        """Our new bytes, possibly with lines appended since."""
        if target.kind != "file" or target.sha256 == slot.entry.before or slot.after is None:
            return False
        return target.sha256 == slot.entry.after or (slot.after != b"" and target.data.startswith(slot.after))

    @staticmethod
    def _is_staged(slot: Slot, temp: Seen) -> bool:
        """Our own unfinished new file, not the displaced old one."""
        return temp.sha256 != slot.entry.before and slot.after is not None and slot.after.startswith(temp.data)

    def _uncreate(self, slot: Slot) -> None:
        entry = slot.entry
        target, temp = slot.target(), slot.temp()
        if temp.kind == "file" and temp.inode == target.inode:
            os.unlink(entry.name, dir_fd=slot.dir_fd)
        elif temp.kind == "absent" and target.sha256 == entry.after:
            disk.move_to_free(slot.dir_fd, entry.name, entry.temp)
            if slot.temp().sha256 != entry.after:
                disk.move_to_free(slot.dir_fd, entry.temp, entry.name)
                self._say(_KEPT, slot)
                return
        elif temp.kind == "absent" and target.kind != "absent":
            self._say(_KEPT, slot)
        self._drop(slot, entry.temp, loser=slot.after)

    def _unremove(self, slot: Slot) -> None:
        entry = slot.entry
        if slot.temp().kind == "file" and slot.target().kind == "absent":
            disk.move_to_free(slot.dir_fd, entry.temp, entry.name)
        self._drop(slot, entry.temp, loser=slot.before)

    def _unwrite(self, slot: Slot) -> None:
        target = slot.target()
        if target.sha256 != slot.entry.before:
            if target.kind == "file" and slot.before is not None and is_mix(target.data, slot.before, slot.after or b""):
                write_in_place(slot, slot.before)
            else:
                self._say(_KEPT, slot)
        self._drop(slot, slot.entry.temp, loser=slot.after)

    def _drop(self, slot: Slot, name: bytes, *, loser: bytes | None) -> None:
        """Unlink a leftover once its bytes are final, after making sure that they are known, or kept."""
        seen = disk.look(slot.dir_fd, name)
        if seen.kind == "file":
            if disk.writers_left(slot.dir_fd, name, WRITER_WAIT_S):
                self._leave(slot, name)
                return
            seen = disk.look(slot.dir_fd, name)
        if seen.kind == "file" and not self._known(slot, seen):
            self._keep_unknown(slot, seen, loser)
        if seen.kind != "absent":
            os.unlink(name, dir_fd=slot.dir_fd)

    def _leave(self, slot: Slot, name: bytes) -> None:
        path = os.path.join(slot.entry.directory, name)
        self.notes.append(say(_HELD, path=shown(os.fsdecode(slot.path)), copy=shown(os.fsdecode(path))))

    @staticmethod
    def _known(slot: Slot, seen: Seen) -> bool:
        return seen.sha256 in (slot.entry.before, slot.entry.after) or (slot.after is not None and slot.after.startswith(seen.data))

    def _keep_unknown(self, slot: Slot, seen: Seen, loser: bytes | None) -> None:
        target = slot.target()
        if loser and seen.data.startswith(loser) and target.kind == "file":
            tail = seen.data[len(loser) :]
            if not target.data.endswith(tail):
                self._append(slot, target, tail)
            self._say(_CARRIED, slot)
            return
        copy = self.store.rescue(slot.entry.name, seen.data)
        self.notes.append(say(_RESCUED, path=shown(os.fsdecode(slot.path)), copy=shown(copy)))

    @staticmethod
    def _append(slot: Slot, target: Seen, tail: bytes) -> None:
        fd = disk.open_regular(slot.dir_fd, slot.entry.name, os.O_WRONLY | os.O_APPEND)
        try:
            gap = b"\n" if target.data and not target.data.endswith(b"\n") and not tail.startswith(b"\n") else b""
            disk.write_all(fd, gap + tail)
            os.fsync(fd)
        finally:
            disk.close(fd)

    def _say(self, template: str, slot: Slot) -> None:
        self.notes.append(say(template, path=shown(os.fsdecode(slot.path))))


def is_mix(data: bytes, before: bytes, after: bytes) -> bool:
    """Whether bytes are what an interrupted overwrite of `before` by `after` can leave: each sector, or its head, old, new or zero."""
    if not min(len(before), len(after)) <= len(data) <= max(len(before), len(after)):
        return False
    for start in range(0, len(data), _SECTOR):
        part = data[start : start + _SECTOR]
        old, new = before[start : start + len(part)], after[start : start + len(part)]
        if part in (old, new) or not any(part):
            continue
        joint = next((i for i, (a, b) in enumerate(zip(part, new, strict=False)) if a != b), len(new))
        if part[joint:] != old[joint : len(part)]:
            return False
    return True
