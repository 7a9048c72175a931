"""Does judge() weigh as facts/kernel.md §2.1 says? A table: live answer × configuration × version."""

import pytest

from inspector.kernel import kconfig, releases, rows
from inspector.kernel.judge import judge
from inspector.model.kernel import LiveAnswer, LiveState

V418, V56, V612 = (releases.parse(v) for v in ("4.18", "5.6.3", "6.12"))


def config(**values: str) -> kconfig.KernelConfig:
    return kconfig.KernelConfig(source="/boot/config", values={"MMU": "y", **values})


def answer(state: LiveState, by: str = "", errno: str = "") -> LiveAnswer:
    return LiveAnswer(state=state, detail="seen", refused_by=by, errno=errno)


BUILT, OFF, MODULE = config(MEM_SOFT_DIRTY="y"), config(MEM_SOFT_DIRTY="n"), config(KVM="m")

TABLE = [
    # row, live, configuration, version -> verdict, known, part of because, part of contradiction
    ("soft-dirty", answer("works"), BUILT, V612, "available", "observed", "seen", ""),
    ("soft-dirty", answer("works"), OFF, V612, "available", "observed", "seen", "works although CONFIG_MEM_SOFT_DIRTY is off"),
    ("soft-dirty", answer("inert"), OFF, V612, "absent", "observed", "seen", "does nothing; CONFIG_MEM_SOFT_DIRTY is off"),
    ("soft-dirty", answer("inert"), None, V612, "absent", "observed", "seen", "does nothing."),
    ("soft-dirty", answer("absent"), BUILT, V612, "absent", "observed", "seen", "says it is built in"),
    ("soft-dirty", answer("unknown"), BUILT, V612, "unknown", "failed", "seen", ""),
    ("soft-dirty", answer("unknown"), OFF, V612, "unknown", "failed", "seen", ""),
    ("soft-dirty", None, BUILT, V612, "available", "predicted", "built with CONFIG_MEM_SOFT_DIRTY", ""),
    ("soft-dirty", None, OFF, V612, "absent", "predicted", "built without CONFIG_MEM_SOFT_DIRTY", ""),
    ("soft-dirty", None, None, V612, "unknown", "failed", "no configuration", ""),
    ("soft-dirty", None, None, V418, "unknown", "failed", "no configuration", ""),
    ("uffd-wp-async", answer("works"), None, V56, "available", "observed", "seen", "carried it back"),
    ("pagemap-scan", None, config(PROC_PAGE_MONITOR="y"), V56, "unknown", "failed", "carried back", ""),
    ("pagemap-scan", None, config(PROC_PAGE_MONITOR="y"), V612, "available", "predicted", "built with", ""),
    ("pagemap-scan", None, config(), V612, "absent", "predicted", "built without", ""),
    ("kvm", answer("absent", errno="ENOENT"), MODULE, V612, "restricted", "observed", "module kvm is not loaded", ""),
    ("kvm", answer("restricted", "file /dev/kvm", "EACCES"), MODULE, V612, "restricted", "observed", "no access to /dev/kvm", ""),
    ("userfaultfd", answer("restricted", "seccomp filter", "EPERM"), config(USERFAULTFD="y"), V612, "restricted", "observed", "seccomp", ""),
    ("userfaultfd", answer("restricted", "seccomp filter", "ENOSYS"), None, V612, "restricted", "observed", "seccomp", ""),
    ("userfaultfd", answer("restricted", "seccomp filter", "ENOSYS"), config(), V612, "absent", "observed", "built without CONFIG_USERFAULTFD", ""),
    ("memfd-secret", answer("absent", errno="ENOSYS"), config(SECRETMEM="y"), V56, "restricted", "observed", "secretmem.enable=1", ""),
    ("mglru", answer("inert", "setting /sys/x=0x0"), config(LRU_GEN="y"), V612, "restricted", "observed", "switched off by /sys/x=0x0", ""),
    ("damon", answer("busy", "process another DAMON user"), None, V612, "restricted", "observed", "held by another", ""),
]


