"""Which words does the reader see? Documents are English whatever the locale; this turns what they say into the reader's language.

A sentence travels as template and values (`model.base.Text`) where a program counts on its parts, else as the English sentence itself, which is
what scripts read in `--json`. `told()` finds the marked template such a sentence was made from, so that it is worded when it is shown.
"""

import gettext
import os
import re
from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple, cast

from inspector import resources

DOMAIN = "go-inspector"
LANGUAGES = {"en": "English", "zh_CN": "简体中文"}
"""What the window can speak, each by its own name."""
_PLACEHOLDER = re.compile(r"\{([a-z_][a-z0-9_]*)\}")


@lru_cache(maxsize=4)
def _catalogue(language: str) -> gettext.NullTranslations:
    return gettext.translation(DOMAIN, resources.path("translations"), languages=[language], fallback=True)


_language = "en"


def system_language() -> str:
    """The language of messages that the environment asks for, as POSIX orders it: LANGUAGE, LC_ALL, LC_MESSAGES, LANG."""
    for name in ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        value = os.environ.get(name, "").split(":")[0].split(".")[0]
        if value:
            return "en" if value in ("C", "POSIX") else value
    return "en"


def use_language(language: str) -> None:
    """Choose the reader's language, a POSIX locale name such as `zh_CN` or `en`."""
    global _language  # noqa: PLW0603  one process has one reader
    _language = language


def language() -> str:
    """The reader's language."""
    return _language


def tr(template: str, **params: object) -> str:
    """The template in the reader's language, with its `{name}` fields filled in; a field that is a document's sentence is told too."""
    values = {name: _part(value) for name, value in params.items()}
    return fill(_catalogue(_language).gettext(template), values) if template else ""


def _part(value: object) -> object:
    return told(value) if isinstance(value, str) and (" " in value or value.istitle()) else value


def trn(one: str, many: str, n: int, **params: object) -> str:
    """The sentence for one thing or for many, the count in its `{n}`; each stands in the catalogue for itself: no language here has a third."""
    return tr(one if n == 1 else many, n=f"{n:,}", **params)


def mark(template: str) -> str:
    """Mark a template for translation without translating it now (it travels in a document)."""
    return template


def say(template: str, **params: object) -> str:
    """The sentence as documents hold it, in English; `told()` is the way to the reader's language."""
    return fill(template, params)


def told(sentence: str) -> str:
    """A document's English sentence in the reader's language; one that no marked template could have made stays as it is."""
    return _told(sentence, _language) if sentence and _spoken(_language) else sentence


def english() -> bool:
    """Whether the reader's language is the documents' own."""
    return not _spoken(_language)


def fill(template: str, params: Mapping[str, object]) -> str:
    """Replace `{name}` by `params[name]`; an unknown name stays as it is. No attribute access, no format specs: templates may be a stranger's."""
    return _PLACEHOLDER.sub(lambda m: str(params.get(m.group(1), m.group(0))), template)


def _spoken(language: str) -> bool:
    return type(_catalogue(language)) is not gettext.NullTranslations


class _Form(NamedTuple):
    """A template's translation with what it recognises: the English form (literals and fields in turn), its longest literal (a quick no) and the
    length of all it has of literals.
    """

    pieces: tuple[str, ...]
    literal: str
    weight: int
    answer: str


_VALUE = r"(?:(?!\. [A-Z]|; ).)*?"
"""What a field may hold: anything within one sentence, or part of a list."""

_BETWEEN = re.compile(r"(?<=\.) (?=[A-Z])|(?<=;) ")
"""Between the sentences of a remark, and the parts of a list."""

_LEAST = 4
"""Characters of its own that a template must have to be recognised: fewer could stand in any sentence."""


