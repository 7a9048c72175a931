"""Do criu and bpftool agree with us about this kernel? A table; each disagreement is decided by our functional question.

Run: python tests/benchmarks/peers_kernel.py (Debian packages criu, bpftool). As root, so that both may look at all. The last rows repeat bpftool
and us under a seccomp filter that refuses bpf(2): what a container sees.
"""

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

TESTS = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(TESTS), str(TESTS.parent)]

from support import confined  # noqa: E402

from inspector.host.local import LocalHost  # noqa: E402
from inspector.model.kernel import Capability  # noqa: E402
from inspector.probes import kernel  # noqa: E402

CRIU = {"mem_dirty_track": "soft-dirty", "uffd": "userfaultfd", "userns": "user-namespaces", "seccomp_filters": "seccomp", "pidfd_store": "pidfd"}
CONFIG = {
    "CONFIG_BPF_SYSCALL": "bpf", "CONFIG_DEBUG_INFO_BTF": "btf", "CONFIG_KPROBE_EVENTS": "kprobes", "CONFIG_UPROBE_EVENTS": "uprobes",
    "CONFIG_TRACING": "tracefs",
}  # fmt: skip
FILTERED = """
import ctypes, os, struct, sys
code = b"".join(struct.pack("HBBI", *line) for line in ((0x20, 0, 0, 0), (0x15, 0, 1, 321), (0x06, 0, 0, 0x00050001), (0x06, 0, 0, 0x7FFF0000)))
program = ctypes.create_string_buffer(code)
libc = ctypes.CDLL(None)
libc.prctl(38, 1, 0, 0, 0)
libc.prctl(22, 2, ctypes.create_string_buffer(struct.pack("HxxxxxxQ", 4, ctypes.addressof(program))), 0, 0)
os.execvp(sys.argv[1], sys.argv[1:])
"""
Row = tuple[str, str, str, str]


def _criu(found: dict[str, Capability]) -> Iterator[Row]:
    for feature, ours in CRIU.items():
        run = subprocess.run(["criu", "check", "--feature", feature], capture_output=True, text=True, check=False)
        words = (run.stdout + run.stderr).strip().splitlines()[-1]
        said = "available" if run.returncode == 0 else "cannot tell" if "kernel features detection" in words else "missing"
        yield f"criu --feature {feature}", said, ours, found[ours].verdict


def _bpftool(found: dict[str, Capability], prefix: tuple[str, ...] = (), label: str = "bpftool") -> Iterator[Row]:
    run = subprocess.run([*prefix, "bpftool", "feature", "probe", "-j"], capture_output=True, text=True, check=False)
    try:
        told = json.loads(run.stdout)
    except ValueError:
        yield label, f"no answer: {run.stderr.strip()[:60]}", "bpf", found["bpf"].verdict
        return
    loads = told["program_types"]["have_socket_filter_prog_type"]
    yield f"{label} have_socket_filter", "available" if loads else "missing", "bpf", found["bpf"].verdict
    if not prefix:
        for option, ours in CONFIG.items():
            yield f"{label} {option}", "available" if told["system_config"].get(option) else "missing", ours, found[ours].verdict


def main() -> int:
    found = {c.id: c for c in kernel.probe(LocalHost()).capabilities}
    table: list[Row] = []
    if shutil.which("criu"):
        table += _criu(found)
    if shutil.which("bpftool"):
        table += _bpftool(found)
        filtered = confined.ask("bpf", deny=("bpf",))["bpf"]
        row = next(r for r in kernel.rows.load() if r.id == "bpf")
        under = {"bpf": kernel.judge(row, live=filtered, config=None, version=kernel.releases.parse("6"))}
        table += _bpftool(under, (sys.executable, "-c", FILTERED), "bpftool under a filter")
    for claim, theirs, ours, verdict in table:
        agree = {"available": verdict in ("available", "restricted"), "missing": verdict == "absent"}.get(theirs, False)
        live = found[ours].evidence[0].says if "under a filter" not in claim else filtered.detail
        print(f"{'agree   ' if agree else 'DISAGREE'} {claim:<38} {theirs:<12} | {ours:<16} {verdict:<10} {'' if agree else 'proof: ' + live}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
