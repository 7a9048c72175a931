"""What does tracing cost? A traced start over the same start untraced, for heavy and for large init files, and the sandbox's own share.

Run `python tests/benchmarks/bench_trace.py`; the minimum of interleaved runs counts. Targets: heavy ≤ 2.5 in bash, 1.8 in zsh, 2 in fish,
large ≤ 1.2, sandbox ≤ 25 ms. `--nvm FILE` (nvm.sh, ≤ 1.2) and `--oh-my-zsh FOLDER` (its checkout, ≤ 2.5) measure what others wrote.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from inspector.host import sandbox
from inspector.host.base import TraceRun
from inspector.shells.base import Shell
from inspector.shells.bash import Bash
from inspector.shells.fish import Fish
from inspector.shells.zsh import Zsh

PATH = "/usr/local/bin:/usr/bin:/bin:/usr/local/games:/usr/games"
LINES = (
    "V{i}_{j}=value_{j}", 'export E{i}_{j}="$V{i}_{k}/x"', "alias a{i}_{j}='ls -la'", "if [ -d /usr ]; then W{j}=1; fi",
    "f{i}_{j}() {{ local q=$1; echo $q; }}", 'case "$W3" in 1) Z=2;; *) Z=3;; esac', '[ -n "$Z" ] && Y{j}=$Z',
)  # fmt: skip


FISH_LINES = (
    "set -g V{i}_{j} value_{j}", 'set -gx E{i}_{j} "$V{i}_{k}/x"', "if test -d /usr; set -g W{j} 1; end",
    "function f{i}_{j}; set -l q $argv[1]; echo $q; end", "switch $W3; case 1; set -g Z 2; case '*'; set -g Z 3; end",
    'test -n "$Z"; and set -g Y{j} $Z', "set -g U{j} (math {j})",
)  # fmt: skip


def heavy(home: Path, rc: str = ".bashrc") -> None:
    """50 sourced files, 3,000 lines, 50 edits of PATH; bash and zsh."""
    (home / "rc.d").mkdir()
    for i in range(50):
        lines = [LINES[j % len(LINES)].format(i=i, j=j, k=max(j - 1, 0)) for j in range(58)]
        lines += [f'export PATH="$HOME/b{i}:$PATH"' if i % 3 else f"PATH=$PATH:$HOME/b{i}", "for n in 1 2 3; do T=$n; done"]
        (home / "rc.d" / f"{i:02}.sh").write_text("\n".join(lines) + "\n")
    (home / rc).write_text("for f in ~/rc.d/*.sh; do\n  . $f\ndone\n")


def heavy_fish(home: Path) -> None:
    """The same for fish."""
    (home / "rc.d").mkdir()
    for i in range(50):
        lines = [FISH_LINES[j % len(FISH_LINES)].format(i=i, j=j, k=max(j - 1, 0)) for j in range(58)]
        lines += [f"set -gx PATH $HOME/b{i} $PATH" if i % 3 else f"set -gx PATH $PATH $HOME/b{i}", "for n in 1 2 3; set -g T $n; end"]
        (home / "rc.d" / f"{i:02}.fish").write_text("\n".join(lines) + "\n")
    (home / ".config/fish").mkdir(parents=True)
    (home / ".config/fish/config.fish").write_text("for f in ~/rc.d/*.fish\n  source $f\nend\n")


def nvm(file: Path, home: Path) -> None:
    """A home that reads nvm.sh, as its installer has it."""
    (home / ".nvm").mkdir()
    shutil.copy(file, home / ".nvm/nvm.sh")
    (home / ".bashrc").write_text('export NVM_DIR="$HOME/.nvm"\n[ -s "$NVM_DIR/nvm.sh" ] && \\. "$NVM_DIR/nvm.sh"\n')


def oh_my_zsh(folder: Path, home: Path) -> None:
    """A home that starts oh-my-zsh with six plugins."""
    lines = (
        f"export ZSH={folder}", "export ZSH_CACHE_DIR=$HOME/.cache/ohmyzsh", "ZSH_COMPDUMP=$HOME/.zcompdump", "zstyle ':omz:update' mode disabled",
        "ZSH_DISABLE_COMPFIX=true", "ZSH_THEME=robbyrussell", "plugins=(git sudo z extract colored-man-pages golang)", "source $ZSH/oh-my-zsh.sh",
        "export PATH=$HOME/go/bin:$PATH",
    )  # fmt: skip
    (home / ".zshrc").write_text("\n".join(lines) + "\n")


def large(home: Path) -> None:
    """One file of 5,000 lines that defines 250 functions and calls a few, as nvm.sh does."""
    body = "\n".join(
        f'  if [ "$1" = "{n}" ]; then\n    local v{n}="$(cat /dev/null)"\n    echo "${{v{n}:-none}}" | sed s/a/b/\n  fi' for n in range(4)
    )
    functions = "\n".join(f"tool_{i}() {{\n  local a b c\n{body}\n  return 0\n}}" for i in range(250))
    (home / "tool.sh").write_text(f"{functions}\ntool_1 7\ntool_2 7\nexport PATH=$HOME/.tool/bin:$PATH\n")
    (home / ".bashrc").write_text("export TOOL_DIR=$HOME\n. ~/tool.sh\n")


def _prepare(shell: Shell, make: Callable[[Path], None], scratch: Path) -> tuple[Path, Path]:
    plain, traced = scratch / "plain", scratch / "traced"
    plain.mkdir()
    make(plain)
    shutil.copytree(plain, traced)
    environ = {"HOME": str(traced), "PATH": PATH}
    read = lambda path: Path(path).read_bytes() if Path(path).exists() and "/etc/" not in path else None  # noqa: E731
    program = f"/bin/{shell.name}"
    begin = shell.start("interactive", program=program, home=str(traced), environ=environ, read=read, detail="lines", names=("PATH",))
    for path, data in begin.files.items():
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        Path(path).write_bytes(data)
    return plain, traced


def _start(shell: str, home: Path) -> float:
    """One `SHELL -ic :` in milliseconds; a trace goes to a file in memory."""
    fd = os.memfd_create("trace")
    os.dup2(fd, 187)
    began = time.perf_counter()
    subprocess.run(
        [f"/bin/{shell}", "-ic", ":"], env={"HOME": str(home), "PATH": PATH}, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL, pass_fds=(187,), start_new_session=True, check=False,
    )  # fmt: skip
    took = (time.perf_counter() - began) * 1000
    os.close(187)
    os.close(fd)
    return took


def measure(shell: Shell, make: Callable[[Path], None], rounds: int) -> tuple[float, float]:
    """Minimum milliseconds of a plain and of a traced start."""
    with tempfile.TemporaryDirectory() as scratch:
        plain, traced = _prepare(shell, make, Path(scratch))
        runs = [(_start(shell.name, plain), _start(shell.name, traced)) for _ in range(rounds)]
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
    parser.add_argument("--nvm", type=Path, metavar="FILE", help="nvm.sh of nvm-sh/nvm")
    parser.add_argument("--oh-my-zsh", type=Path, metavar="FOLDER", help="a checkout of ohmyzsh/ohmyzsh")
    asked = parser.parse_args()
    rounds = asked.rounds
    rows: list[tuple[str, Shell, Callable[[Path], None], float]] = [
        ("bash: 50 files, 3,000 lines, 50 PATH edits", Bash(), heavy, 2.5), ("bash: 5,000 lines of functions", Bash(), large, 1.2),
        ("zsh: 50 files, 3,000 lines, 50 PATH edits", Zsh(), partial(heavy, rc=".zshrc"), 1.8), ("fish: the same", Fish(), heavy_fish, 2.0),
    ]  # fmt: skip
    if asked.nvm:
        rows.append(("bash: nvm.sh", Bash(), partial(nvm, asked.nvm.resolve()), 1.2))
    if asked.oh_my_zsh:
        rows.append(("zsh: oh-my-zsh, six plugins", Zsh(), partial(oh_my_zsh, asked.oh_my_zsh.resolve()), 2.5))
    print(f"{'start':<44}{'plain ms':>10}{'traced ms':>11}{'ratio':>8}{'target':>8}")
    for name, shell, make, target in rows:
        plain, traced = measure(shell, make, rounds)
        print(f"{name:<44}{plain:>10.1f}{traced:>11.1f}{traced / plain:>8.2f}{target:>8.1f}")
    direct, boxed = measure_sandbox(rounds)
    print(f"{'sandbox (' + sandbox.choose().kind + ') around /bin/true, added ms':<44}{direct:>10.1f}{boxed:>11.1f}{boxed - direct:>8.1f}{25:>8.1f}")


def test_tracing_a_heavy_start_stays_affordable() -> None:
    plain, traced = measure(Bash(), heavy, 5)
    assert traced / plain <= 3.5, (plain, traced)


def test_tracing_a_heavy_zsh_stays_affordable() -> None:
    plain, traced = measure(Zsh(), partial(heavy, rc=".zshrc"), 5)
    assert traced / plain <= 2.5, (plain, traced)


def test_tracing_a_file_of_functions_costs_almost_nothing() -> None:
    plain, traced = measure(Bash(), large, 7)
    assert traced / plain <= 1.3, (plain, traced)


if __name__ == "__main__":
    main()
