"""Do the kernel commands answer on the terminal and in JSON, with the exit codes of the contract?"""

import gzip
import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
OLD = "# Linux/x86 5.10.223 Kernel Configuration\nCONFIG_MEM_SOFT_DIRTY=y\nCONFIG_RETPOLINE=y\nCONFIG_PROC_PAGE_MONITOR=y\n"
NEW = """# Linux/x86 6.12.107 Kernel Configuration
# CONFIG_MEM_SOFT_DIRTY is not set
CONFIG_MITIGATION_RETPOLINE=y
CONFIG_PROC_PAGE_MONITOR=y
CONFIG_ZZ=y
"""


def run(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "inspector", "kernel", *words], capture_output=True, text=True, cwd=ROOT, timeout=60, check=False)


@pytest.fixture
def configs(tmp_path: Path) -> tuple[str, str]:
    (tmp_path / "old").write_text(OLD)
    (tmp_path / "new.gz").write_bytes(gzip.compress(NEW.encode()))
    return str(tmp_path / "old"), str(tmp_path / "new.gz")


def test_the_whole_kernel():
    done = run("--json")
    assert done.returncode == 0
    found = json.loads(done.stdout)
    assert len(found["capabilities"]) >= 60
    assert {c["verdict"] for c in found["capabilities"]} <= {"available", "restricted", "absent", "unknown"}
    assert {e["kind"] for c in found["capabilities"] for e in c["evidence"]} <= {"live", "restriction", "config", "version"}


def test_one_capability_in_full():
    done = run("cpu-level")
    assert done.returncode == 0
    assert "x86-64 microarchitecture level (cpu-level), observed" in done.stdout


def test_an_unknown_capability_is_a_usage_error():
    done = run("soft-drity")
    assert (done.returncode, done.stdout) == (64, "")
    assert "did you mean `soft-dirty`" in done.stderr


def test_compare_two_files(configs):
    done = run("compare", *configs, "--json")
    assert done.returncode == 0
    found = json.loads(done.stdout)
    assert [(c["id"], c["before"], c["after"]) for c in found["capabilities"] if c["id"] == "soft-dirty"] == [("soft-dirty", "available", "absent")]
    kinds = {o["symbol"]: o["kind"] for o in found["options"]}
    assert kinds == {"MEM_SOFT_DIRTY": "off", "RETPOLINE": "renamed", "MITIGATION_RETPOLINE": "renamed", "ZZ": "new"}


def test_compare_with_this_kernel_and_with_a_snapshot(configs, tmp_path):
    assert run("compare", configs[0], "live").returncode == 0
    snapshot = tmp_path / "kernel.json"
    snapshot.write_text(run("--json").stdout)
    done = run("compare", str(snapshot), "live")
    assert done.returncode == 0
    assert "options are not compared" in done.stdout


@pytest.mark.parametrize(("word", "reason"), [("/etc/passwd", "holds no kernel option"), ("/nonexistent", "No such file"), ("/", "directory")])
def test_what_cannot_be_compared_is_named(word, reason):
    done = run("compare", word, "live")
    assert (done.returncode, done.stdout) == (3, "")
    assert reason in done.stderr


def test_require():
    met = run("require", "kernel >= 3.2", "pidfd works")
    assert met.returncode == 0
    assert met.stdout.count("met") == 2
    unmet = run("require", "kernel >= 3.2", "kernel >= 99", "--json")
    assert unmet.returncode == 1
    found = json.loads(unmet.stdout)
    assert [(r["requirement"], r["result"]) for r in found["requirements"]] == [("kernel >= 3.2", "met"), ("kernel >= 99", "not-met")]
    assert run("require").returncode == 64
    assert run("require", "kernel => 5").returncode == 64


def test_require_on_a_folder_asks_nothing(tmp_path):
    (tmp_path / "boot").mkdir()
    (tmp_path / "boot/config-5.10.0-32").write_text(OLD)
    (tmp_path / "proc/sys/kernel").mkdir(parents=True)
    (tmp_path / "proc/sys/kernel/osrelease").write_text("5.10.0-32\n")
    done = run("require", "soft-dirty", "pagemap-scan", "glibc >= 2.0", "--root", str(tmp_path), "--json")
    assert [r["result"] for r in json.loads(done.stdout)["requirements"]] == ["met", "unknown", "unknown"]
    assert done.returncode == 1


def test_the_map(configs):
    found = json.loads(run("map", "--json").stdout)
    assert len(found["columns"]) >= 7
    assert found["columns"][-1]["kind"] == "here"
    assert all(len(c["states"]) == len(found["columns"]) for c in found["rows"])
    done = run("map", configs[0], "/etc/passwd")
    assert (done.returncode, "Landlock" in done.stdout) == (3, True)
    assert "/etc/passwd holds no kernel option" in done.stderr


def test_a_measured_kernel_and_a_report_can_be_compared(tmp_path):
    assert "uffd-rwp" in run("compare", "debian-6.1", "debian-7.3").stdout
    report = tmp_path / "report.zip"
    made = subprocess.run(
        [sys.executable, "-m", "inspector", "report", "--no-pictures", "--no-sandbox-run", "-o", str(report)], cwd=ROOT, timeout=120, check=False
    )
    assert made.returncode == 0
    found = json.loads(run("compare", str(report), "live", "--json").stdout)
    assert [c["id"] for c in found["capabilities"] if c["before"] != c["after"]] == []
    assert "options are not compared" in found["why"]
