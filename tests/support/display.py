"""Where do tests of the window draw? On an X server of their own; and what happens on it, seen from outside."""

import ctypes
import ctypes.util
import os
import select
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager

_MAP_NOTIFY = 19
_SUBSTRUCTURE = 1 << 19
_SMALLEST = 200


@contextmanager
def x_server(size: str = "1600x1000") -> Iterator[str]:
    """An Xvfb of this size; yields its DISPLAY. Nothing else is on it."""
    reading, writing = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(writing), "-screen", "0", f"{size}x24", "-nolisten", "tcp"], pass_fds=(writing,), stderr=subprocess.DEVNULL
    )
    os.close(writing)
    try:
        ready, _, _ = select.select([reading], [], [], 20)
        number = os.read(reading, 16).decode().strip() if ready else ""
        if not number:
            raise RuntimeError("Xvfb did not start")
        yield f":{number}"
    finally:
        os.close(reading)
        server.terminate()
        server.wait(10)


class _Event(ctypes.Structure):
    _fields_ = [
        ("type", ctypes.c_int), ("serial", ctypes.c_ulong), ("send_event", ctypes.c_int), ("display", ctypes.c_void_p), ("event", ctypes.c_ulong),
        ("window", ctypes.c_ulong), ("override_redirect", ctypes.c_int), ("pad", ctypes.c_long * 24),
    ]  # fmt: skip


class MapWatch:
    """Tells when the next window of some size is mapped on a display."""

    def __init__(self, display: str) -> None:
        self._x = ctypes.CDLL(ctypes.util.find_library("X11") or "libX11.so.6")
        self._x.XOpenDisplay.restype = ctypes.c_void_p
        self._x.XDefaultRootWindow.restype = ctypes.c_ulong
        self._x.XDefaultRootWindow.argtypes = [ctypes.c_void_p]
        for name in ("XSelectInput", "XPending", "XNextEvent", "XFlush", "XConnectionNumber", "XGetGeometry", "XCloseDisplay"):
            getattr(self._x, name).argtypes = None
        self._connection = ctypes.c_void_p(self._x.XOpenDisplay(display.encode()))
        assert self._connection.value, f"no display {display}"
        self._x.XSelectInput(self._connection, ctypes.c_ulong(self._x.XDefaultRootWindow(self._connection)), ctypes.c_long(_SUBSTRUCTURE))
        self._x.XFlush(self._connection)

    def wait(self, timeout_s: float) -> float:
        """The monotonic time at which a window was mapped."""
        end = time.monotonic() + timeout_s
        descriptor = self._x.XConnectionNumber(self._connection)
        while time.monotonic() < end:
            while self._x.XPending(self._connection):
                event = _Event()
                self._x.XNextEvent(self._connection, ctypes.byref(event))
                if event.type == _MAP_NOTIFY and not event.override_redirect and self._is_large(event.window):
                    return time.monotonic()
            select.select([descriptor], [], [], 0.05)
        raise TimeoutError("no window was mapped")

    def _is_large(self, window: int) -> bool:
        root = ctypes.c_ulong()
        numbers = [ctypes.c_uint() for _ in range(6)]
        self._x.XGetGeometry(self._connection, ctypes.c_ulong(window), ctypes.byref(root), *(ctypes.byref(n) for n in numbers))
        return numbers[2].value >= _SMALLEST and numbers[3].value >= _SMALLEST

    def close(self) -> None:
        """Leave the display."""
        self._x.XCloseDisplay(self._connection)
