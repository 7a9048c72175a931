"""What would the window say in English? Tests read it so whatever language it speaks: the catalogue is read backwards."""

import gettext
import re
from functools import lru_cache

from inspector import i18n, resources

_FIELD = re.compile(r"\{([a-z_][a-z0-9_]*)\}")
_WIDE, _NARROW = ("\n", " · ", "  "), (": ", " ▾", " (", ")", "。", " ")
"""What sentences are put together with."""
_TELLING, _SHORTEST = 4, 2
"""Letters beside its fields from which a template is sure to be meant, and below which it says too little to be recognised by."""


@lru_cache(maxsize=2)
def _sentences(language: str) -> tuple[dict[str, str], list[tuple[int, re.Pattern[str], str]]]:
    """The answers of the catalogue: plain ones by their text; those with fields as shapes, those that say most first."""
    catalogue = gettext.translation(i18n.DOMAIN, resources.path("translations"), languages=[language])
    known = [text for text in catalogue._catalog if isinstance(text, str) and text]  # type: ignore[attr-defined]
    pairs = [(text.replace("`", ""), catalogue.gettext(text).replace("`", "")) for text in known]  # the window draws no backticks
    plain: dict[str, str] = {}
    shapes: list[tuple[int, re.Pattern[str], str]] = []
    for text, answer in pairs:
        if not _FIELD.search(answer):
            plain.setdefault(answer, text)
            continue
        parts = _FIELD.split(answer)
        seen: set[str] = set()
        shape = ""
        for n, part in enumerate(parts):
            again = n % 2 == 1 and part in seen
            shape += (f"(?P={part})" if again else f"(?P<{part}>.*?)") if n % 2 else re.escape(part)
            seen |= {part} if n % 2 else set()
        weight = sum(len(part) for part in parts[::2] if part.strip())
        if weight >= _SHORTEST:
            shapes.append((weight, re.compile(shape), text))
    shapes.sort(key=lambda one: -one[0])
    return plain, shapes


def english(said: str) -> str:
    """The same in English; what is no sentence of the catalogue stays as it is."""
    return said if i18n.language() == "en" else _back(said, i18n.language())


@lru_cache(maxsize=4096)
def _back(said: str, language: str) -> str:
    if said.isascii():
        return said
    plain, shapes = _sentences(language)
    if said in plain:
        return plain[said]
    if said.endswith("."):
        return _back(said[:-1], language) + "."
    return (
        _filled(said, [one for one in shapes if one[0] >= _TELLING], language)
        or _joined(said, _WIDE, language)
        or _filled(said, [one for one in shapes if one[0] < _TELLING], language)
        or _joined(said, _NARROW, language)
        or said
    )


def _filled(said: str, shapes: list[tuple[int, re.Pattern[str], str]], language: str) -> str:
    for _, shape, text in shapes:
        found = shape.fullmatch(said)
        if found:
            return i18n.fill(text, {name: _back(value, language) for name, value in found.groupdict().items()})
    return ""


def _joined(said: str, joints: tuple[str, ...], language: str) -> str:
    joint = next((one for one in joints if one in said), "")
    return joint.join(_back(part, language) for part in said.split(joint)) if joint else ""
