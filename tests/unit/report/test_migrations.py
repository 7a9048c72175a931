"""Does a document of an older schema become one of today's, step by step, and one that was never released get a sentence?"""

import json

import pytest

from inspector.model.snapshot import SCHEMA
from inspector.report import reading
from inspector.report.migrations import STEPS, migrated


def test_steps_are_taken_in_order() -> None:
    steps = {1: lambda doc: {**doc, "names": [doc["name"]]}, 2: lambda doc: {"names": [*doc["names"], "two"]}}
    assert json.loads(migrated(b'{"schema": 1, "name": "one"}', steps=steps, target=3)) == {"schema": 3, "names": ["one", "two"]}
    assert json.loads(migrated(b'{"schema": 2, "names": []}', steps=steps, target=3)) == {"schema": 3, "names": ["two"]}


def test_today_and_tomorrow_stay_as_they_are() -> None:
    for data in (b'{"schema":  1}', b'{"schema": 9}', b"{}"):
        assert migrated(data, steps={}, target=1) == data


def test_every_released_schema_leads_to_today() -> None:
    assert set(STEPS) == set(range(1, SCHEMA))


def test_a_schema_that_never_was_is_a_sentence() -> None:
    with pytest.raises(reading.UnreadableError, match="never released"):
        reading.read(b'{"schema": -3}')
