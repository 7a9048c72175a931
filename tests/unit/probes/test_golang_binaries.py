"""Is a binary held against this machine as the machine would judge it, and are directories read one level deep?"""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from support.elves import GO_COMMAND, program
from support.gotrees import GoTree

from inspector.host.local import LocalHost
from inspector.model.golang import Binary
from inspector.probes.golang_binaries import probe_binaries
from inspector.probes.golang_binary_fit import Ground, ground_of
from inspector.probes.golang_identity import identify

TOP = Path(__file__).resolve().parents[3]
FLAGS = frozenset(["pni", "ssse3", "cx16", "sse4_1", "sse4_2", "popcnt", "lahf_lm"])
GROUND = Ground(architecture="x86_64", flags=FLAGS, kernel="3.10.0-1160.el7.x86_64", glibc=(2, 17), today="2026-11-23", project_go="1.27")


def problems(binary: Binary) -> dict[str, str]:
    return {problem.id: problem.detail for problem in binary.problems}


def only(path: Path, ground: Ground = GROUND) -> dict[str, str]:
    (found,) = probe_binaries(LocalHost(), [str(path)], ground=ground)
    return problems(found)


def test_a_level_the_cpu_lacks(tmp_path: Path) -> None:
    path = program(tmp_path / "p", "go1.27.3", GO_COMMAND.replace("GOAMD64=v1", "GOAMD64=v3"))
    assert only(path)["cpu-level"].startswith("GOAMD64=v3 needs fma movbe")
    assert "cpu-level" not in only(program(tmp_path / "q", "go1.27.3", GO_COMMAND.replace("GOAMD64=v1", "GOAMD64=v2")))


def test_a_kernel_below_the_floor(tmp_path: Path) -> None:
    path = program(tmp_path / "p", "go1.27.3")
    assert "kernel-floor" not in only(path)
    assert only(path, GROUND._replace(kernel="2.6.32-754.el6"))["kernel-floor"] == "go 1.27.3 needs Linux 3.2, this is 2.6.32-754.el6"


def test_age_and_the_project(tmp_path: Path) -> None:
    found = only(program(tmp_path / "p", "go1.19.8"))
    assert set(found) == {"eol", "older-than-project"}
    assert only(program(tmp_path / "q", "go1.27.3")) == {}


def test_another_architecture(tmp_path: Path) -> None:
    path = program(tmp_path / "p", "go1.27.3")
    assert set(only(path, GROUND._replace(architecture="aarch64"))) == {"wrong-architecture"}


@pytest.mark.slow
def test_the_glibc_floor_of_a_real_cgo_program(go127: GoTree, tmp_path: Path) -> None:
    (tmp_path / "go.mod").write_text("module example.com/c\n\ngo 1.21\n")
    (tmp_path / "main.go").write_text('package main\n\n// #include <stdlib.h>\nimport "C"\n\nfunc main() { println(C.rand() > 0) }\n')
    go127.run("build", "-o", "c", ".", cwd=tmp_path, env=go127.environ(CGO_ENABLED="1"))
    found = only(tmp_path / "c")
    assert found["glibc-floor"].startswith("needs GLIBC_2.")
    here = ground_of(LocalHost(), today="2026-11-23")
    assert here.glibc >= (2, 31)
    assert problems(probe_binaries(LocalHost(), [str(tmp_path / "c")], ground=here)[0]) == {}
    assert subprocess.run([tmp_path / "c"], check=True, capture_output=True).returncode == 0


def test_gccgo_is_known_by_its_library(tmp_path: Path) -> None:
    (tmp_path / "empty.c").write_text("int libgo_marker(void) { return 0; }\n")
    (tmp_path / "main.c").write_text("int libgo_marker(void);\nint main(void) { return libgo_marker(); }\n")
    subprocess.run(["gcc", "-shared", "-fPIC", "-Wl,-soname,libgo.so.21", "-o", "libgo.so.21", "empty.c"], cwd=tmp_path, check=True)
    subprocess.run(["gcc", "-o", "go", "main.c", "./libgo.so.21"], cwd=tmp_path, check=True)
    found = identify(LocalHost(), str(tmp_path / "go"))
    assert (found.role, found.raw) == ("gccgo", "")


def test_directories_are_read_one_level_deep_and_odd_names_survive(tmp_path: Path) -> None:
    program(tmp_path / "bin" / "a", "go1.27.3", "path\tx/a\nmod\tx\tv1.0.0\t\n")
    program(tmp_path / "bin" / "deep" / "b", "go1.27.3")
    (tmp_path / "bin" / "script").write_text("#!/bin/sh\n")
    os.mkfifo(tmp_path / "bin" / "fifo")
    odd = os.fsencode(tmp_path) + b"/bin/caf\xe9"
    os.rename(program(tmp_path / "bin" / "z", "go1.26.0 X:jsonv2"), odd)
    found = {binary.path.rpartition("/")[2]: binary for binary in probe_binaries(LocalHost(), [str(tmp_path / "bin")])}
    assert set(found) == {"a", "caf�"}
    assert found["caf�"].path_bytes == odd
    assert found["caf�"].experiments == ("jsonv2",)
    assert (found["a"].module, found["a"].package) == ("x", "x/a")


def command(*arguments: str) -> subprocess.CompletedProcess[str]:
    line = [sys.executable, "-m", "inspector", "binaries", *arguments]
    return subprocess.run(line, cwd=TOP, capture_output=True, text=True, timeout=60, check=False)


def test_the_command_tells_in_json_and_by_its_exit_code(tmp_path: Path) -> None:
    fine = program(tmp_path / "fine", "go1.27.3")
    done = command("--json", str(fine))
    (row,) = json.loads(done.stdout)["binaries"]
    assert (row["go_version"], row["settings"]["GOARCH"], row["problems"]) == ("go1.27.3", "amd64", [])
    assert done.returncode == 0
    old = program(tmp_path / "old", "go1.19.8")
    assert command(str(old)).returncode == 1
    missing = command("--json", str(tmp_path / "missing"))
    assert missing.returncode == 1
    assert json.loads(missing.stdout)["binaries"][0]["problems"][0] == {"id": "not-go", "detail": "No such file or directory"}
