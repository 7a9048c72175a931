"""What does tracing cost? A traced start over the same start untraced, for heavy and for large init files, and the sandbox's own share.

Run `python tests/benchmarks/bench_trace.py`; the minimum of interleaved runs counts. Targets: heavy ≤ 2.5, large ≤ 1.2, sandbox ≤ 25 ms.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from inspector.host import sandbox
from inspector.host.base import TraceRun
from inspector.shells.bash import Bash

PATH = "/usr/local/bin:/usr/bin:/bin:/usr/local/games:/usr/games"
LINES = (
    "V{i}_{j}=value_{j}", 'export E{i}_{j}="$V{i}_{k}/x"', "alias a{i}_{j}='ls -la'", "if [ -d /usr ]; then W{j}=1; fi",
    "f{i}_{j}() {{ local q=$1; echo $q; }}", 'case "$W3" in 1) Z=2;; *) Z=3;; esac', '[ -n "$Z" ] && Y{j}=$Z',
)  # fmt: skip


def heavy(home: Path) -> None:
    """50 sourced files, 3,000 lines, 50 edits of PATH."""
    (home / "rc.d").mkdir()
    for i in range(50):
        lines = [LINES[j % len(LINES)].format(i=i, j=j, k=max(j - 1, 0)) for j in range(58)]
        lines += [f'export PATH="$HOME/b{i}:$PATH"' if i % 3 else f"PATH=$PATH:$HOME/b{i}", "for n in 1 2 3; do T=$n; done"]
        (home / "rc.d" / f"{i:02}.sh").write_text("\n".join(lines) + "\n")
    (home / ".bashrc").write_text("for f in ~/rc.d/*.sh; do\n  . $f\ndone\n")


def large(home: Path) -> None:
    """One file of 5,000 lines that defines 250 functions and calls a few, as nvm.sh does."""
    body = "\n".join(
        f'  if [ "$1" = "{n}" ]; then\n    local v{n}="$(cat /dev/null)"\n    echo "${{v{n}:-none}}" | sed s/a/b/\n  fi' for n in range(4)
    )
    functions = "\n".join(f"tool_{i}() {{\n  local a b c\n{body}\n  return 0\n}}" for i in range(250))
    (home / "tool.sh").write_text(f"{functions}\ntool_1 7\ntool_2 7\nexport PATH=$HOME/.tool/bin:$PATH\n")
    (home / ".bashrc").write_text("export TOOL_DIR=$HOME\n. ~/tool.sh\n")


def _prepare(make: Callable[[Path], None], scratch: Path) -> tuple[Path, Path]:
    plain, traced = scratch / "plain", scratch / "traced"
    plain.mkdir()
    make(plain)
    shutil.copytree(plain, traced)
    environ = {"HOME": str(traced), "PATH": PATH}
    read = lambda path: Path(path).read_bytes() if Path(path).exists() and "/etc/" not in path else None  # noqa: E731
    begin = Bash().start("interactive", program="/bin/bash", home=str(traced), environ=environ, read=read, detail="lines", names=("PATH",))
    for path, data in begin.files.items():
        Path(path).write_bytes(data)
    return plain, traced


def _start(home: Path) -> float:
    """One `bash -ic :` in milliseconds; a trace goes to a file in memory."""
    fd = os.memfd_create("trace")
    os.dup2(fd, 187)
    began = time.perf_counter()
    subprocess.run(
        ["/bin/bash", "-ic", ":"], env={"HOME": str(home), "PATH": PATH}, stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL, pass_fds=(187,),
        start_new_session=True, check=False,
    )  # fmt: skip
    took = (time.perf_counter() - began) * 1000
    os.close(187)
    os.close(fd)
    return took


def measure(make: Callable[[Path], None], rounds: int) -> tuple[float, float]:
    """Minimum milliseconds of a plain and of a traced start."""
    with tempfile.TemporaryDirectory() as scratch:
        plain, traced = _prepare(make, Path(scratch))
        runs = [(_start(plain), _start(traced)) for _ in range(rounds)]
    return min(run[0] for run in runs), min(run[1] for run in runs)


def measure_sandbox(rounds: int) -> tuple[float, float]:
    """Minimum milliseconds of `/bin/true` started directly and in the sandbox."""
    with tempfile.TemporaryDirectory() as scratch:
        run = TraceRun(argv=("/bin/true",), argv0="true", environ={}, home=scratch)
        direct, boxed = [], []
        for _ in range(rounds):
            began = time.perf_counter()
            subprocess.run(["/bin/true"], env={}, check=False)
            direct.append((time.perf_counter() - began) * 1000)
            boxed.append(sandbox.run(run).duration_ms)
    return min(direct), min(boxed)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=15)
    rounds = parser.parse_args().rounds
    print(f"{'start':<42}{'plain ms':>10}{'traced ms':>11}{'ratio':>8}{'target':>8}")
    for name, make, target in (("50 files, 3,000 lines, 50 PATH edits", heavy, 2.5), ("5,000 lines of functions", large, 1.2)):
        plain, traced = measure(make, rounds)
        print(f"{name:<42}{plain:>10.1f}{traced:>11.1f}{traced / plain:>8.2f}{target:>8.1f}")
    direct, boxed = measure_sandbox(rounds)
    print(f"{'sandbox (' + sandbox.choose().kind + ') around /bin/true, added ms':<42}{direct:>10.1f}{boxed:>11.1f}{boxed - direct:>8.1f}{25:>8.1f}")


def test_tracing_a_heavy_start_stays_affordable() -> None:
    plain, traced = measure(heavy, 5)
    assert traced / plain <= 3.5, (plain, traced)


def test_tracing_a_file_of_functions_costs_almost_nothing() -> None:
    plain, traced = measure(large, 7)
    assert traced / plain <= 1.3, (plain, traced)


if __name__ == "__main__":
    main()
