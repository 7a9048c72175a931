"""Is what a running Go program's memory consists of read as the program left it?"""

import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from support.gotrees import GoTree

from inspector.checks import measured
from inspector.faults.gomemory import go_memory, huge_pages
from inspector.faults.report import measure

SOURCE = """
package main

import (
	"fmt"
	"runtime/debug"
)

var held []byte

func main() {
	held = make([]byte, 128<<20)
	for i := 0; i < len(held); i += 4096 {
		held[i] = 1
	}
	held = nil
	debug.FreeOSMemory()
	fmt.Println("free")
	fmt.Scanln()
}
"""


@pytest.mark.parametrize(("godebug", "kept"), [("madvdontneed=0", True), ("madvdontneed=1", False)])
def test_memory_given_back_is_told_from_memory_in_use(godebug: str, kept: bool, go127: GoTree, tmp_path: Path) -> None:
    (tmp_path / "main.go").write_text(SOURCE)
    go127.run("build", "-o", str(tmp_path / "prog"), "main.go", cwd=tmp_path)
    with subprocess.Popen([tmp_path / "prog"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=os.environ | {"GODEBUG": godebug}) as program:
        assert program.stdout
        program.stdout.readline()
        [row] = measure(duration_s=0.2, hz=10, pid=program.pid).go_memory
        program.kill()
    assert row.version == go127.version
    assert row.resident_kb is not None
    assert row.lazy_free_kb is not None
    assert (row.lazy_free_kb > 100 << 10) == kept
    assert (row.resident_kb > 100 << 10) == kept


def test_other_programs_are_left_out_and_settings_come_from_the_kernel(tmp_path: Path) -> None:
    assert go_memory([(2**22 - 1, 1)]) == ()
    folder = tmp_path / "kernel" / "mm" / "transparent_hugepage"
    assert huge_pages(str(tmp_path)) is None
    (folder / "khugepaged").mkdir(parents=True)
    (folder / "enabled").write_text("[always] madvise never\n")
    (folder / "defrag").write_text("always defer [defer+madvise] madvise never\n")
    (folder / "khugepaged" / "max_ptes_none").write_text("511\n")
    found = huge_pages(str(tmp_path))
    assert found is not None
    assert (found.enabled, found.defrag, found.max_ptes_none) == ("always", "defer+madvise", 511)


def build(go: GoTree, folder: Path, name: str) -> Path:
    (folder / "main.go").write_text(SOURCE)
    go.run("build", "-o", str(folder / name), "main.go", cwd=folder, env=go.environ(CGO_ENABLED="0", GOROOT=str(go.root)))
    return folder / name


@pytest.mark.parametrize(("tree", "godebug", "found"), [
    ("go115", "", True), ("go115", "madvdontneed=1", False), ("go119", "", False), ("go119", "madvdontneed=0", False),
])  # fmt: skip
def test_memory_not_taken_back_is_found_in_the_runtimes_that_leave_it(
    tree: str, godebug: str, found: bool, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """Go 1.15 gives memory back with MADV_FREE; 1.16 and later do not by themselves, and where they are told to it was somebody's choice."""
    program = build(request.getfixturevalue(tree), tmp_path, "prog")
    with subprocess.Popen([program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env={"GODEBUG": godebug}) as process:
        assert process.stdout
        process.stdout.readline()
        report = measure(duration_s=0.3, hz=10, pid=process.pid)
        process.kill()
    findings = {finding.check: finding.title for finding in measured.judge(report)}
    assert ("memory-not-taken-back" in findings) == found, report.go_memory
    if found:
        assert "go 1.15.15" in findings["memory-not-taken-back"]


BUFS = [("1.27.0", "1.21.1", True), ("1.27.2", "1.21.3", True), ("1.28.1", "1.21.4", False)]
"""Releases of buf on npm, the Go that built them, and whether that runtime collapses memory into huge pages (golang/go#63334)."""


@contextmanager
def collecting_buf(version: str, folder: Path) -> Iterator[int]:
    """That buf at work on a large file, collecting often: its heap is dense early."""
    subprocess.run(["npm", "pack", "--silent", f"@bufbuild/buf-linux-x64@{version}"], cwd=folder, check=True, stdout=subprocess.DEVNULL)
    [archive] = folder.glob("*.tgz")
    subprocess.run(["tar", "xzf", archive], cwd=folder, check=True)
    fields = "".join(f"  string field_{n} = {n + 1};\n" for n in range(12))
    (folder / "large").mkdir()
    messages = "".join(f"message M{n} {{\n{fields}}}\n" for n in range(20_000))
    (folder / "large" / "large.proto").write_text(f'syntax = "proto3";\npackage large.v1;\n{messages}')
    environ = {"HOME": str(folder), "PATH": "/usr/bin:/bin", "BUF_CACHE_DIR": str(folder / "cache"), "GOGC": "20"}
    words = [folder / "package" / "bin" / "buf", "build", folder / "large", "-o", "/dev/null"]
    with subprocess.Popen(words, env=environ, stderr=subprocess.DEVNULL) as process:
        yield process.pid
        process.kill()


@pytest.mark.skipif(os.environ.get("GO_INSPECTOR_GOS") != "all", reason="takes 55 MB of npm: GO_INSPECTOR_GOS=all")
@pytest.mark.parametrize(("version", "go", "found"), BUFS)
def test_huge_page_stalls_are_found_in_the_runtimes_that_collapse(version: str, go: str, found: bool, tmp_path: Path) -> None:
    settings = huge_pages()
    if settings is None or settings.enabled == "never":
        pytest.skip("no huge pages here")
    with collecting_buf(version, tmp_path) as pid:
        titles = []
        end = time.monotonic() + 8
        while time.monotonic() < end and not (titles and found):
            report = measure(duration_s=0.5, hz=4, pid=pid)
            titles += [finding.title for finding in measured.judge(report) if finding.check == "huge-page-stalls"]
            assert [row.version for row in report.go_memory] == [go]
    assert bool(titles) == found
    assert all(f"runs go {go}, which stalls" in title for title in titles)
