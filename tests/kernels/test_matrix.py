"""Do our own questions tell the truth on real kernels? Boots Debian's under QEMU and compares with the measured table of facts/kernel.md §2.

CI boots the oldest and the newest series; `GO_INSPECTOR_KERNELS=all pytest -m kernels tests/kernels` boots every series of SERIES,
`GO_INSPECTOR_KERNELS="6.1 6.18"` those. The first run downloads 30 to 60 MB per kernel into the cache directory.
"""

import os
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor

import pytest
from support.kernels import debian, guest

from inspector.kernel import kconfig, releases, rows
from inspector.kernel.judge import judge
from inspector.model.kernel import LiveAnswer
from inspector.probes.questions import abi

SERIES = ("5.10", "6.1", "6.12", "6.16", "6.18", "7.3")
ALL = tuple(row.id for row in rows.load())
SYSCALLS = ("userfaultfd", "perf_event_open", "bpf", "io_uring_setup", "landlock_create_ruleset")
DENIED = tuple(abi.NUMBERS[name] for name in SYSCALLS)
BEHIND_THEM = ("userfaultfd", "userfaultfd-wp", "uffd-wp-async", "perf-sw-faults", "perf-fault-addresses", "bpf", "io-uring", "landlock")
KILL, ENOSYS = 0x80000000, 0x00050026
NOBODY = 65534

FIRST_WORKING = {
    "pagemap-scan": "6.7", "procmap-query": "6.11", "uffd-wp-async": "6.7", "uffd-rwp": "7.3", "guard-regions": "6.13", "madv-collapse": "6.1",
    "landlock": "5.13", "cachestat": "6.5", "futex-waitv": "5.16", "mseal": "6.10", "kvm-dirty-ring": "5.11",
}  # fmt: skip
"""Capabilities whose first upstream release lies inside the range of SERIES: absent before, working from there on."""

ALWAYS = {
    "soft-dirty": "works", "pagemap": "works", "userfaultfd": "works", "userfaultfd-wp": "works", "page-idle": "absent", "kernel-pages": "works",
    "thp": "works", "hugetlb": "restricted", "ksm": "inert", "perf-sw-faults": "works", "perf-fault-addresses": "works", "hw-pmu": "absent",
    "bpf": "works", "btf": "works", "livepatch": "works", "kvm": "works", "kvm-dirty-log": "works", "lockdown": "works", "lsm-list": "works",
    "yama": "works", "seccomp": "works", "user-namespaces": "works", "io-uring": "works", "psi": "works", "numa-balancing": "inert", "rseq": "works",
    "clone3": "works", "pidfd": "works", "close-range": "works", "process-madvise": "works", "membarrier": "works", "cpu-level": "works",
    "tracefs": "restricted", "ftrace": "restricted", "kprobes": "restricted", "uprobes": "restricted", "tp-page-fault": "restricted",
    "memcg": "restricted", "kernel-config": "unknown", "module-build": "restricted",
}  # fmt: skip
"""States that are the same on every Debian kernel of SERIES, seen by root with nothing but proc and sysfs mounted."""

VALUES = {
    "landlock": {"6.1": "2", "6.12": "6", "6.18": "7", "7.3": "11"},
    "userfaultfd": {"5.10": "0x1ff", "6.1": "0x1fff", "6.12": "0x1ffff", "7.3": "0x7ffff"},
    "membarrier": {"5.10": "0x1ff", "6.1": "0x1ff", "6.12": "0x3ff"},
    "mglru": {"6.1": "0x0000", "6.12": "0x0007", "7.3": "0x0007"},
}


def wanted_series() -> tuple[str, ...]:
    chosen = os.environ.get("GO_INSPECTOR_KERNELS", "")
    return SERIES if chosen == "all" else tuple(chosen.split()) or (SERIES[0], SERIES[-1])


