"""What does every row need to know? The home to shorten, and what the findings say about each place."""

from dataclasses import dataclass

from inspector.gui import words
from inspector.gui.theme import Tone
from inspector.model.base import Severity
from inspector.model.origin import Origin
from inspector.model.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class Eyes:
    """The inspected home, the worst severity by where findings show, and by the file and line that caused them."""

    home: str
    worst: dict[str, Severity]
    causes: dict[tuple[str, int], Severity]

    def tone(self, where: str) -> Tone:
        """The tone of a context, install or binary that findings may be about."""
        return words.SEVERITY_TONE[self.worst[where]] if where in self.worst else ""

    def caused(self, origin: Origin) -> Tone:
        """The tone of what a line decided, if that line caused a finding."""
        severity = self.causes.get((origin.file, origin.line)) if origin.kind == "file" and origin.line else None
        return words.SEVERITY_TONE[severity] if severity else ""

    def tidy(self, path: str) -> str:
        """A path with the home written `~`."""
        return words.tidy(path, self.home)

    def chain(self, origin: Origin) -> str:
        """Where a value comes from, and through what."""
        return words.chain(origin, self.home)


def open_eyes(snapshot: Snapshot) -> Eyes:
    """What the findings of this snapshot say about each place."""
    worst: dict[str, Severity] = {}
    causes: dict[tuple[str, int], Severity] = {}
    for finding in snapshot.findings:
        for effect in finding.effects:
            known = worst.get(effect.where)
            if known is None or words.SEVERITY_RANK[finding.severity] > words.SEVERITY_RANK[known]:
                worst[effect.where] = finding.severity
        if finding.cause.line and finding.severity != "info":
            causes[finding.cause.file, finding.cause.line] = finding.severity
    return Eyes(home=snapshot.host.home, worst=worst, causes=causes)