@lru_cache(maxsize=4)
def _forms(language: str) -> dict[str, tuple[_Form, ...]]:
    """Every template with fields, under its first word, or under nothing where it begins with a field; those with most literals first."""
    catalogue = cast("gettext.GNUTranslations", _catalogue(language))
    found: dict[str, list[_Form]] = {}
    for template, answer in catalogue._catalog.items():  # type: ignore[attr-defined]  # gettext has no other way to list them
        pieces = _PLACEHOLDER.split(template)
        literals = pieces[::2]
        weight = sum(map(len, literals))
        if len(pieces) == 1 or sum(map(str.isalpha, "".join(literals))) < _LEAST:
            continue
        first = literals[0].split(" ")[0] if " " in literals[0] else ""
        form = _Form(tuple(pieces), max(literals, key=len), weight, answer)
        found.setdefault(first, []).append(form)
    return {first: tuple(sorted(forms, key=lambda form: -form.weight)) for first, forms in found.items()}


@lru_cache(maxsize=1 << 12)
def _recogniser(pieces: tuple[str, ...]) -> re.Pattern[str]:
    """Made when a sentence may be of this form: a window that has all of them made at once would stand still for it."""
    seen: set[str] = set()
    pattern = ""
    for index, piece in enumerate(pieces):
        if index % 2 == 0:
            pattern += re.escape(piece)
        else:
            pattern += f"(?P={piece})" if piece in seen else f"(?P<{piece}>{_VALUE})"
            seen.add(piece)
    return re.compile(pattern, re.DOTALL)


@lru_cache(maxsize=1 << 14)
def _told(sentence: str, language: str) -> str:
    """The translation, or the sentence itself."""
    whole = _whole(sentence, language)
    return whole or _in_parts(sentence, language)


def _whole(sentence: str, language: str) -> str:
    """The translation of a sentence that one template made; empty where none did."""
    exact = _catalogue(language).gettext(sentence)
    if exact != sentence or " " not in sentence:
        return exact
    forms = _forms(language)
    candidates = sorted((*forms.get(sentence.split(" ", maxsplit=1)[0], ()), *forms.get("", ())), key=lambda form: -form.weight)
    for form in candidates:
        match = _recogniser(form.pieces).fullmatch(sentence) if form.literal in sentence else None
        if match:
            return fill(form.answer, {name: _told(value, language) if " " in value else value for name, value in match.groupdict().items()})
    return ""


def _in_parts(sentence: str, language: str) -> str:
    """A remark of several sentences, a list, or a subject with what is said of it: each part is told, as much as possible at a time."""
    subject, colon, rest = sentence.partition(": ")
    if colon and (known := _whole(rest, language)) and known != rest:
        return f"{_told(subject, language)}: {known}"
    ends = [match.end() for match in _BETWEEN.finditer(sentence)]
    for end in reversed(ends):
        first = sentence[:end].rstrip(" ;")
        if whole := _whole(first, language) or _unstopped(first, language):
            return _beside(whole, sentence[:end], _told(sentence[end:], language))
    if ends:
        first, rest = sentence[: ends[0]].rstrip(" ;"), sentence[ends[0] :]
        parts = _told(first, language), _told(rest, language)
        return _beside(parts[0], sentence[: ends[0]], parts[1]) if parts != (first, rest) else sentence
    if whole := _unstopped(sentence, language):
        return whole
    return f"{_told(subject, language)}: {_told(rest, language)}" if colon else sentence


def _beside(first: str, before: str, rest: str) -> str:
    """Two parts side by side, as they were in the sentence: what was `before` the rest ends in its separator."""
    if not before.endswith("; "):
        return first + rest if first.endswith("。") else f"{first} {rest}"
    return f"{first}; {rest}" if first.isascii() else f"{first}；{rest}"


def _unstopped(sentence: str, language: str) -> str:
    """The translation of a phrase to which a full stop was given."""
    whole = _whole(sentence[:-1], language) if sentence.endswith(".") else ""
    return f"{whole}。" if whole and whole != sentence[:-1] else ""
