"""How does a test act as somebody else? In a forked copy of itself, whose interpreter and modules need not be readable for that user."""

import ctypes
import json
import os
import tempfile
import traceback
from collections.abc import Callable
from typing import Any

NOBODY = 65534
_NEW_MOUNTS = 0x20000
_BIND = 1 << 12
_PRIVATE = 1 << 18 | 1 << 14


def in_child(act: Callable[[], object]) -> Any:
    """What `act` returns in a forked child, through JSON; an exception there is an AssertionError here."""
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            answer = json.dumps({"result": act()})
        except BaseException:  # noqa: BLE001  the child must not return into the test
            answer = json.dumps({"error": traceback.format_exc()})
        os.write(writing, answer.encode())
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as stream:
        text = stream.read()
    os.waitpid(pid, 0)
    answered = json.loads(text)
    assert "error" not in answered, answered["error"]
    return answered["result"]


def become_nobody() -> None:
    """Give every right up."""
    os.setgroups([])
    os.setresgid(NOBODY, NOBODY, NOBODY)
    os.setresuid(NOBODY, NOBODY, NOBODY)


def pose_file(path: str, content: str) -> int:
    """Puts a file of this content over `path`, seen by this process and its children only; a descriptor to change it by."""
    libc = ctypes.CDLL(None, use_errno=True)
    number, posed = tempfile.mkstemp()
    os.write(number, content.encode())
    os.fchmod(number, 0o644)
    for result in (
        libc.unshare(_NEW_MOUNTS),
        libc.mount(None, b"/", None, _PRIVATE, None),
        libc.mount(posed.encode(), path.encode(), None, _BIND, None),
    ):
        assert result == 0, os.strerror(ctypes.get_errno())
    os.unlink(posed)
    return number


def mount_own_proc(options: str) -> None:
    """A /proc with these mount options, seen by this process and its children only."""
    libc = ctypes.CDLL(None, use_errno=True)
    for result in (
        libc.unshare(_NEW_MOUNTS),
        libc.mount(None, b"/", None, _PRIVATE, None),
        libc.mount(b"proc", b"/proc", b"proc", 0, options.encode()),
    ):
        assert result == 0, os.strerror(ctypes.get_errno())
