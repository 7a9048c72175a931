"""How soon does the window stand, beside the monitors Debian offers; how soon is the first full snapshot on it; what does it cost to leave it open?

Run: python tests/benchmarks/bench_window.py [--idle SECONDS]. All programs start on an X server of their own, in turn, warm; time runs from spawn to
the MapNotify of the first large window that is no splash, and to the first pixels in it, as a third client sees them. A monitor that is not
installed is named and left out (`apt-get install --no-install-recommends` with the names printed). Most list all processes before their window
stands: where there are thousands, `unshare --pid --fork --mount-proc` before the command shows them none. CPU is that of the window and its agent
with all their children.
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

from support.display import MapWatch, peers, seen, warmed, x_server  # noqa: E402

ROUNDS = 7
DRAWN_TARGET, FIRST_TARGET_S, IDLE_TARGET = 1.0, 1.5, 1.5
SETTLE_S = 6
OURS = [sys.executable, "-m", "inspector"]
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


def against_peers(display: str, home: str) -> float:
    """Prints every program's times; ours to the first pixels over the median of the others'."""
    around = environment(display, home)
    commands = warmed({"ours": OURS, **peers()}, display, around)
    others = [name for name in commands if name != "ours"]
    rounds = [{name: seen(command, display, around) for name, command in commands.items()} for _ in range(ROUNDS)]
    mapped, drawn = ({name: statistics.median(times[name][n] for times in rounds) for name in commands} for n in (0, 1))
    for name in sorted(commands, key=drawn.__getitem__):
        ratio = statistics.median(times["ours"][1] / times[name][1] for times in rounds)
        print(f"{name}: mapped {mapped[name] * 1000:.0f} ms, drawn {drawn[name] * 1000:.0f} ms; ours / {name} {ratio:.2f}")
    middle = statistics.median(drawn[peer] for peer in others)
    ahead = drawn["ours"] / middle
    print(f"drawn: {drawn['ours'] * 1000:.0f} ms; median of {len(others)} peers {middle * 1000:.0f} ms; ratio {ahead:.2f} (target < {DRAWN_TARGET})")
    return ahead


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
        ahead = against_peers(display, home)
        first = statistics.median(first_snapshot(display, home) for _ in range(3))
        print(f"first full snapshot on screen: {first:.2f} s (target <= {FIRST_TARGET_S})")
        busy, resident = idle(display, home, seconds)
        print(f"idle at 1 Hz, window + agent: {busy:.2f} % of a core (target <= {IDLE_TARGET}), {resident:.0f} MB resident (target <= 180)")
    return 0 if ahead < DRAWN_TARGET and first <= FIRST_TARGET_S and busy <= IDLE_TARGET else 1


if __name__ == "__main__":
    sys.exit(main())
