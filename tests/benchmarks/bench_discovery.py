"""How long does finding every Go installation take on a home with 40 installs of 10 managers, beside half a million files?

Run: python tests/benchmarks/bench_discovery.py. The peer is what one would type: `find` for `go` commands below the same folder.
"""

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

TESTS = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(TESTS), str(TESTS.parent)]

from support.elves import go_root  # noqa: E402

from inspector.host.local import LocalHost  # noqa: E402
from inspector.model.environment import Environment  # noqa: E402
from inspector.probes.golang_installs import find_installs  # noqa: E402

TARGET_S, CROWD, ROUNDS = 0.3, 500_000, 3
PATTERNS = (
    "sdk/go{}", ".asdf/installs/golang/{}/go", ".local/share/mise/installs/go/{}", ".goenv/versions/{}", ".gvm/gos/go{}", ".g/versions/{}",
    ".gobrew/versions/{}/go", ".goup/go{}", ".gimme/versions/go{}.linux.amd64", "go/pkg/mod/golang.org/toolchain@v0.0.1-go{}.linux-amd64",
)  # fmt: skip


def fill(home: Path) -> None:
    for pattern in PATTERNS:
        for number in range(4):
            go_root(home / pattern.format(f"1.2{number}.1"), f"1.2{number}.1")
    for folder in range(CROWD // 1000):
        place = home / "go" / "pkg" / "mod" / "crowd" / str(folder)
        place.mkdir(parents=True)
        for number in range(1000):
            (place / str(number)).touch()


def seconds(action: Callable[[], object]) -> float:
    begun = time.perf_counter()
    action()
    return time.perf_counter() - begun


def main() -> int:
    with tempfile.TemporaryDirectory() as scratch:
        home = Path(scratch) / "home"
        fill(home)
        host = LocalHost(home=str(home))
        find = ["find", str(home), "-path", "*/bin/go", "-type", "f"]
        rounds = [
            (
                seconds(lambda: find_installs(host, Environment(), today="2026-11-23")),
                seconds(lambda: subprocess.run(find, check=True, stdout=subprocess.DEVNULL)),
            )
            for _ in range(ROUNDS)
        ]
        first, walked = rounds[0][0], min(row[1] for row in rounds)
        ours = min(row[0] for row in rounds)
        count = sum(1 for install in find_installs(host, Environment(), today="2026-11-23") if install.goroot.startswith(str(home)))
    print(f"{count} installs beside {CROWD:,} files: first look {first * 1000:.1f} ms, again {ours * 1000:.1f} ms; find takes {walked * 1000:.0f} ms")
    print(f"target {TARGET_S * 1000:.0f} ms; ratio to find {first / walked:.3f}")
    return 0 if count == 40 and first <= TARGET_S else 1


if __name__ == "__main__":
    sys.exit(main())
