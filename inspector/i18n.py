"""Which words does the reader see? Message templates stay English in documents; this turns them into the reader's language."""

import gettext
import os
import re
from collections.abc import Mapping
from functools import lru_cache

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
    """The template in the reader's language, with its `{name}` fields filled in."""
    return fill(_catalogue(_language).gettext(template), params) if template else ""


def trn(one: str, many: str, n: int, **params: object) -> str:
    """The sentence for one thing or for many, the count in its `{n}`; each stands in the catalogue for itself: no language here has a third."""
    return tr(one if n == 1 else many, n=f"{n:,}", **params)


def mark(template: str) -> str:
    """Mark a template for translation without translating it now (it travels in a document)."""
    return template


def fill(template: str, params: Mapping[str, object]) -> str:
    """Replace `{name}` by `params[name]`; an unknown name stays as it is. No attribute access, no format specs: templates may be a stranger's."""
    return _PLACEHOLDER.sub(lambda m: str(params.get(m.group(1), m.group(0))), template)
