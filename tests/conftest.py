"""What do all tests share? Fixtures of tests/support, and the rule that noise fails."""

import logging
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent))

pytest_plugins = ["support.gotrees", "support.homes", "support.shell_homes", "support.escapes"]


@pytest.fixture(autouse=True)
def _quiet(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """A log record of WARNING or above that a test does not expect is a failure."""
    yield
    loud = [record for when in ("setup", "call") for record in caplog.get_records(when) if record.levelno >= logging.WARNING]
    assert not loud, [record.getMessage() for record in loud]