@pytest.mark.parametrize(("name", "live", "found", "version", "verdict", "known", "because", "contradiction"), TABLE)
def test_table(name, live, found, version, verdict, known, because, contradiction):  # noqa: PLR0917  one column each
    row = rows.row(name)
    judged = judge(row, live=live, config=found, version=version)
    assert (judged.verdict, judged.known) == (verdict, known)
    assert because in judged.because
    assert (contradiction in judged.contradiction) if contradiction else judged.contradiction == ""


def test_a_version_alone_never_refuses_nor_grants():
    for row in rows.load():
        for version in (V418, V612, releases.Version()):
            assert judge(row, live=None, config=None, version=version).verdict == "unknown"


def test_unknown_is_never_absent():
    for row in rows.load():
        for found in (None, kconfig.KernelConfig(source="empty"), config()):
            assert judge(row, live=answer("unknown"), config=found, version=V612).verdict == "unknown"


def test_a_refusal_names_what_refused_and_keeps_the_errno():
    refused = answer("restricted", "sysctl kernel.perf_event_paranoid=4", "EACCES")
    judged = judge(rows.row("perf-sw-faults"), live=refused, config=None, version=V612)
    assert judged.because == "kernel.perf_event_paranoid=4 refuses"
    assert [(e.name, e.value) for e in judged.evidence if e.kind == "restriction"] == [("kernel.perf_event_paranoid", "4")]
    assert judged.evidence[0].errno == "EACCES"
    assert "perf_event_paranoid" in judged.remedy


def test_remedies_fit_the_obstacle():
    mount = judge(rows.row("ftrace"), live=answer("restricted", "mount tracefs"), config=None, version=V612)
    assert mount.remedy == "mount -t tracefs tracefs /sys/kernel/tracing (as root)"
    gone = judge(rows.row("mglru"), live=answer("absent"), config=config(), version=V612)
    assert gone.remedy.startswith("Another kernel: one built with CONFIG_LRU_GEN. Seen on Ubuntu 6.8")
    tracking = judge(rows.row("uffd-rwp"), live=answer("absent"), config=config(), version=V612)
    assert tracking.remedy.endswith(" Seen on Debian 7.3.")
    quiet = judge(rows.row("mglru"), live=answer("absent"), config=config(), version=V612, explain=False)
    assert (quiet.remedy, quiet.gates) == ("Another kernel: one built with CONFIG_LRU_GEN.", ())
    pmu = judge(rows.row("hw-pmu"), live=answer("absent"), config=None, version=V612)
    assert "Seen on" not in pmu.remedy, "another kernel does not bring another processor"
    assert judge(rows.row("bpf"), live=answer("works"), config=None, version=V612).remedy == ""


WP_ASYNC = config(USERFAULTFD="y", PTE_MARKER_UFFD_WP="y", HAVE_ARCH_USERFAULTFD_WP="y", PROC_PAGE_MONITOR="y")
ARCHITECTURES = [
    # row, configuration, version, architecture -> verdict, part of because
    ("uffd-wp-async", WP_ASYNC, "6.8", "x86_64", "available", "built with"),
    ("uffd-wp-async", WP_ASYNC, "6.8", "aarch64", "unknown", "upstream has it since 6.10"),
    ("uffd-wp-async", WP_ASYNC, "6.12", "aarch64", "available", "built with"),
    ("soft-dirty", OFF, "6.12", "aarch64", "absent", "no release has it on aarch64"),
    ("soft-dirty", OFF, "6.12", "x86_64", "absent", "built without CONFIG_MEM_SOFT_DIRTY"),
    ("soft-dirty", config(MEM_SOFT_DIRTY="n", ARM64="y"), "6.12", "", "absent", "no release has it on aarch64"),
    ("livepatch", config(LIVEPATCH="n"), "6.12", "aarch64", "absent", "built without CONFIG_LIVEPATCH"),
]


@pytest.mark.parametrize("case", ARCHITECTURES)
def test_an_architecture_may_have_it_later_or_never(case: tuple[str, kconfig.KernelConfig, str, str, str, str]) -> None:
    name, told, version, arch, verdict, because = case
    row = next(row for row in rows.load() if row.id == name)
    found = judge(row, live=None, config=told, version=releases.parse(version), arch=arch)
    assert (found.verdict, because in found.because) == (verdict, True), found.because
