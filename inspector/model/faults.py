"""Who is page-faulting, and how fast?"""

from inspector.model.base import Doc, Text


class SystemRates(Doc, frozen=True, kw_only=True):
    """Faults per second of the whole system over one interval; minor excludes major.

    Beside them: faults that got a huge page and those that could not, huge pages collapsed from small ones, pages swapped in, file pages
    dirtied (all per second), and the share of time (0-1) in which some task waited for memory (PSI); None where this kernel does not tell.
    """

    minor_per_s: float
    major_per_s: float
    huge_per_s: float | None = None
    huge_refused_per_s: float | None = None
    collapsed_per_s: float | None = None
    swap_in_per_s: float | None = None
    dirtied_per_s: float | None = None
    memory_wait: float | None = None


class ProcessRates(Doc, frozen=True, kw_only=True):
    """One process's faults: rates over the interval and totals since it started. `started_at` is clock ticks after boot (identity with pid)."""

    pid: int
    name: str
    started_at: int
    go: bool
    minor_per_s: float
    major_per_s: float
    minor: int
    major: int
    user: str = ""
    command: str = ""


class Where(Doc, frozen=True, kw_only=True):
    """One place that faults: function, object file, mapping, kind of fault, share of samples (0-1).

    `source` is file:line of the hottest instruction, `inlined` the calls compiled into the function there, innermost first.
    """

    function: str
    object: str
    mapping: str
    kind: str
    share: float
    samples: int
    source: str = ""
    inlined: tuple[str, ...] = ()


class GroupRates(Doc, frozen=True, kw_only=True):
    """A control group's faults per second, its descendants' included; `path` is below the memory controller's root."""

    path: str
    minor_per_s: float
    major_per_s: float


class ThreadRates(Doc, frozen=True, kw_only=True):
    """One thread's faults per second."""

    tid: int
    name: str
    minor_per_s: float
    major_per_s: float


class GcState(Doc, frozen=True, kw_only=True):
    """A Go process's collector: cycles begun since it started, and its phase (off, mark, mark-termination, or unknown)."""

    cycles: int
    phase: str


class GcCycle(Doc, frozen=True, kw_only=True):
    """One collection as the program itself told it (GODEBUG=gctrace=1): number, seconds since its start, CPU share (0-1), heap in MB."""

    number: int
    at_s: float
    cpu: float
    start_mb: float
    live_mb: float
    goal_mb: float | None = None


class GcReport(Doc, frozen=True, kw_only=True):
    """The collector over a measurement: cycles begun in it, the share of looks (0-1) that found it marking, or `why` it could not be read.

    `recent` is that share since the answer before; `trace` are the latest cycles in the program's own words, where it was started for that.
    """

    cycles: int = 0
    per_s: float = 0.0
    marking: float = 0.0
    recent: float = 0.0
    trace: tuple[GcCycle, ...] = ()
    why: str = ""


class Stack(Doc, frozen=True, kw_only=True):
    """Faults with one call chain, outermost function first."""

    frames: tuple[str, ...]
    samples: int


class TlbReport(Doc, frozen=True, kw_only=True):
    """What looking up addresses cost a process: misses of the data TLB per second; None, with the reason in `why`, where no counter tells."""

    load_misses_per_s: float | None = None
    store_misses_per_s: float | None = None
    walk_cycles_per_s: float | None = None
    why: str = ""


class Marker(Doc, frozen=True, kw_only=True):
    """Something that happened at a moment of the stream.

    `kind` is start or exit (of a process), oom (the kernel ended one), huge-pages (their setting changed, `text` says to what), suspend, or fixed.
    """

    kind: str
    time_s: float
    pid: int = 0
    name: str = ""
    text: str = ""


class Instruction(Doc, frozen=True, kw_only=True):
    """One machine instruction: its address as linked, its text (empty without a disassembler), how many faults it took, file:line where known."""

    address: int
    text: str
    hits: int
    source: str = ""


