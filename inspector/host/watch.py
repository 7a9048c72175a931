"""When does something that was read change? Directories are watched, so that an editor's rename is seen; polled where inotify is exhausted."""

import ctypes
import errno
import os
import select
import struct
import threading
import time
from collections.abc import Callable, Iterable

from inspector.i18n import mark

_EVENT = struct.Struct("iIII")
_IN_NONBLOCK_CLOEXEC = os.O_NONBLOCK | os.O_CLOEXEC
_NAMES_MASK = 0x40 | 0x80 | 0x100 | 0x200  # moved_from moved_to create delete: the list of a directory is another one
_GONE_MASK = 0x400 | 0x800 | 0x8000  # delete_self move_self ignored: the watch does not speak for its path any more
_OVERFLOW = 0x4000
_MASK = 0x2 | 0x4 | 0x8 | _NAMES_MASK | 0x400 | 0x800  # modify attrib close_write and those above
_ENTRIES = ""
"""The name that stands for the list of a directory's entries."""
_DEBOUNCE_S = 0.06
_POLL_S = 2.0
_IGNORED_ROOTS = ("/proc/", "/sys/", "/dev/")

Stamp = tuple[int, int, int]

_libc = ctypes.CDLL(None, use_errno=True)


class Watcher:
    """Calls `changed(paths)` from its own thread, debounced, when a watched path is written, replaced, created or removed."""

    def __init__(self, changed: Callable[[frozenset[str]], None]) -> None:
        self._changed = changed
        self._lock = threading.Lock()
        self._names: dict[str, set[str]] = {}
        self._watches: dict[int, str] = {}
        self._polled: dict[str, Stamp] = {}
        self._why = ""
        self._stop_read, self._stop_write = os.pipe2(os.O_CLOEXEC | os.O_NONBLOCK)
        self._inotify = _libc.inotify_init1(_IN_NONBLOCK_CLOEXEC)
        if self._inotify < 0:
            self._why = mark(f"inotify: {os.strerror(ctypes.get_errno())}; looking every {_POLL_S:g} s instead")
        self._thread = threading.Thread(target=self._run, name="watch", daemon=True)
        self._thread.start()

    @property
    def count(self) -> int:
        """How many paths are watched."""
        with self._lock:
            return sum(len(names) for names in self._names.values())

    @property
    def why(self) -> str:
        """Why something is polled, empty when inotify serves everything."""
        return self._why

    def watch(self, paths: Iterable[str]) -> None:
        """Watch exactly these absolute paths (present or absent) from now on; one that ends in `/` means which entries that directory has."""
        wanted: dict[str, set[str]] = {}
        for path in paths:
            if not path.startswith(_IGNORED_ROOTS):
                directory, name = _existing(path)
                wanted.setdefault(directory, set()).add(name)
        with self._lock:
            self._names = wanted
            self._polled = {}
            for directory in wanted.keys() - set(self._watches.values()):
                self._add(directory)
            for number, directory in list(self._watches.items()):
                if directory not in wanted:
                    _libc.inotify_rm_watch(self._inotify, number)
                    del self._watches[number]

    def _add(self, directory: str) -> None:
        number = _libc.inotify_add_watch(self._inotify, os.fsencode(directory), _MASK) if self._inotify >= 0 else -1
        if number >= 0:
            self._watches[number] = directory
            return
        if self._inotify >= 0 and ctypes.get_errno() in (errno.ENOSPC, errno.ENOMEM):
            self._why = mark(f"inotify watches are exhausted; looking every {_POLL_S:g} s instead")
        for name in self._names[directory]:
            path = os.path.join(directory, name)
            self._polled[path] = _stamp(path)

    def close(self) -> None:
        """Stop the thread and release the descriptors."""
        os.write(self._stop_write, b"x")
        self._thread.join(2)
        for fd in (self._stop_read, self._stop_write, self._inotify):
            if fd >= 0:
                os.close(fd)

    def _run(self) -> None:
        pending: set[str] = set()
        due = 0.0
        next_poll = time.monotonic() + _POLL_S
        poller = select.poll()
        poller.register(self._stop_read, select.POLLIN)
        if self._inotify >= 0:
            poller.register(self._inotify, select.POLLIN)
        while True:
            limit = min(due if pending else next_poll, next_poll) - time.monotonic()
            ready = dict(poller.poll(max(0.0, limit) * 1000))
            if self._stop_read in ready:
                return
            if self._inotify in ready:
                found = self._drain()
                if found and not pending:
                    due = time.monotonic() + _DEBOUNCE_S
                pending |= found
            if time.monotonic() >= next_poll:
                next_poll = time.monotonic() + _POLL_S
                pending |= self._poll()
            if pending and time.monotonic() >= due:
                self._changed(frozenset(pending))
                pending = set()

    def _drain(self) -> set[str]:
        found: set[str] = set()
        try:
            data = os.read(self._inotify, 1 << 16)
        except BlockingIOError:
            return found
        offset = 0
        with self._lock:
            while offset < len(data):
                number, mask, _cookie, length = _EVENT.unpack_from(data, offset)
                name = os.fsdecode(data[offset + _EVENT.size : offset + _EVENT.size + length].rstrip(b"\0"))
                offset += _EVENT.size + length
                found |= self._told(number, mask, name)
        return found

    def _told(self, number: int, mask: int, name: str) -> set[str]:
        """The watched paths that one event is about: every path there is when the kernel lost some, for nobody knows which."""
        if mask & _OVERFLOW:
            return {os.path.join(directory, each) for directory, names in self._names.items() for each in names}
        directory = self._watches.get(number)
        if directory is None:
            return set()
        names = self._names.get(directory, set())
        if mask & _GONE_MASK:
            _libc.inotify_rm_watch(self._inotify, number)
            del self._watches[number]
            return {os.path.join(directory, each) for each in names}
        changed = {name} & names | ({_ENTRIES} & names if mask & _NAMES_MASK else set())
        return {os.path.join(directory, each) for each in changed}

    def _poll(self) -> set[str]:
        found: set[str] = set()
        with self._lock:
            for path, old in self._polled.items():
                new = _stamp(path)
                if new != old:
                    self._polled[path] = new
                    found.add(path)
        return found


def _existing(path: str) -> tuple[str, str]:
    """The nearest directory above a path that exists, and the name in it whose appearance or change matters; of a `/` at its end all names."""
    if path.endswith("/") and os.path.isdir(path):
        return path.rstrip("/") or "/", _ENTRIES
    directory, name = os.path.split(path.rstrip("/"))
    while directory not in ("", "/") and not os.path.isdir(directory):
        directory, name = os.path.split(directory)
    return directory or "/", name


def _stamp(path: str) -> Stamp:
    try:
        found = os.stat(path)
    except OSError:
        return (0, 0, 0)
    return (found.st_mtime_ns, found.st_ino, found.st_size)
