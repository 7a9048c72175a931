"""How long does the kernel take to answer: all rows, the first fourteen, one requirement, a comparison, staying live?

Run: python tests/benchmarks/bench_kernel.py. Best of nine each. `criu check` and `bpftool feature probe` run beside them where installed.
"""

import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

TESTS = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(TESTS), str(TESTS.parent)]

from inspector.host.local import LocalHost  # noqa: E402
from inspector.kernel import kconfig, rows  # noqa: E402
from inspector.kernel.compare import compare  # noqa: E402
from inspector.probes import kernel, kernel_pulse  # noqa: E402
from inspector.probes.kernel_sources import config_side  # noqa: E402
from inspector.probes.live import Asking  # noqa: E402

ROUNDS = 9
PEERS = (("criu", "check", "--all"), ("bpftool", "feature", "probe", "-j"))
REQUIRE = [sys.executable, "-m", "inspector", "kernel", "require", "soft-dirty", "kernel >= 5.10", "cpu-level >= v3"]


def best(action: Callable[[], object]) -> float:
    """Milliseconds of the fastest round."""
    times = []
    for _ in range(ROUNDS):
        begun = time.perf_counter()
        action()
        times.append((time.perf_counter() - begun) * 1000)
    return min(times)


def other_config(config: kconfig.KernelConfig) -> kconfig.KernelConfig:
    """The same size, every third option switched off: a comparison with as much to say as two distributions give."""
    values = {name: ("n" if number % 3 == 0 else value) for number, (name, value) in enumerate(config.values.items())}
    return kconfig.KernelConfig(source="other", release="6.1.1", values=values)


def main() -> int:
    host = LocalHost()
    everything = rows.load()
    first = [row for row in everything if row.id in rows.FIRST]
    found, why = kernel.read_config(host, host.info.kernel_release)
    data = host.read(found.source, limit=kernel.CONFIG_LIMIT).data if found else b""
    measured = {
        "all rows, asked and judged": (best(lambda: kernel.probe(host)), 1000),
        f"first {len(first)} live questions": (best(lambda: Asking(first).answers()), 40),
        "kernel require, whole command": (best(lambda: subprocess.run(REQUIRE, capture_output=True, check=False, cwd=TESTS.parent)), 150),
        "one pulse (every 2 s)": (best(lambda: kernel_pulse.read_pulse(host)), 2),
    }
    if found:
        other = config_side(other_config(found))
        compared = best(lambda: compare(config_side(kconfig.parse(data, source="x")), other))
        measured[f"compare two configurations ({len(found.values)} options)"] = (compared, 100)
    else:
        print(f"no comparison: {why}")
    for name, (took, target) in measured.items():
        print(f"{name:<52}{took:8.1f} ms  (target {target} ms)")
    for peer in PEERS:
        if shutil.which(peer[0]):
            took = best(lambda command=peer: subprocess.run(command, capture_output=True, check=False))
            print(f"{' '.join(peer):<52}{took:8.1f} ms  (peer)")
    return 0 if all(took <= target for took, target in measured.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
