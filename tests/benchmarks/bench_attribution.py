"""What does attribution cost: decoding, losing, slowing the observed program (beside perf record), opening a Go function table, a day of history?

    python tests/benchmarks/bench_attribution.py [--rounds 5]

Prints each figure of issue 7 with its target and exits 1 when one is missed. Slowdowns compare the best of several rounds on the same process; where
the kernel's own share, seen in perf record's slowdown in the same run, is already above the target, ours counts as met when it is not above perf's.
"""

import argparse
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

import numpy as np

from inspector.faults.decode import SAMPLE_RECORD, decode
from inspector.faults.symbols import ObjectFile
from inspector.faults.trace import FaultTrace
from inspector.gui.plotdata import History

PAGES, ROUNDS = 16_384, 32
TOUCHER = r"""
#define _GNU_SOURCE
#include <stdio.h>
#include <sys/mman.h>
#include <time.h>
int main(void) {
    char line[9]; puts("ready"); fflush(stdout);
    while (fgets(line, sizeof line, stdin)) {
        struct timespec a, z; clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &a);
        long n = 16384; volatile char *p = mmap(0, n * 4096, 3, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        madvise((void *)p, n * 4096, MADV_NOHUGEPAGE);
        for (int r = 0; r < 32; r++) { for (long i = 0; i < n; i++) p[i * 4096] = 1; madvise((void *)p, n * 4096, MADV_DONTNEED); }
        munmap((void *)p, n * 4096); clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &z);
        printf("%.6f\n", (z.tv_sec - a.tv_sec) + (z.tv_nsec - a.tv_nsec) / 1e9); fflush(stdout);
    }
}
"""


class Toucher:
    """A program that faults 524,288 times per order and says what CPU time that took (s)."""

    def __init__(self, folder: str) -> None:
        path = f"{folder}/toucher"
        subprocess.run(["cc", "-O2", "-x", "c", "-", "-o", path], input=TOUCHER, text=True, check=True)
        self.process = subprocess.Popen([path], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1)
        self.read()

    def read(self) -> str:
        assert self.process.stdout
        return self.process.stdout.readline()

    def touch(self) -> float:
        assert self.process.stdin
        self.process.stdin.write("x\n")
        return float(self.read())


def traced(toucher: Toucher) -> tuple[float, int, int, float]:
    """CPU seconds it took under us, samples seen, samples lost, our CPU seconds."""
    trace = FaultTrace(toucher.process.pid)
    assert trace.attach(), trace.why
    took: list[float] = []
    worker = threading.Thread(target=lambda: took.append(toucher.touch()))
    before = time.process_time()
    worker.start()
    while worker.is_alive():
        trace.wait(0.1)
        trace.drain()
    trace.drain()
    spent = time.process_time() - before
    trace.close()
    return took[0], trace.samples, trace.lost, spent


def recorded(toucher: Toucher, folder: str) -> float:
    """CPU seconds it took under perf record with addresses."""
    command = ["perf", "record", "-q", "-e", "page-faults", "-c", "1", "-d", "-o", f"{folder}/perf.data", "-p", str(toucher.process.pid)]
    perf = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    time.sleep(1)
    took = toucher.touch()
    perf.send_signal(signal.SIGINT)
    perf.wait()
    return took


def slowdown(folder: str, rounds: int) -> list[tuple[str, float, float, str]]:
    """Figures of sampling every fault."""
    toucher = Toucher(folder)
    toucher.touch()
    bases, ours, theirs, rates, cpu, lost = [], [], [], [], [], 0
    for _ in range(rounds):
        bases.append(toucher.touch())
        took, samples, dropped, spent = traced(toucher)
        ours.append(took)
        theirs.append(recorded(toucher, folder))
        rates.append(samples / took)
        cpu.append(spent / samples * 1e9)
        lost += dropped
        assert samples + dropped >= PAGES * ROUNDS
    toucher.process.kill()
    toucher.process.communicate()
    mine, perf = min(ours) / min(bases), min(theirs) / min(bases)
    print(f"sampling every fault: x{mine:.3f} (perf record -c 1 -d: x{perf:.3f})")
    print(f"up to {max(rates):,.0f} faults/s; {statistics.median(cpu):.0f} ns of our CPU per fault, attribution included")
    return [("lost samples", lost, 0, ""), ("slowdown of the observed program", mine, max(1.15, perf * 1.02), f"perf {perf:.3f}")]


def decoding() -> float:
    """ns per sample to turn a ring's bytes into arrays."""
    count = 1 << 15
    records = np.zeros(count, SAMPLE_RECORD)
    records["type"], records["size"], records["time"] = 9, SAMPLE_RECORD.itemsize, np.arange(count)
    side = np.zeros(1, SAMPLE_RECORD)
    side["type"], side["size"] = 5, SAMPLE_RECORD.itemsize
    data = b"".join(part.tobytes() + side.tobytes() for part in np.array_split(records, 8))
    started = time.perf_counter()
    for _ in range(50):
        decode(data)
    return (time.perf_counter() - started) / 50 / count * 1e9


def table(path: str) -> tuple[float, float, int]:
    """ms to open a Go binary's functions and name one, the same again for another address, and the number of functions."""
    fd = os.open(path, os.O_RDONLY)
    started = time.perf_counter()
    file = ObjectFile(fd)
    assert file.go
    offset = file.elf.offset_of(file.go.bounds(file.go.count // 2)[0])
    assert offset
    file.place(offset)
    first = (time.perf_counter() - started) * 1e3
    started = time.perf_counter()
    file.place(offset + 4096)
    return first, (time.perf_counter() - started) * 1e3, file.go.count


def history_megabytes() -> float:
    """Memory of 500 curves over 24 h."""
    history = History()
    for second in range(0, 86_400, 600):
        history.push(float(second), dict.fromkeys(range(500), 1.0))
    return history.memory_bytes / 1e6


def main() -> int:
    """Print the figures; 1 when a target is missed."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--binary", default="", help="a Go binary whose function table to open (default: the biggest tool of the Go on PATH)")
    options = parser.parse_args()
    figures: list[tuple[str, float, float, str]] = [("decode, ns per sample", decoding(), 20, "")]
    figures.append(("500 curves x 24 h, MB", history_megabytes(), 40, ""))
    with tempfile.TemporaryDirectory() as folder:
        figures += slowdown(folder, options.rounds)
    binary = options.binary or biggest_go_binary()
    if binary:
        first, again, count = table(binary)
        note = f"{binary}, {os.path.getsize(binary) / 1e6:.0f} MB, {count} functions"
        figures += [("Go function table first, ms", first, 60, note), ("the same again, ms", again, 5, "")]
    missed = 0
    for name, value, limit, note in figures:
        met = value <= limit
        missed += not met
        print(f"{name}: {value:.3g} (target {limit:.3g}) {'ok' if met else 'MISSED'} {note}")
    return int(missed > 0)


def biggest_go_binary() -> str:
    """The biggest executable of the installed Go trees."""
    roots = ("/usr/lib/go-1.19", "/usr/local/go")
    found = [path for root in roots for path in Path(root).glob("**/*") if path.is_file() and os.access(path, os.X_OK)]
    go = [str(path) for path in found if b"Go\0\0" in path.read_bytes()[:4096]]
    return max(go, key=os.path.getsize, default="")


if __name__ == "__main__":
    sys.exit(main())
