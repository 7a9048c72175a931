"""What does the whole application cost while nobody touches it, at 1 Hz, beside gnome-system-monitor that lists the same processes?

    python tests/benchmarks/bench_idle.py [--processes 300 2000] [--seconds 30] [--page overview]

Both stand at the same time, each on an X server of its own, ours on the page it opens with and the peer on its page of processes, as it comes (a
list every 3 s) and at 1 s like ours. Prints CPU ms per second: ours is window, agent and all their children; of the peer only the program itself.
Exits 1 where ours is more than half of the peer at 1 s. The machine must have no more processes of its own than asked for.
"""

import argparse
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

TESTS = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(TESTS), str(TESTS.parent), str(Path(__file__).parent)]

from bench_faults import SLEEPERS, compiled  # noqa: E402
from bench_window import environment  # noqa: E402
from support.display import MapWatch, x_server  # noqa: E402

TARGET = 0.5
SETTLE_S = 30
PEER = "gnome-system-monitor"
SETTINGS = "[org/gnome/gnome-system-monitor]\nupdate-interval={}\n"


@contextmanager
def crowd(folder: str, count: int) -> Iterator[None]:
    """So many processes on the machine, those that are there included; they sleep."""
    there = sum(name.isdigit() for name in os.listdir("/proc"))
    argv = [compiled(SLEEPERS, folder, "sleepers"), str(max(0, count - there))]
    with subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True) as sleepers:
        assert sleepers.stdout
        assert sleepers.stdin
        sleepers.stdout.readline()
        yield
        sleepers.stdin.close()


@contextmanager
def standing(command: list[str], **extra: str) -> Iterator[int]:
    """The program with its window on a display of its own; yields its session's number."""
    with x_server("1440x900") as display, tempfile.TemporaryDirectory() as home:
        if interval := extra.pop("interval", ""):
            settings = Path(home, "glib-2.0", "settings")
            settings.mkdir(parents=True)
            (settings / "keyfile").write_text(SETTINGS.format(interval))
        watch = MapWatch(display)
        process = subprocess.Popen(
            command,
            env=environment(display, home) | {"GSETTINGS_BACKEND": "keyfile", **extra},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            watch.wait(60)
            yield process.pid
        finally:
            os.killpg(process.pid, signal.SIGTERM)
            process.wait(10)
            watch.close()


def used_ms(session: int, name: str = "") -> float:
    """CPU ms so far of the processes of a session (with `name`, of those called so), and of the children they have waited for."""
    used = 0.0
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            stat = Path(f"/proc/{pid}/stat").read_text()
            words = stat.rpartition(") ")[2].split()
            if int(words[3]) != session or (name and stat[stat.index("(") + 1 : stat.rindex(")")] != name[:15]):
                continue
            used += time.clock_gettime(~int(pid) << 3 | 2) * 1e3 + (int(words[13]) + int(words[14])) * 1e3 / os.sysconf("SC_CLK_TCK")
        except OSError:
            continue
    return used


def measure(options: argparse.Namespace, count: int) -> dict[str, float]:
    """CPU ms per second of all three over the same time."""
    ours = [sys.executable, "-m", "inspector", "window", "--page", options.page]
    peer = ["dbus-run-session", "--", PEER, "--show-processes-tab"]
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        stack.enter_context(crowd(folder, count))
        programs = {"ours": (stack.enter_context(standing(ours)), "")}
        if shutil.which(PEER):
            programs[PEER] = (stack.enter_context(standing(peer)), PEER)
            programs[f"{PEER} at 1 s"] = (stack.enter_context(standing(peer, interval="1000")), PEER)
        time.sleep(SETTLE_S)
        before = {name: used_ms(*program) for name, program in programs.items()}
        time.sleep(options.seconds)
        return {name: (used_ms(*program) - before[name]) / options.seconds for name, program in programs.items()}


def main() -> int:
    """Print the figures; 1 when a target is missed."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--processes", type=int, nargs="+", default=[300, 2000])
    parser.add_argument("--seconds", type=float, default=30)
    parser.add_argument("--page", default="overview", help="the page ours stands on")
    options = parser.parse_args()
    missed = False
    for count in options.processes:
        cost = measure(options, count)
        print(f"{count} processes: " + ", ".join(f"{name} {ms:.1f}" for name, ms in cost.items()) + " CPU ms per second")
        for name in list(cost)[1:]:
            ratio = cost["ours"] / cost[name]
            missed |= name.endswith("1 s") and ratio > TARGET
            print(f"  ours / {name}: {ratio:.2f} (target {TARGET}) {'ok' if ratio <= TARGET else 'MISSED'}")
        if len(cost) == 1:
            print(f"  {PEER} is not here: apt-get install {PEER} dbus")
    return int(missed)


if __name__ == "__main__":
    sys.exit(main())
