"""What does the memory of a running Go program consist of, which Go built it, and how does this kernel hand out huge pages?"""

import os
import re

from inspector.golang import versions
from inspector.golang.buildinfo import BuildInfo, read_build_info
from inspector.model.faults import GoMemory, HugePages

_MOST = 8
"""Processes looked at: the kernel walks all of a process's memory for each."""
_ROWS = {"Rss": "resident_kb", "LazyFree": "lazy_free_kb", "AnonHugePages": "huge_kb"}
_HUGE = "/kernel/mm/transparent_hugepage/"


def go_memory(processes: list[tuple[int, int]], *, proc: str = "/proc") -> tuple[GoMemory, ...]:
    """The first few of these Go processes (pid, start); those of other users tell only their version, or nothing and are left out."""
    found = (_memory(pid, started_at, proc) for pid, started_at in processes[:_MOST])
    return tuple(row for row in found if row is not None)


def huge_pages(sys: str = "/sys") -> HugePages | None:
    """The settings there are now; None where this kernel has no transparent huge pages."""
    enabled, defrag = (re.search(r"\[([^\]]+)\]", _text(f"{sys}{_HUGE}{name}")) for name in ("enabled", "defrag"))
    if enabled is None:
        return None
    most = _text(f"{sys}{_HUGE}khugepaged/max_ptes_none").strip()
    return HugePages(enabled=enabled[1], defrag=defrag[1] if defrag else "", max_ptes_none=int(most) if most.isdigit() else None)


def _memory(pid: int, started_at: int, proc: str) -> GoMemory | None:
    version = _version(f"{proc}/{pid}/exe")
    rows = re.findall(r"^(\w+): +(\d+) kB$", _text(f"{proc}/{pid}/smaps_rollup"), re.MULTILINE)
    sizes = {_ROWS[name]: int(kb) for name, kb in rows if name in _ROWS}
    return GoMemory(pid=pid, started_at=started_at, version=version, **sizes) if version or sizes else None


def _version(path: str) -> str:
    try:
        fd = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return ""
    try:
        info = read_build_info(fd)
    finally:
        os.close(fd)
    return versions.release(info.version) if isinstance(info, BuildInfo) else ""


def _text(path: str) -> str:
    try:
        with open(path, encoding="ascii", errors="replace") as file:
            return file.read()
    except OSError:
        return ""
