"""Do criu, bpftool and kernel-hardening-checker agree with us about real kernels? In the same boot; each disagreement is decided by what was done.

criu and bpftool run inside the guests where this machine has them. kernel-hardening-checker, which is in no registry of packages, reads the same
kernels' configurations where `kernel-hardening-checker` is on PATH or GO_INSPECTOR_HARDENING_CHECKER names it. The newest kernel is asked, others
where GO_INSPECTOR_KERNELS says so as for test_matrix.py. The table is printed with `-s`.
"""

import json
import os
import shlex
import shutil
import subprocess
from collections.abc import Iterator
from typing import NamedTuple

import pytest
from kernels.test_matrix import ALL, MOUNTS, SERIES, wanted_series
from support.kernels import debian, guest

from inspector.kernel import kconfig, releases, rows
from inspector.kernel.judge import judge

BPFTOOL, CRIU = shutil.which("bpftool") or "", shutil.which("criu") or ""
CHECKER = shlex.split(os.environ.get("GO_INSPECTOR_HARDENING_CHECKER", "")) or [shutil.which("kernel-hardening-checker") or ""]
OF_CRIU = {"mem_dirty_track": "soft-dirty", "uffd": "userfaultfd", "userns": "user-namespaces", "seccomp_filters": "seccomp", "pidfd_store": "pidfd"}
OF_BPFTOOL = {
    "CONFIG_BPF_SYSCALL": "bpf", "CONFIG_DEBUG_INFO_BTF": "btf", "CONFIG_KPROBE_EVENTS": "kprobes", "CONFIG_UPROBE_EVENTS": "uprobes",
    "CONFIG_TRACING": "tracefs",
}  # fmt: skip
OF_CHECKER = {
    "CONFIG_SECCOMP_FILTER": "seccomp", "CONFIG_SECURITY_YAMA": "yama", "CONFIG_SECURITY_LANDLOCK": "landlock",
    "CONFIG_SECURITY_LOCKDOWN_LSM": "lockdown",
}  # fmt: skip

DECIDED = {
    # the peer's beginning -> what our functional proof shows instead
    "criu": "criu gives up before it asks: its own preparation fails in a system without nftables; the capability was tried and worked",
    "bpftool CONFIG": "bpftool found no configuration file inside and calls that missing; the interface was used and answered",
}

pytestmark = [pytest.mark.kernels, pytest.mark.slow, pytest.mark.timeout(900)]  # a first run downloads


class Claim(NamedTuple):
    """What a peer says of a kernel, and the row it speaks of: `there` is None where it says that it cannot tell."""

    who: str
    there: bool | None
    capability: str


@pytest.fixture(scope="module", params=wanted_series() if "GO_INSPECTOR_KERNELS" in os.environ else SERIES[-1:])
def told(request):
    kernel = debian.fetch(debian.newest(request.param))
    tasks = [guest.Task("ours", ALL, mounts=MOUNTS, unmounts=False)]
    if BPFTOOL:
        tasks.append(guest.Task("bpftool", (), program=(BPFTOOL, "feature", "probe", "-j")))
    if CRIU:
        tasks += [guest.Task(f"criu {name}", (), program=(CRIU, "check", "--feature", name)) for name in OF_CRIU]
        tasks.append(guest.Task("criu --all", (), program=(CRIU, "check", "--all")))
    answers, outputs = guest.answers_and_outputs(guest.printed(kernel, tasks))
    config = kconfig.parse(kernel.config.read_bytes(), source=kernel.config.name)
    version = releases.parse(kernel.release)
    judged = {name: judge(rows.row(name), live=answers["ours"][name], config=config, version=version) for name in ALL}
    return kernel, judged, outputs


def of_criu(outputs) -> Iterator[Claim]:
    for feature, capability in OF_CRIU.items():
        status, text = outputs[f"criu {feature}"]
        cannot = "kernel features detection" in text or "Could not initialize" in text
        yield Claim(f"criu {feature}", None if cannot else status == 0, capability)


def of_bpftool(outputs) -> Iterator[Claim]:
    _, text = outputs["bpftool"]
    said = json.loads(text[text.index("{") : text.rindex("}") + 1])
    yield Claim("bpftool socket_filter", bool(said["program_types"]["have_socket_filter_prog_type"]), "bpf")
    for option, capability in OF_BPFTOOL.items():
        yield Claim(f"bpftool {option}", bool(said["system_config"].get(option)), capability)


def of_checker(kernel) -> Iterator[Claim]:
    run = subprocess.run([*CHECKER, "-c", kernel.config, "-m", "json"], capture_output=True, text=True, timeout=60, check=False)
    for row in json.loads(run.stdout):
        if row["option_name"] in OF_CHECKER and row["desired_val"] == "y":
            yield Claim(f"checker {row['option_name']}", row["check_result_bool"], OF_CHECKER[row["option_name"]])


def undecided(claims: Iterator[Claim], told) -> list[str]:
    """The disagreements that no functional proof decides, with a table of all claims printed."""
    kernel, judged, _ = told
    open_ones = []
    for who, there, capability in claims:
        ours = judged[capability]
        agree = there is not None and there == (ours.verdict in ("available", "restricted"))
        reason = "" if agree else next((why for prefix, why in DECIDED.items() if who.startswith(prefix)), "")
        word = "agree   " if agree else "DISAGREE"
        print(f"{kernel.release:<26} {word} {who:<34} {there!s:<6} {capability:<16} {ours.verdict:<10} {ours.because}  {reason}")
        if not agree and not (reason and (ours.known == "observed")):
            open_ones.append(f"{who} says {there}, we say {ours.verdict}: {ours.because}")
    return open_ones


@pytest.mark.skipif(not BPFTOOL, reason="bpftool is not installed")
def test_bpftool(told):
    assert undecided(of_bpftool(told[2]), told) == []
    loads = next(claim for claim in of_bpftool(told[2]) if claim.who == "bpftool socket_filter")
    assert loads.there is True, "what it really asks, it and we see alike"
    assert told[1]["bpf"].verdict == "available"


@pytest.mark.skipif(not CRIU, reason="criu is not installed")
def test_criu(told):
    claims = list(of_criu(told[2]))
    assert undecided(iter(claims), told) == []
    assert all(told[1][claim.capability].state == "works" for claim in claims)
    print(told[2]["criu --all"][1][-400:])


@pytest.mark.skipif(not CHECKER[0], reason="kernel-hardening-checker is not here: no registry has it")
def test_kernel_hardening_checker(told):
    claims = list(of_checker(told[0]))
    assert claims
    assert undecided(iter(claims), told) == []
