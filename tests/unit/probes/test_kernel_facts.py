"""Is told whose kernel this is, what it was started with, and whose files are whose in a container?"""

from pathlib import Path

import msgspec
import pytest

from inspector.host.folder import FolderHost
from inspector.host.local import LocalHost
from inspector.kernel import kconfig
from inspector.probes.kernel_facts import facts

FILES = {
    "proc/version": "Linux version 6.1.0-50-amd64 (x@y) (gcc-12 (Debian 12.2.0-14) 12.2.0, GNU ld) #1 SMP Debian 6.1.176-1 (2026)\n",
    "proc/cmdline": "BOOT_IMAGE=/x quiet lockdown=integrity psi=1 mitigations=off\n",
    "proc/sys/kernel/tainted": "36865\n",
    "proc/modules": "kvm 1 0 - Live 0x0\nbtrfs 2 0 - Live 0x0\n",
    "lib/modules/6.1.0-50-amd64/modules.dep": "a.ko:\nb.ko:\nc.ko:\n",
}
RELEASE = "6.1.0-50-amd64"


@pytest.fixture
def host(tmp_path: Path) -> FolderHost:
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    return FolderHost(str(tmp_path))


def told(host, config=None, why="nothing there") -> dict[str, tuple[str, str]]:
    return {fact.id: (fact.value, fact.says) for fact in facts(host, RELEASE, config, why)}


def test_a_distribution_kernel(host):
    found = told(host)
    assert found["family"][0] == "Debian"
    assert found["upstream"] == ("6.1.176", RELEASE)
    assert found["compiler"][0].startswith("gcc-12")
    assert found["config"] == ("none found", "nothing there")
    assert found["command-line"][1].split("; ")[:2] == ["lockdown: locks the kernel down", "psi: switches pressure information"]
    assert found["taint"] == ("POK", found["taint"][1])
    assert "live-patched" in found["taint"][1]
    assert found["modules"][0] == "2 loaded"
    assert found["modules"][1].startswith("3 in /lib/modules/")
    assert found["modules"][1].endswith("btrfs, kvm")


def test_another_kernels_configuration_is_named(host):
    other = kconfig.parse(b"# Linux/x86 5.10.1 Kernel Configuration\nCONFIG_A=y\n", source="/boot/config-x")
    own = kconfig.parse(b"# Linux/x86 6.1.176 Kernel Configuration\nCONFIG_A=y\n", source="/boot/config-x")
    assert "another kernel" in told(host, other)["config"][1]
    assert told(host, own)["config"][1] == "1 options, Linux 6.1.176"


def test_in_a_container_it_says_whose_is_what(host, monkeypatch):
    assert told(host)["container"][1] == ""
    monkeypatch.setattr(FolderHost, "info", property(lambda _: msgspec.structs.replace(LocalHost().info, container="docker")))
    assert "are the image's" in told(host)["container"][1]


def test_this_machine_says_something_of_everything():
    host = LocalHost()
    found = facts(host, host.info.kernel_release, None, "x")
    assert {"family", "config", "command-line", "taint", "modules", "container", "virtualization"} <= {fact.id for fact in found}
    assert all(fact.value for fact in found)
