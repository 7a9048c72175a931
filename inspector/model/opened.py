"""What did a stranger's report hold, as far as it could be read?"""

from inspector.model.base import Doc
from inspector.model.faults import SampleBatch
from inspector.model.snapshot import Snapshot


class Opened(Doc, frozen=True, kw_only=True):
    """A report. `redacted` tells a bundle from a bare snapshot; `notes` name what is damaged, unknown or newer."""

    snapshot: Snapshot
    samples: tuple[SampleBatch, ...] = ()
    redacted: bool = False
    pictures: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
