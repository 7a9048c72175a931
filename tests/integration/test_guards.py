"""Does each generated guard do what it says, when the real tool runs it: pass where the needs are met, fail where they are not?"""

import os
import subprocess
import sys
from pathlib import Path

import hcl2
import pytest
import yaml

ROOT = Path(__file__).parents[2]
MET, UNMET = "kernel >= 3.2", "kernel >= 99.0"


def guard(*words: str, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    environ = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.run([sys.executable, "-m", "inspector", "guard", *words], cwd=cwd, env=environ, capture_output=True, text=True, timeout=60)


def program(tmp_path: Path) -> Path:
    """A `go-inspector` on PATH, as an installed one would be."""
    file = tmp_path / "go-inspector"
    file.write_text(f'#!/bin/sh\ncd {ROOT} && exec {sys.executable} -m inspector "$@"\n')
    file.chmod(0o755)
    return file


@pytest.mark.parametrize("shell", ["dash", "bash"])
@pytest.mark.parametrize(
    ("needs", "code"),
    [
        ([MET], 0),
        ([UNMET], 1),
        (["kernel < 3.2"], 1),
        (["glibc >= 2.17", "kernel >= 4.4.0"], 0),
        (["glibc >= 9.9"], 1),
        (["cpu-level >= v1"], 0),
        (["cpu-level >= v9"], 1),
        (["go >= 1.19"], 0),
        (["go >= 1.19.9"], 1),
    ],
)
def test_the_script(tmp_path: Path, shell: str, needs: list[str], code: int) -> None:
    made = guard("script", *needs)
    assert made.returncode == 0, made.stderr
    file = tmp_path / "guard.sh"
    file.write_text(made.stdout)
    environ = {"PATH": "/usr/lib/go-1.19/bin:/usr/bin:/bin", "HOME": str(tmp_path)}
    done = subprocess.run([shell, str(file)], env=environ, capture_output=True, text=True)
    assert done.returncode == code, done.stdout + done.stderr
    assert ("guard: " in done.stderr) == bool(code)


def test_the_makefile_include(tmp_path: Path) -> None:
    for need, code in ((MET, 0), (UNMET, 2), ("userfaultfd works", 0)):
        (tmp_path / "guard.mk").write_text(guard("make", need).stdout)
        (tmp_path / "Makefile").write_text("build: guard\n\t@echo built\ninclude guard.mk\n")
        done = subprocess.run(["make", f"GO_INSPECTOR={program(tmp_path)}", "build"], cwd=tmp_path, capture_output=True, text=True)
        assert done.returncode == code, done.stdout + done.stderr
        assert ("built" in done.stdout) == (code == 0)


def test_the_workflow_job_runs_its_own_steps(tmp_path: Path) -> None:
    program(tmp_path)
    environ = {**os.environ, "PATH": f"{tmp_path}:/usr/bin:/bin"}
    for need, code in ((MET, 0), (UNMET, 1)):
        steps = yaml.safe_load(guard("github", need, "userfaultfd works").stdout)["jobs"]["guard"]["steps"]
        done = [subprocess.run(["bash", "-ec", step["run"]], env=environ, capture_output=True, text=True) for step in steps]
        assert [run.returncode for run in done] == [0, 0, 0, code], done


@pytest.mark.parametrize(("release", "fine"), [(os.uname().release, True), ("1.2.3-other", False)])
def test_headers_of_another_kernel_fail_each_guard(tmp_path: Path, release: str, fine: bool) -> None:
    header = tmp_path / "modules" / os.uname().release / "build/include/generated/utsrelease.h"
    header.parent.mkdir(parents=True)
    header.write_text(f'#define UTS_RELEASE "{release}"\n')
    program(tmp_path)
    environ = {**os.environ, "PATH": f"{tmp_path}:/usr/bin:/bin", "GUARD_MODULES": str(tmp_path / "modules")}
    (tmp_path / "guard.sh").write_text(guard("script", MET).stdout)
    (tmp_path / "guard.mk").write_text(guard("make", MET).stdout)
    steps = yaml.safe_load(guard("github", MET).stdout)["jobs"]["guard"]["steps"]
    commands = (["sh", "guard.sh"], ["make", "-f", "guard.mk", "guard"], ["bash", "-ec", steps[1]["run"]])
    done = [subprocess.run(command, env=environ, cwd=tmp_path, capture_output=True, text=True) for command in commands]
    assert [run.returncode == 0 for run in done] == [fine] * 3, [run.stdout + run.stderr for run in done]


def test_the_bake_file_has_one_target_per_level_and_passes_it_on() -> None:
    target = hcl2.loads(guard("bake", "cpu-level >= v2").stdout)["target"][0]
    (target,) = target.values()
    items = [{key: str(value).strip('"') for key, value in item.items()} for item in target["matrix"]["item"]]
    assert {(item["arch"], item["variant"], item["flag"], item["level"]) for item in items} == {
        ("amd64", "v2", "GOAMD64", "v2"), ("amd64", "v3", "GOAMD64", "v3"), ("amd64", "v4", "GOAMD64", "v4"),
        ("arm64", "v8", "GOARM64", "v8.0"), ("arm64", "v9", "GOARM64", "v9.0"),
    }  # fmt: skip
    assert '"linux/${item.arch}/${item.variant}"' in str(target["platforms"]).replace("'", '"')


def test_needs_come_from_the_project(tmp_path: Path) -> None:
    (tmp_path / "go.mod").write_text("module demo\n\ngo 1.22\n")
    assert "go >= 1.22" in guard("make", cwd=tmp_path).stdout


@pytest.mark.parametrize("words", [("script", "soft-dirty works"), ("script", "nonsense"), ("bake", MET), ("script",)])
def test_what_a_guard_cannot_say_is_a_usage_error(tmp_path: Path, words: tuple[str, ...]) -> None:
    done = guard(*words, cwd=tmp_path)
    assert done.returncode == 64
    assert done.stdout == ""
    assert done.stderr
