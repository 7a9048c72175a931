"""Is each disagreement of facts/kernel.md §2.2 told, and nothing where all agrees?"""

import pytest

from inspector.kernel import kconfig, releases, rows, taint
from inspector.kernel.judge import judge
from inspector.model.kernel import LiveAnswer, LiveState

V612 = releases.parse("6.12")


def told(name: str, state: LiveState, *, value: str = "", by: str = "", detail: str = "seen", **options: str) -> str:
    config = kconfig.KernelConfig(source="/proc/config.gz", values={"X86_64": "y", **options})
    live = LiveAnswer(state=state, detail=detail, value=value, refused_by=by)
    return judge(rows.row(name), live=live, config=config, version=V612).contradiction


@pytest.mark.parametrize(
    ("found", "words"),
    [
        (told("kvm", "works", KVM="y"), "another backend answers"),
        (told("kvm", "works", KVM="y", KVM_AMD="m"), ""),
        (told("lsm-list", "works", value="capability,landlock", LSM="landlock,yama,apparmor"), "names yama, apparmor too"),
        (told("lsm-list", "works", value="capability,landlock", LSM="landlock"), ""),
        (told("lsm-list", "works", value="capability,apparmor", LSM="apparmor,selinux,smack"), ""),
        (told("thp", "inert", by="setting /x/enabled=never", TRANSPARENT_HUGEPAGE="y", TRANSPARENT_HUGEPAGE_ALWAYS="y"), "choice is always"),
        (told("thp", "inert", by="setting /x/enabled=never", TRANSPARENT_HUGEPAGE="y", TRANSPARENT_HUGEPAGE_NEVER="y"), ""),
        (told("psi", "works", PSI="y", PSI_DEFAULT_DISABLED="y"), "psi=1 was given at boot"),
        (told("psi", "works", PSI="y"), ""),
        (told("virt-detect", "works", detail="bare; no container (first process init, left-over /.dockerenv)"), "/.dockerenv marks a container"),
        (told("cpu-mitigations", "works", value="2", CPU_MITIGATIONS="y"), "2 flaws stay open"),
        (told("soft-dirty", "inert"), "does nothing"),
    ],
)
def test_contradictions(found: str, words: str) -> None:
    assert (words in found) if words else found == ""


def test_taint_is_spelled_out():
    assert taint.decode(0) == ()
    assert [letter for letter, _ in taint.decode(1 << 15 | 1 << 12 | 1)] == ["P", "O", "K"]
    assert taint.decode(1 << 40) == (("40", "a flag newer than this program"),)


@pytest.mark.parametrize(
    ("release", "banner", "signature", "family"),
    [
        ("6.1.0-50-amd64", "Linux version 6.1.0-50-amd64 (x) #1 SMP Debian 6.1.176-1", "", "Debian"),
        ("5.4.0-216-generic", "", "Ubuntu 5.4.0-216.236-generic 5.4.291", "Ubuntu"),
        ("3.10.0-1160.el7.x86_64", "", "", "Red Hat Enterprise Linux and its rebuilds"),
        ("6.18.2-200.fc43.x86_64", "", "", "Fedora"),
        ("6.18.44-fc-v657", "Linux version 6.18.44-fc-v657", "", ""),
        ("5.15.167.4-microsoft-standard-WSL2", "", "", "WSL"),
    ],
)
def test_families(release: str, banner: str, signature: str, family: str) -> None:
    assert releases.family(release, banner=banner, signature=signature) == family
