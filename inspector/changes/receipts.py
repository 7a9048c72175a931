"""What was done here before? One private file per receipt, in the reader's words, beside the pen's own history."""

import os
from contextlib import suppress

import msgspec

from inspector.changes import disk
from inspector.changes.problems import Refused
from inspector.model import wire
from inspector.model.plan import History, Receipt

_SUFFIX = ".json"


class ReceiptBook:
    """Receipts below the application's private state directory; raises Refused when that cannot be used."""

    def __init__(self, state_dir: str) -> None:
        self._root = os.path.join(state_dir, "receipts")

    def add(self, receipt: Receipt) -> None:
        """Keep a receipt, or replace the one with its id; on the disk when this returns."""
        try:
            os.makedirs(self._root, mode=0o700, exist_ok=True)
            self._write(receipt)
        except OSError as error:
            raise Refused("state-dir", self._root, error.strerror or str(error)) from error

    def _write(self, receipt: Receipt) -> None:
        name = os.fsencode(_file_name(receipt.id))
        fd = os.open(self._root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            disk.remove(fd, name + b".tmp")
            disk.create(fd, name + b".tmp", wire.encode_pretty(receipt))
            os.rename(name + b".tmp", name, src_dir_fd=fd, dst_dir_fd=fd)
            os.fsync(fd)
        finally:
            disk.close(fd)

    def list(self) -> History:
        """Every receipt that can be read, newest first; a damaged one is left out."""
        with suppress(FileNotFoundError):
            names = sorted(os.listdir(self._root), reverse=True)
            found = (self.get(name.removesuffix(_SUFFIX)) for name in names if name.endswith(_SUFFIX))
            receipts = [receipt for receipt in found if receipt is not None]
            return History(receipts=tuple(sorted(receipts, key=lambda receipt: (receipt.applied_at, receipt.id), reverse=True)))
        return History()

    def get(self, receipt_id: str) -> Receipt | None:
        """One receipt, None when there is none that can be read."""
        try:
            with open(os.path.join(self._root, _file_name(receipt_id)), "rb") as file:
                return wire.decode(file.read(), Receipt)
        except (OSError, msgspec.MsgspecError):
            return None

    def mark_undone(self, receipt_id: str, undone: str) -> None:
        """Note when a receipt was undone; nothing happens when there is no such receipt."""
        receipt = self.get(receipt_id)
        if receipt is not None:
            self.add(msgspec.structs.replace(receipt, undone=undone))

    def forget(self) -> None:
        """Remove every receipt; raises Refused."""
        try:
            for name in os.listdir(self._root):
                os.unlink(os.path.join(self._root, name))
        except FileNotFoundError:
            return
        except OSError as error:
            raise Refused("state-dir", self._root, error.strerror or str(error)) from error


def _file_name(receipt_id: str) -> str:
    """A name that stays inside the book whatever the id holds."""
    return receipt_id.replace("/", "_").replace("\0", "_").lstrip(".") + _SUFFIX
