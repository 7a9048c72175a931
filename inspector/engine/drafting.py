"""What does the window get to see of a report before it is saved? One order is kept; what is saved is compared with what was shown."""

import hashlib
import threading
from collections.abc import Callable

import msgspec

from inspector import i18n
from inspector.engine import reports
from inspector.engine.session import Looked, NothingToDoError, Session
from inspector.model import messages as msg
from inspector.model.faults import SampleBatch
from inspector.model.reports import AskDraft, AskPictures, BundleSaved, PicturesTaken, ReportDrafted, SaveBundle
from inspector.report.drafting import Made, Order

_GROWS = ("manifest.json", "report.html")
"""Parts that differ from what was shown once there are pictures."""


class ReportDesk:
    """One draft at a time. Everything that cannot be done is a NothingToDoError with its sentence."""

    def __init__(self, session: Session, samples: Callable[[], tuple[SampleBatch, ...]]) -> None:
        self._session, self._samples = session, samples
        self._lock = threading.Lock()
        self._order: Order | None = None
        self._made = Made()
        self._number = 0

    def answer(self, event: AskDraft | AskPictures | SaveBundle, looked: Looked | None) -> msg.Message:
        """Do what the window asks."""
        with self._lock:
            match event:
                case AskDraft():
                    return self._open(event, looked)
                case AskPictures():
                    return self._take_pictures(event)
                case SaveBundle():
                    return self._save(event)

    def _open(self, event: AskDraft, looked: Looked | None) -> msg.Message:
        snapshot = event.shown or (looked.snapshot if looked else None)
        if snapshot is None:
            raise NothingToDoError(i18n.mark("the first look is not complete yet"))
        order = self._order
        if order is None or not event.again:
            own = event.shown is None
            paths = looked.paths if own and looked and event.inputs else ()
            order = reports.order(self._session.host, snapshot, samples=self._samples() if own else (), inputs=paths)
        order = msgspec.structs.replace(order, hide=event.hide, keep=event.keep, language=event.language or i18n.language())
        made = reports.draft(order)
        if made.refused:
            raise NothingToDoError(made.refused)
        self._order, self._made, self._number = order, made, event.id
        return ReportDrafted(id=event.id, draft=made.draft)

    def _shown(self, number: int) -> Order:
        if self._order is None or number != self._number:
            raise NothingToDoError(i18n.mark("this is not the draft that was shown last"))
        return self._order

    def _take_pictures(self, event: AskPictures) -> msg.Message:
        self._shown(event.draft)
        assert self._made.snapshot is not None
        taken, why = reports.pictures(self._made.snapshot, self._made.samples, event.wish)
        if why:
            raise NothingToDoError(i18n.mark(f"no pictures: {why}"))
        return PicturesTaken(id=event.id, pictures=taken)

    def _save(self, event: SaveBundle) -> msg.Message:
        order = self._shown(event.draft)
        made = reports.draft(msgspec.structs.replace(order, pictures={picture.name: picture.png for picture in event.pictures}))
        if made.refused:
            raise NothingToDoError(i18n.mark(f"nothing was written: {made.refused}"))
        if _sums(made) != _sums(self._made):
            raise NothingToDoError(i18n.mark("nothing was written: it would not be what was shown"))
        try:
            reports.save(event.path, made.data)
        except OSError as error:
            raise NothingToDoError(f"{event.path}: {error.strerror}") from None
        return BundleSaved(id=event.id, path=event.path, size=len(made.data))


def _sums(made: Made) -> dict[str, str]:
    return {part.name: hashlib.sha256(part.text.encode()).hexdigest() for part in made.draft.parts if part.name not in _GROWS}
