"""Is a Go heap that the kernel fills with huge pages found on a kernel that always makes them, and only where the runtime lets it (golang/go#64332)?

`GO_INSPECTOR_KERNELS=all` boots the newest Debian kernel, where huge pages are always on; on this machine the setting is not ours to change.
"""

import os
import re
from pathlib import Path

import pytest
from kernels.test_matrix import SERIES
from support.gotrees import GoTree
from support.kernels import debian, guest

from inspector.checks import measured
from inspector.faults.gomemory import go_memory, huge_pages
from inspector.model.faults import FaultReport, ProcessRates, SystemRates

SOURCE = """
package main

import (
	"fmt"
	"os"
	"runtime"
)

func main() {
	held := make([]byte, 160<<20)
	for i := 0; i < len(held); i += 4096 {
		held[i] = 1
	}
	for _, path := range []string{"/proc/self/smaps_rollup", "%s/enabled", "%s/defrag", "%s/khugepaged/max_ptes_none"} {
		text, _ := os.ReadFile(path)
		fmt.Print("FILE ", path, "\\n", string(text), "END\\n")
	}
	runtime.KeepAlive(held)
}
""".replace("%s", "/sys/kernel/mm/transparent_hugepage")
NEVER_FILLS = {"/sys/kernel/mm/transparent_hugepage/khugepaged/max_ptes_none": "0"}

pytestmark = [
    pytest.mark.kernels, pytest.mark.slow, pytest.mark.timeout(900),
    pytest.mark.skipif(os.environ.get("GO_INSPECTOR_KERNELS") != "all", reason="one more boot: GO_INSPECTOR_KERNELS=all"),
]  # fmt: skip


def built(go: GoTree, folder: Path, name: str) -> str:
    (folder / "main.go").write_text(SOURCE)
    go.run("build", "-o", str(folder / name), "main.go", cwd=folder, env=go.environ(CGO_ENABLED="0"))
    return str(folder / name)


def findings(said: str, program: str, folder: Path) -> list[str]:
    """What the rules say of a process with the files that the guest's had."""
    for path, text in re.findall(r"FILE (\S+)\n(.*?)END\n", said, re.DOTALL):
        place = folder / path.lstrip("/").replace("self", "7")
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text)
    (folder / "proc" / "7" / "exe").symlink_to(program)
    process = ProcessRates(pid=7, name="api", started_at=1, go=True, minor_per_s=0, major_per_s=0, minor=1, major=0)
    rates = SystemRates(minor_per_s=0, major_per_s=0)
    memory, settings = go_memory([(7, 1)], proc=str(folder / "proc")), huge_pages(str(folder / "sys"))
    assert memory[0].resident_kb
    assert settings is not None
    assert settings.enabled == "always"
    report = FaultReport(duration_s=1, hz=1, system=rates, processes=(process,), go_memory=memory, huge_pages=settings)
    return [finding.check for finding in measured.judge(report)]


def test_huge_pages_that_fill_are_found_where_the_runtime_lets_them(go127: GoTree, go119: GoTree, tmp_path: Path) -> None:
    newer, older = built(go127, tmp_path, "newer"), built(go119, tmp_path, "older")
    tasks = [
        guest.Task("newer", (), program=(newer,)), guest.Task("older", (), program=(older,)),
        guest.Task("newer-set", (), program=(newer,), writes=NEVER_FILLS),
    ]  # fmt: skip
    _, ran = guest.answers_and_outputs(guest.printed(debian.fetch(debian.newest(SERIES[-1])), tasks))
    assert {name: status for name, (status, _) in ran.items()} == dict.fromkeys(("newer", "older", "newer-set"), 0)
    found = {name: findings(said, newer if "newer" in name else older, tmp_path / f"{name}-host") for name, (_, said) in ran.items()}
    assert found == {"newer": ["huge-pages-fill"], "older": [], "newer-set": []}
