"""What do we promise of a fix, and does it hold now? Prints the whole table: kills, errors, power cuts, writers, undo, metadata, root, shells.

`python tests/proof.py` takes the sizes that continuous integration runs (a few minutes), `--full` the published ones (about half an hour),
`--only WORD` the rows whose title has that word. Power cuts and polkit need uid 0; a row that cannot run here says so.
"""

import argparse
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

TESTS = Path(__file__).resolve().parent
FULL = {"GO_INSPECTOR_RANDOM_FILES": "10000", "GO_INSPECTOR_WRITER_S": "20", "GO_INSPECTOR_FUZZ": "100000"}


@dataclass(frozen=True)
class Row:
    """One promise: what shows it (a program of ours, or tests), how it is made short, and which of the lines it prints are the evidence."""

    title: str
    program: str = ""
    tests: tuple[str, ...] = ()
    short: tuple[str, ...] = ()
    says: str = r"\d+ (?:passed|failed)|skipped"
    only: str = ""

    def command(self, *, full: bool) -> list[str]:
        """The words that run it."""
        if self.program:
            return [sys.executable, self.program, *(() if full else self.short)]
        chosen = ("-k", self.only) if self.only else ()
        return [sys.executable, "-m", "pytest", "-q", "-s", "-rs", "-p", "no:cacheprovider", *chosen, *self.tests]


ROWS = (
    Row("Killed or refused at every file call, 6 files", program="support/crash.py", short=("--short",), says="points"),
    Row("Power cut at every moment on ext4, XFS, btrfs", program="support/power_loss.py", short=("--every", "6"), says="points"),
    Row("Metadata beside sed -i and temp + rename", tests=("integration/test_pen.py",), only="metadata_is_kept", says="metadata kept"),
    Row("Undo gives back the bytes of random files", tests=("integration/test_pen.py",), only="random_files"),
    Row("A concurrent writer loses no line", tests=("integration/test_pen.py",), only="concurrent_writer", says="lines in"),
    Row("Root helper: operations, refusals, crashes, fuzzed requests", tests=("unit/helper",), says="fuzzed|passed|failed"),
    Row("pkexec: cancel, wrong password, no agent, tampered, replayed, linked, changed", tests=("integration/test_root.py",)),
    Row(
        "Every remedy in bash, zsh, fish, sh: rehearsed = real, once, undone",
        tests=("integration/test_catalogue.py", "integration/test_golang_fixes.py"),
    ),
    Row(
        "By mouse: fix, verify, undo; a batch of five; a file that moved on",
        tests=("gui/test_story_batch.py", "gui/test_story.py"), only="undone or moved_on",
    ),
    Row("Speed: 5 files; rehearsal over every context", program="benchmarks/bench_changes.py", says="target|without"),
)


def main() -> int:
    """0 when every promise held."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--full", action="store_true", help="the published sizes")
    parser.add_argument("--only", default="", metavar="WORD", help="the rows whose title has this word")
    options = parser.parse_args()
    broken = [row.title for row in ROWS if options.only.lower() in row.title.lower() and not _shown(row, full=options.full)]
    print("\nall of it held" if not broken else "\nBROKEN: " + "; ".join(broken))
    return 1 if broken else 0


def _shown(row: Row, *, full: bool) -> bool:
    """Run one row and print it; whether it held."""
    began = time.monotonic()
    environ = {**os.environ, **(FULL if full else {})}
    done = subprocess.run(row.command(full=full), cwd=TESTS, env=environ, capture_output=True, text=True, check=False)
    held = done.returncode == 0
    print(f"{'held  ' if held else 'BROKEN'}  {row.title}  ({time.monotonic() - began:.0f} s)", flush=True)
    for line in _evidence(row, done.stdout, held=held):
        print(f"          {line}", flush=True)
    return held


def _evidence(row: Row, printed: str, *, held: bool) -> Iterator[str]:
    lines = [line.strip(". ") for line in printed.splitlines()]
    yield from (line for line in lines if re.search(row.says, line)) if held else lines[-12:]


if __name__ == "__main__":
    sys.exit(main())
