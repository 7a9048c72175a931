"""What do the agent and its clients say to each other? One JSON document per line, tagged by `type`."""

import msgspec

from inspector.model.about import AboutMessage, AboutRequest
from inspector.model.base import Doc
from inspector.model.faults import DirtyReport, GcReport, GroupRates, Heap, Listing, SampleBatch, Sign, Stack, ThreadRates, TlbReport, Where
from inspector.model.golang import Binary
from inspector.model.kernel_messages import AskKernelMap, CompareKernels, KernelMapReady, KernelsCompared
from inspector.model.lab_messages import HoldLab, LabReady
from inspector.model.plan import History, Receipt, Rehearsal, ThreeWay
from inspector.model.report_messages import AskTimeline, CompareReports, OpenReport, ReportOpened, ReportsCompared, TimelineReady
from inspector.model.reports import DraftMessage, DraftRequest, Speak
from inspector.model.snapshot import Snapshot
from inspector.model.which import AskWhich, WhichReady


class Look(Doc, frozen=True, kw_only=True, tag="look", tag_field="type"):
    """Look again at everything now."""

    id: int = 0


class AskKernel(Doc, frozen=True, kw_only=True, tag="ask-kernel", tag_field="type"):
    """Ask one capability's live question again."""

    id: int
    capability: str


class Simulate(Doc, frozen=True, kw_only=True, tag="simulate", tag_field="type"):
    """Rehearse a finding's best plan, or the one asked for."""

    id: int
    finding: str
    plan: str = ""


class SimulateBatch(Doc, frozen=True, kw_only=True, tag="simulate-batch", tag_field="type"):
    """Rehearse the plans of several findings as one transaction; without ids those of everything that is safe to fix. Answered by Rehearsed."""

    id: int
    findings: tuple[str, ...] = ()


class Apply(Doc, frozen=True, kw_only=True, tag="apply", tag_field="type"):
    """Apply exactly what was rehearsed: the edits' hashes must still hold. `agreed` says yes to what the rehearsal asks."""

    id: int
    rehearsal: Rehearsal
    agreed: bool = False


class Undo(Doc, frozen=True, kw_only=True, tag="undo", tag_field="type"):
    """Undo a receipt; with `keep_later` in files that were edited since too, whose later edits stay."""

    id: int
    receipt: str
    keep_later: bool = False


class AskThreeWays(Doc, frozen=True, kw_only=True, tag="ask-three-ways", tag_field="type"):
    """Send the three sides of a receipt's files, answered by ThreeWaysReady."""

    id: int
    receipt: str


class Forget(Doc, frozen=True, kw_only=True, tag="forget", tag_field="type"):
    """Forget every receipt and all bytes kept for undo, answered by HistoryReady."""

    id: int


class OpenTerminal(Doc, frozen=True, kw_only=True, tag="open-terminal", tag_field="type"):
    """Open a terminal with the environment that a finding's remedy would give, without writing to the user's files; answered by TerminalOpened."""

    id: int
    finding: str


class AskHistory(Doc, frozen=True, kw_only=True, tag="ask-history", tag_field="type"):
    """Send every receipt."""

    id: int


class AskSource(Doc, frozen=True, kw_only=True, tag="ask-source", tag_field="type"):
    """Send the lines of a file around a line, for the detail pane."""

    id: int
    file: str
    line: int
    context: int = 3


class Sampling(Doc, frozen=True, kw_only=True, tag="sampling", tag_field="type"):
    """Sample page faults at `hz`; 0 stops."""

    hz: float


class Focus(Doc, frozen=True, kw_only=True, tag="focus", tag_field="type"):
    """Sample these processes (at most 8) at `hz` (at most 10) beside the others, answered by Samples with `focus`; none or 0 stops."""

    pids: tuple[int, ...]
    hz: float


class AskGroups(Doc, frozen=True, kw_only=True, tag="ask-groups", tag_field="type"):
    """Measure the control groups' faults over one second."""

    id: int


class Record(Doc, frozen=True, kw_only=True, tag="record", tag_field="type"):
    """Write every sample from now on to a new file; an empty path ends the recording."""

    id: int
    path: str


class Replay(Doc, frozen=True, kw_only=True, tag="replay", tag_field="type"):
    """Read a recording."""

    id: int
    path: str


