"""Is there a window already? A second start rings at the first one's door, which opens the file or the page and comes to the front.

The bell is a socket in the user's runtime directory, which nobody else may enter; who rings is checked again by the kernel's word. A start
from another directory is another project and gets a window of its own, and so does one with options. Who rings hands on the token with which
the desktop lets a window come to the front for the user's last click (xdg-activation-v1, and startup notification before it).
"""

import contextlib
import fcntl
import json
import os
import socket
import stat
import struct
from collections.abc import Iterator

from PySide6.QtCore import QObject, QSocketNotifier, Signal

_FOLDER, _BELL, _LOCK = "go-inspector", "window.sock", "window.lock"
_TOKEN, _STARTUP_ID = "XDG_ACTIVATION_TOKEN", "DESKTOP_STARTUP_ID"
_LONGEST = 64 << 10
_CONNECT_S, _ANSWER_S = 0.2, 6.0
_OPENED = b"opened\n"


def folder() -> str:
    """The directory of the bell, made if need be; empty where there is none that only this user may enter."""
    runtime = os.environ.get("XDG_RUNTIME_DIR", "")
    if not os.path.isabs(runtime):
        return ""
    path = os.path.join(runtime, _FOLDER)
    try:
        with contextlib.suppress(FileExistsError):
            os.mkdir(path, 0o700)
        there = os.lstat(path)
    except OSError:
        return ""
    private = stat.S_ISDIR(there.st_mode) and there.st_uid == os.geteuid() and not there.st_mode & 0o077
    return path if private else ""


def ring(*, file: str = "", page: str = "") -> bool:
    """Ask a window that is there already to show this file or page; False if there is none or it does not want to."""
    where = folder()
    if not where:
        return False
    token = os.environ.get(_TOKEN) or os.environ.get(_STARTUP_ID, "")
    wish = {"file": os.path.abspath(file) if file else "", "page": page, "directory": os.getcwd(), "token": token}
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as caller:
        try:
            caller.settimeout(_CONNECT_S)
            caller.connect(os.path.join(where, _BELL))
            if _peer(caller) != os.geteuid():
                return False
            caller.settimeout(_ANSWER_S)
            caller.sendall(json.dumps(wish).encode() + b"\n")
            return caller.recv(len(_OPENED)) == _OPENED
        except OSError:
            return False


@contextlib.contextmanager
def showing(token: str) -> Iterator[None]:
    """Let Qt show this token to a Wayland compositor, for which it looks into the environment and nowhere else; nothing is started meanwhile."""
    if token:
        os.environ[_TOKEN] = token
    try:
        yield
    finally:
        os.environ.pop(_TOKEN, None)


def _peer(connection: socket.socket) -> int:
    _pid, uid, _gid = struct.unpack("3i", connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i")))
    return int(uid)


class Caller(QObject):
    """One who rings: `asked` carries the wish as soon as it has been said whole."""

    asked = Signal(object)

    def __init__(self, connection: socket.socket, *, parent: QObject) -> None:
        super().__init__(parent)
        connection.setblocking(False)
        self._connection, self._said = connection, b""
        self._notifier = QSocketNotifier(connection.fileno(), QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._hear)

    def _hear(self) -> None:
        try:
            part = self._connection.recv(_LONGEST)
        except BlockingIOError:
            return
        except OSError:
            part = b""
        self._said += part
        if not part or len(self._said) > _LONGEST:
            self.leave()
        elif self._said.endswith(b"\n"):
            self.asked.emit(self)

    def wish(self) -> dict[str, str]:
        """What was said, empty if it makes no sense."""
        try:
            told = json.loads(self._said)
        except ValueError:
            return {}
        return {name: value for name, value in told.items() if isinstance(value, str)} if isinstance(told, dict) else {}

    def answer(self, *, opened: bool) -> None:
        """Say whether it was done, and hang up."""
        with contextlib.suppress(OSError):
            self._connection.sendall(_OPENED if opened else b"no\n")
        self.leave()

    def leave(self) -> None:
        """Hang up."""
        self._notifier.setEnabled(False)
        self._connection.close()
        self.deleteLater()


class Doorbell(QObject):
    """Listens for a second start. `rung` carries the caller, who wants an answer."""

    rung = Signal(object)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._lock = -1
        self._bell: socket.socket | None = None

    def listen(self) -> bool:
        """Hang the bell out; False where there is no place for one or another window has it."""
        where = folder()
        if not where:
            return False
        try:
            self._lock = os.open(os.path.join(where, _LOCK), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            bell = self._bell = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM | socket.SOCK_NONBLOCK)
            with contextlib.suppress(FileNotFoundError):
                os.unlink(os.path.join(where, _BELL))
            bell.bind(os.path.join(where, _BELL))
            bell.listen(4)
        except OSError:
            self.close()
            return False
        QSocketNotifier(bell.fileno(), QSocketNotifier.Type.Read, self).activated.connect(self._accept)
        return True

    def close(self) -> None:
        """Take the bell away."""
        for notifier in self.findChildren(QSocketNotifier):
            notifier.setEnabled(False)
        if self._bell is not None:
            with contextlib.suppress(OSError):
                os.unlink(self._bell.getsockname())
            self._bell.close()
            self._bell = None
        if self._lock >= 0:
            os.close(self._lock)
            self._lock = -1

    def _accept(self) -> None:
        if self._bell is None:
            return
        try:
            connection, _ = self._bell.accept()
        except OSError:
            return
        if _peer(connection) != os.geteuid():
            connection.close()
            return
        Caller(connection, parent=self).asked.connect(self.rung)
