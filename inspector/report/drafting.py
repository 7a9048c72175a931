"""What would leave, and what was replaced in it? One order in, one draft out; the worker's whole task."""

import re

import msgspec

from inspector import i18n
from inspector.model import wire
from inspector.model.faults import SampleBatch
from inspector.model.reports import DraftPart, DraftReport, Replaced
from inspector.model.snapshot import Snapshot
from inspector.report.bundle import Draft
from inspector.report.pseudonyms import Identity, Names, item_key
from inspector.report.redact import LeakError

_OPEN_KINDS = frozenset((
    "user", "host", "domain", "mail", "ip4", "ip6", "mac", "machine", "priv", "owner", "repo", "module", "dir", "file", "package", "word", "person",
))  # fmt: skip
"""Kinds whose values a person sees whole to decide; of any other, which is a secret, only the beginning."""
_SHOWN = 2


class Order(msgspec.Struct, frozen=True, kw_only=True):
    """What a report is to be made of, in this language. A person decides `hide` and `keep`: words to replace everywhere, item keys of what leaves
    all the same."""

    snapshot: Snapshot
    identities: tuple[Identity, ...] = ()
    samples: tuple[SampleBatch, ...] = ()
    inputs: dict[str, bytes] = {}
    pictures: dict[str, bytes] = {}
    notes: tuple[str, ...] = ()
    hide: tuple[str, ...] = ()
    keep: tuple[str, ...] = ()
    language: str = "en"


class Made(msgspec.Struct, frozen=True, kw_only=True):
    """What came of an order: the draft for people and the finished file; or `refused`, the one sentence why nothing may leave."""

    draft: DraftReport = DraftReport()
    snapshot: Snapshot | None = None
    samples: tuple[SampleBatch, ...] = ()
    data: bytes = b""
    refused: str = ""


def make(order: Order) -> Made:
    """Redact, check and pack; anything that goes wrong refuses the whole."""
    i18n.use_language(order.language)
    try:
        draft = Draft(order.snapshot, order.identities, hide=order.hide, keep=order.keep)
        wire.decode(wire.encode(draft.snapshot), Snapshot)
        draft.add_samples(order.samples)
        draft.add_inputs(order.inputs)
        draft.notes += order.notes
        for name, png in order.pictures.items():
            draft.add_picture(name, png)
        parts, data = draft.finish()
    except msgspec.DecodeError:
        return Made(refused=_unhidable(order))
    except LeakError as reason:
        return Made(refused=_unhidable(order) if order.hide else str(reason))
    except ValueError as reason:
        return Made(refused=str(reason))
    texts = {name: data.decode("utf-8", "replace") for name, data in parts.items() if not name.endswith(".png")}
    told = DraftReport(
        parts=tuple(DraftPart(name=name, size=len(parts[name]), text=text) for name, text in texts.items()),
        replaced=_replaced(draft.redactor.names, "\n".join(texts.values())),
        withheld=draft.redactor.withheld,
        notes=tuple(draft.notes),
    )
    return Made(draft=told, snapshot=draft.snapshot, samples=draft.samples, data=data)


def _unhidable(order: Order) -> str:
    words = ", ".join(f"“{word}”" for word in order.hide)
    return i18n.mark(f"{words} cannot be hidden everywhere: it is also a word or number of the report itself")


def _replaced(names: Names, text: str) -> tuple[Replaced, ...]:
    rows, pseudonyms = [], names.pseudonyms
    found = {(kind, pseudonyms.raws[kind, folded]): token for (kind, folded), token in pseudonyms.tokens.items()}
    listed = {raw.casefold() for _, raw in found}
    found |= {(identity.kind, identity.raw): "" for identity in names.kept if identity.raw.casefold() not in listed}
    for (kind, raw), token in found.items():
        kept = pseudonyms.keeps(raw)
        times = text.count(raw) if kept else len(re.findall(rf"(?<![0-9A-Za-z]){re.escape(token)}(?![0-9A-Za-z])", text))
        was = raw if kind in _OPEN_KINDS else f"{raw[:_SHOWN]}… ({len(raw)})"
        rows.append(Replaced(kind=kind, token=token, was=was.encode("utf-8", "replace").decode(), key=item_key(raw), times=times, kept=kept))
    return tuple(row for row in rows if row.times or row.kept)