class RunProgram(Doc, frozen=True, kw_only=True, tag="run-program", tag_field="type"):
    """Start a program and observe it from its first instruction, answered like Observe; it is ended when something else is observed."""

    id: int
    argv: tuple[str, ...]
    directory: str = ""
    chains: bool = False


class Observe(Doc, frozen=True, kw_only=True, tag="observe", tag_field="type"):
    """Attribute the faults of a process, its threads and children from now on, answered by Observed every second; pid 0 ends it.

    Asking again for the same process with another `code` (a function whose instructions are wanted) keeps the counts; `chains` brings call
    chains too, which costs the program half a fault more each. With `everyone` (and pid 0) all processes: root is asked for where it must be.
    """

    id: int
    pid: int
    code: str = ""
    chains: bool = False
    everyone: bool = False


class TrackWrites(Doc, frozen=True, kw_only=True, tag="track-writes", tag_field="type"):
    """Track which memory a process writes for so many seconds (at most 60). It is stopped for under a millisecond, then pays a fault per page."""

    id: int
    pid: int
    seconds: float = 5.0


class AskHeap(Doc, frozen=True, kw_only=True, tag="ask-heap", tag_field="type"):
    """Ask a Go program for its heap, by HTTP at its own ports on this machine, answered by HeapTold. Never sent but for a person's click."""

    id: int
    pid: int


class ReadBinaries(Doc, frozen=True, kw_only=True, tag="read-binaries", tag_field="type"):
    """Read the Go binaries among these files and directories (one level), answered by BinariesRead; none of them is run."""

    id: int
    paths: tuple[str, ...]


class MeasureInstalls(Doc, frozen=True, kw_only=True, tag="measure-installs", tag_field="type"):
    """Add up what every installed GOROOT takes on disk, answered by InstallsMeasured."""

    id: int


class Cancel(Doc, frozen=True, kw_only=True, tag="cancel", tag_field="type"):
    """Forget the request with this id; with 0 end the look that is under way, and show what it has."""

    id: int


Request = (
    Look | Speak | AskKernel | Simulate | SimulateBatch | Apply | Undo | AskThreeWays | Forget | OpenTerminal
    | AskHistory | AskSource | Sampling | Focus | AskGroups | Record | Replay | Observe | RunProgram
    | TrackWrites | AskHeap | CompareKernels | AskKernelMap | ReadBinaries | MeasureInstalls | OpenReport | CompareReports | AskTimeline
    | AboutRequest | DraftRequest | AskWhich | HoldLab | Cancel
)  # fmt: skip

# ---- agent to client


class Hello(Doc, frozen=True, kw_only=True, tag="hello", tag_field="type"):
    """First message: who answers, and what is true of this session."""

    version: str
    pid: int
    root: bool
    read_only: str = ""
    notes: tuple[str, ...] = ()


class SnapshotReady(Doc, frozen=True, kw_only=True, tag="snapshot", tag_field="type"):
    """A whole snapshot; a later generation replaces an earlier one. `partial` names the roots that are still being looked at."""

    generation: int
    snapshot: Snapshot
    partial: tuple[str, ...] = ()


class Samples(Doc, frozen=True, kw_only=True, tag="samples", tag_field="type"):
    """Fault samples since the last message; with `focus` those of the processes in focus, at their own rate."""

    batches: tuple[SampleBatch, ...]
    focus: bool = False


class Groups(Doc, frozen=True, kw_only=True, tag="groups", tag_field="type"):
    """The answer to AskGroups."""

    id: int
    rows: tuple[GroupRates, ...]
    why: str = ""


class Recording(Doc, frozen=True, kw_only=True, tag="recording", tag_field="type"):
    """The answer to Record: where to, and how many ticks so far; an empty path when it ended, with `why` if nobody asked for that."""

    id: int
    path: str
    ticks: int = 0
    why: str = ""


class Replayed(Doc, frozen=True, kw_only=True, tag="replayed", tag_field="type"):
    """Part of the answer to Replay, in order; the `last` one may be empty."""

    id: int
    batches: tuple[SampleBatch, ...]
    last: bool = False


class Rehearsed(Doc, frozen=True, kw_only=True, tag="rehearsed", tag_field="type"):
    """The answer to Simulate."""

    id: int
    rehearsal: Rehearsal