MOUNTS = {"tracefs": "/sys/kernel/tracing", "securityfs": "/sys/kernel/security", "cgroup2": "/sys/fs/cgroup"}
SWITCH_ON = {"/sys/kernel/mm/ksm/run": "1", "/sys/kernel/mm/lru_gen/enabled": "y", "/proc/sys/vm/nr_hugepages": "4"}
TASKS = (
    guest.Task("root", ALL),
    guest.Task("mounted", ALL, mounts=MOUNTS),
    guest.Task("nobody", ALL, uid=NOBODY, writes={"/proc/sys/kernel/perf_event_paranoid": "3", "/proc/sys/vm/unprivileged_userfaultfd": "0"}),
    guest.Task("no-capabilities", ALL, drop=True),
    guest.Task("user-namespace", ALL, userns=True),
    guest.Task("filter-eperm", BEHIND_THEM, deny=DENIED),
    guest.Task("filter-enosys", BEHIND_THEM, deny=DENIED, action=ENOSYS),
    guest.Task("filter-kill", BEHIND_THEM, deny=DENIED, action=KILL),
    guest.Task("perf-4", ("perf-sw-faults", "hw-pmu"), uid=NOBODY, writes={"/proc/sys/kernel/perf_event_paranoid": "4"}),
    guest.Task("perf-2", ("perf-sw-faults", "perf-fault-addresses"), uid=NOBODY, writes={"/proc/sys/kernel/perf_event_paranoid": "2"}),
    guest.Task("uffd-1", ("userfaultfd",), uid=NOBODY, writes={"/proc/sys/vm/unprivileged_userfaultfd": "1"}),
    guest.Task("bpf-0", ("bpf",), uid=NOBODY, writes={"/proc/sys/kernel/unprivileged_bpf_disabled": "0"}),
    guest.Task("bpf-1", ("bpf",), uid=NOBODY, writes={"/proc/sys/kernel/unprivileged_bpf_disabled": "1"}),
    guest.Task("userns-clone-0", ("user-namespaces",), uid=NOBODY, writes={"/proc/sys/kernel/unprivileged_userns_clone": "0"}),
    guest.Task("max-userns-0", ("user-namespaces",), writes={"/proc/sys/user/max_user_namespaces": "0"}),
    guest.Task("io-uring-2", ("io-uring",), writes={"/proc/sys/kernel/io_uring_disabled": "2"}),
    guest.Task("thp-never", ("thp",), writes={"/sys/kernel/mm/transparent_hugepage/enabled": "never"}),
    guest.Task("ksm-on", ("ksm", "mglru", "hugetlb"), writes=SWITCH_ON),
    guest.Task("damon-free", ("damon",), writes={"/sys/module/damon_stat/parameters/enabled": "N"}),
    guest.Task("ftrace-off", ("ftrace",), mounts={"tracefs": "/sys/kernel/tracing"}, writes={"/proc/sys/kernel/ftrace_enabled": "0"}),
    guest.Task("modules-off", ("livepatch", "module-build"), writes={"/proc/sys/kernel/modules_disabled": "1"}),
)  # fmt: skip

