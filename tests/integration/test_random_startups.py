"""Is every line right in programs nobody wrote? Random init files on real shells: replayed equals real, and each directory has its own line.

GO_INSPECTOR_RANDOM_RUNS sets how many per shell (default 25); each has its number as seed, so a failure can be made again.
"""

import os

import pytest
from support.rc_programs import Grammar
from support.shell_homes import ShellHome

RUNS = int(os.environ.get("GO_INSPECTOR_RANDOM_RUNS", "25"))
RC = {"bash": ".bashrc", "zsh": ".zshrc"}


def check(home: ShellHome, shell: str, seed: int) -> tuple[int, int]:
    """How many entries of a random program have their true place, and how many a wrong one that is called exact."""
    program = Grammar(seed, shell).make()
    for name, lines in program.files.items():
        home.write(RC[shell] if name == ".rc" else name, "\n".join(lines) + "\n")
    found = home.look("interactive-terminal")
    text = "\n".join(f"--- {name}\n" + "\n".join(lines) for name, lines in program.files.items())
    assert found.known == "observed", (seed, found.why, text)
    assert found.why.endswith("traced in the sandbox"), (seed, found.why, text)
    real = home.real(f"/bin/{shell}", "-ic", TERM="xterm")
    assert ":".join(entry.entry for entry in found.path) == real["PATH"], (seed, text)
    right = wrong = 0
    for entry in found.path:
        if entry.entry in program.places:
            name, line = program.places[entry.entry]
            true = (str(home.path / (RC[shell] if name == ".rc" else name)), line)
            if (entry.origin.file, entry.origin.line) == true:
                right += 1
            elif entry.origin.confidence == "exact":
                wrong += 1
                print(seed, entry.entry, "true", true, "claimed", entry.origin.place())
    return right, wrong


@pytest.mark.slow
@pytest.mark.parametrize("shell", ["bash", "zsh"])
def test_random_programs(shell_home: ShellHome, shell: str) -> None:
    shell_home.shell = f"/bin/{shell}"
    right = wrong = 0
    for seed in range(RUNS):
        for file in shell_home.path.iterdir():
            file.unlink()
        good, bad = check(shell_home, shell, seed)
        right, wrong = right + good, wrong + bad
    print(f"{shell}: {right} right, {wrong} wrong of {RUNS} programs")
    assert wrong == 0
    assert right > RUNS
