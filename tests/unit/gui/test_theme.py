"""Can everything be read? Contrast of every pair of text and surface, in every theme."""

import itertools
import re

import pytest

from inspector import resources
from inspector.gui.theme import all_tokens, contrast

READABLE, VISIBLE = 4.5, 3.0
THEMES = ("light", "dark", "contrast")
TEXTS = ("text", "dim", "accent", "ok", "warn", "bad")
SURFACES = ("background", "panel", "raised", "selection")
VERDICTS = {"ok_surface": ("text", "dim", "ok"), "warn_surface": ("text", "dim", "warn"), "bad_surface": ("text", "dim", "bad")}


@pytest.mark.parametrize(("theme", "text", "surface"), list(itertools.product(THEMES, TEXTS, SURFACES)))
def test_text_can_be_read(theme: str, text: str, surface: str) -> None:
    tokens = all_tokens()[theme]
    assert contrast(getattr(tokens, text), getattr(tokens, surface)) >= READABLE


@pytest.mark.parametrize("theme", THEMES)
def test_verdicts_buttons_and_curves_can_be_told_apart(theme: str) -> None:
    tokens = all_tokens()[theme]
    for surface, texts in VERDICTS.items():
        for text in texts:
            assert contrast(getattr(tokens, text), getattr(tokens, surface)) >= READABLE, (surface, text)
    assert contrast(tokens.on_accent, tokens.accent) >= READABLE
    assert contrast(tokens.control, tokens.panel) >= VISIBLE, "the frame of what has the keyboard"
    for colour in tokens.series:
        assert contrast(colour, tokens.panel) >= VISIBLE


def test_the_contrast_formula_knows_black_and_white() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


def test_every_placeholder_of_the_stylesheet_is_a_token() -> None:
    known = set(all_tokens()["light"].__slots__) | {"mono", "mono_pt", "title_pt", "small_pt", "verdict_pt", "icon"}
    assert set(re.findall(r"@([a-z_]+)@", resources.read_text("theme", "style.qss"))) - {"name"} <= known


def test_icons_take_the_colour_they_are_given() -> None:
    import os

    for name in os.listdir(resources.path("icons")):
        if name.endswith(".svg") and name != "app.svg":
            assert "currentColor" in resources.read_text("icons", name), name
