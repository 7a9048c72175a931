"""What was asked of the agent and is not answered yet? Whatever lasts long enough to be noticed can be given up."""

import time
from collections.abc import Iterator
from dataclasses import dataclass

from inspector.i18n import mark
from inspector.model.kernel_messages import AskKernelMap, CompareKernels
from inspector.model.messages import AskHeap, Message, Progress, ReadBinaries, Replay, Replayed, Request, TrackWrites
from inspector.model.report_messages import CompareReports, OpenReport
from inspector.model.reports import AskDraft
from inspector.model.which import AskWhich

NOTICED_S = 0.5
_WORDS: dict[type, str] = {
    AskDraft: mark("Drafting the report"),
    AskHeap: mark("Asking the program about its memory"),
    AskKernelMap: mark("Reading kernel configurations"),
    AskWhich: mark("Looking up commands"),
    CompareKernels: mark("Comparing kernels"),
    CompareReports: mark("Comparing"),
    OpenReport: mark("Opening the report"),
    ReadBinaries: mark("Reading Go binaries"),
    Replay: mark("Reading the recording"),
    TrackWrites: mark("Watching writes"),
}
"""What people wait for. What changes something is never given up half-way; what nobody waits for is not told of."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A request by its id: what is done for it (to be translated), and since when on the monotonic clock."""

    id: int
    words: str
    since: float

    def lasts_s(self) -> float:
        """For how long it has been waited for."""
        return time.monotonic() - self.since


class UnderWay:
    """The requests that are waited for, oldest first."""

    def __init__(self) -> None:
        self._waiting: dict[int, Waiting] = {}

    def asked(self, request: Request, number: int) -> bool:
        """Take note of a request that was sent as this number; whether somebody waits for it."""
        words = _WORDS.get(type(request), "")
        if number and words:
            self._waiting[number] = Waiting(number, words, time.monotonic())
        return bool(number and words)

    def answered(self, message: Message) -> None:
        """Take note of what came back."""
        if not isinstance(message, Progress) and not (isinstance(message, Replayed) and not message.last):
            self._waiting.pop(getattr(message, "id", 0), None)

    def given_up(self, number: int) -> None:
        """Nobody waits for this one any more."""
        self._waiting.pop(number, None)

    def clear(self) -> None:
        """Nobody is there who could answer."""
        self._waiting.clear()

    def slow(self) -> Iterator[Waiting]:
        """What has lasted long enough to be noticed, the latest first."""
        return (waiting for waiting in reversed(self._waiting.values()) if waiting.lasts_s() >= NOTICED_S)
