"""Does the sampler stand a crowd that comes and goes? Thousands of processes, many starting and ending per second: memory, cost, and the account.

    python tests/benchmarks/bench_churn.py [--processes 10000] [--starts 2000] [--seconds 3600]

Every child touches sixteen pages; one in ten lives up to 1.5 s and touches sixteen more before it ends, so some are seen alive and most are not.

Ticks at 1 Hz and prints a line a minute. Once a minute an account is drawn up without the sampler: the counters of every process and of the
children it waited for, added up over all of /proc. What a child took moves to its parent when it is waited for, so that sum grows by what processes
took, whoever is still there. Exits 1 when memory grew by more than 2 MB after the first tenth of the time, or when over the whole run what the
sampler told of processes (seen alive or through their parents) differs from that account by more than 1 % of /proc/vmstat's growth.
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
sys.path.insert(0, str(Path(__file__).parent))

from bench_faults import SLEEPERS, compiled

from inspector.faults.sampler import Sampler

FORKER = r"""
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
static void touch(void) {
    volatile char *p = mmap(0, 16 * 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    for (int i = 0; i < 16; i++) p[i * 4096] = 1;
}
int main(int c, char **v) {
    long rate = atol(v[1]); struct timespec a, z; clock_gettime(CLOCK_MONOTONIC, &a);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    for (long n = 1;; n++) {
        if (!fork()) { touch(); if (n % 10 == 0) { usleep(rand() % 1500000); touch(); } _exit(0); }
        while (waitpid(-1, 0, WNOHANG) > 0) { }
        clock_gettime(CLOCK_MONOTONIC, &z);
        long early = n * 1000000 / rate - ((z.tv_sec - a.tv_sec) * 1000000 + (z.tv_nsec - a.tv_nsec) / 1000);
        if (early > 500) usleep(early);
    }
}
"""


def memory_kb() -> int:
    """Resident memory of this process."""
    text = Path("/proc/self/status").read_text()
    return int(text.partition("VmRSS:")[2].split()[0])


def forks() -> int:
    """Processes begun since boot."""
    text = Path("/proc/stat").read_text()
    return int(text.partition("\nprocesses ")[2].split()[0])


def account() -> int:
    """Faults of all processes now alive and of the children they waited for, read without the sampler."""
    total = 0
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            fields = Path(f"/proc/{pid}/stat").read_bytes().rpartition(b")")[2].split()
        except OSError:
            continue
        total += sum(map(int, fields[7:11]))
    return total


def run(seconds: float) -> tuple[int, int, float]:
    """Memory after a tenth of the time and at the end (kB), and how far the sampler was off the account, as a share of vmstat's growth."""
    sampler = Sampler()
    started = minute = time.monotonic()
    early = 0
    begun, drawn, vm, told, rest = forks(), 0, 0, 0, 0
    sums = [0, 0, 0, 0]
    while (now := time.monotonic()) - started < seconds + 1:
        look = sampler.look()
        sampler.present(look)
        if look.system is not None:
            vm += look.system.faults
            told += sum(p.d_minor + p.d_major for p in look.changed) + look.ended_faults
            rest += look.unattributed
        if not drawn:
            drawn = account()
        elif now - minute >= 60 or now - started >= seconds:
            before, drawn = drawn, account()
            grown = drawn - before
            sums = [a + b for a, b in zip(sums, (vm, told, rest, grown), strict=True)]
            rate = (forks() - begun) / (now - minute)
            used = time.process_time() / (now - started)
            memory, descriptors = memory_kb() / 1e3, len(os.listdir("/proc/self/fd"))
            print(f"{now - started:5.0f} s: {len(sampler.roster.procs)} processes, {rate:.0f} starts/s,", end=" ")
            print(f"RSS {memory:.1f} MB, {used:.1%} of a core, fds {descriptors};", end=" ")
            print(f"{vm} faults, told of processes {told}, account {grown}, unattributed {rest}", flush=True)
            minute, begun, vm, told, rest = now, forks(), 0, 0, 0
        if not early and now - started > seconds / 10:
            early = memory_kb()
        time.sleep(max(0.0, 1 - (time.monotonic() - now)))
    sampler.close()
    vm, told, rest, grown = sums
    print(f"whole run: {vm} faults in vmstat; told of processes {told}, account {grown} ({(told - grown) / vm:+.2%}); unattributed {rest}")
    return early, memory_kb(), abs(told - grown) / vm


def main() -> int:
    """Print the run; 1 when memory grew or the account does not balance."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--processes", type=int, default=10_000)
    parser.add_argument("--starts", type=int, default=2000)
    parser.add_argument("--seconds", type=float, default=3600)
    options = parser.parse_args()
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    print(f"descriptors {soft} (at most {hard})")
    with tempfile.TemporaryDirectory() as folder:
        sleepers, forker = compiled(SLEEPERS, folder, "sleepers"), compiled(FORKER, folder, "forker")
        crowd = subprocess.Popen([sleepers, str(options.processes)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True)
        assert crowd.stdout
        assert crowd.stdin
        crowd.stdout.readline()
        churn = subprocess.Popen([forker, str(options.starts)])
        try:
            early, late, off = run(options.seconds)
        finally:
            churn.kill()
            churn.wait()
            crowd.stdin.close()
            crowd.wait()
    grown = (late - early) / 1e3
    print(f"RSS {early / 1e3:.1f} MB after a tenth, {late / 1e3:.1f} MB at the end; off the account by {off:.2%}")
    return int(grown > 2 or off > 0.01)


if __name__ == "__main__":
    sys.exit(main())
