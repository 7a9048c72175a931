"""Rings of several resolutions against the plain list of what was pushed."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inspector.gui.plotdata import LEVELS, History, log_colours

VALUES = st.lists(st.one_of(st.floats(0, 1e6, width=32), st.just(math.nan), st.just(None)), min_size=1, max_size=900)


def filled(values: list[float | None]) -> History:
    """None is a second without a tick."""
    history = History()
    for second, value in enumerate(values):
        if value is not None:
            history.push(1000.0 + second, {"a": value})
    return history


@settings(max_examples=40, deadline=None)
@given(VALUES)
def test_the_last_minutes_are_what_was_pushed(values: list[float | None]) -> None:
    history = filled(values)
    last = max((i for i, v in enumerate(values) if v is not None), default=None)
    if last is None:
        return
    shown = history.window("a", 600, 600)
    for age, low, high, mean in zip(*(part.tolist() for part in shown), strict=True):
        at = last + round(age)
        value = values[at] if at >= 0 else None
        if value is None or math.isnan(value):
            assert math.isnan(high) or (value is not None and high == 0)
        else:
            assert low == high == pytest.approx(value)
            assert mean == pytest.approx(value, rel=1e-5)


def test_spikes_survive_every_resolution() -> None:
    history = History()
    for second in range(20_000):
        history.push(float(second), {"a": 9_999.0 if second == 19_000 else 1.0})
    for seconds, columns in ((3600, 300), (7200, 200), (86_400, 120)):
        shown = history.window("a", seconds, columns)
        assert len(shown.high) <= columns
        assert np.nanmax(shown.high) == 9_999
        assert np.nanmin(shown.low) == 1


def test_gaps_stay_gaps_and_zero_is_not_a_gap() -> None:
    history = History()
    for second in [*range(10), *range(100, 110)]:
        history.push(float(second), {"a": 5.0 if second < 5 else 0.0})
    high = history.window("a", 60, 60).high
    assert np.isnan(high[:50]).all()
    assert (high[50:] == 0).all()


def test_a_curve_that_began_late_was_silent_before() -> None:
    history = History()
    for second in range(30):
        history.push(float(second), {"late": 7.0} if second >= 20 else {})
    high = history.window("late", 30, 30).high
    assert (high[:20] == 0).all()
    assert (high[20:] == 7).all()
    assert (history.window("never", 30, 30).high == 0).all()


def test_memory_is_bounded_and_the_longest_silent_curve_goes() -> None:
    history = History(most_curves=50)
    for second in range(200):
        history.push(float(second), {f"p{second}": 1.0, "always": 2.0})
    assert len(history.curves()) == 50
    assert "always" in history.curves()
    assert "p199" in history.curves()
    assert history.memory_bytes < 50 * 3 * 4 * sum(level.cells for level in LEVELS) * 1.1


def test_time_that_goes_backwards_changes_nothing() -> None:
    history = filled([1.0, 2.0, 3.0])
    history.push(1000.5, {"a": 100.0})
    assert history.window("a", 10, 10).high[-1] == 3


def test_heatmap_rows_and_colours() -> None:
    history = History()
    for second in range(10):
        history.push(float(second), {"a": float(second), "b": 1000.0})
    matrix = history.matrix(history.places(["a", "b"]), -0.5, 9)
    assert matrix.shape == (2, 10)
    colours = log_colours(matrix, top=1000)
    assert colours[0, 0] == 0
    assert (colours[1] == 255).all()
    assert (np.diff(colours[0].astype(int)) >= 0).all()
    assert log_colours(np.array([np.nan, 0.001], np.float32), top=10).tolist() == [0, 1]
