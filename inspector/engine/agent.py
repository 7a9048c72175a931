"""Who serves a window or a remote client? A loop behind a pipe: requests in, whole snapshots and sample batches out, one JSON document per line."""

import logging
import os
import queue
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace

import msgspec

from inspector import __version__, i18n
from inspector.changes.problems import PenError
from inspector.engine import about, fixing, holding, reading_go, reporting
from inspector.engine.comparing import UnusableSideError
from inspector.engine.drafting import ReportDesk
from inspector.engine.look import ALL_PARTS, Known, ask_kernel, ask_whole_kernel
from inspector.engine.observing import ObservingLoop, tell_heap, track_writes
from inspector.engine.pulse import KernelPulse
from inspector.engine.sampling import FocusLoop, SamplingLoop, measure_groups, replay_recording
from inspector.engine.session import Looked, NothingToDoError, Session
from inspector.engine.stop import Stop
from inspector.engine.unfinished import completed
from inspector.host.watch import Watcher
from inspector.model import kernel_messages as kmsg
from inspector.model import messages as msg
from inspector.model import report_messages as rmsg
from inspector.model.lab_messages import HoldLab
from inspector.model.look import LookOptions
from inspector.model.menu import AskMenu, ChangeMenu
from inspector.model.reports import AskDraft, AskPictures, SaveBundle, Speak
from inspector.model.snapshot import Snapshot
from inspector.model.topic import AskTopics
from inspector.model.which import AskWhich, WhichReady
from inspector.probes.carrying import NOTHING

_PREDICTED = ("environment", "kernel")
_FILES = ("environment", "golang")
"""What depends on files that are watched; the kernel is asked again when somebody asks."""
_SOURCE_LINES = 200
_LAST_CHANGE_S = 10.0
"""How long an agent without client waits for a change under way to be finished or rolled back."""
_LAST_LOOK_S = 1.0
"""How long it waits for what a look under way has started to be gone."""
_log = logging.getLogger(__name__)
_decoder = msgspec.json.Decoder(msg.Request)


@dataclass(frozen=True, slots=True)
class _LookDone:
    generation: int
    looked: Looked | None
    reason: str
    partial: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Changed:
    paths: frozenset[str]
    kernel: bool = False


class _End:
    """The client closed its end."""


_Event = msg.Request | _LookDone | _Changed | _End


