"""How large is the AppImage, and how soon does its window stand: mounted, extracted on the fly, unpacked; and the same program from the checkout?

Run: python tests/benchmarks/bench_appimage.py [FILE], after `sh packaging/bootstrap package`. All start on an X server of their own, in turn, warm,
with next to nothing in their environment; time runs from spawn to the first pixels in a large window as another client sees them. The monitors
Debian offers start in the same rounds, as far as they are installed.
"""

import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

TESTS = Path(__file__).resolve().parents[1]
TOP = TESTS.parent
sys.path[:0] = [str(TESTS), str(TOP), str(TOP / "packaging/release")]

import closure  # noqa: E402
from support.display import peers, seen, warmed, x_server  # noqa: E402

ROUNDS = 5
SIZE_TARGET_MB, MOUNTED_TARGET_S, UNPACKED_TARGET_S = 65, 0.9, 0.45
HIGHEST_GLIBC = (2, 35)


def main() -> int:
    given = [Path(word) for word in sys.argv[1:]] or sorted((TOP / "dist").glob("*.AppImage"))
    if not given:
        raise SystemExit("no AppImage: run sh packaging/bootstrap package")
    image = given[-1].resolve()
    size = image.stat().st_size / 1e6
    with x_server("1440x900") as display, tempfile.TemporaryDirectory() as home:
        subprocess.run([str(image), "--appimage-extract"], cwd=home, check=True, stdout=subprocess.DEVNULL)
        tree = Path(home) / "squashfs-root"
        glibc = closure.check(tree, highest_glibc=HIGHEST_GLIBC)
        ways = {
            "mounted": [str(image)],
            "extracted on the fly": [str(image), "--appimage-extract-and-run"],
            "unpacked": [str(tree / "AppRun")],
            "checkout": [sys.executable, "-I", "-m", "inspector"],
        }
        around = {"A": "1", "DISPLAY": display, "HOME": home, "PATH": "/usr/bin:/bin", "XDG_CONFIG_HOME": home}
        commands = warmed(ways | peers(), display, around)
        others = [name for name in commands if name not in ways]
        rounds = [{name: seen(command, display, around)[1] for name, command in commands.items()} for _ in range(ROUNDS)]
    best = {name: min(times[name] for times in rounds) for name in commands}
    middle = {name: statistics.median(times[name] for times in rounds) for name in commands}
    print(f"AppImage: {size:.1f} MB (target <= {SIZE_TARGET_MB}), runs from glibc {glibc[0]}.{glibc[1]} on")
    for name in commands:
        ratio = statistics.median(times[name] / times["checkout"] for times in rounds)
        print(f"window drawn, {name}: {best[name]:.2f} s best, {middle[name]:.2f} s median, {ratio:.2f} x the checkout")
    if others:
        usual = statistics.median(middle[name] for name in others)
        shares = ", ".join(f"{name} {middle[name] / usual:.2f}" for name in ways)
        print(f"median of {len(others)} peers: {usual:.2f} s; ours / that: {shares}")
    print(f"targets: mounted <= {MOUNTED_TARGET_S} s, unpacked <= {UNPACKED_TARGET_S} s")
    return 0 if size <= SIZE_TARGET_MB and best["mounted"] <= MOUNTED_TARGET_S and best["unpacked"] <= UNPACKED_TARGET_S else 1


if __name__ == "__main__":
    sys.exit(main())
