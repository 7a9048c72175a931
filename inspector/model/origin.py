"""Where does a value come from, and through what? An Origin is that answer as a chain and as one sentence."""

from collections.abc import Callable
from typing import Literal

import msgspec

from inspector import i18n
from inspector.i18n import mark
from inspector.model.base import Doc

OriginKind = Literal["file", "process", "program", "kernel", "package", "derived"]
Confidence = Literal["exact", "statement", "window", "inherited", "predicted"]

_SENTENCES: dict[str, str] = {
    "file-line": mark("set by {file} line {line}"),
    "file": mark("read from {file}"),
    "process": mark("inherited from process {file}"),
    "program": mark("built into {file}"),
    "kernel": mark("answered by the kernel ({file})"),
    "package": mark("installed by package {file}"),
    "derived": mark("derived: {text}"),
}
TEXT_LIMIT = 400
CUT = " …"

_VIA = mark("{first}, which {second} reads")
_VIA_PROCESS = mark("{first}, which {second} runs")


class Origin(Doc, frozen=True, kw_only=True):
    """Who set a value, where, through what.

    `text` longer than TEXT_LIMIT is cut and ends in CUT: one huge line must not stand in thousands of rows.
    `file` is a path, or the process, program, package or kernel interface that answered; `line` is 1-based and 0 where lines mean nothing;
    `text` is the source line as written, or the reason of a derivation; `via` runs from the nearest reader to the outermost.
    """

    kind: OriginKind
    file: str = ""
    line: int = 0
    text: str = ""
    confidence: Confidence = "exact"
    via: tuple["Origin", ...] = ()
    file_bytes: bytes | msgspec.UnsetType = msgspec.UNSET
    text_bytes: bytes | msgspec.UnsetType = msgspec.UNSET
    sentence: str = ""

    def __post_init__(self) -> None:
        if len(self.text) > TEXT_LIMIT:
            msgspec.structs.force_setattr(self, "text", self.text[:TEXT_LIMIT] + CUT)
            msgspec.structs.force_setattr(self, "text_bytes", msgspec.UNSET)
        if not self.sentence:
            msgspec.structs.force_setattr(self, "sentence", self._chain(i18n.say))

    def place(self) -> str:
        """`file:line`, or the file alone."""
        return f"{self.file}:{self.line}" if self.line else self.file

    def describe(self) -> str:
        """The whole chain as one sentence in the reader's language; `sentence` is the English one."""
        return self._chain(i18n.tr)

    def _chain(self, word: Callable[..., str]) -> str:
        key = "file-line" if self.kind == "file" and self.line else self.kind
        sentence = word(_SENTENCES[key], file=self.file, line=self.line, text=self.text)
        for reader in self.via:
            sentence = word(_VIA_PROCESS if reader.kind == "process" else _VIA, first=sentence, second=reader.place())
        return sentence


def derived(reason: str) -> Origin:
    """The origin of a value computed from others, with the reason in plain words."""
    return Origin(kind="derived", text=reason)
