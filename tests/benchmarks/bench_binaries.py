"""How long do 1,000 Go binaries take to identify, compared with Go's own `go version` and `go version -m` on the same files?

Run: python tests/benchmarks/bench_binaries.py. The thousand are hard links to the programs of two real Go trees; page cache warm, best of 25,
alternating, each after a rest: on a busy machine the scheduler favours a process that was just born, as theirs is, over one that was busy until now.
Ours reads each through the Host's door into the documents the window shows; theirs is one process for all files.
"""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

TESTS = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(TESTS), str(TESTS.parent)]

from support.gotrees import DEBIAN_ROOT, NEWEST, GoTree, cache_home, go_tree  # noqa: E402

from inspector.host.local import LocalHost  # noqa: E402
from inspector.probes.golang_binaries import probe_binaries  # noqa: E402

COUNT, ROUNDS, TARGET = 1000, 25, 1.0
REST_S = 0.03


def programs(trees: list[GoTree]) -> list[Path]:
    return [path for tree in trees for folder in (tree.root / "bin", tree.tools) for path in sorted(folder.iterdir())]


def make(folder: Path, sources: list[Path]) -> list[str]:
    names = []
    for number in range(COUNT):
        name = folder / f"program-{number:04}"
        source = sources[number % len(sources)]
        if number < len(sources):
            name.write_bytes(source.read_bytes())
            name.chmod(0o755)
        else:
            os.link(folder / f"program-{number % len(sources):04}", name)
        names.append(str(name))
    return names


def best(action: Callable[[], object]) -> tuple[float, float]:
    """Milliseconds on the clock, and of CPU, children included."""
    time.sleep(REST_S)
    begun, cpu = time.perf_counter(), sum(os.times()[:4])
    action()
    return (time.perf_counter() - begun) * 1000, (sum(os.times()[:4]) - cpu) * 1000


def main() -> int:
    with tempfile.TemporaryDirectory(dir=cache_home()) as scratch:
        tree = go_tree(NEWEST, Path(scratch))
        debian = [GoTree(DEBIAN_ROOT, "1.19.8", Path(scratch))] if DEBIAN_ROOT.exists() else []
        folder = Path(scratch) / "bin"
        folder.mkdir()
        names = make(folder, programs([tree, *debian]))
        host = LocalHost()
        go = str(tree.go)

        def theirs(*flags: str) -> Callable[[], object]:
            return lambda: subprocess.run([go, "version", *flags, *names], env=tree.environ(), check=True, stdout=subprocess.DEVNULL)

        rounds = [(best(lambda: probe_binaries(host, names)), best(theirs()), best(theirs("-m"))) for _ in range(ROUNDS)]
        ours, plain, modules = (min(clock for clock, _ in column) for column in zip(*rounds, strict=True))
        cpu = [sum(used for _, used in column) / ROUNDS for column in zip(*rounds, strict=True)]
        identified = sum(1 for binary in probe_binaries(host, names) if binary.go_version.startswith("go1."))
    print(f"{identified} of {COUNT} Go binaries identified: ours {ours:.1f} ms, go version {plain:.1f} ms, go version -m {modules:.1f} ms")
    print(f"ratio to go version {ours / plain:.2f} (target 2.00), to go version -m {ours / modules:.2f} (target {TARGET:.2f})")
    print(f"CPU a round: ours {cpu[0]:.0f} ms, go version {cpu[1]:.0f} ms, go version -m {cpu[2]:.0f} ms: {cpu[0] / cpu[2]:.2f} of go version -m")
    return 0 if identified == COUNT and ours / modules <= TARGET else 1


if __name__ == "__main__":
    sys.exit(main())
