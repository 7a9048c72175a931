"""How do documents become bytes and come back? JSON by msgspec; one encoder for pipe, report file, command line and fixture."""

from typing import Any, TypeVar

import msgspec

from inspector.model.snapshot import Snapshot

T = TypeVar("T")

_encoder = msgspec.json.Encoder()


def encode(document: Any) -> bytes:
    """One document as compact UTF-8 JSON."""
    return _encoder.encode(document)


def encode_pretty(document: Any) -> bytes:
    """One document as indented UTF-8 JSON with a final newline, for people and files."""
    return msgspec.json.format(_encoder.encode(document), indent=2) + b"\n"


def decode(data: bytes, kind: type[T]) -> T:
    """A document of the given type; raises msgspec.ValidationError or msgspec.DecodeError on anything else."""
    return msgspec.json.decode(data, type=kind)


def schema() -> dict[str, Any]:
    """JSON Schema of the snapshot."""
    return msgspec.json.schema(Snapshot)