class Agent:
    """Owns a Session for one client. The main thread decides, workers look, one lock guards the output."""

    def __init__(self, options: LookOptions, *, source: int = 0, sink: int = 1) -> None:
        self._session = Session(options)
        self._events: queue.SimpleQueue[_Event] = queue.SimpleQueue()
        self._source, self._sink = source, sink
        self._writing = threading.Lock()
        self._generation = 0
        self._looking = 0
        self._stop = Stop()
        self._looker = threading.Thread()
        self._again: frozenset[str] = frozenset()
        self._changed: frozenset[str] | None = None
        self._last: Looked | None = None
        self._watcher: Watcher | None = None
        self._sampling = SamplingLoop(self._send)
        self._focus = FocusLoop(self._send)
        self._reports = ReportDesk(self._session, self._sampling.recent)
        self._observing = ObservingLoop(self._send)
        self._busy = threading.Lock()
        self._keeping = threading.Lock()
        self._cancelled: set[int] = set()

    def serve(self) -> int:
        """Answer requests until the client closes its end; the exit code."""
        try:
            notes = self._session.recover()
        except PenError as reason:
            notes = (str(reason),)
        self._send(msg.Hello(version=__version__, pid=os.getpid(), root=os.geteuid() == 0, notes=notes))
        threading.Thread(target=self._read, name="requests", daemon=True).start()
        if self._session.host.kind == "local":
            self._watcher = Watcher(lambda paths: self._events.put(_Changed(paths)))
            KernelPulse(self._session.host, lambda paths: self._events.put(_Changed(frozenset(paths), kernel=True)))
        self._start_look(first=True)
        while True:
            event = self._events.get()
            if isinstance(event, _End):
                self._sampling.set_rate(0)
                self._observing.stop()
                self._stop.ask()
                self._looker.join(_LAST_LOOK_S)
                self._busy.acquire(timeout=_LAST_CHANGE_S)
                return 0
            self._handle(event)

    def _read(self) -> None:
        with open(self._source, "rb", closefd=False) as stream:
            for line in stream:
                try:
                    self._events.put(_decoder.decode(line))
                except (msgspec.ValidationError, msgspec.DecodeError) as error:
                    self._send(msg.Failed(id=0, reason=i18n.mark(f"not a request: {error}")))
        self._events.put(_End())

    def _send(self, message: msg.Message) -> None:
        data = memoryview(msg.encode_line(message))
        with self._writing:
            try:
                while data:
                    data = data[os.write(self._sink, data) :]
            except OSError:
                self._events.put(_End())

    def _handle(self, event: _Event) -> None:
        match event:
            case _LookDone():
                self._looked(event)
            case _Changed():
                self._follow(event)
            case msg.Look():
                self._changed = None
                self._start_look()
            case Speak():
                i18n.use_language(event.language)
            case msg.Sampling():
                self._sampling.set_rate(event.hz)
            case msg.Focus():
                self._focus.set_focus(event)
            case msg.Record():
                self._send(self._sampling.record(event))
            case msg.Observe() | msg.RunProgram():
                self._observing.set_target(event)
            case msg.Cancel(id=0):
                self._again = frozenset()
                self._changed = None
                self._stop.ask()
            case msg.Cancel():
                self._cancelled.add(event.id)
            case _End():
                pass
            case _:
                self._work(event.id, lambda: self._answer(event))

    # ---- looking

    def _follow(self, change: _Changed) -> None:
        if change.kernel:
            self._work(0, self._ask_whole_kernel)
            return
        if self._changed is not None:
            self._changed |= change.paths
        self._start_look(frozenset(_FILES))

    def _start_look(self, parts: frozenset[str] = frozenset(ALL_PARTS), *, first: bool = False) -> None:
        if self._looking:
            self._again |= parts
            return
        self._generation += 1
        self._looking = self._generation
        self._stop = Stop()
        self._send(msg.Progress(id=0, stage="look"))
        known = Known()
        if self._last:
            contexts = self._last.since(self._changed) if self._changed is not None else NOTHING
            known = Known(kernel=self._last.snapshot.kernel, contexts=contexts)
        self._changed = frozenset()
        self._looker = threading.Thread(target=self._look, args=(self._generation, parts, known, first, self._stop), name="look", daemon=True)
        self._looker.start()

    def _look(self, generation: int, parts: frozenset[str], known: Known, first: bool, stop: Stop) -> None:
        try:
            if first:
                predicted = self._session.look(parts=_PREDICTED, execute=False)
                self._events.put(_LookDone(generation, predicted, "", partial=_FILES))
                known, parts = Known(kernel=predicted.snapshot.kernel), frozenset(_FILES)
            looked = self._session.look(parts=tuple(parts), known=known, stop=stop)
            if stop.asked and self._last:
                looked = replace(looked, snapshot=completed(looked.snapshot, self._last.snapshot), paths=looked.paths | self._last.paths)
            self._events.put(_LookDone(generation, looked, ""))
        except Exception as error:  # noqa: BLE001  the fence around a look
            _log.info("the look failed", exc_info=True)
            self._events.put(_LookDone(generation, None, f"{type(error).__name__}: {error}"))

    def _looked(self, done: _LookDone) -> None:
        if done.looked is None:
            self._changed = None
            self._send(msg.Failed(id=0, reason=done.reason))
            self._look_ended()
            return
        if done.partial:
            self._send(msg.SnapshotReady(generation=done.generation, snapshot=done.looked.snapshot, partial=done.partial))
            return
        self._last = done.looked
        watching = len(done.looked.paths)
        if self._watcher:
            self._watcher.watch(done.looked.paths)
            watching = self._watcher.count
        snapshot = done.looked.snapshot
        snapshot = msgspec.structs.replace(snapshot, look=msgspec.structs.replace(snapshot.look, watched=watching))
        self._send(msg.SnapshotReady(generation=done.generation, snapshot=snapshot))
        self._send(msg.Status(watching=watching, watch_why=self._watcher.why if self._watcher else i18n.mark("an opened folder does not change")))
        threading.Thread(target=self._keep, args=(snapshot,), name="keep", daemon=True).start()
        self._look_ended()

    def _keep(self, snapshot: Snapshot) -> None:
        """A state directory that cannot be written to is no reason to complain at every look."""
        try:
            with self._keeping:
                if reporting.keep(self._session, snapshot):
                    self._send(rmsg.TimelineReady(id=0, timeline=reporting.timeline(self._session)))
        except OSError:
            _log.info("the moment was not kept", exc_info=True)

    def _look_ended(self) -> None:
        self._looking = 0
        self._send(msg.Progress(id=0, stage=""))
        if self._again:
            again, self._again = self._again, frozenset()
            self._start_look(again)

    # ---- requests

    def _work(self, request: int, answer: Callable[[], msg.Message]) -> None:
        def run() -> None:
            try:
                message = answer()
                if request not in self._cancelled:
                    self._send(message)
            except (NothingToDoError, PenError, UnusableSideError) as reason:
                self._send(msg.Failed(id=request, reason=str(reason)))
            except Exception as error:  # noqa: BLE001  the fence around a command
                _log.info("request %s failed", request, exc_info=True)
                self._send(msg.Failed(id=request, reason=f"{type(error).__name__}: {error}"))

        threading.Thread(target=run, name=f"request-{request}", daemon=True).start()

    def _answer(self, event: msg.Request) -> msg.Message:
        match event:
            case msg.TrackWrites() | msg.AskHeap() | msg.AskGroups() | msg.Replay():
                return self._measured(event)
            case msg.AskSource() | AskWhich():
                return self._source_lines(event) if isinstance(event, msg.AskSource) else self._which(event)
            case msg.ReadBinaries() | msg.MeasureInstalls():
                return reading_go.answer(self._session.host, event, self._last.snapshot if self._last else None)
            case HoldLab():
                snapshot = self._last.snapshot if self._last else None
                return holding.answer(self._session, event, snapshot, send=self._send, stopped=lambda: event.id in self._cancelled)
            case AskTopics() | AskMenu() | ChangeMenu():
                return about.answer(event)
            case msg.AskKernel():
                return self._ask_kernel(event)
            case kmsg.CompareKernels() | kmsg.AskKernelMap():
                return self._beside(event)
            case rmsg.OpenReport() | rmsg.CompareReports() | rmsg.AskTimeline():
                return reporting.answer(self._session, event, self._last.snapshot if self._last else None)
            case AskDraft() | AskPictures() | SaveBundle():
                return self._reports.answer(event, self._last)
            case msg.Simulate() | msg.SimulateBatch() | msg.AskHistory() | msg.AskThreeWays() | msg.OpenTerminal():
                return fixing.answer(self._session, event, self._last.snapshot if self._last else None, self._stage(event.id))
            case msg.Apply() | msg.Undo() | msg.Forget():
                return self._change(event)
            case _:
                return msg.Failed(id=0, reason=i18n.mark(f"nobody answers {type(event).__name__}"))

    def _measured(self, event: msg.TrackWrites | msg.AskHeap | msg.AskGroups | msg.Replay) -> msg.Message:
        def stopped() -> bool:
            return event.id in self._cancelled

        if isinstance(event, msg.TrackWrites | msg.AskHeap):
            return track_writes(event, stopped) if isinstance(event, msg.TrackWrites) else tell_heap(event)
        return measure_groups(event) if isinstance(event, msg.AskGroups) else replay_recording(event, self._send, stopped)

    def _stage(self, request: int) -> Callable[[str, str], None]:
        return lambda stage, detail: self._send(msg.Progress(id=request, stage=stage, detail=detail))

    def _change(self, event: msg.Apply | msg.Undo | msg.Forget) -> msg.Message:
        with self._busy:
            message = fixing.change(self._session, event, self._stage(event.id))
        self._events.put(msg.Look())
        return message

    def _ask_kernel(self, event: msg.AskKernel) -> msg.Message:
        last = self._last
        if last is None:
            return msg.Failed(id=event.id, reason=i18n.mark("the first look is not complete yet"))
        snapshot = ask_kernel(self._session.host, last.snapshot, event.capability)
        self._last = replace(last, snapshot=snapshot)
        return msg.SnapshotReady(generation=self._generation, snapshot=snapshot)

    def _beside(self, event: kmsg.CompareKernels | kmsg.AskKernelMap) -> msg.Message:
        from inspector.engine import kernels
        from inspector.probes.kernel_sources import UnreadableSourceError

        known = event.shown or (self._last.snapshot.kernel if self._last else None)
        if known is None:
            return msg.Failed(id=event.id, reason=i18n.mark("the first look is not complete yet"))
        if isinstance(event, kmsg.AskKernelMap):
            return kmsg.KernelMapReady(id=event.id, map=kernels.map_with(known, event.files))
        try:
            return kmsg.KernelsCompared(id=event.id, comparison=kernels.compare_words(event.before, event.after, self._session.host, known=known))
        except UnreadableSourceError as reason:
            return msg.Failed(id=event.id, reason=str(reason))

    def _ask_whole_kernel(self) -> msg.Message:
        last = self._last
        if last is None:
            return msg.Progress(id=0, stage="look")
        snapshot = ask_whole_kernel(self._session.host, last.snapshot)
        self._last = replace(last, snapshot=snapshot)
        self._keep(snapshot)
        return msg.SnapshotReady(generation=self._generation, snapshot=snapshot)

    def _which(self, event: AskWhich) -> WhichReady:
        return WhichReady(id=event.id, found=self._session.which(self._last.snapshot, event.names) if self._last else ())

    def _source_lines(self, event: msg.AskSource) -> msg.Message:
        content = self._session.host.read(event.file)
        if content.status != "ok":
            return msg.Source(id=event.id, file=event.file, first=0, lines=(), why=f"{content.status}: {content.reason}")
        lines = content.data.decode("utf-8", "replace").splitlines()
        first = max(1, event.line - event.context) if event.line else 1
        last = min(len(lines), event.line + event.context if event.line else 2 * event.context + 1, first + _SOURCE_LINES)
        return msg.Source(id=event.id, file=event.file, first=first, lines=tuple(lines[first - 1 : last]))


def serve(options: LookOptions) -> int:
    """Serve standard input and output; whatever else is printed goes to standard error."""
    sink = os.dup(1)
    os.set_inheritable(sink, False)
    os.dup2(2, 1)
    sys.stdout = sys.stderr
    code = Agent(options, sink=sink).serve()
    os._exit(code)  # a wedged worker must not keep a closed agent alive


