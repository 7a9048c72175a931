"""How does a document of an older schema become one of today's? One step from each schema to the next, over plain data."""

from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from inspector.model.snapshot import SCHEMA

Step = Callable[[dict[str, Any]], dict[str, Any]]

STEPS: Mapping[int, Step] = {}
"""Schema n to the step that makes schema n + 1 of it; a released schema never loses its step."""


class _Head(msgspec.Struct, frozen=True):
    schema: int = 1


def schema_of(data: bytes) -> int:
    """The schema a document says it has; raises msgspec.DecodeError."""
    return msgspec.json.decode(data, type=_Head).schema


def migrated(data: bytes, *, steps: Mapping[int, Step] = STEPS, target: int = SCHEMA) -> bytes:
    """The document in today's schema; one that is today's or newer as it is. Raises msgspec.DecodeError, and ValueError where no step leads on."""
    schema = schema_of(data)
    if schema >= target:
        return data
    document = msgspec.json.decode(data, type=dict[str, Any])
    for version in range(schema, target):
        if version not in steps:
            raise ValueError(f"schema {schema} was never released")
        document = steps[version](document) | {"schema": version + 1}
    return msgspec.json.encode(document)
