"""Are loaded patches, their functions and services named, and QEMU's choices told?"""

from pathlib import Path

import pytest

from inspector.host.folder import FolderHost
from inspector.host.local import LocalHost
from inspector.model.kernel import LiveAnswer
from inspector.probes import kernel
from inspector.probes.kernel_details import details

WORKS = LiveAnswer(state="works", detail="seen")


@pytest.fixture
def host(tmp_path: Path) -> FolderHost:
    files = {
        "sys/kernel/livepatch/fix_one/enabled": "1\n",
        "sys/kernel/livepatch/fix_one/transition": "1\n",
        "sys/kernel/livepatch/fix_one/vmlinux/do_wp_page,1/x": "",
        "sys/kernel/livepatch/fix_one/kvm/kvm_vcpu_ioctl,1/x": "",
        "sys/kernel/livepatch/fix_one/vmlinux/patched": "1",
        "sys/kernel/livepatch/old/enabled": "0\n",
        "usr/sbin/kpatch": "",
        "var/lib/kpatch/6.1.0/livepatch-a.ko": "",
        "sys/module/kvm_amd/parameters/nested": "0\n",
    }
    for name, text in files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return FolderHost(str(tmp_path))


def test_patches_functions_and_services(host):
    found = [(e.name, e.value, e.says) for e in details(host, "6.1.0", {"livepatch": WORKS})["livepatch"]]
    assert found == [
        ("patch fix_one", "enabled; some tasks still run the old code", "replaces kvm:kvm_vcpu_ioctl, do_wp_page"),
        ("patch old", "disabled", "replaces no function"),
        ("kpatch", "installed", "/usr/sbin/kpatch"),
        ("/var/lib/kpatch/6.1.0", "1", "loaded at boot: livepatch-a.ko"),
    ]


def test_nesting_and_dirty_tracking(host):
    ring = LiveAnswer(state="works", detail="up to 1024 kB per virtual CPU", value="1048576")
    log = LiveAnswer(state="works", detail="seen", value="3")
    found = {e.name: e.says for e in details(host, "6.1.0", {"kvm": WORKS, "kvm-dirty-ring": ring, "kvm-dirty-log": log})["kvm"]}
    assert "kvm_amd.nested=1" in found["nested guests (AMD)"]
    assert found["QEMU dirty ring"] == "-accel kvm,dirty-ring-size=4096; up to 1024 kB per virtual CPU"
    assert "pages begin dirty" in found["QEMU dirty log"]


def test_what_is_missing_is_not_offered(host):
    absent = LiveAnswer(state="absent", detail="0")
    assert [e.name for e in details(host, "6.1.0", {"kvm": WORKS, "kvm-dirty-ring": absent})["kvm"]] == ["nested guests (AMD)"]
    assert details(host, "6.1.0", {}) == {}


def test_this_machine():
    found = kernel.probe(LocalHost(), only=("kvm", "kvm-dirty-log", "kvm-dirty-ring", "livepatch"))
    assert all(c.evidence[0].kind == "live" for c in found.capabilities)
