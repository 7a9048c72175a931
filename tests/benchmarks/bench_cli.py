"""How long does a person wait at the prompt, for the first whole snapshot, and after saving a file? Whole processes, `go env` beside them."""

import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

TESTS = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(TESTS), str(TESTS.parent)]

from support.agents import AgentProcess  # noqa: E402
from support.gotrees import NEWEST, cache_home, go_tree  # noqa: E402
from support.homes import Home  # noqa: E402

from inspector.model import messages as msg  # noqa: E402

ROUNDS = 9
TARGETS = {"--help": 150, "which --no-sandbox-run": 400, "which": 1000, "doctor": 1500}
FIRST_SNAPSHOT_MS, SAVE_MS = 1500, 300


def best(action: Callable[[], object], rounds: int = ROUNDS) -> float:
    """Milliseconds."""
    times = []
    for _ in range(rounds):
        begun = time.perf_counter()
        action()
        times.append((time.perf_counter() - begun) * 1000)
    return min(times)


def commands(home: Home) -> dict[str, float]:
    found = {}
    for words in TARGETS:
        command = [sys.executable, "-m", "inspector", *words.split(), *(("--home", str(home.path)) if words != "--help" else ())]
        found[words] = best(lambda command=command: subprocess.run(command, env=home.environ(), cwd=TESTS.parent, capture_output=True, check=False))
    return found


def first_snapshot(home: Home) -> float:
    def once() -> None:
        with AgentProcess(home) as agent:
            agent.expect(msg.SnapshotReady, lambda message: not message.partial)

    return best(once, 5)


def save_to_snapshot(home: Home) -> list[float]:
    times = []
    with AgentProcess(home) as agent:
        agent.expect(msg.Status)
        for number in range(ROUNDS):
            begun = time.perf_counter()
            home.write(".bashrc", f"export GOFLAGS=-p={number}\n")
            agent.expect(msg.SnapshotReady, lambda message: not message.partial)
            times.append((time.perf_counter() - begun) * 1000)
            agent.expect(msg.Status)
    return times


def main() -> int:
    with tempfile.TemporaryDirectory(dir=cache_home()) as scratch:
        tree = go_tree(NEWEST, Path(scratch))
        path = Path(scratch) / "home"
        path.mkdir()
        home = Home(path=path, good=tree.root / "bin")
        home.write(".profile", 'PATH="{good}:$PATH"\n. "$HOME/.bashrc"\n')
        home.write(".bashrc", 'export PATH="/usr/bin:$PATH"\n')
        peer = best(lambda: tree.run("env", cwd=Path(scratch)))
        found = commands(home)
        whole, saves = first_snapshot(home), save_to_snapshot(home)
    for words, ms in found.items():
        print(f"go-inspector {words}: {ms:.0f} ms (target {TARGETS[words]}), {ms / peer:.1f} x `go env` ({peer:.0f} ms)")
    print(f"agent start to first whole snapshot: {whole:.0f} ms (target {FIRST_SNAPSHOT_MS})")
    print(f"save to snapshot: best {min(saves):.0f}, median {statistics.median(saves):.0f} ms (target {SAVE_MS})")
    late = any(ms > TARGETS[words] for words, ms in found.items()) or whole > FIRST_SNAPSHOT_MS or statistics.median(saves) > SAVE_MS
    return 1 if late else 0


if __name__ == "__main__":
    sys.exit(main())
