"""What do all documents share? Frozen structs, exact bytes beside their text, and templates that travel untranslated."""

from typing import Literal

import msgspec

from inspector import i18n

Known = Literal["observed", "read", "derived", "predicted", "failed", "not-applicable"]
"""How a value is known: seen happening, read from a named file, computed from such, foretold, not known because looking failed, no question here."""

Severity = Literal["info", "warning", "error"]
Safety = Literal["safe", "careful", "manual"]

UNKNOWN = "unknown"
"""The word for a value that could not be told; the reason stands beside it."""


class Doc(msgspec.Struct, frozen=True, kw_only=True):
    """Base of every document part: immutable, keyword-only, tolerant of fields a newer writer added."""


Param = str | int | float


class Text(Doc, frozen=True, kw_only=True):
    """A sentence as template and parameters, so that a report opens in its reader's language."""

    template: str
    params: dict[str, Param] = msgspec.field(default_factory=dict)

    def said(self) -> str:
        """The sentence as documents hold it, in English."""
        return i18n.say(self.template, **self.params)

    def render(self) -> str:
        """The sentence in the reader's language."""
        return i18n.tr(self.template, **self.params)


def text(template: str, **params: Param) -> Text:
    """Shorthand for a Text; the template must be written `mark("…")` where it is first spelled."""
    return Text(template=template, params=params)


def shown(raw: str) -> str:
    """A surrogate-escaped string as it may be shown and encoded: undecodable bytes become U+FFFD."""
    return raw.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def exact_bytes(raw: str) -> bytes | msgspec.UnsetType:
    """The bytes behind a surrogate-escaped string, or UNSET where `shown(raw)` is already exact."""
    data = raw.encode("utf-8", "surrogateescape")
    return msgspec.UNSET if data.decode("utf-8", "replace").encode() == data else data


def exact_text(text: str, exact: bytes | msgspec.UnsetType) -> str:
    """The surrogate-escaped string behind a shown text and its exact bytes, the inverse of `shown` with `exact_bytes`."""
    return text if exact is msgspec.UNSET else exact.decode("utf-8", "surrogateescape")
