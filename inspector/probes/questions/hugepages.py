"""Does this kernel give out huge pages, merge equal ones, report pressure, and what are its memory limits?"""

import errno
import mmap
import os

from inspector.probes.questions.abi import MADV_COLLAPSE, MADV_HUGEPAGE, MADV_MERGEABLE, PAGE, Region, libc
from inspector.probes.questions.answer import Answer, absent, inert, part, restricted, unknown, works
from inspector.probes.questions.refusal import no_file, read_text, sysctl

_THP = "/sys/kernel/mm/transparent_hugepage"
_HUGETLB = "/sys/kernel/mm/hugepages"
_KSM = "/sys/kernel/mm/ksm"
_PR_GET_THP_DISABLE = 42
_MAP_HUGETLB = 0x40000


def chosen(text: str) -> str:
    """The word in brackets of a kernel choice such as `always [madvise] never`."""
    _, _, rest = text.partition("[")
    return rest.partition("]")[0]


def _huge_size() -> int:
    return int(read_text(f"{_THP}/hpage_pmd_size") or 2 << 20)


def thp() -> Answer:
    """Advise an aligned region, touch it, and see in smaps whether a huge page came."""
    path = f"{_THP}/enabled"
    try:
        with open(path, encoding="utf-8") as file:
            mode = chosen(file.read())
    except OSError as error:
        return no_file(error, path, missing="built without TRANSPARENT_HUGEPAGE")
    size = _huge_size()
    region = Region(size // PAGE, huge=True, align=size)
    advised = region.advise(MADV_HUGEPAGE)
    region.poke(0)
    got = region.huge_kb()
    if got:
        return works(f"got a huge page of {got} kB; mode {mode}", mode)
    if mode == "never":
        return inert("madvise(MADV_HUGEPAGE) is accepted, but no huge page comes", f"setting {path}=never", mode)
    if libc.prctl(_PR_GET_THP_DISABLE, 0, 0, 0, 0) == 1:
        return inert("switched off for this process tree", "setting PR_SET_THP_DISABLE", mode)
    reason = f"madvise errno {advised}" if advised else part("no contiguous memory may be free at the moment")
    return unknown(f"mode {mode}, but no huge page came: {reason}")


def madv_collapse() -> Answer:
    """Collapse a touched, aligned region at once."""
    size = _huge_size()
    region = Region(size // PAGE, huge=True, align=size)
    for page in range(0, region.pages, 64):
        region.poke(page)
    error = region.advise(MADV_COLLAPSE)
    if error == 0:
        return works(f"collapsed into {region.huge_kb()} kB") if region.huge_kb() else inert("accepted, but smaps shows no huge page")
    if error == errno.EINVAL:
        if libc.prctl(_PR_GET_THP_DISABLE, 0, 0, 0, 0) == 1:
            return restricted("setting PR_SET_THP_DISABLE", "huge pages are switched off for this process tree", error)
        return absent("madvise(MADV_COLLAPSE) on touched memory: EINVAL", error)
    return unknown(f"madvise(MADV_COLLAPSE): {os.strerror(error)}", error)


def hugetlb() -> Answer:
    """Map one reserved huge page without touching it."""
    if not os.path.isdir(_HUGETLB):
        return absent(f"{_HUGETLB} does not exist")
    sizes = sorted(os.listdir(_HUGETLB))
    reserved = sum(int(read_text(f"{_HUGETLB}/{name}/nr_hugepages") or 0) for name in sizes)
    try:
        mmap.mmap(-1, 2 << 20, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS | _MAP_HUGETLB).close()
    except OSError as error:
        if error.errno == errno.ENOMEM:
            value = sysctl("vm.nr_hugepages") or "0"
            return restricted(f"sysctl vm.nr_hugepages={value}", f"supported, {reserved} pages reserved, none free", errno.ENOMEM, str(reserved))
        return unknown(f"mmap(MAP_HUGETLB): {error.strerror}", error.errno or 0)
    return works(f"{reserved} pages reserved; sizes {', '.join(n.removeprefix('hugepages-') for n in sizes)}", str(reserved))


def ksm() -> Answer:
    """Advise a page mergeable and read whether the merging daemon runs."""
    run = read_text(f"{_KSM}/run")
    if run is None:
        return absent(f"{_KSM}/run does not exist")
    error = Region(1).advise(MADV_MERGEABLE)
    if error:
        return unknown(f"madvise(MADV_MERGEABLE): {os.strerror(error)}", error)
    if run == "1":
        return works(f"running, {read_text(f'{_KSM}/pages_sharing')} pages merged away", run)
    return inert("madvise is accepted, but the merging daemon is off", f"setting {_KSM}/run={run}", run)


def psi() -> Answer:
    """Read the memory pressure of the whole machine."""
    path = "/proc/pressure/memory"
    try:
        with open(path, encoding="utf-8") as file:
            line = file.readline().strip()
    except OSError as error:
        if error.errno == errno.EOPNOTSUPP:
            return inert("built, switched off at boot", "boot psi=0")
        return no_file(error, path, missing="not built, or switched off at boot (psi=0)")
    return works(line)


def memcg() -> Answer:
    """Find the memory controller of the unified hierarchy, else of the old one."""
    mounts = [line.split() for line in (read_text("/proc/self/mounts") or "").splitlines()]
    unified = next((f[1] for f in mounts if f[2] == "cgroup2"), "")
    old = next((f[1] for f in mounts if f[2] == "cgroup" and "memory" in f[3].split(",")), "")
    if unified and "memory" in (read_text(f"{unified}/cgroup.controllers") or "").split():
        return works(f"version 2 at {unified}", "v2")
    if old:
        return works(f"version 1 at {old}", "v1")
    if "memory" in (read_text("/proc/cgroups") or ""):
        return restricted("mount cgroup", "the kernel has a memory controller, but no hierarchy with it is mounted here")
    if unified:
        return absent("no memory controller in any mounted hierarchy")
    return restricted("mount cgroup2", "no cgroup file system is mounted here")


def numa_balancing() -> Answer:
    """Read the switch and count the nodes it would balance."""
    value = sysctl("kernel.numa_balancing")
    if value is None:
        return absent("kernel.numa_balancing does not exist")
    nodes = [n for n in _names("/sys/devices/system/node") if n.startswith("node") and n[4:].isdigit()]
    if len(nodes) < 2:
        return inert(f"value {value}, but the machine has one memory node", f"hardware {part('one NUMA node')}", value)
    if value == "0":
        return inert(f"switched off, {len(nodes)} nodes", "sysctl kernel.numa_balancing=0", value)
    return works(f"value {value}, {len(nodes)} nodes", value)


def _names(path: str) -> list[str]:
    try:
        return os.listdir(path)
    except OSError:
        return []


def overcommit() -> Answer:
    """Read the policy and how much is committed of the limit."""
    mode = sysctl("vm.overcommit_memory")
    if mode is None:
        return unknown("vm.overcommit_memory cannot be read")
    words = {"0": part("heuristic"), "1": part("always"), "2": part("strict")}
    facts = dict(line.split(":", 1) for line in (read_text("/proc/meminfo") or "").splitlines() if ":" in line)
    committed, limit = (facts.get(key, "?").strip() for key in ("Committed_AS", "CommitLimit"))
    return works("; ".join((words.get(mode, mode), part(f"committed {committed} of {limit}"))), mode)


def max_map_count() -> Answer:
    """Read how many mappings a process may have."""
    value = sysctl("vm.max_map_count")
    return works(f"{value} mappings per process", value) if value else unknown("vm.max_map_count cannot be read")

