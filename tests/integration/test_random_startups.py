"""Is every line right in programs nobody wrote? Random init files on real shells: replayed equals real, and each directory has its own line.

GO_INSPECTOR_RANDOM_RUNS sets how many per shell (default 20), GO_INSPECTOR_RANDOM_FIRST the first seed; each run has its number as seed, so a
failure can be made again.
"""

import os
from dataclasses import dataclass, field

import pytest
from support.rc_programs import grammar
from support.shell_homes import ShellHome

from inspector.probes import environment

RUNS = int(os.environ.get("GO_INSPECTOR_RANDOM_RUNS", "20"))
FIRST = int(os.environ.get("GO_INSPECTOR_RANDOM_FIRST", "0"))
RC = {
    "bash": ".bashrc", "zsh": ".zshrc", "fish": ".config/fish/config.fish", "dash": ".shrc", "mksh": ".mkshrc", "ksh93": ".kshrc", "tcsh": ".tcshrc",
}  # fmt: skip
NAMES_NO_LINES = ("dash", "mksh", "ksh93")


@dataclass
class Tally:
    """How many entries have their true place, a wrong one called exact, or none that is claimed; and programs whose result is not the real one."""

    right: int = 0
    wrong: list[str] = field(default_factory=list)
    unclaimed: list[str] = field(default_factory=list)
    different: list[str] = field(default_factory=list)
    unexplained: int = 0


def check(home: ShellHome, shell: str, seed: int, tally: Tally) -> None:
    """One random program, looked at and really started."""
    program = grammar(seed, shell).make()
    places = {name: RC[shell] if name == ".rc" else name for name in program.files}
    for name, lines in program.files.items():
        home.write(places[name], "\n".join(lines) + "\n")
    found = home.look("interactive-terminal")
    real = home.real(f"/bin/{shell}", *(("-i", "-c") if shell in NAMES_NO_LINES else ("-ic",)), TERM="xterm")
    shown = ":".join(entry.entry for entry in found.path)
    if found.known != "observed" or shown != real["PATH"]:
        tally.different.append(f"seed {seed}: {found.known}, {found.why}: {shown} is really {real['PATH']}")
    tally.unexplained += not found.why.endswith(("traced in the sandbox", "give exactly this result"))
    for entry in found.path:
        if entry.entry in program.places:
            name, line = program.places[entry.entry]
            place = f"seed {seed}: {entry.entry} stands in {places[name]}:{line}"
            if (entry.origin.file, entry.origin.line) == (str(home.path / places[name]), line):
                tally.right += 1
            elif entry.origin.confidence in ("exact", "statement"):
                tally.wrong.append(f"{place}, claimed is {entry.origin.place()}")
            else:
                tally.unclaimed.append(f"{place}, shown is {entry.origin.place() or entry.origin.kind}")


@pytest.mark.slow
@pytest.mark.parametrize("shell", RC)
def test_random_programs(shell_home: ShellHome, shell: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(environment, "probe_processes", lambda _host, _rows: ())  # what runs beside is not in question, and takes longer
    shell_home.shell = f"/bin/{shell}"
    if shell == "dash":
        shell_home.environ["ENV"] = str(shell_home.path / RC[shell])
    tally = Tally()
    for seed in range(FIRST, FIRST + RUNS):
        for file in shell_home.path.glob("**/*"):
            if file.is_file():
                file.unlink()
        check(shell_home, shell, seed, tally)
    counts = f"{tally.right} right, {len(tally.wrong)} wrong, {len(tally.unclaimed)} unclaimed, {tally.unexplained} unexplained"
    print(f"{shell}: {RUNS} programs, {counts}")
    print(*tally.unclaimed, sep="\n", end="")
    assert not tally.different, "\n".join(tally.different[:20])
    assert not tally.wrong, "\n".join(tally.wrong[:20])
    if shell not in NAMES_NO_LINES:
        assert len(tally.unclaimed) <= 0.01 * tally.right
    assert tally.right > RUNS
