"""Where do tests of the window draw? On an X server of their own; and what happens on it, seen from outside."""

import ctypes
import ctypes.util
import os
import select
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager

_MAP_NOTIFY = 19
_SUBSTRUCTURE = 1 << 19
_SMALLEST = 200
_STRIP_EVERY = 12
_COLOURS = 12
_Z_PIXMAP, _ALL_PLANES = 2, ctypes.c_ulong(-1)
_ATOM = 4
_PATIENCE_S = 40
PEERS = (
    "gnome-system-monitor", "hotspot", "qps", "mate-system-monitor", "xfce4-taskmanager", "lxtask", "plasma-systemmonitor", "stacer", "heaptrack_gui",
)  # fmt: skip
"""Programs of Debian 12 that show processes or profiles; each is the name of its package too but for heaptrack_gui (heaptrack-gui)."""


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


class _Image(ctypes.Structure):
    _fields_ = [
        ("width", ctypes.c_int), ("height", ctypes.c_int), ("xoffset", ctypes.c_int), ("format", ctypes.c_int), ("data", ctypes.c_void_p),
        ("byte_order", ctypes.c_int), ("bitmap_unit", ctypes.c_int), ("bitmap_bit_order", ctypes.c_int), ("bitmap_pad", ctypes.c_int),
        ("depth", ctypes.c_int), ("bytes_per_line", ctypes.c_int),
    ]  # fmt: skip


class MapWatch:
    """Tells when the next window of some size is mapped on a display, and when something is drawn in it. A splash is no window."""

    def __init__(self, display: str) -> None:
        self._x = ctypes.CDLL(ctypes.util.find_library("X11") or "libX11.so.6")
        self._x.XOpenDisplay.restype = ctypes.c_void_p
        self._x.XDefaultRootWindow.restype = ctypes.c_ulong
        self._x.XDefaultRootWindow.argtypes = [ctypes.c_void_p]
        self._x.XInternAtom.restype = ctypes.c_ulong
        self._x.XGetImage.restype = ctypes.POINTER(_Image)
        self._handler = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p)(lambda _display, _error: 0)
        self._x.XSetErrorHandler(self._handler)  # a window may be gone by the time it is looked at
        self._connection = ctypes.c_void_p(self._x.XOpenDisplay(display.encode()))
        assert self._connection.value, f"no display {display}"
        self._x.XSelectInput(self._connection, ctypes.c_ulong(self._x.XDefaultRootWindow(self._connection)), ctypes.c_long(_SUBSTRUCTURE))
        self._x.XFlush(self._connection)

    def wait(self, timeout_s: float) -> float:
        """The monotonic time at which a window was mapped."""
        return self._next(time.monotonic() + timeout_s)[0]

    def drawn(self, timeout_s: float) -> tuple[float, float]:
        """The monotonic times at which a window was mapped, and at which more than an empty face was seen in it."""
        end = time.monotonic() + timeout_s
        mapped, window = self._next(end)
        while time.monotonic() < end:
            if self._colours(window) >= _COLOURS:
                return mapped, time.monotonic()
            time.sleep(0.004)
        raise TimeoutError("nothing was drawn")

    def _next(self, end: float) -> tuple[float, int]:
        descriptor = self._x.XConnectionNumber(self._connection)
        while time.monotonic() < end:
            while self._x.XPending(self._connection):
                event = _Event()
                self._x.XNextEvent(self._connection, ctypes.byref(event))
                mapped = time.monotonic()
                if event.type == _MAP_NOTIFY and not event.override_redirect and self._is_large(event.window) and not self._is_splash(event.window):
                    return mapped, event.window
            select.select([descriptor], [], [], 0.05)
        raise TimeoutError("no window was mapped")

    def _size(self, window: int) -> tuple[int, int]:
        root = ctypes.c_ulong()
        numbers = [ctypes.c_uint() for _ in range(6)]
        self._x.XGetGeometry(self._connection, ctypes.c_ulong(window), ctypes.byref(root), *(ctypes.byref(n) for n in numbers))
        return numbers[2].value, numbers[3].value

    def _is_large(self, window: int) -> bool:
        return min(self._size(window)) >= _SMALLEST

    def _atom(self, name: str) -> ctypes.c_ulong:
        return ctypes.c_ulong(self._x.XInternAtom(self._connection, name.encode(), 0))

    def _is_splash(self, window: int) -> bool:
        """Whether the first of its window types says so."""
        kind, form, count, rest, data = ctypes.c_ulong(), ctypes.c_int(), ctypes.c_ulong(), ctypes.c_ulong(), ctypes.POINTER(ctypes.c_ulong)()
        self._x.XGetWindowProperty(
            self._connection, ctypes.c_ulong(window), self._atom("_NET_WM_WINDOW_TYPE"), ctypes.c_long(0), ctypes.c_long(1), 0,
            ctypes.c_ulong(_ATOM), *(ctypes.byref(part) for part in (kind, form, count, rest, data)),
        )  # fmt: skip
        return bool(count.value) and data[0] == self._atom("_NET_WM_WINDOW_TYPE_SPLASH").value

    def _colours(self, window: int) -> int:
        """How many colours a line of pixels here and there in the window has."""
        width, height = self._size(window)
        seen: set[bytes] = set()
        for y in range(_STRIP_EVERY, height, _STRIP_EVERY):
            strip = self._x.XGetImage(self._connection, ctypes.c_ulong(window), 0, y, width, 1, _ALL_PLANES, _Z_PIXMAP)
            if strip:
                row = ctypes.string_at(strip.contents.data, strip.contents.bytes_per_line)
                seen.update(row[n : n + 4] for n in range(0, len(row), 4))
                self._x.XFree(ctypes.c_void_p(strip.contents.data))
                self._x.XFree(strip)
        return len(seen)

    def close(self) -> None:
        """Leave the display."""
        self._x.XCloseDisplay(self._connection)


def peers() -> dict[str, list[str]]:
    """The peers that are installed, and how each is started; says which are not."""
    if absent := [peer for peer in PEERS if not shutil.which(peer)]:
        print("not installed:", *absent)
    return {peer: ["dbus-run-session", "--", peer] for peer in PEERS if peer not in absent}


def seen(command: list[str], display: str, environment: dict[str, str]) -> tuple[float, float]:
    """Seconds from the spawn of a program, which is ended then, to its mapped window, and to something drawn in it."""
    watch = MapWatch(display)
    begun = time.monotonic()
    process = subprocess.Popen(
        command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL, start_new_session=True, cwd="/"
    )
    try:
        mapped, drawn = watch.drawn(_PATIENCE_S)
        return mapped - begun, drawn - begun
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(20)
        watch.close()
        time.sleep(0.4)


def warmed(commands: dict[str, list[str]], display: str, environment: dict[str, str]) -> dict[str, list[str]]:
    """Those of the programs that show a window when they are started once; says which do not."""
    shown = {}
    for name, command in commands.items():
        try:
            seen(command, display, environment)
        except TimeoutError as reason:
            print(f"{name}: {reason} within {_PATIENCE_S} s")
        else:
            shown[name] = command
    return shown
