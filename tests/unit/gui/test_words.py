"""Are places, times and rates said in the fewest true words?"""

from typing import get_args, get_type_hints

import pytest

from inspector.gui import words
from inspector.host.base import SandboxInfo
from inspector.model.origin import Origin, derived

HOME = "/home/a"


@pytest.mark.parametrize(("path", "shown"), [("/home/a", "~"), ("/home/a/x", "~/x"), ("/home/ab/x", "/home/ab/x"), ("/usr", "/usr"), ("", "")])
def test_only_the_home_itself_is_shortened(path: str, shown: str) -> None:
    assert words.tidy(path, HOME) == shown
    assert words.tidy(path, "/") == path


def test_a_chain_runs_from_the_nearest_to_the_outermost() -> None:
    via = Origin(kind="file", file=f"{HOME}/.profile", line=9)
    assert words.chain(Origin(kind="file", file=f"{HOME}/.bashrc", line=3, via=(via,)), HOME) == "~/.bashrc:3 ← ~/.profile:9"
    assert words.chain(derived("secure_path"), HOME) == "secure_path"


@pytest.mark.parametrize(("seconds", "shown"), [(0.4, "just now"), (7.2, "7 s ago"), (47.0, "40 s ago"), (300.0, "5 min ago"), (7300.0, "2 h ago")])
def test_ages_change_seldom(seconds: float, shown: str) -> None:
    assert words.since(seconds) == shown


@pytest.mark.parametrize(("rate", "shown"), [(0.0, "0"), (0.04, "<0.1"), (3.14, "3.1"), (9.97, "10"), (1234.6, "1,235")])
def test_rates(rate: float, shown: str) -> None:
    assert words.rate(rate) == shown


def test_each_sandbox_says_what_it_hides_and_none_says_why() -> None:
    kinds = [kind for kind in get_args(get_type_hints(SandboxInfo)["kind"]) if kind != "none"]
    assert len({words.sandbox(kind, "") for kind in kinds}) == len({words.sandbox_tip(kind) for kind in kinds}) == len(kinds)
    assert "not installed" in words.sandbox("none", "bubblewrap is not installed")
    assert words.sandbox_tip("none") == ""
