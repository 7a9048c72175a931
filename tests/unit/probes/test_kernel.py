"""Does the kernel probe read a folder without asking, and the live machine by asking?"""

import gzip
from pathlib import Path

import pytest

from inspector.host.folder import FolderHost
from inspector.host.local import LocalHost
from inspector.kernel import rows
from inspector.probes import kernel
from inspector.probes.live import Asking


@pytest.fixture
def folder(tmp_path: Path):
    def make(files: dict[str, bytes], release: str = "6.1.0-50-amd64") -> FolderHost:
        for name, data in {"proc/sys/kernel/osrelease": release.encode() + b"\n", **files}.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        return FolderHost(str(tmp_path))

    return make


CONFIG = b"CONFIG_MEM_SOFT_DIRTY=y\n# CONFIG_LIVEPATCH is not set\nCONFIG_USERFAULTFD=y\n"


def test_a_folder_is_read_and_never_asked(folder):
    host = folder({"boot/config-6.1.0-50-amd64": CONFIG, "proc/version": b"Linux version 6.1.0-50-amd64 (gcc-12) Debian 6.1.176-1 (2026)\n"})
    found = kernel.probe(host)
    assert (found.release, found.version, found.config_source) == ("6.1.0-50-amd64", "6.1.176", "/boot/config-6.1.0-50-amd64")
    assert {c.known for c in found.capabilities} <= {"predicted", "failed"}
    assert found.capability("soft-dirty").verdict == "available"
    assert found.capability("livepatch").verdict == "absent"
    assert all(e.kind != "live" for c in found.capabilities for e in c.evidence)


def test_the_running_kernels_own_configuration_comes_first(folder):
    host = folder({"proc/config.gz": gzip.compress(b"CONFIG_KVM=y\n"), "boot/config-6.1.0-50-amd64": CONFIG})
    assert kernel.probe(host).config_source == "/proc/config.gz"


def test_a_damaged_configuration_is_named_and_the_next_one_used(folder):
    host = folder({"proc/config.gz": gzip.compress(CONFIG)[:40], "usr/lib/modules/6.1.0-50-amd64/config": CONFIG})
    assert kernel.probe(host).config_source == "/usr/lib/modules/6.1.0-50-amd64/config"


def test_without_a_configuration_nothing_is_absent(folder):
    found = kernel.probe(folder({"boot/config-6.1.0-50-amd64": b"not a configuration"}))
    assert found.config_source == ""
    assert "/boot/config-6.1.0-50-amd64" in found.why
    assert {c.verdict for c in found.capabilities} == {"unknown"}


def test_live_all_rows_answer():
    found = kernel.probe(LocalHost())
    assert len(found.capabilities) == len(rows.load())
    for capability in found.capabilities:
        assert capability.evidence[0].kind == "live", capability.id
        assert "question itself failed" not in capability.because, capability
        assert "no answer within" not in capability.because, capability
        assert capability.verdict != "restricted" or capability.refused_by, capability


def test_only_asks_what_is_wanted():
    assert [c.id for c in kernel.probe(LocalHost(), only=("thp", "bpf")).capabilities] == ["thp", "bpf"]


def test_an_asker_that_cannot_start_is_a_reason_per_row(monkeypatch):
    monkeypatch.setattr("sys.executable", "/nonexistent/python")
    found = kernel.probe(LocalHost(), only=("thp",)).capabilities[0]
    assert (found.verdict, found.known) == ("unknown", "failed")
    assert "could not be started" in found.because


def test_an_asker_that_fails_is_a_reason_per_row(monkeypatch):
    monkeypatch.setattr("sys.executable", "/bin/false")
    assert "the asker failed" in Asking([rows.row("thp")]).answers()["thp"].detail
