"""What does the window know now? One store: latest snapshot, session state, fault samples; panels listen to it and to nothing else."""

import time
from typing import TYPE_CHECKING

import msgspec
from PySide6.QtCore import QObject, Signal

from inspector.gui.link import AgentLink
from inspector.gui.series import Series
from inspector.gui.underway import UnderWay
from inspector.gui.words import is_moment
from inspector.i18n import mark, tr
from inspector.model.about import AboutMessage
from inspector.model.base import UNKNOWN
from inspector.model.faults import SampleBatch
from inspector.model.finding import Finding
from inspector.model.kernel_messages import KernelMapReady, KernelsCompared
from inspector.model.lab_messages import LabReady
from inspector.model.messages import (
    AskKernel,
    BinariesRead,
    Cancel,
    Done,
    Failed,
    Focus,
    Groups,
    Hello,
    HistoryReady,
    InstallsMeasured,
    Look,
    Message,
    Observe,
    Observed,
    Progress,
    Recording,
    Rehearsed,
    Replayed,
    Request,
    Samples,
    Sampling,
    SamplingStatus,
    SnapshotReady,
    Source,
    Status,
    TerminalOpened,
    ThreeWaysReady,
    Written,
)
from inspector.model.opened import Opened
from inspector.model.report_messages import ReportOpened, ReportsCompared, TimelineReady
from inspector.model.reports import AskDraft, DraftMessage, Speak
from inspector.model.snapshot import Snapshot
from inspector.model.which import WhichReady
from inspector.model.wording import worded

if TYPE_CHECKING:
    from inspector.gui.day import Day

Answer = (
    Rehearsed | Done | HistoryReady | ThreeWaysReady | TerminalOpened | Source | Progress | Observed | Written | Groups | Recording | Replayed
    | KernelsCompared | KernelMapReady | BinariesRead | InstallsMeasured | AboutMessage | DraftMessage | WhichReady | LabReady
    | ReportOpened | ReportsCompared | TimelineReady | Failed
)  # fmt: skip


CANCELLED = mark("cancelled")
"""The reason of a Failed that is the user's own wish."""


