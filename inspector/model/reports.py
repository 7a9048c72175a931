"""What will leave this machine, and what was replaced in it? A report before it is saved, and what window and agent say to each other about it."""

from inspector.model.base import Doc
from inspector.model.snapshot import Snapshot


class DraftPart(Doc, frozen=True, kw_only=True):
    """One file of the bundle as it would leave."""

    name: str
    size: int
    text: str


class Replaced(Doc, frozen=True, kw_only=True):
    """One value that was replaced. `was` is the value where a person may need it to decide, and only its first letters where it is a secret.

    `key` names the value when somebody decides that it leaves after all (`kept`); `times` is how often the token, or the kept value, is in the parts.
    """

    kind: str
    token: str
    was: str
    key: str
    times: int
    kept: bool = False


class DraftReport(Doc, frozen=True, kw_only=True):
    """The redacted report: every part but the pictures, what was replaced in them, and how many values were withheld whole."""

    parts: tuple[DraftPart, ...] = ()
    replaced: tuple[Replaced, ...] = ()
    withheld: int = 0
    notes: tuple[str, ...] = ()


class Picture(Doc, frozen=True, kw_only=True):
    """A picture of the redacted snapshot, as PNG."""

    name: str
    png: bytes


class PictureWish(Doc, frozen=True, kw_only=True):
    """Which pictures: panels by name, theme, 1 or 2 pixels per point, size of the window, language (empty for the agent's own).

    `ago` is the plot's stretch of time (s before its end).
    """

    panels: tuple[str, ...] = ("all",)
    theme: str = "light"
    scale: int = 1
    size: tuple[int, int] = (1440, 900)
    ago: tuple[float, float] | None = None
    language: str = ""


# ---- client to agent


class Speak(Doc, frozen=True, kw_only=True, tag="speak", tag_field="type"):
    """Say what is meant for people in this language from now on (a locale name)."""

    language: str


class AskDraft(Doc, frozen=True, kw_only=True, tag="ask-draft", tag_field="type"):
    """Draft the redacted report of the last look, or of the opened document `shown`; answered by ReportDrafted.

    `inputs` adds the text of the files that were read. `hide` are words to replace everywhere, `keep` keys of values that leave all the same;
    `again` means of the same moment as before. `language` is a locale name, empty for the agent's own.
    """

    id: int
    shown: Snapshot | None = None
    inputs: bool = False
    hide: tuple[str, ...] = ()
    keep: tuple[str, ...] = ()
    again: bool = False
    language: str = ""


class AskPictures(Doc, frozen=True, kw_only=True, tag="ask-pictures", tag_field="type"):
    """Take pictures of the draft (its id) that was shown last, answered by PicturesTaken."""

    id: int
    draft: int
    wish: PictureWish


class SaveBundle(Doc, frozen=True, kw_only=True, tag="save-bundle", tag_field="type"):
    """Write the draft that was shown last, with these pictures, answered by BundleSaved; nothing is written that was not shown."""

    id: int
    draft: int
    path: str
    pictures: tuple[Picture, ...] = ()


DraftRequest = AskDraft | AskPictures | SaveBundle

# ---- agent to client


class ReportDrafted(Doc, frozen=True, kw_only=True, tag="report-drafted", tag_field="type"):
    """The answer to AskDraft."""

    id: int
    draft: DraftReport


class PicturesTaken(Doc, frozen=True, kw_only=True, tag="pictures-taken", tag_field="type"):
    """The answer to AskPictures."""

    id: int
    pictures: tuple[Picture, ...]


class BundleSaved(Doc, frozen=True, kw_only=True, tag="bundle-saved", tag_field="type"):
    """The answer to SaveBundle."""

    id: int
    path: str
    size: int


DraftMessage = ReportDrafted | PicturesTaken | BundleSaved
