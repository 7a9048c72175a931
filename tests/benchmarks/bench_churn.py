"""Does the sampler stand a crowd that comes and goes? Thousands of processes, many starting and ending per second: memory, cost, and the account.

    python tests/benchmarks/bench_churn.py [--processes 10000] [--starts 2000] [--seconds 3600]

Ticks at 1 Hz, prints a line a minute, and exits 1 when memory grew by more than 2 MB after the first tenth of the time, or when what was attributed
and what was not differ from the growth of /proc/vmstat by more than what the sampler allows itself in a tick: 128 faults, or 1 %.
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

_ALLOWED = 128
"""Faults per tick that may be counted twice, because a child ended between the reading of two counters."""

FORKER = r"""
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
int main(int c, char **v) {
    long rate = atol(v[1]); struct timespec a, z; clock_gettime(CLOCK_MONOTONIC, &a);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    for (long n = 1;; n++) {
        if (!vfork()) _exit(0);
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


def run(seconds: float) -> tuple[int, int, float]:
    """Memory after a tenth of the time and at the end (kB), and the worst relative difference of the account per minute."""
    sampler = Sampler()
    started = minute = time.monotonic()
    early, worst = 0, 0.0
    begun, cost, told, vm = forks(), 0.0, 0, 0
    while (now := time.monotonic()) - started < seconds:
        look = sampler.look()
        batch = sampler.present(look)
        cost += batch.cost_ms
        if look.system is not None:
            vm += look.system.faults
            told += sum(p.d_minor + p.d_major for p in look.changed) + look.ended_faults + look.unattributed
        if now - minute >= 60:
            worst = max(worst, max(0.0, abs(told - vm) - _ALLOWED * (now - minute)) / max(vm, 1))
            rate = (forks() - begun) / (now - minute)
            used = time.process_time() / (now - started)
            print(f"{now - started:5.0f} s: {len(sampler.roster.procs)} processes, {rate:.0f} starts/s, RSS {memory_kb() / 1e3:.1f} MB, "
                  f"{used:.1%} of a core, {vm} faults, told {told}, fds {len(os.listdir('/proc/self/fd'))}", flush=True)  # fmt: skip
            minute, begun, told, vm = now, forks(), 0, 0
        if not early and now - started > seconds / 10:
            early = memory_kb()
        time.sleep(max(0.0, 1 - (time.monotonic() - now)))
    sampler.close()
    return early, memory_kb(), worst


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
            early, late, worst = run(options.seconds)
        finally:
            churn.kill()
            churn.wait()
            crowd.stdin.close()
            crowd.wait()
    grown = (late - early) / 1e3
    print(f"RSS {early / 1e3:.1f} MB after a tenth, {late / 1e3:.1f} MB at the end; account off by at most {worst:.2%}")
    return int(grown > 2 or worst > 0.01)


if __name__ == "__main__":
    sys.exit(main())
