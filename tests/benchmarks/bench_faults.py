"""What does one sampling tick cost beside pidstat, top and a C program that opens, reads and closes every stat file?

    python tests/benchmarks/bench_faults.py [--processes 275 2000 10000] [--ticks 16]

Prints CPU ms per 1 s tick on the same set of processes, one after the other, and exits 1 when a target of issue 2 or 7 is missed.
"""

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from inspector.faults.sampler import Sampler

SLEEPERS = r"""
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <unistd.h>
static void *idle(void *x) { pause(); return x; }
int main(int c, char **v) {
    int n = atoi(v[1]), i, t; pthread_t id; pthread_attr_t small;
    pthread_attr_init(&small); pthread_attr_setstacksize(&small, 65536);
    for (i = 0; i < n; i++) if (!fork()) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        if (i % 20 == 0) for (t = 0; t < 8; t++) pthread_create(&id, &small, idle, 0);
        for (;;) { if (i % 100 == 1) usleep(300000); else pause(); }
    }
    puts("ready"); fflush(stdout); getchar(); kill(0, SIGKILL); return 0;
}
"""

READER = r"""
#include <ctype.h>
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
int main(int c, char **v) {
    int i, n = atoi(v[1]); char path[64], b[1024]; unsigned long sum = 0; struct timespec a, z; double ms = 0;
    for (i = 0; i <= n; i++) {
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &a);
        DIR *d = opendir("/proc"); struct dirent *e;
        while ((e = readdir(d))) if (isdigit(*e->d_name)) {
            snprintf(path, sizeof path, "/proc/%s/stat", e->d_name);
            int f = open(path, O_RDONLY); if (f < 0) continue;
            ssize_t k = read(f, b, sizeof b - 1); close(f); if (k <= 0) continue;
            b[k] = 0; char *p = strrchr(b, ')'); unsigned long m, cm, j;
            if (p && sscanf(p + 2, "%*c %*d %*d %*d %*d %*d %*u %lu %lu %lu", &m, &cm, &j) == 3) sum += m + j;
        }
        closedir(d); clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &z);
        if (i) ms += (z.tv_sec - a.tv_sec) * 1e3 + (z.tv_nsec - a.tv_nsec) / 1e6;
        if (i < n) sleep(1);
    }
    fprintf(stderr, "%lu\n", sum); printf("%.4f\n", ms / n); return 0;
}
"""


def compiled(source: str, folder: str, name: str) -> str:
    """The path of the program built from C text."""
    path = f"{folder}/{name}"
    subprocess.run(["cc", "-O2", "-pthread", "-x", "c", "-", "-o", path], input=source, text=True, check=True)
    return path


def child_cpu_ms(argv: list[str]) -> float:
    """User and system time of one run."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(argv, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return (after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime) * 1e3


def per_tick(short: list[str], long: list[str], ticks: int) -> float:
    """CPU ms a peer takes per tick, its start-up subtracted."""
    return (child_cpu_ms(long) - child_cpu_ms(short)) / ticks


def ours(ticks: int) -> float:
    """CPU ms per tick of this process with the sampler at 1 Hz, after two settling rounds of the schedule."""
    sampler = Sampler()
    for _ in range(40):
        sampler.tick()
        time.sleep(0.02)
    started = time.process_time()
    for _ in range(ticks):
        time.sleep(1)
        sampler.tick()
    cost = (time.process_time() - started) * 1e3 / ticks
    sampler.close()
    return cost


def measure(count: int, ticks: int, sleepers: str, reader: str) -> dict[str, float]:
    """All programs on `count` processes."""
    there = sum(name.isdigit() for name in os.listdir("/proc"))
    with subprocess.Popen([sleepers, str(max(0, count - there))], stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True) as crowd:
        assert crowd.stdout
        assert crowd.stdin
        crowd.stdout.readline()
        time.sleep(1)
        result = {"ours": ours(ticks), "c": float(subprocess.run([reader, str(ticks)], capture_output=True, text=True, check=True).stdout)}
        result["top"] = per_tick(["top", "-b", "-d1", "-n1"], ["top", "-b", "-d1", f"-n{ticks + 1}"], ticks)
        result["pidstat"] = per_tick(["pidstat", "-r", "1", "1"], ["pidstat", "-r", "1", str(ticks + 1)], ticks)
        result["ours again"] = ours(ticks)
        crowd.stdin.close()
    return result


def main() -> int:
    """Print the table; 1 when a target is missed at 2,000 processes or more."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--processes", type=int, nargs="+", default=[2000])
    parser.add_argument("--ticks", type=int, default=16)
    options = parser.parse_args()
    missed = 0
    with tempfile.TemporaryDirectory() as folder:
        sleepers, reader = compiled(SLEEPERS, folder, "sleepers"), compiled(READER, folder, "reader")
        for count in options.processes:
            cost = measure(count, options.ticks, sleepers, reader)
            mine = min(cost["ours"], cost["ours again"])
            verdicts = [("pidstat", mine / cost["pidstat"], 0.1), ("top", mine / cost["top"], 0.15), ("c", mine / cost["c"], 1.0)]
            print(f"{count} processes: " + ", ".join(f"{name} {ms:.2f}" for name, ms in cost.items()) + " CPU ms per tick")
            for peer, ratio, limit in verdicts:
                met = ratio <= limit
                missed += not met and count >= 2000
                print(f"  ours / {peer}: {ratio:.3f} (target {limit}) {'ok' if met else 'MISSED'}")
    return int(missed > 0)


if __name__ == "__main__":
    sys.exit(main())
