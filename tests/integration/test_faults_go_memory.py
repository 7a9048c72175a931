"""Is what a running Go program's memory consists of read as the program left it?"""

import os
import subprocess
from pathlib import Path

import pytest
from support.gotrees import GoTree

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