class Store(QObject):
    """State comes down as four signals; requests go up as calls.

    `replaced`: there is another snapshot. `changed`: session or status changed. `sampled`: fault samples arrived.
    `answered`: a request was answered.

    `snapshot` is worded for the reader; `original` is the document as it was written, for everybody who is to get it.
    """

    replaced = Signal()
    changed = Signal()
    sampled = Signal(object)
    answered = Signal(object)

    def __init__(self, link: AgentLink | None, *, parent: QObject) -> None:
        super().__init__(parent)
        self.link = link
        self.snapshot: Snapshot | None = None
        self.original: Snapshot | None = None
        self.generation = 0
        self.pending: frozenset[str] = frozenset()
        self.hello: Hello | None = None
        self.status: Status | None = None
        self.measuring: SamplingStatus | None = None
        self.looking_since = 0.0
        self.under_way = UnderWay()
        self.trouble = ""
        self.banner = ""
        self.report_language = ""
        self.document = ""
        self.samples: tuple[SampleBatch, ...] = ()
        self.looked_at = 0.0
        self.sampling = 0.0
        self.series = Series()
        self.day: Day | None = None
        self._live: SnapshotReady | None = None
        if link is not None:
            link.received.connect(self.take)
            link.lost.connect(self._lose)

    # ---- what comes down

    def take(self, message: Message) -> None:
        """Take in one message of the agent."""
        if isinstance(message, SnapshotReady):
            self._live = message
            if not self.banner:
                self._replace(message)
        elif isinstance(message, Samples):
            self._record(message)
        elif isinstance(message, Hello | Status | SamplingStatus):
            self._note(worded(message))
        else:
            self.under_way.answered(message)
            if isinstance(message, Progress) and message.id == 0:
                self.looking_since = time.monotonic() if message.stage else 0.0
                self.changed.emit()
            if isinstance(message, Done) and self.day is not None:
                self.day.mark("fixed", message.receipt.finding)
            self.answered.emit(message if isinstance(message, ReportOpened) else worded(message))

    def keep_day(self) -> None:
        """Remember a day of samples from now on; not before the first paint, because it imports numpy."""
        if self.day is None:
            from inspector.gui.day import Day

            self.day = Day()

    def _record(self, message: Samples) -> None:
        for batch in message.batches:
            if message.focus:
                if self.day is not None:
                    self.day.add_focus(batch)
                continue
            self.series.add(batch)
            if self.day is not None:
                self.day.add(batch)
        if not message.focus:
            self.sampled.emit(message.batches)

    def show_document(self, opened: Opened, banner: str, *, word: str = "") -> None:
        """Show a saved snapshot instead of this machine, read-only, under this banner; `word` is its name in a CompareReports."""
        self.banner, self.document, self.samples = banner, word, opened.samples
        self._replace(SnapshotReady(generation=self.generation, snapshot=opened.snapshot))
        self.changed.emit()

    def leave_document(self) -> None:
        """Show this machine again."""
        self.banner = self.document = ""
        self.samples = ()
        if self._live is not None:
            self._replace(self._live)
        self.changed.emit()

    def foreign(self) -> bool:
        """Whether what is shown was written by somebody else, or may have been."""
        return bool(self.banner) and not is_moment(self.document)

    def home(self) -> str:
        """The inspected home directory, empty before the first snapshot."""
        return self.snapshot.host.home if self.snapshot and self.snapshot.host.home != UNKNOWN else ""

    def findings(self) -> tuple[Finding, ...]:
        """What is wrong, worst first; what is only worth knowing is not counted."""
        return tuple(f for f in self.snapshot.findings if f.severity != "info") if self.snapshot else ()

    def read_only(self) -> str:
        """Why nothing can be changed from here, empty if it can."""
        return self.banner or (self.hello.read_only if self.hello else "")

    # ---- what goes up

    def look(self) -> None:
        """Look again at everything."""
        self._send(Look())

    def cancel_look(self) -> None:
        """End the look that is under way; what it has by then is shown."""
        self._send(Cancel(id=0))

    def ask(self, request: Request) -> int:
        """Ask something of the agent; the id its answer will carry, 0 if there is nobody to ask."""
        if isinstance(request, AskDraft) and not request.language:
            request = msgspec.structs.replace(request, language=self.report_language)
        number = self.link.ask(request) if self.link else 0
        if self.under_way.asked(request, number):
            self.changed.emit()
        return number

    def cancel(self, request: int) -> None:
        """Forget a request that was asked; no answer to it comes any more."""
        self.under_way.given_up(request)
        self._send(Cancel(id=request))

    def give_up(self, request: int) -> None:
        """Forget a request for whoever waits for it, who is told so."""
        self.cancel(request)
        self.answered.emit(Failed(id=request, reason=tr(CANCELLED)))
        self.changed.emit()

    def speak(self, language: str, *, reports: str) -> None:
        """Let the agent say what it says in this language, and reports in that one (empty: in this as well)."""
        self.report_language = reports or language
        self._send(Speak(language=language))

    def reword(self) -> None:
        """The language changed: what is shown is worded in it."""
        self.snapshot = worded(self.original) if self.original else None

    def ask_kernel(self, capability: str) -> None:
        """Ask a capability's live question again."""
        self.ask(AskKernel(id=0, capability=capability))

    def stop_observing(self) -> None:
        """Let the observed process go."""
        self._send(Observe(id=0, pid=0))

    def sample(self, hz: float) -> None:
        """Sample page faults this often; 0 stops."""
        self.sampling = hz
        self._send(Sampling(hz=hz))

    def focus(self, pids: tuple[int, ...], hz: float) -> None:
        """Sample these processes faster than the others; none stops."""
        self._send(Focus(pids=pids, hz=hz))

    def _send(self, request: Request) -> None:
        if self.link is not None:
            self.link.send(request)

    def _replace(self, message: SnapshotReady) -> None:
        if message.generation < self.generation:
            return
        self.generation = message.generation
        self.original = message.snapshot
        self.snapshot = worded(message.snapshot)
        self.pending = frozenset(message.partial)
        self.looked_at = time.monotonic()
        self.trouble = ""
        self.replaced.emit()

    def _note(self, message: Hello | Status | SamplingStatus) -> None:
        if isinstance(message, Hello):
            self.hello = message
            self.generation = 0
            self.trouble = ""
        elif isinstance(message, Status):
            self.status = message
        else:
            self.measuring = message
        self.changed.emit()

    def _lose(self, reason: str) -> None:
        self.hello = None
        self.sampling = self.looking_since = 0.0
        self.under_way.clear()
        self.trouble = reason or "?"
        self.changed.emit()
