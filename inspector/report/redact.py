"""What of a snapshot may leave this machine? Each field by its class, each name by its token; what cannot be made safe stops the export."""

from collections.abc import Iterable
from typing import Any, cast

import msgspec

from inspector.i18n import mark
from inspector.model import wire
from inspector.model.base import Doc
from inspector.model.classes import field_class
from inspector.model.environment import Variable
from inspector.model.finding import Finding
from inspector.model.golang import EditorGo, GoSetting, ProjectSetting
from inspector.model.origin import Origin
from inspector.model.snapshot import Snapshot
from inspector.report import rules
from inspector.report.policy import WITHHELD, Policy
from inspector.report.pseudonyms import Identity, Names, Pseudonyms
from inspector.report.scrub import Scrubber

_ROUNDS = 3
_SHORTEST_SEED = 6


class LeakError(Exception):
    """Something that must not leave is still in the finished bytes; the export is stopped. The message names the sort, never the value."""


class Redactions(msgspec.Struct, frozen=True, kw_only=True):
    """How many values were replaced, by sort (`user`, `dir`, `token` …), and how many were withheld whole."""

    replaced: dict[str, int] = {}
    withheld: int = 0


class Redactor:
    """One bundle's redaction: the same tokens for its snapshot, its texts and its pictures."""

    def __init__(self, snapshot: Snapshot, identities: Iterable[Identity] = (), *, keep: Iterable[str] = ()) -> None:
        """`keep` are the item keys of values that leave as they are."""
        host = snapshot.host
        own = (Identity("user", host.user), Identity("host", host.hostname), *_domain(host.hostname), *identities)
        people = tuple(i for i in own if i.kind == "user" and len(i.raw) > 8)
        named = tuple(i for i in own if i.kind != "home")
        self.names = Names((*named, *(Identity("user", i.raw[:8]) for i in people)), Pseudonyms(kept=frozenset(keep)))
        self.scrubber = Scrubber(self.names)
        self.policy = Policy(self.scrubber, homes=(host.home, *(i.raw for i in own if i.kind == "home")), owner=(host.home, host.user))
        self.withheld = 0
        self._origins: dict[tuple[int, str], Origin] = {}
        self._kept: list[Any] = []

    def snapshot(self, snapshot: Snapshot) -> Snapshot:
        """The snapshot that may leave; raises LeakError."""
        redacted = snapshot
        for _ in range(_ROUNDS):
            self._origins.clear()
            redacted = cast("Snapshot", self._doc(snapshot, ""))
            leaked = self.leaks(wire.encode(redacted))
            if not leaked:
                return redacted
            self._learn(leaked)
        raise LeakError(mark("a redacted value is still in the report"))

    def document(self, doc: Doc) -> Doc:
        """Any other document of the model, redacted."""
        return self._doc(doc, "")

    def _learn(self, leaked: tuple[str, ...]) -> None:
        self.names = Names((*self.names.identities, *self.names.kept, *(Identity("word", raw) for raw in leaked)), self.names.pseudonyms)
        self.scrubber.names = self.names
        self.policy = Policy(self.scrubber, homes=self.policy.homes, owner=self.policy.owner)

    def leaks(self, data: bytes) -> tuple[str, ...]:
        """What must not leave and is in these bytes all the same."""
        seeds = (
            raw
            for raw in self.scrubber.found
            if len(raw) >= _SHORTEST_SEED and any(c.isdigit() for c in raw) and "\n" not in raw and Identity("word", raw).distinctive
        )
        found = [raw for raw in seeds if any(form in data for form in _forms(raw))]
        return (*self.names.leaks(data), *found)

    def check(self, name: str, data: bytes) -> None:
        """The tripwire over one finished part; raises LeakError."""
        if self.leaks(data) or self.leaks(name.encode("utf-8", "surrogateescape")):
            raise LeakError(mark(f"{self.names.replace(self.scrubber.text(name))}: a redacted value is still in it"))

    def redactions(self) -> Redactions:
        """What was replaced so far."""
        return Redactions(replaced=dict(sorted(self.names.pseudonyms.counts.items())), withheld=self.withheld)

    # ---- the walk

    def _doc(self, doc: Doc, variable: str) -> Doc:
        if isinstance(doc, Origin):
            return self._origin(doc, variable)
        if isinstance(doc, Variable | GoSetting | ProjectSetting):
            variable = doc.name
        elif isinstance(doc, EditorGo):
            variable = doc.key
        kind = type(doc)
        done = kind(**{name: self._field(kind, name, getattr(doc, name), variable) for name in doc.__struct_fields__})
        if isinstance(done, Finding):
            return msgspec.structs.replace(done, title=done.text.said())
        return done

    def _origin(self, origin: Origin, variable: str) -> Origin:
        key = (id(origin), variable)
        if key not in self._origins:
            self._kept.append(origin)
            self._origins[key] = Origin(
                kind=origin.kind, line=origin.line, confidence=origin.confidence, file=self.policy.path(self._seen(origin.file)),
                text=self._origin_text(origin, variable), via=tuple(self._origin(reader, "") for reader in origin.via),
            )  # fmt: skip
        return self._origins[key]

    def _origin_text(self, origin: Origin, variable: str) -> str:
        if origin.kind in ("file", "process") or (origin.kind == "program" and variable and " " not in origin.text):
            self._seen(origin.text)
            return self._counted(self.policy.line(origin.text, variable))
        return self.policy.words(origin.text)

    def _field(self, kind: type[Doc], name: str, value: Any, variable: str) -> Any:
        if isinstance(value, Doc):
            return self._doc(value, variable)
        if isinstance(value, tuple):
            return tuple(self._field(kind, name, item, variable) for item in value)
        label = field_class(kind, name)
        if isinstance(value, dict):
            return {self.names.replace(key): self._leaf(label, item, key if label == "value" else variable) for key, item in value.items()}
        return self._leaf(label, value, variable)

    def _leaf(self, label: str, value: Any, variable: str) -> Any:
        if isinstance(value, bytes | msgspec.UnsetType):
            return msgspec.UNSET
        if not isinstance(value, str):
            return value if label != "secret" or value is None or isinstance(value, bool) else 0
        return self._text(label, value, variable)

    def _text(self, label: str, value: str, variable: str) -> str:
        if label in ("secret", "value", "line"):
            self._seen(value)
        match label:
            case "public" | "derived":
                return self.scrubber.identifiers(self.scrubber.cut(value)) if len(value) > 24 else self.names.replace(value)
            case "words":
                return self.policy.words(value)
            case "path":
                return self.policy.path(self._seen(value))
            case "paths":
                return self.policy.paths(self._seen(value))
            case "module":
                return self.policy.module(value)
            case "symbol":
                return self.policy.symbol(value)
            case "line":
                return self._counted(self.policy.line(value, variable))
            case "value":
                return self._counted(self.policy.value(value, variable))
            case "identity":
                return self.policy.user(value) if value == self._user(value) else self.names.pseudonyms.of("host", value)
        return self._counted(value and WITHHELD)

    def _user(self, value: str) -> str:
        return "" if any(i.kind == "host" and i.raw == value for i in (*self.names.identities, *self.names.kept)) else value

    def _seen(self, raw: str) -> str:
        """Remember the secrets of a value that does not leave, so that the tripwire knows them."""
        if len(raw) >= _SHORTEST_SEED:
            for span in rules.secrets(raw):
                if span.kind != "random":
                    self.scrubber.remember(raw[span.start : span.end])
        return raw

    def _counted(self, value: str) -> str:
        self.withheld += WITHHELD in value
        return value


def redact(snapshot: Snapshot, identities: Iterable[Identity] = ()) -> tuple[Snapshot, Redactions]:
    """The snapshot that may leave and what was replaced in it; raises LeakError."""
    redactor = Redactor(snapshot, identities)
    return redactor.snapshot(snapshot), redactor.redactions()


def _domain(hostname: str) -> tuple[Identity, ...]:
    short, dot, domain = hostname.partition(".")
    return (Identity("host", short), Identity("domain", domain)) if dot and short else ()


def _forms(raw: str) -> tuple[bytes, ...]:
    quoted = msgspec.json.encode(raw.encode("utf-8", "surrogateescape").decode("utf-8", "replace"))[1:-1]
    return (raw.encode("utf-8", "surrogateescape"), quoted)
