"""Does every machine in tests/hosts give the findings its report was about? A bug report becomes a folder and a file of what is expected."""

import tomllib
from pathlib import Path

import pytest

from inspector.engine.session import Session
from inspector.model.look import LookOptions

HOSTS = Path(__file__).parents[1] / "hosts"
STORIES = sorted(path.name for path in HOSTS.iterdir() if path.is_dir())


@pytest.mark.parametrize("story", STORIES)
def test_the_story_is_told(story: str) -> None:
    expected = tomllib.loads((HOSTS / f"{story}.toml").read_text())["finding"]
    snapshot = Session(LookOptions(root=str(HOSTS / story))).look().snapshot
    assert snapshot.look.failed == {}
    found = [{"id": f.id, "severity": f.severity, "file": f.cause.file, "line": f.cause.line} for f in snapshot.findings]
    assert found == expected


def test_there_are_stories() -> None:
    assert STORIES
