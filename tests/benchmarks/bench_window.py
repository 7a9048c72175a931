"""How soon does the window stand, compared with gnome-system-monitor; how soon is the first full snapshot on it; what does it cost to leave it open?

Run: python tests/benchmarks/bench_window.py [--idle SECONDS]. Both programs start on an X server of their own, alternating, warm; time runs from
spawn to the MapNotify of the first large window as a third client sees it. CPU is that of the window and its agent with all their children.
"""

import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

TESTS = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(TESTS), str(TESTS.parent)]

from support.display import MapWatch, x_server  # noqa: E402

ROUNDS = 7
MAPPED_TARGET, FIRST_TARGET_S, IDLE_TARGET = 0.7, 1.5, 1.5
SETTLE_S = 6
OURS = [sys.executable, "-m", "inspector"]
PEER = ["dbus-run-session", "--", "gnome-system-monitor"]
FIRST = """
import sys, time
from inspector.gui import app
from PySide6.QtCore import QTimer
application = app.make_application([])
opening = app.Opening(application, [])
def shown():
    store = opening.window.desk.store
    if store.snapshot is not None and not store.pending:
        opening.window.repaint()
        print(time.monotonic(), flush=True)
        QTimer.singleShot(0, opening.window.close)
def furnished():
    opening.window.desk.store.replaced.connect(shown)
opening.window.painted.connect(furnished)
opening.window.show()
sys.exit(application.exec())
"""


def environment(display: str, home: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name not in ("WAYLAND_DISPLAY", "QT_QPA_PLATFORM")}
    return kept | {"DISPLAY": display, "PYTHONPATH": str(TESTS.parent), "XDG_CONFIG_HOME": home, "GTK_A11Y": "none", "NO_AT_BRIDGE": "1"}


def mapped(command: list[str], display: str, home: str) -> float:
    """Seconds from spawn to the mapped window."""
    watch = MapWatch(display)
    begun = time.monotonic()
    process = subprocess.Popen(
        command,
        env=environment(display, home),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        stdin=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        return watch.wait(20) - begun
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(10)
        watch.close()
        time.sleep(0.3)


def first_snapshot(display: str, home: str) -> float:
    """Seconds from spawn to the first complete snapshot painted."""
    begun = time.monotonic()
    told = subprocess.run([sys.executable, "-c", FIRST], env=environment(display, home), capture_output=True, text=True, timeout=60, check=True)
    return float(told.stdout.splitlines()[0]) - begun


def ticks(pids: list[int]) -> float:
    """CPU seconds used so far by these processes and the children they waited for."""
    used = 0
    for pid in pids:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2].split()
        used += sum(int(field) for field in fields[11:15])
    return used / os.sysconf("SC_CLK_TCK")


def idle(display: str, home: str, seconds: float) -> tuple[float, float]:
    """Per cent of a core of window plus agent, and their resident memory in MB."""
    watch = MapWatch(display)
    process = subprocess.Popen(
        OURS, env=environment(display, home), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL, start_new_session=True
    )
    try:
        watch.wait(20)
        time.sleep(SETTLE_S)
        children = subprocess.run(["pgrep", "-P", str(process.pid)], capture_output=True, text=True, check=True).stdout.split()
        pids = [process.pid, *map(int, children)]
        before = ticks(pids)
        time.sleep(seconds)
        busy = (ticks(pids) - before) / seconds * 100
        resident = sum(int(Path(f"/proc/{pid}/statm").read_text().split()[1]) for pid in pids) * os.sysconf("SC_PAGE_SIZE") / 1e6
        return busy, resident
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(10)
        watch.close()


def main() -> int:
    seconds = float(sys.argv[sys.argv.index("--idle") + 1]) if "--idle" in sys.argv else 20.0
    with x_server("1440x900") as display, tempfile.TemporaryDirectory() as home:
        mapped(OURS, display, home)
        mapped(PEER, display, home)
        pairs = [(mapped(OURS, display, home), mapped(PEER, display, home)) for _ in range(ROUNDS)]
        ours, peer = (statistics.median(times) for times in zip(*pairs, strict=True))
        print(f"window mapped: {ours * 1000:.0f} ms; gnome-system-monitor {peer * 1000:.0f} ms; ratio {ours / peer:.2f} (target <= {MAPPED_TARGET})")
        first = statistics.median(first_snapshot(display, home) for _ in range(3))
        print(f"first full snapshot on screen: {first:.2f} s (target <= {FIRST_TARGET_S})")
        busy, resident = idle(display, home, seconds)
        print(f"idle at 1 Hz, window + agent: {busy:.2f} % of a core (target <= {IDLE_TARGET}), {resident:.0f} MB resident (target <= 180)")
    return 0 if ours / peer <= MAPPED_TARGET and first <= FIRST_TARGET_S and busy <= IDLE_TARGET else 1


if __name__ == "__main__":
    sys.exit(main())