class Listing(Doc, frozen=True, kw_only=True):
    """A function's instructions with their faults, and the lowest and highest data address it faulted on (0 where none was seen)."""

    function: str
    object: str
    instructions: tuple[Instruction, ...]
    touched_low: int = 0
    touched_high: int = 0
    why: str = ""


class DirtyRow(Doc, frozen=True, kw_only=True):
    """Pages written in one sort of mapping."""

    mapping: str
    pages: int
    pages_per_s: float


class DirtyReport(Doc, frozen=True, kw_only=True):
    """How fast a process writes to its memory; `extra_faults` is what watching cost it in minor faults, `attach_ms` how long attaching took.

    `refused_by` is the kernel setting that forbids it, `method` is write-protect (userfaultfd) or soft-dirty; `working_set` counts the different
    pages written in the whole time, where that is known.
    """

    duration_s: float
    method: str = ""
    working_set: int | None = None
    rows: tuple[DirtyRow, ...] = ()
    extra_faults: int = 0
    attach_ms: float = 0.0
    why: str = ""
    refused_by: str = ""


class GoMemory(Doc, frozen=True, kw_only=True):
    """A Go process's memory (kB): resident, given back with MADV_FREE but still there, in huge pages; None where it may not be read.

    `version` is the Go that built it.
    """

    pid: int
    started_at: int
    version: str = ""
    resident_kb: int | None = None
    lazy_free_kb: int | None = None
    huge_kb: int | None = None


class Heap(Doc, frozen=True, kw_only=True):
    """A Go program's heap as it told it itself: bytes in use, obtained from the system, and given back, the size at which it collects next,
    collections so far. `source` is the address that told; None and an empty source where none did, which `why` explains.
    """

    source: str = ""
    in_use: int | None = None
    obtained: int | None = None
    returned: int | None = None
    next_collection: int | None = None
    collections: int | None = None
    why: str = ""


class Sign(Doc, frozen=True, kw_only=True):
    """What a rule about measurements (`check`) says of an observed process, what helps, and the commands for it."""

    check: str
    text: Text
    advice: Text | None = None
    commands: tuple[str, ...] = ()


class HugePages(Doc, frozen=True, kw_only=True):
    """How the kernel hands out transparent huge pages: the choices of `enabled` and `defrag`, and how many unused pages khugepaged may fill."""

    enabled: str
    defrag: str = ""
    max_ptes_none: int | None = None


class FaultReport(Doc, frozen=True, kw_only=True):
    """The answer of `faults`: mean rates over `duration_s` sampled at `hz`.

    `cgroups` when the system was asked for, `threads` when one process was, `heap` when that process was to be asked for it.
    """

    duration_s: float
    hz: float
    system: SystemRates
    processes: tuple[ProcessRates, ...]
    where: tuple[Where, ...] = ()
    lost: int = 0
    cgroups: tuple[GroupRates, ...] = ()
    threads: tuple[ThreadRates, ...] = ()
    gc: GcReport | None = None
    code: Listing | None = None
    tlb: TlbReport | None = None
    go_memory: tuple[GoMemory, ...] = ()
    huge_pages: HugePages | None = None
    heap: Heap | None = None
    why: str = ""


class SampleBatch(Doc, frozen=True, kw_only=True):
    """One tick of the live stream: monotonic time (s), system rates, the fastest processes, what is not attributable, what it cost (CPU ms).

    `ended_per_s` are faults of children that ended between two looks, known through their parents. `system` is None on the first tick
    and across a gap, which `why` explains.
    """

    time_s: float
    interval_s: float
    system: SystemRates | None
    processes: tuple[ProcessRates, ...]
    process_count: int
    unattributed_per_s: float
    cost_ms: float
    ended_per_s: float = 0.0
    markers: tuple[Marker, ...] = ()
    why: str = ""
