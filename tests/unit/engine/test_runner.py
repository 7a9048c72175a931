"""Does a wedged or failing worker become a reason instead of a wait?"""

import threading
import time

import pytest

from inspector.engine.runner import Failure, Job
from inspector.engine.stop import Stop


def test_a_result_comes_back() -> None:
    assert Job("sum", lambda: 1 + 1).outcome(time.monotonic() + 5) == 2


def test_a_wedged_worker_is_written_off_at_its_deadline() -> None:
    started = time.monotonic()
    outcome = Job("wedged", lambda: threading.Event().wait(30)).outcome(started + 0.2)
    assert isinstance(outcome, Failure)
    assert outcome.kind == "timed-out"
    assert time.monotonic() - started < 5


def test_an_exception_is_a_failure_with_its_reason() -> None:
    def work() -> int:
        raise ValueError("no such thing")

    outcome = Job("broken", work).outcome(time.monotonic() + 5)
    assert outcome == Failure("failed", "ValueError: no such thing")


@pytest.mark.parametrize("already", [True, False])
def test_one_that_is_not_wanted_any_more_is_not_waited_for(already: bool) -> None:
    stop, started = Stop(), time.monotonic()
    if already:
        stop.ask()
    job = Job("wedged", lambda: threading.Event().wait(30))
    threading.Timer(0.1, stop.ask).start()
    assert job.outcome(started + 20, stop) == Failure("cancelled", "the look was cancelled")
    assert time.monotonic() - started < 5


def test_what_was_done_by_then_counts() -> None:
    stop = Stop()
    job = Job("sum", lambda: 1 + 1)
    assert job.outcome(time.monotonic() + 5) == 2
    stop.ask()
    assert job.outcome(time.monotonic() + 5, stop) == 2