class Done(Doc, frozen=True, kw_only=True, tag="done", tag_field="type"):
    """The answer to Apply and Undo."""

    id: int
    receipt: Receipt


class HistoryReady(Doc, frozen=True, kw_only=True, tag="history", tag_field="type"):
    """The answer to AskHistory."""

    id: int
    history: History


class ThreeWaysReady(Doc, frozen=True, kw_only=True, tag="three-ways", tag_field="type"):
    """The answer to AskThreeWays."""

    id: int
    files: tuple[ThreeWay, ...]


class TerminalOpened(Doc, frozen=True, kw_only=True, tag="terminal-opened", tag_field="type"):
    """The answer to OpenTerminal: the terminal program that was started."""

    id: int
    program: str


class Source(Doc, frozen=True, kw_only=True, tag="source", tag_field="type"):
    """Lines of a file, the first of which has number `first`; `why` says why there are none."""

    id: int
    file: str
    first: int
    lines: tuple[str, ...]
    why: str = ""


class Progress(Doc, frozen=True, kw_only=True, tag="progress", tag_field="type"):
    """What a request or a look (id 0) is doing now (stable word in `stage`, empty when a look has ended), and for what."""

    id: int
    stage: str
    detail: str = ""


class Status(Doc, frozen=True, kw_only=True, tag="status", tag_field="type"):
    """For the status bar: how many paths are watched, and why not by inotify."""

    watching: int
    watch_why: str = ""


class SamplingStatus(Doc, frozen=True, kw_only=True, tag="sampling-status", tag_field="type"):
    """How many processes are sampled, and what that costs (per cent of one core); `fault_ns` and `huge_fault_ns`: a fault here, measured once."""

    sampled: int
    cpu_percent: float
    fault_ns: float | None = None
    huge_fault_ns: float | None = None


class Observed(Doc, frozen=True, kw_only=True, tag="observed", tag_field="type"):
    """Where a process faulted since the observation began `seconds` ago: all counts anew each time. `ended`: this is the last one, `why` says why.

    `threads` are rates of the last second, `stacks` the hottest chains if asked for, `refused_by` the kernel setting that refuses attribution,
    `signs` what is wrong by these faults, `listens` the loopback addresses at which a Go program could be asked for its heap.
    """

    id: int
    pid: int
    seconds: float
    rows: tuple[Where, ...]
    lost: int = 0
    gc: GcReport | None = None
    code: Listing | None = None
    stacks: tuple[Stack, ...] = ()
    threads: tuple[ThreadRates, ...] = ()
    tlb: TlbReport | None = None
    ended: bool = False
    why: str = ""
    refused_by: str = ""
    signs: tuple[Sign, ...] = ()
    listens: tuple[str, ...] = ()


class Written(Doc, frozen=True, kw_only=True, tag="written", tag_field="type"):
    """The answer to TrackWrites."""

    id: int
    pid: int
    report: DirtyReport


class HeapTold(Doc, frozen=True, kw_only=True, tag="heap-told", tag_field="type"):
    """The answer to AskHeap."""

    id: int
    pid: int
    heap: Heap


class BinariesRead(Doc, frozen=True, kw_only=True, tag="binaries-read", tag_field="type"):
    """The answer to ReadBinaries."""

    id: int
    binaries: tuple[Binary, ...]


class InstallsMeasured(Doc, frozen=True, kw_only=True, tag="installs-measured", tag_field="type"):
    """The answer to MeasureInstalls: GOROOT to bytes on disk; one that was too large to walk is left out."""

    id: int
    bytes_of: dict[str, int]


class Failed(Doc, frozen=True, kw_only=True, tag="failed", tag_field="type"):
    """A request could not be done; nothing was changed unless `reason` says so."""

    id: int
    reason: str


Message = (
    Hello | SnapshotReady | Samples | Groups | Recording | Replayed | Rehearsed | Done | HistoryReady | ThreeWaysReady | TerminalOpened
    | Source | Progress | Status | SamplingStatus | Observed | Written | HeapTold | KernelsCompared | KernelMapReady | BinariesRead | InstallsMeasured
    | ReportOpened | ReportsCompared | TimelineReady | AboutMessage | DraftMessage | WhichReady | LabReady | Failed
)  # fmt: skip


def encode_line(message: Message | Request) -> bytes:
    """One message as one line of JSON."""
    return msgspec.json.encode(message) + b"\n"