SEEN = {
    # task -> capability -> (state, beginning of refused_by)
    "mounted": dict.fromkeys(("tracefs", "ftrace", "kprobes", "uprobes", "tp-page-fault", "memcg", "lockdown"), ("works", "")),
    "nobody": {
        "pagemap": ("restricted", "capability CAP_SYS_ADMIN"), "kernel-pages": ("restricted", "file /proc/kpageflags"), "soft-dirty": ("works", ""),
        **dict.fromkeys(("perf-sw-faults", "perf-fault-addresses", "hw-pmu"), ("restricted", "sysctl kernel.perf_event_paranoid=3")),
        "bpf": ("restricted", "sysctl kernel.unprivileged_bpf_disabled=2"),
        "userfaultfd": ("restricted", "sysctl vm.unprivileged_userfaultfd=0"), "kvm": ("restricted", "file /dev/kvm"),
        "kvm-dirty-log": ("restricted", "file /dev/kvm"), "btf": ("works", ""), "thp": ("works", ""), "io-uring": ("works", ""),
    },
    "no-capabilities": {
        "pagemap": ("restricted", "capability CAP_SYS_ADMIN"), "bpf": ("restricted", "sysctl kernel.unprivileged_bpf_disabled=2"),
        "userfaultfd": ("restricted", "sysctl vm.unprivileged_userfaultfd=0"),
        "perf-sw-faults": ("restricted", "sysctl kernel.perf_event_paranoid=3"),
    },
    "user-namespace": {
        "pagemap": ("restricted", "capability CAP_SYS_ADMIN in the initial"), "bpf": ("restricted", "sysctl kernel.unprivileged_bpf_disabled=2"),
    },
    **{name: dict.fromkeys(BEHIND_THEM, ("restricted", "seccomp filter")) for name in ("filter-eperm", "filter-enosys", "filter-kill")},
    "perf-4": dict.fromkeys(("perf-sw-faults", "hw-pmu"), ("restricted", "sysctl kernel.perf_event_paranoid=4")),
    "perf-2": dict.fromkeys(("perf-sw-faults", "perf-fault-addresses"), ("works", "")),
    "uffd-1": {"userfaultfd": ("works", "")},
    "bpf-0": {"bpf": ("works", "")},
    "bpf-1": {"bpf": ("restricted", "sysctl kernel.unprivileged_bpf_disabled=1")},
    "userns-clone-0": {"user-namespaces": ("restricted", "sysctl kernel.unprivileged_userns_clone=0")},
    "max-userns-0": {"user-namespaces": ("restricted", "sysctl user.max_user_namespaces=0")},
    "thp-never": {"thp": ("inert", "setting /sys/kernel/mm/transparent_hugepage/enabled=never")},
    "ksm-on": {"ksm": ("works", ""), "hugetlb": ("works", "")},
    "modules-off": dict.fromkeys(("livepatch", "module-build"), ("restricted", "sysctl kernel.modules_disabled=1")),
}  # fmt: skip
FROM = {"io-uring-2": ("6.6", "io-uring", "restricted", "sysctl kernel.io_uring_disabled=2"), "damon-free": ("6.12", "damon", "works", "")}

pytestmark = [pytest.mark.kernels, pytest.mark.slow, pytest.mark.timeout(900)]  # a first run downloads


LOCKED = ("integrity", "confidentiality")


@pytest.fixture(scope="module")
def boots():
    """All guests, two at a time: one per series, and the newest kernel locked down."""
    guest.base_layer()
    kernels = {series: debian.fetch(debian.newest(series)) for series in wanted_series()}
    newest = kernels[wanted_series()[-1]]
    with ThreadPoolExecutor(max_workers=os.cpu_count() or 1) as pool:
        started = {series: pool.submit(guest.boot, kernel, TASKS) for series, kernel in kernels.items()}
        locked = (guest.Task("locked", ALL, mounts=MOUNTS, unmounts=False),)
        started |= {level: pool.submit(guest.boot, newest, locked, append=f"lockdown={level} psi=0") for level in LOCKED}
        yield {**kernels, **dict.fromkeys(LOCKED, newest)}, started


@pytest.fixture(params=wanted_series())
def booted(request, boots):
    kernels, started = boots
    return request.param, kernels[request.param], started[request.param].result()


def compare(found: Mapping[str, LiveAnswer], expected: Mapping[str, tuple[str, str]]) -> dict[str, str]:
    """What differs, with the answer that was given."""
    return {
        name: f"{found[name].state} by {found[name].refused_by!r} ({found[name].errno}): {found[name].detail}; expected {state} by {by!r}"
        for name, (state, by) in expected.items()
        if found[name].state != state or not found[name].refused_by.startswith(by)
    }


