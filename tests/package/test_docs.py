"""Do the documents say what is true: generated pages are fresh?"""

import sys

from .conftest import TOP

sys.path.insert(0, str(TOP / "packaging/release"))

import reference


def test_the_reference_is_fresh() -> None:
    assert reference.stale() == [], "run python packaging/release/reference.py"
