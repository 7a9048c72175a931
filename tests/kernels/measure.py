"""Which capabilities did each real kernel show? Writes resources/kernels/measured.toml from a boot of every series.

Run: python tests/kernels/measure.py. Root in the guest, tracefs, securityfs and cgroup2 mounted, nothing else changed.
"""

import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

TESTS = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(TESTS), str(TESTS.parent)]

from kernels.test_matrix import ALL, MOUNTS, SERIES  # noqa: E402
from support.kernels import debian, guest, ubuntu  # noqa: E402

TARGET = TESTS.parent / "resources/kernels/measured.toml"
HEAD = """\
# What real kernels answered to our own questions, booted under QEMU by tests/kernels/measure.py, which writes this file.
# Root, tracefs, securityfs and cgroup2 mounted, defaults otherwise, one emulated x86-64-v1 processor without a performance monitoring unit.
schema = 1
"""
OF_THE_MACHINE = {"hw-pmu", "virt-detect", "cpu-level", "cpu-mitigations", "kernel-config", "kernel-identity", "module-build", "core-pattern",
                  "numa-balancing", "max-map-count", "overcommit"}  # fmt: skip
"""Answers that are the emulated machine's, not the kernel's."""


OF_KVM = {"kvm", "kvm-dirty-log", "kvm-dirty-ring"}
"""Left out where a guest could not load the kernel's KVM modules (zstd, which this Python cannot unpack)."""
UBUNTU = ("4.15", "5.4", "6.8")


def measure(name: str) -> str:
    """One kernel by the name it gets on the map, such as `Debian 6.1`."""
    series = name.partition(" ")[2]
    kernel = ubuntu.fetch(series) if name.startswith("Ubuntu") else debian.fetch(debian.newest(series))
    answers = guest.boot(kernel, (guest.Task("mounted", ALL, mounts=MOUNTS),))["mounted"]
    left_out = OF_THE_MACHINE | (set() if kernel.modules else OF_KVM)
    lines = ["[[kernel]]", f'id = "{name.lower().replace(" ", "-")}"', f'name = "{name}"', f'release = "{kernel.release}"']
    lines += ["[kernel.states]", *(f'{row} = "{answers[row].state}"' for row in ALL if row not in left_out)]
    return "\n".join(lines)


def main() -> None:
    guest.base_layer()
    debian.releases()
    names = [*(f"Debian {series}" for series in SERIES), *(f"Ubuntu {series}" for series in UBUNTU)]
    with ThreadPoolExecutor(max_workers=2) as pool:
        TARGET.write_text(HEAD + "\n" + "\n\n".join(pool.map(measure, names)) + "\n")


if __name__ == "__main__":
    main()