def test_every_question_answers(booted):
    _, _, answers = booted
    assert set(answers) == {task.name for task in TASKS}
    for task in TASKS:
        assert set(answers[task.name]) == set(task.capabilities), task.name
        bad = ("question", "no answer", "killed by")
        failed = {n: a.detail for n, a in answers[task.name].items() if any(words in a.detail for words in bad)}
        assert failed == {}, task.name


def test_the_measured_table(booted):
    series, _, answers = booted
    version = releases.parse(series)
    began = {name: ("works" if version >= releases.parse(first) else "absent", "") for name, first in FIRST_WORKING.items()}
    assert compare(answers["root"], {**{n: (s, "") for n, s in ALWAYS.items()}, **began}) == {}
    values = {n: by_series[series] for n, by_series in VALUES.items() if series in by_series}
    assert {n: answers["root"][n].value for n in values} == values


def test_each_restriction_is_named(booted):
    series, _, answers = booted
    wrong = {task: found for task, expected in SEEN.items() if (found := compare(answers[task], expected))}
    for task, (since, name, state, by) in FROM.items():
        if releases.parse(series) >= releases.parse(since) and (found := compare(answers[task], {name: (state, by)})):
            wrong[task] = found
    assert wrong == {}
    ftrace = answers["ftrace-off"]["ftrace"]
    assert (ftrace.state, ftrace.refused_by) in (("restricted", "sysctl kernel.ftrace_enabled=0"), ("works", "")), "7.x keeps it on for its own users"


@pytest.mark.parametrize("task", ["nobody", "no-capabilities", "user-namespace", "filter-eperm", "filter-enosys", "filter-kill"])
def test_less_privilege_is_never_absence(booted, task):
    _, _, answers = booted
    assert {n for n, a in answers[task].items() if a.state == "absent" and answers["root"][n].state != "absent"} == set()


def test_verdicts_agree_with_the_kernels_own_configuration(booted):
    _, kernel, answers = booted
    config = kconfig.parse(kernel.config.read_bytes(), source=kernel.config.name)
    assert config.usable()
    assert config.damaged == ()
    version = releases.parse(kernel.release)
    judged = {name: judge(rows.row(name), live=answers["mounted"][name], config=config, version=version) for name in ALL}
    surprising = {n: c.contradiction for n, c in judged.items() if c.contradiction and n != "lsm-list"}
    assert surprising == {}
    assert "CONFIG_LSM names" in judged["lsm-list"].contradiction, "Debian's names modules that it does not build, such as loadpin"
    predicted = {name: judge(rows.row(name), live=None, config=config, version=version).verdict for name in ALL}
    lied = {n: (predicted[n], judged[n].because) for n in ALL if predicted[n] == "absent" and judged[n].verdict in ("available", "restricted")}
    assert lied == {}, "a configuration must not deny what the kernel does"


@pytest.mark.parametrize("level", LOCKED)
def test_lockdown_is_named(level, boots):
    kernel, found = boots[0][level], boots[1][level].result()["locked"]
    assert found["lockdown"].value == level
    expected = dict.fromkeys(("soft-dirty", "bpf", "perf-sw-faults"), ("works", ""))
    expected["module-build"] = ("restricted", f"lockdown {level}")
    if level == "confidentiality":
        expected |= dict.fromkeys(("tracefs", "ftrace", "kprobes", "uprobes"), ("restricted", "lockdown confidentiality"))
    else:
        expected |= dict.fromkeys(("tracefs", "ftrace", "kprobes", "uprobes"), ("works", ""))
    assert compare(found, expected) == {}
    config = kconfig.parse(kernel.config.read_bytes(), source="config")
    psi = judge(rows.row("psi"), live=found["psi"], config=config, version=releases.parse(kernel.release))
    assert (psi.verdict, psi.because) == ("restricted", "switched off at boot (psi=1)")
